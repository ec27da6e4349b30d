package dev.tidewatch.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.registry.SettableClock;
import dev.tidewatch.registry.artifacts.Upload;
import dev.tidewatch.registry.domain.AliasBoard;
import dev.tidewatch.registry.domain.AliasExpectation;
import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.AliasMove;
import dev.tidewatch.registry.domain.AliasMoveRecord;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.ChangedThing;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.MetricPoint;
import dev.tidewatch.registry.domain.ModelCatalog;
import dev.tidewatch.registry.domain.ModelFilter;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.ModelVersion;
import dev.tidewatch.registry.domain.NewVersion;
import dev.tidewatch.registry.domain.Origin;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.RegistryView;
import dev.tidewatch.registry.domain.RunLog;
import dev.tidewatch.registry.domain.RunStatus;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.domain.Task;
import dev.tidewatch.registry.domain.VersionBump;
import dev.tidewatch.registry.domain.VersionContent;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the registry's stores must do on every database; a subclass only says which. */
abstract class RegistryStoreContract {
  private static final ModelName LOAD = new ModelName("load");
  private static final AliasKey CHAMPION = new AliasKey(LOAD, AliasName.CHAMPION);
  private static final AliasKey CANARY = new AliasKey(LOAD, new AliasName("canary"));
  private static final int REVISIONS_KEPT = 20;

  private final SettableClock clock = new SettableClock("2026-03-01T00:00:00Z");
  private TestDatabase database;
  private Database open;
  private PostgresRegistryStore store;
  private ModelCatalog catalog;
  private AliasBoard board;
  private RunLog runs;

  abstract TestDatabase database();

  @BeforeEach
  void open() {
    database = database();
    open = database.open("registry");
    store = new PostgresRegistryStore(open.dsl(), clock, clock, REVISIONS_KEPT, revision -> {});
    catalog = new ModelCatalog(store, clock);
    board = new AliasBoard(store, clock);
    runs = new RunLog(store, new PostgresRunStore(open.dsl()), clock, UUID::randomUUID);
  }

  @AfterEach
  void close() {
    open.close();
    database.close();
  }

  @Test
  void aRepeatedRequestChangesNothing() {
    var first = catalog.create(origin("a", 1), LOAD, Task.FORECAST, "day ahead", Map.of("k", "v"));
    long revision = store.read(RegistryView::revision);
    var again = catalog.create(origin("a", 1), LOAD, Task.FORECAST, "day ahead", Map.of("k", "v"));
    assertThat(again).isEqualTo(first);
    assertThat(store.read(RegistryView::revision)).isEqualTo(revision);
    assertThatThrownBy(
            () -> catalog.create(origin("a", 2), LOAD, Task.DETECT, "something else", Map.of()))
        .isInstanceOfSatisfying(
            AlreadyExists.class, e -> assertThat(e.reason()).isEqualTo("REQUEST_ID_REUSED"));
  }

  @Test
  void aRefusedRequestIsNotRemembered() {
    assertThatThrownBy(() -> catalog.createVersion(origin("v", 1), version("1.0.0")))
        .hasMessageContaining("load");
    model();
    enter(1);
    assertThat(catalog.createVersion(origin("v", 1), version("1.0.0")).number())
        .hasToString("1.0.0");
  }

