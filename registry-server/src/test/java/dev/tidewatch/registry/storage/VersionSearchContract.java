package dev.tidewatch.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.registry.SettableClock;
import dev.tidewatch.registry.domain.AliasBoard;
import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.AliasMove;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.MetricBound;
import dev.tidewatch.registry.domain.ModelCatalog;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.ModelVersion;
import dev.tidewatch.registry.domain.NewVersion;
import dev.tidewatch.registry.domain.Origin;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.domain.Task;
import dev.tidewatch.registry.domain.VersionBump;
import dev.tidewatch.registry.domain.VersionContent;
import dev.tidewatch.registry.domain.VersionFilter;
import dev.tidewatch.registry.domain.VersionFinder;
import dev.tidewatch.registry.domain.VersionOrder;
import dev.tidewatch.registry.domain.VersionState;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What search must find on every database; a subclass only says which. */
abstract class VersionSearchContract {
  private static final Sha256 ARTIFACT = new Sha256("a1".repeat(32));
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  private final SettableClock clock = new SettableClock(START.toString());
  private TestDatabase database;
  private Database open;
  private PostgresRegistryStore store;
  private ModelCatalog catalog;
  private AliasBoard board;
  private VersionFinder finder;

  abstract TestDatabase database();

  @BeforeEach
  void open() {
    database = database();
    open = database.open("registry");
    store = new PostgresRegistryStore(open.dsl(), clock, clock, 20, revision -> {});
    catalog = new ModelCatalog(store, clock);
    board = new AliasBoard(store, clock);
    finder = new VersionFinder(store);
    open.dsl()
        .execute(
            "INSERT INTO artifact (sha256, size_bytes, format, created_at, removed)"
                + " VALUES ('%s', 10, 'BUNDLE', '%s', false)".formatted(ARTIFACT, START));
  }

  @AfterEach
  void close() {
    open.close();
    database.close();
  }

