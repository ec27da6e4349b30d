package dev.tidewatch.inference.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RegistryStateTest {
  @Test
  void theMostSpecificSelectorWins() {
    RegistryState state =
        state(
            assignment("all", new SeriesSelector("", "", Map.of()), "", false),
            assignment("hq", SeriesSelector.ofPrefix("hq"), "", false),
            assignment("ahu", SeriesSelector.ofPrefix("hq/ahu-1/"), "", false),
            assignment(
                "ahu-floor-3", new SeriesSelector("", "hq/ahu-1", Map.of("floor", "3")), "", false),
            assignment("one", SeriesSelector.ofSeries("hq/ahu-1/co2"), "", false));
    Labels floor3 = series -> series.endsWith("temperature") ? Map.of("floor", "3") : Map.of();
    assertThat(winner(state, "hq/ahu-1/co2", floor3)).isEqualTo("one");
    assertThat(winner(state, "hq/ahu-1/temperature", floor3)).isEqualTo("ahu-floor-3");
    assertThat(winner(state, "hq/ahu-1/valve", floor3)).isEqualTo("ahu");
    assertThat(winner(state, "hq/ahu-12/valve", floor3)).isEqualTo("hq");
    assertThat(winner(state, "hq", floor3)).isEqualTo("hq");
    assertThat(winner(state, "hqx/valve", floor3)).isEqualTo("all");
  }

  @Test
  void aDisabledAssignmentKeepsALessSpecificOneAway() {
    RegistryState state =
        state(
            assignment("hq", SeriesSelector.ofPrefix("hq"), "", false),
            assignment("off", SeriesSelector.ofSeries("hq/co2"), "", true));
    assertThat(state.resolve(Task.FORECAST, "", "hq/co2", Labels.NONE)).isEmpty();
    assertThat(state.resolveAll(Task.FORECAST, "hq/co2", Labels.NONE)).isEmpty();
    assertThat(winner(state, "hq/valve", Labels.NONE)).isEqualTo("hq");
  }

  @Test
  void slotsAndTasksAreSideBySide() {
    RegistryState state =
        state(
            assignment("a", SeriesSelector.ofPrefix("hq"), "", false),
            assignment("b", SeriesSelector.ofPrefix("hq"), "second", false));
    assertThat(state.resolveAll(Task.FORECAST, "hq/co2", Labels.NONE))
        .extracting(Assignment::name)
        .containsExactly("a", "b");
    assertThat(state.resolveAll(Task.DETECT, "hq/co2", Labels.NONE)).isEmpty();
  }

  @Test
  void labelsAreNotAskedForWhereNoAssignmentSelectsByThem() {
    RegistryState state = state(assignment("hq", SeriesSelector.ofPrefix("hq"), "", false));
    Labels none =
        series -> {
          throw new AssertionError("asked for labels of " + series);
        };
    assertThat(winner(state, "hq/co2", none)).isEqualTo("hq");
  }

  @Test
  void versionsSortNewestFirst() {
    assertThat(
            Stream.of("1.2.0", "1.10.0", "2.0.0", "1.9.9")
                .map(version -> new VersionKey("m", version))
                .sorted()
                .map(VersionKey::version))
        .containsExactly("2.0.0", "1.10.0", "1.9.9", "1.2.0");
  }

  @Test
  void schedulesFindTheNewestOrigin() {
    var every6 = new StandingSchedule(6, 1, 0);
    assertThat(every6.newestOrigin(13)).isEqualTo(13);
    assertThat(every6.newestOrigin(18)).isEqualTo(13);
    assertThat(every6.newestOrigin(19)).isEqualTo(19);
    assertThat(every6.newestOrigin(-1)).isEqualTo(-5);
  }

  private static String winner(RegistryState state, String series, Labels labels) {
    return state.resolve(Task.FORECAST, "", series, labels).orElseThrow().name();
  }

  private static RegistryState state(Assignment... assignments) {
    return new RegistryState(
        "r",
        1,
        Map.of(),
        Stream.of(assignments).collect(Collectors.toMap(Assignment::name, a -> a)));
  }

  private static Assignment assignment(
      String name, SeriesSelector selector, String slot, boolean disabled) {
    return new Assignment(
        name,
        selector,
        Task.FORECAST,
        slot,
        "model",
        "champion",
        null,
        Map.of(),
        Map.of(),
        StandingSchedule.NEVER,
        disabled);
  }
}