  @Test
  void versionsComeHighestFirstAndPagesMissNone() {
    model();
    var expected = new ArrayList<String>();
    for (int minor = 0; minor < 23; minor++) {
      expected.addFirst(made("1." + minor + ".0").number().toString());
    }
    var seen = new ArrayList<String>();
    Optional<String> after = Optional.empty();
    do {
      var page = catalog.listVersions(LOAD, Optional.empty(), new PageRequest(5, after));
      page.items().forEach(version -> seen.add(version.number().toString()));
      after = page.next();
    } while (after.isPresent());
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void nextVersionFollowsTheHighest() {
    model();
    assertThat(catalog.nextVersion(LOAD, VersionBump.PATCH)).hasToString("1.0.0");
    made("1.9.0");
    made("1.10.3");
    made("1.2.0");
    assertThat(catalog.nextVersion(LOAD, VersionBump.MINOR)).hasToString("1.11.0");
    enter(9);
    assertThat(
            catalog
                .createVersion(
                    origin("", 0),
                    new NewVersion(LOAD, Optional.empty(), VersionBump.PATCH, digest(9), content()))
                .number())
        .hasToString("1.10.4");
  }

  @Test
  void aVersionKeepsWhatWasSaid() {
    model();
    enter(1);
    var run = runs.create(origin("", 0), LOAD, "first", Map.of("epochs", "3"), Map.of());
    var content =
        new VersionContent(
            "lstm",
            new Document("{\"horizonSteps\": 24}"),
            Map.of("mase", 0.81),
            Map.of("site", "north"),
            "said",
            new Document("{\"seed\": \"7\"}"),
            Optional.of(run.id()));
    var made =
        catalog.createVersion(
            origin("", 0),
            new NewVersion(
                LOAD, Optional.of(number("2.0.0")), VersionBump.MINOR, digest(1), content));
    assertThat(made.content()).isEqualTo(content);
    assertThat(made.createdAt()).isEqualTo(clock.instant());
    assertThat(runs.get(run.id()).versions()).containsExactly(number("2.0.0"));
  }

  @Test
  void aVersionNeedsItsArtifactAndItsRun() {
    model();
    assertThatThrownBy(() -> catalog.createVersion(origin("", 0), version("1.0.0")))
        .isInstanceOfSatisfying(
            FailedPrecondition.class, e -> assertThat(e.reason()).isEqualTo("ARTIFACT_UNKNOWN"));
    enter(1);
    var lost =
        new VersionContent(
            "f",
            Document.EMPTY,
            Map.of(),
            Map.of(),
            "",
            Document.EMPTY,
            Optional.of(UUID.randomUUID()));
    assertThatThrownBy(() ->
            catalog.createVersion(
                origin("", 0),
                new NewVersion(LOAD, Optional.empty(), VersionBump.MINOR, digest(1), lost)))
        .isInstanceOfSatisfying(
            FailedPrecondition.class, e -> assertThat(e.reason()).isEqualTo("RUN_UNKNOWN"));
    assertThat(catalog.get(LOAD).latest()).isEmpty();
  }

  @Test
  void modelsPageByNameWithinAPrefix() {
    for (String name : List.of("b", "a.2", "a_1", "A", "a.1", "a.10")) {
      var _ = catalog.create(origin("", 0), new ModelName(name), Task.DETECT, "", Map.of());
    }
    var filter = new ModelFilter("a.", false, Optional.empty());
    var first = catalog.list(filter, PageRequest.first(2));
    assertThat(first.items()).extracting(m -> m.name().value()).containsExactly("a.1", "a.10");
    var last = catalog.list(filter, new PageRequest(2, first.next()));
    assertThat(last.items()).extracting(m -> m.name().value()).containsExactly("a.2");
    assertThat(last.next()).isEmpty();
  }

  @Test
  void severalAliasesMoveTogetherOrNotAtAll() {
    model();
    made("1.0.0");
    made("1.1.0");
    move(to(CHAMPION, "1.0.0"), to(CANARY, "1.1.0"));
    assertThatThrownBy(() ->
            move(to(CHAMPION, "1.1.0"), expecting(CANARY, Optional.empty(), Optional.of("1.0.0"))))
        .isInstanceOfSatisfying(
            Aborted.class, e -> assertThat(e.reason()).isEqualTo("ALIAS_MOVED"));
    assertThat(board.get(CHAMPION).version()).hasToString("1.0.0");
    var moved =
        move(
            expecting(CHAMPION, Optional.of("1.1.0"), Optional.of("1.0.0")),
            expecting(CANARY, Optional.empty(), Optional.of("1.1.0")));
    assertThat(moved.aliases())
        .singleElement()
        .satisfies(a -> assertThat(a.version()).hasToString("1.1.0"));
    assertThat(board.history(CANARY, PageRequest.first(10)).items())
        .extracting(AliasMoveRecord::to)
        .containsExactly(Optional.empty(), Optional.of(number("1.1.0")));
    assertThat(changesAfter(moved.revision() - 1).orElseThrow())
        .containsExactly(new ChangedThing.OfAlias(CHAMPION), new ChangedThing.OfAlias(CANARY));
  }

  @Test
  void historyTellsWhatWasLive() {
    model();
    made("1.0.0");
    made("1.1.0");
    clock.set("2026-03-02T00:00:00Z");
    move(to(CHAMPION, "1.0.0"));
    clock.set("2026-03-03T00:00:00Z");
    move(to(CHAMPION, "1.1.0"));
    clock.set("2026-03-04T00:00:00Z");
    var back = board.rollBack(origin("", 0), CHAMPION, Optional.empty(), "worse");
    assertThat(back.from()).hasToString("1.1.0");
    clock.set("2026-03-05T00:00:00Z");
    move(new AliasMove(CHAMPION, Optional.empty(), Optional.empty()));

    assertThat(live("2026-03-01T23:59:59.999999Z")).isEmpty();
    assertThat(live("2026-03-02T00:00:00Z")).contains("1.0.0");
    assertThat(live("2026-03-03T12:00:00Z")).contains("1.1.0");
    assertThat(live("2026-03-04T00:00:00Z")).contains("1.0.0");
    assertThat(live("2026-03-06T00:00:00Z")).isEmpty();
    assertThat(board.liveAt(CHAMPION, Instant.parse("2026-03-03T12:00:00Z")).until())
        .contains(Instant.parse("2026-03-04T00:00:00Z"));
  }

  @Test
  void historyNeverRunsBackwards() {
    model();
    made("1.0.0");
    made("1.1.0");
    move(to(CHAMPION, "1.0.0"));
    var before = board.get(CHAMPION).movedAt();
    clock.advance(Duration.ofHours(-1));
    move(to(CHAMPION, "1.1.0"));
    assertThat(board.get(CHAMPION).movedAt()).isEqualTo(before);
    assertThat(board.liveAt(CHAMPION, before).version()).contains(number("1.1.0"));
  }

  /** Of movers that all saw the same, one gets through; what is left is one unbroken chain. */
  @Test
  void racingMoversFormOneChain() throws Exception {
    model();
    for (int i = 0; i < 6; i++) {
      made("1." + i + ".0");
    }
    move(to(CHAMPION, "1.0.0"));
    long seed = Long.getLong("seed", 11L);
    int wins = 0;
    int losses = 0;
    try (var threads = Executors.newFixedThreadPool(6)) {
      List<Future<int[]>> movers = new ArrayList<>();
      for (int t = 0; t < 6; t++) {
        var random = new Random(seed + t);
        movers.add(threads.submit(() -> moveAtRandom(random)));
      }
      for (Future<int[]> mover : movers) {
        wins += mover.get()[0];
        losses += mover.get()[1];
      }
    }
    var history = board.history(CHAMPION, PageRequest.first(1000)).items().reversed();
    assertThat(history).as("seed %d", seed).hasSize(wins + 1);
    for (int i = 1; i < history.size(); i++) {
      assertThat(history.get(i).from()).as("seed %d", seed).isEqualTo(history.get(i - 1).to());
      assertThat(history.get(i).revision()).isGreaterThan(history.get(i - 1).revision());
    }
    assertThat(board.get(CHAMPION).version()).isEqualTo(history.getLast().to().orElseThrow());
    assertThat(losses).as("movers that came too late, seed %d", seed).isPositive();
  }

  private int[] moveAtRandom(Random random) {
    int[] winsAndLosses = new int[2];
    for (int i = 0; i < 25; i++) {
      var now = board.get(CHAMPION);
      String next = "1." + (now.version().minor() + 1 + random.nextInt(5)) % 6 + ".0";
      try {
        var _ =
            board.move(
                origin("", 0),
                List.of(
                    new AliasMove(
                        CHAMPION,
                        Optional.of(number(next)),
                        Optional.of(
                            new AliasExpectation(Optional.of(now.version()), now.revision())))),
                List.of(),
                "",
                false);
        winsAndLosses[0]++;
      } catch (Aborted e) {
        winsAndLosses[1]++;
      }
    }
    return winsAndLosses;
  }

  @Test
  void revisionsAreGaplessAndOldChangesAreForgotten() {
    model();
    made("1.0.0");
    made("1.1.0");
    long start = store.read(RegistryView::revision);
    for (int i = 0; i < REVISIONS_KEPT + 5; i++) {
      assertThat(move(to(CHAMPION, i % 2 == 0 ? "1.0.0" : "1.1.0")).revision())
          .isEqualTo(start + 1 + i);
    }
    long now = store.read(RegistryView::revision);
    assertThat(changesAfter(now - REVISIONS_KEPT)).isPresent();
    assertThat(changesAfter(now - REVISIONS_KEPT - 1)).isEmpty();
    assertThat(changesAfter(now + 1)).isEmpty();
    assertThat(changesAfter(now).orElseThrow()).isEmpty();
  }

  @Test
  void curvesKeepTheLastPointOfAStepAndEndWithTheRun() {
    model();
    var run = runs.create(origin("", 0), LOAD, "t", Map.of(), Map.of());
    assertThat(runs.log(run.id(), List.of(point("loss", 0, 3), point("loss", 1, 2)))).isEqualTo(2);
    assertThat(
            runs.log(
                run.id(), List.of(point("loss", 1, 9), point("loss", 1, 1), point("mae", 0, 5))))
        .isEqualTo(3);
    assertThat(runs.get(run.id()).summary()).isEqualTo(Map.of("loss", 1.0, "mae", 5.0));
    var first = runs.points(run.id(), Optional.empty(), PageRequest.first(2));
    var last = runs.points(run.id(), Optional.empty(), new PageRequest(2, first.next()));
    assertThat(first.items()).containsExactly(point("loss", 0, 3), point("loss", 1, 1));
    assertThat(last.items()).containsExactly(point("mae", 0, 5));

    var _ = runs.update(run.id(), OptionalDouble.of(0.5), Map.of("k", "v"), Map.of());
    var ended = runs.finish(origin("", 0), run.id(), RunStatus.SUCCEEDED, "", Map.of("mase", 0.9));
    assertThat(ended.progress()).isEqualTo(1);
    assertThat(runs.finish(origin("", 0), run.id(), RunStatus.SUCCEEDED, "", Map.of()))
        .isEqualTo(ended);
    assertThatThrownBy(() -> runs.log(run.id(), List.of(point("loss", 2, 1))))
        .isInstanceOfSatisfying(
            FailedPrecondition.class, e -> assertThat(e.reason()).isEqualTo("RUN_FINISHED"));
    assertThatThrownBy(() -> runs.finish(origin("", 0), run.id(), RunStatus.FAILED, "", Map.of()))
        .isInstanceOf(FailedPrecondition.class);
  }

  @Test
  void runsPageNewestFirstAlsoWithinOneInstant() {
    model();
    var made = new ArrayList<UUID>();
    for (int i = 0; i < 7; i++) {
      made.add(runs.create(origin("", 0), LOAD, "t" + i, Map.of(), Map.of()).id());
      if (i % 3 == 0) {
        clock.advance(Duration.ofSeconds(1));
      }
    }
    var seen = new ArrayList<UUID>();
    Optional<String> after = Optional.empty();
    do {
      var page = runs.list(Optional.of(LOAD), Optional.empty(), new PageRequest(2, after));
      page.items().forEach(run -> seen.add(run.id()));
      after = page.next();
    } while (after.isPresent());
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(made)
        .first()
        .isIn(made.get(5), made.get(6), made.get(4));
    assertThat(seen.getLast()).isEqualTo(made.getFirst());
  }

  @Test
  void requestsAreForgottenAfterTheirTime() {
    model("once");
    assertThat(store.forgetOldRequests()).isZero();
    clock.advance(PostgresRegistryStore.REQUESTS_KEPT.plusSeconds(1));
    assertThat(store.forgetOldRequests()).isEqualTo(1);
  }

  private static MetricPoint point(String metric, long step, double value) {
    return new MetricPoint(metric, step, value, Instant.parse("2026-03-01T00:00:00Z"));
  }

  private Optional<List<ChangedThing>> changesAfter(long revision) {
    return store.read(registry -> registry.changesAfter(revision));
  }

  private Optional<String> live(String at) {
    return board.liveAt(CHAMPION, Instant.parse(at)).version().map(SemanticVersion::toString);
  }

  private AliasBoard.Moved move(AliasMove... moves) {
    return board.move(origin("", 0), List.of(moves), List.of(), "test", false);
  }

  private static AliasMove to(AliasKey key, String version) {
    return new AliasMove(key, Optional.of(number(version)), Optional.empty());
  }

  private static AliasMove expecting(AliasKey key, Optional<String> to, Optional<String> expected) {
    return new AliasMove(
        key,
        to.map(SemanticVersion::parse),
        Optional.of(new AliasExpectation(expected.map(SemanticVersion::parse), 0)));
  }

  private void model() {
    model("");
  }

  private void model(String requestId) {
    var _ = catalog.create(origin(requestId, 0), LOAD, Task.FORECAST, "", Map.of());
  }

  private ModelVersion made(String version) {
    enter(1);
    return catalog.createVersion(origin("", 0), version(version));
  }

  private static NewVersion version(String number) {
    return new NewVersion(
        LOAD, Optional.of(number(number)), VersionBump.MINOR, digest(1), content());
  }

  private static VersionContent content() {
    return new VersionContent(
        "seasonal-naive", Document.EMPTY, Map.of(), Map.of(), "", Document.EMPTY, Optional.empty());
  }

  private void enter(int content) {
    var index = new PostgresArtifactIndex(open.dsl());
    var upload =
        new Upload(
            UUID.randomUUID(),
            digest(content),
            10,
            ArtifactFormat.BUNDLE,
            Optional.empty(),
            false,
            clock.instant());
    index.touch(upload);
    var _ =
        index.enter(
            new Artifact(
                digest(content),
                10,
                ArtifactFormat.BUNDLE,
                Optional.empty(),
                clock.instant(),
                false),
            upload.id(),
            () -> true);
  }

  private static Sha256 digest(int content) {
    return new Sha256(HexFormat.of().toHexDigits((byte) content).repeat(32));
  }

  private static SemanticVersion number(String text) {
    return SemanticVersion.parse(text);
  }

  private static Origin origin(String requestId, int content) {
    return new Origin(
        "tester",
        "Test",
        requestId.isEmpty() ? Optional.empty() : Optional.of(requestId),
        digest(content),
        "");
  }
}