  @Test
  void everyFilterAndOrderFindsWhatAScanFinds() {
    long seed = 20260301;
    var random = new Random(seed);
    List<ModelVersion> all = fill(random, 240);
    for (int question = 0; question < 80; question++) {
      VersionFilter filter = filter(random);
      VersionOrder order =
          random.nextInt(3) == 0
              ? VersionOrder.NEWEST_FIRST
              : new VersionOrder(
                  Optional.of(List.of("mase", "mae", "rare").get(random.nextInt(3))),
                  random.nextBoolean());
      List<String> expected =
          all.stream()
              .filter(version -> meets(version, filter))
              .filter(version -> !boundless(version, filter))
              .sorted(order(order, all))
              .map(ModelVersion::label)
              .toList();
      int size = 1 + random.nextInt(40);
      assertThat(pages(filter, order, size))
          .as("seed %d, question %d: %s by %s, pages of %d", seed, question, filter, order, size)
          .isEqualTo(expected);
      var found = finder.all(filter);
      assertThat(found.ordinals()).hasSameSizeAs(expected);
      assertThat(finder.read(found.ordinals()).stream().map(ModelVersion::label))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void aPageBeyondTheNearestIsFoundByItsTerms() {
    model("many", Task.INFER);
    var first = version("many", "a", Map.of("mase", 9.0), Map.of("which", "first"), "", "{}");
    open.dsl()
        .execute(
            "INSERT INTO model_version SELECT model, '1.' || n || '.0', 1, n, 0, state, '',"
                + " artifact_sha256, family, signature, jsonb_build_object('mase', n / 1000.0),"
                + " '{}', 'made by hand', lineage, NULL, created_by,"
                + " created_at + n * interval '1 second', revision"
                + " FROM model_version, generate_series(1, 2500) AS n WHERE minor = 0");
    var tagged = filter(Map.of("which", "first"));
    var byMase = new VersionOrder(Optional.of("mase"), false);
    assertThat(pages(tagged, VersionOrder.NEWEST_FIRST, 10)).containsExactly(first.label());
    assertThat(pages(tagged, byMase, 10)).containsExactly(first.label());
    var text = text("HAND made");
    assertThat(pages(text, byMase, 400))
        .hasSize(2500)
        .startsWith("many 1.1.0", "many 1.2.0")
        .endsWith("many 1.2500.0");
    assertThat(pages(text, VersionOrder.NEWEST_FIRST, 1000))
        .hasSize(2500)
        .startsWith("many 1.2500.0")
        .endsWith("many 1.1.0");
  }

  @Test
  void aStateThatChangedIsFoundByItsNewNameOnly() {
    model("m", Task.INFER);
    var made = version("m", "a", Map.of(), Map.of(), "", "{}");
    open.dsl().execute("UPDATE model_version SET state = 'ARCHIVED', state_reason = 'old'");
    assertThat(pages(state(VersionState.READY), VersionOrder.NEWEST_FIRST, 10)).isEmpty();
    assertThat(pages(state(VersionState.ARCHIVED), VersionOrder.NEWEST_FIRST, 10))
        .containsExactly(made.label());
  }

  @Test
  void wordsBeyondAsciiAndLongValuesAreFound() {
    model("m", Task.INFER);
    var made =
        version(
            "m",
            "a",
            Map.of(),
            Map.of("k", "ö".repeat(1000), "a=b", "c"),
            "Wärme-Bedarf, " + "x".repeat(3000),
            "{}");
    assertThat(pages(text("wärme bedarf " + "x".repeat(200)), VersionOrder.NEWEST_FIRST, 10))
        .containsExactly(made.label());
    assertThat(pages(text("w rme"), VersionOrder.NEWEST_FIRST, 10)).isEmpty();
    assertThat(pages(filter(Map.of("k", "ö".repeat(1000))), VersionOrder.NEWEST_FIRST, 10))
        .containsExactly(made.label());
    assertThat(pages(filter(Map.of("k", "ö".repeat(999))), VersionOrder.NEWEST_FIRST, 10))
        .isEmpty();
    assertThat(pages(filter(Map.of("a", "b=c")), VersionOrder.NEWEST_FIRST, 10)).isEmpty();
  }

  private List<String> pages(VersionFilter filter, VersionOrder order, int size) {
    List<String> labels = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Page<ModelVersion> page = finder.search(filter, order, new PageRequest(size, after));
      assertThat(page.items().size()).isLessThanOrEqualTo(size);
      page.items().forEach(version -> labels.add(version.label()));
      after = page.next();
    } while (after.isPresent());
    return labels;
  }

  private List<ModelVersion> fill(Random random, int versions) {
    List<String> models = List.of("load", "load-north", "price");
    model("load", Task.FORECAST);
    model("load-north", Task.DETECT);
    model("price", Task.INFER);
    List<ModelVersion> made = new ArrayList<>();
    for (int i = 0; i < versions; i++) {
      Map<String, Double> metrics = new HashMap<>();
      if (random.nextInt(4) > 0) {
        metrics.put("mase", random.nextInt(12) / 4.0 - 1);
      }
      if (random.nextBoolean()) {
        metrics.put("mae", random.nextDouble());
      }
      if (random.nextInt(30) == 0) {
        metrics.put("rare", random.nextDouble());
      }
      Map<String, String> tags = new HashMap<>();
      tags.put("site", List.of("north", "south", "East Wing").get(random.nextInt(3)));
      if (random.nextInt(3) == 0) {
        tags.put("owner", "team-" + random.nextInt(3));
      }
      made.add(
          version(
              models.get(random.nextInt(3)),
              random.nextBoolean() ? "ridge" : "lstm",
              metrics,
              tags,
              List.of("", "Day ahead", "ahead of time").get(random.nextInt(3)),
              "{\"training\": [{\"series\": \"site/%d\"}]}".formatted(random.nextInt(5))));
      if (random.nextInt(3) > 0) {
        clock.advance(Duration.ofMinutes(1));
      }
    }
    for (int i = 0; i < 6; i++) {
      ModelVersion named = made.get(random.nextInt(versions));
      var _ =
          board.move(
              origin(),
              List.of(
                  new AliasMove(
                      new AliasKey(named.model(), AliasName.CHAMPION),
                      Optional.of(named.number()),
                      Optional.empty())),
              List.of(),
              "test",
              false);
    }
    return made.stream()
        .map(version -> catalog.getVersion(version.model(), version.number()))
        .toList();
  }

  private VersionFilter filter(Random random) {
    List<MetricBound> bounds = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      bounds.add(
          new MetricBound(
              random.nextBoolean() ? "mase" : "mae",
              random.nextBoolean()
                  ? OptionalDouble.of(random.nextDouble())
                  : OptionalDouble.empty(),
              random.nextBoolean() ? OptionalDouble.of(0.75) : OptionalDouble.empty()));
    }
    return new VersionFilter(
        List.of("", "", "ahead", "AHEAD day", "north", "team 1", "nothing").get(random.nextInt(7)),
        some(random, new ModelName("load")),
        some(random, Task.DETECT),
        some(random, "ridge"),
        some(random, VersionState.READY),
        random.nextInt(4) == 0 ? Map.of("site", "East Wing") : Map.of(),
        bounds,
        some(random, "site/3"),
        some(random, START.plus(Duration.ofMinutes(30))),
        some(random, START.plus(Duration.ofMinutes(120))),
        some(random, AliasName.CHAMPION));
  }

