package dev.tidewatch.registry.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.timeseries.SeriesName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesSelectorTest {
  private static final SeriesName CO2 = new SeriesName("building/a/co2");

  @Test
  void prefixesEndAtSegments() {
    assertThat(SeriesSelector.prefix("building/a").matches(CO2, Map.of())).isTrue();
    assertThat(SeriesSelector.prefix("building/a/co2").matches(CO2, Map.of())).isTrue();
    assertThat(SeriesSelector.prefix("build").matches(CO2, Map.of())).isFalse();
    assertThat(SeriesSelector.prefix("building/a").matches(new SeriesName("building/ab"), Map.of()))
        .isFalse();
  }

  @Test
  void allLabelsMustBeThere() {
    var selector = SeriesSelector.labels(Map.of("unit", "ppm", "floor", "2"));
    assertThat(selector.matches(CO2, Map.of("unit", "ppm", "floor", "2", "room", "7"))).isTrue();
    assertThat(selector.matches(CO2, Map.of("unit", "ppm", "floor", "3"))).isFalse();
    assertThat(selector.matches(CO2, Map.of("unit", "ppm"))).isFalse();
  }

  @Test
  void theMostSpecificCounts() {
    var everywhere = assignment("everywhere", SeriesSelector.labels(Map.of("unit", "ppm")));
    var building = assignment("building", SeriesSelector.prefix("building"));
    var floor = assignment("floor", SeriesSelector.prefix("building/a"));
    var labelled =
        assignment(
            "labelled",
            new SeriesSelector(
                Optional.empty(),
                Optional.of(new SeriesName("building/a")),
                Map.of("unit", "ppm")));
    var exact = assignment("exact", SeriesSelector.exact("building/a/co2"));
    var labels = Map.of("unit", "ppm");
    var growing = new ArrayList<Assignment>();
    for (Assignment next : List.of(everywhere, building, floor, labelled, exact)) {
      growing.addFirst(next);
      assertThat(AssignmentBook.mostSpecific(growing, CO2, labels)).containsExactly(next);
    }
  }

  @Test
  void exactExcludesTheRest() {
    assertThatThrownBy(
            () -> new SeriesSelector(Optional.of(CO2), Optional.empty(), Map.of("unit", "ppm")))
        .hasMessageContaining("exact alone");
    assertThatThrownBy(() -> SeriesSelector.labels(Map.of()))
        .hasMessageContaining("nothing selects no series");
  }

  /** Whatever is accepted side by side, the winner does not depend on the order of the list. */
  @Test
  void withoutTiesTheWinnerIsOne() {
    long seed = Long.getLong("seed", 7L);
    var random = new Random(seed);
    int ties = 0;
    int wins = 0;
    for (int round = 0; round < 400; round++) {
      List<Assignment> accepted = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        var candidate = assignment("a" + i, randomSelector(random));
        if (accepted.stream()
            .anyMatch(a -> a.spec().selector().tiesWith(candidate.spec().selector()))) {
          ties++;
        } else {
          accepted.add(candidate);
        }
      }
      for (int i = 0; i < 20; i++) {
        var series = new SeriesName(randomPath(random, 1 + random.nextInt(3)));
        var labels = randomLabels(random, 3);
        var forwards = AssignmentBook.mostSpecific(accepted, series, labels);
        assertThat(AssignmentBook.mostSpecific(accepted.reversed(), series, labels))
            .as("seed %d, round %d: %s %s among %s", seed, round, series, labels, accepted)
            .isEqualTo(forwards);
        wins += forwards.size();
      }
    }
    assertThat(ties).isPositive();
    assertThat(wins).isGreaterThan(1_000);
  }

  @Test
  void aTieNeedsASeriesThatBothMean() {
    var floor2 = SeriesSelector.labels(Map.of("floor", "2"));
    assertThat(floor2.tiesWith(SeriesSelector.labels(Map.of("unit", "ppm")))).isTrue();
    assertThat(floor2.tiesWith(SeriesSelector.labels(Map.of("floor", "3")))).isFalse();
    assertThat(floor2.tiesWith(SeriesSelector.labels(Map.of("floor", "2", "unit", "ppm"))))
        .isFalse();
    assertThat(SeriesSelector.prefix("a").tiesWith(SeriesSelector.prefix("b"))).isFalse();
    assertThat(SeriesSelector.prefix("a").tiesWith(SeriesSelector.prefix("a"))).isTrue();
  }

  private static SeriesSelector randomSelector(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> SeriesSelector.exact(randomPath(random, 1 + random.nextInt(3)));
      case 1 -> SeriesSelector.prefix(randomPath(random, 1 + random.nextInt(2)));
      case 2 -> SeriesSelector.labels(randomLabels(random, 1 + random.nextInt(2)));
      default ->
          new SeriesSelector(
              Optional.empty(),
              Optional.of(new SeriesName(randomPath(random, 1 + random.nextInt(2)))),
              randomLabels(random, 1 + random.nextInt(2)));
    };
  }

  private static String randomPath(Random random, int segments) {
    var path = new StringBuilder();
    for (int i = 0; i < segments; i++) {
      path.append(i == 0 ? "" : "/").append("ab".charAt(random.nextInt(2)));
    }
    return path.toString();
  }

  private static Map<String, String> randomLabels(Random random, int count) {
    Map<String, String> labels = new HashMap<>();
    while (labels.size() < count) {
      labels.put("k" + random.nextInt(3), "v" + random.nextInt(2));
    }
    return labels;
  }

  private static Assignment assignment(String name, SeriesSelector selector) {
    return new Assignment(
        new AssignmentSpec(
            name,
            selector,
            Task.DETECT,
            "",
            new ModelName("model"),
            new ModelTarget.ByAlias(AliasName.CHAMPION),
            Document.EMPTY,
            StandingSchedule.NEVER,
            List.of(),
            false,
            ""),
        1,
        Instant.EPOCH,
        Instant.EPOCH,
        "anonymous");
  }
}