  private static <T> Optional<T> some(Random random, T value) {
    return random.nextInt(6) == 0 ? Optional.of(value) : Optional.empty();
  }

  private static boolean meets(ModelVersion version, VersionFilter filter) {
    var content = version.content();
    Set<String> words = new HashSet<>(words(version.model() + " " + content.family()));
    words.addAll(words(content.description()));
    content.tags().forEach((key, value) -> words.addAll(words(key + " " + value)));
    return words.containsAll(words(filter.text()))
        && filter.model().stream().allMatch(version.model()::equals)
        && filter.task().stream().allMatch(version.task()::equals)
        && filter.family().stream().allMatch(content.family()::equals)
        && filter.state().stream().allMatch(version.state()::equals)
        && content.tags().entrySet().containsAll(filter.tags().entrySet())
        && filter.series().stream()
            .allMatch(s -> content.lineage().json().contains("\"" + s + "\""))
        && filter.createdFrom().stream().noneMatch(from -> version.createdAt().isBefore(from))
        && filter.createdTo().stream().allMatch(to -> version.createdAt().isBefore(to))
        && filter.alias().stream().allMatch(version.aliases()::contains);
  }

  private static boolean boundless(ModelVersion version, VersionFilter filter) {
    return filter.metrics().stream()
        .anyMatch(bound -> {
          Double value = version.content().metrics().get(bound.metric());
          return value == null
              || value < bound.min().orElse(Double.NEGATIVE_INFINITY)
              || value > bound.max().orElse(Double.POSITIVE_INFINITY);
        });
  }

  private static Comparator<ModelVersion> order(VersionOrder order, List<ModelVersion> made) {
    Map<String, Integer> place = new HashMap<>();
    made.forEach(version -> place.put(version.label(), place.size()));
    Comparator<ModelVersion> oldest =
        Comparator.comparing(ModelVersion::createdAt)
            .thenComparing(version -> place.getOrDefault(version.label(), 0));
    if (order.metric().isEmpty()) {
      return oldest.reversed();
    }
    String metric = order.metric().get();
    Comparator<ModelVersion> byValue =
        Comparator.comparingDouble(
                (ModelVersion version) -> version.content().metrics().getOrDefault(metric, 0.0))
            .thenComparing(version -> place.getOrDefault(version.label(), 0));
    return Comparator.comparing(
            (ModelVersion version) -> !version.content().metrics().containsKey(metric))
        .thenComparing((a, b) ->
            a.content().metrics().containsKey(metric)
                ? (order.descending() ? byValue.reversed() : byValue).compare(a, b)
                : oldest.reversed().compare(a, b));
  }

  private static List<String> words(String text) {
    return List.of(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+", -1)).stream()
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static VersionFilter filter(Map<String, String> tags) {
    return filter("", Optional.empty(), tags);
  }

  private static VersionFilter text(String text) {
    return filter(text, Optional.empty(), Map.of());
  }

  private static VersionFilter state(VersionState state) {
    return filter("", Optional.of(state), Map.of());
  }

  private static VersionFilter filter(
      String text, Optional<VersionState> state, Map<String, String> tags) {
    return new VersionFilter(
        text,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        state,
        tags,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private void model(String name, Task task) {
    var _ = catalog.create(origin(), new ModelName(name), task, "", Map.of());
  }

  private ModelVersion version(
      String model,
      String family,
      Map<String, Double> metrics,
      Map<String, String> tags,
      String description,
      String lineage) {
    return catalog.createVersion(
        origin(),
        new NewVersion(
            new ModelName(model),
            Optional.<SemanticVersion>empty(),
            VersionBump.MINOR,
            ARTIFACT,
            new VersionContent(
                family,
                Document.EMPTY,
                metrics,
                tags,
                description,
                new Document(lineage),
                Optional.empty())));
  }

  private static Origin origin() {
    return new Origin("tester", "Test", Optional.empty(), ARTIFACT, "");
  }
}
