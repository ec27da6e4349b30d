package dev.tidewatch.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.registry.SettableClock;
import dev.tidewatch.registry.artifacts.Upload;
import dev.tidewatch.registry.domain.AliasBoard;
import dev.tidewatch.registry.domain.AliasExpectation;
import dev.tidewatch.registry.domain.AliasGuards;
import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.AliasMove;
import dev.tidewatch.registry.domain.AliasMoveRecord;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.AliasProtection;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.AuditEntry;
import dev.tidewatch.registry.domain.AuditFilter;
import dev.tidewatch.registry.domain.AuditLog;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.Evidence;
import dev.tidewatch.registry.domain.EvidenceLog;
import dev.tidewatch.registry.domain.Finding;
import dev.tidewatch.registry.domain.GatePolicy;
import dev.tidewatch.registry.domain.GatePolicy.CoverageGate;
import dev.tidewatch.registry.domain.GatePolicy.DataGate;
import dev.tidewatch.registry.domain.GatePolicy.PairedTestGate;
import dev.tidewatch.registry.domain.GateVerdict;
import dev.tidewatch.registry.domain.LineageGraph;
import dev.tidewatch.registry.domain.ModelCatalog;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.NewEvidence;
import dev.tidewatch.registry.domain.NewVersion;
import dev.tidewatch.registry.domain.Origin;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.RunLog;
import dev.tidewatch.registry.domain.RunStatus;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.domain.Task;
import dev.tidewatch.registry.domain.VersionBump;
import dev.tidewatch.registry.domain.VersionContent;
import dev.tidewatch.registry.domain.VersionName;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How aliases are guarded, on every database; a subclass only says which. */
abstract class PromotionContract {
  private static final ModelName LOAD = new ModelName("load");
  private static final AliasKey CHAMPION = new AliasKey(LOAD, AliasName.CHAMPION);
  private static final AliasKey CANARY = new AliasKey(LOAD, new AliasName("canary"));
  private static final Sha256 ARTIFACT = digest(1);
  private static final Sha256 DATA = digest(7);
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final long HOUR_MICROS = 3_600_000_000L;
  private static final String HOURLY_DAY =
      "{\"horizonSteps\": 24, \"grid\": {\"step\": \"3600s\"}}";

  private final SettableClock clock = new SettableClock(NOON.toString());
  private TestDatabase database;
  private Database open;
  private PostgresRegistryStore store;
  private ModelCatalog catalog;
  private AliasBoard board;
  private AliasGuards guards;
  private EvidenceLog evidence;
  private AuditLog audit;

  abstract TestDatabase database();

  @BeforeEach
  void open() {
    database = database();
    open = database.open("registry");
    store = new PostgresRegistryStore(open.dsl(), clock, clock, 20, revision -> {});
    catalog = new ModelCatalog(store, clock);
    board = new AliasBoard(store, clock);
    guards = new AliasGuards(store, clock);
    evidence = new EvidenceLog(store, clock, UUID::randomUUID);
    audit = new AuditLog(store);
    var _ = catalog.create(by("tester"), LOAD, Task.FORECAST, "", Map.of());
    enterArtifact();
    made("1.0.0", HOURLY_DAY, Document.EMPTY);
    made("1.1.0", HOURLY_DAY, new Document("{\"dataFingerprint\": \"" + DATA + "\"}"));
  }

  @AfterEach
  void close() {
    open.close();
    database.close();
  }

  @Test
  void evidenceComesBackAsItWasNewestFirstAndOnce() {
    var paired =
        new Finding.PairedErrors(
            key("1.0.0"), "mae", List.of(1L, 2L), List.of(.5, -1e300), List.of(.25, 3.0));
    var first = attach("1.1.0", NOON, paired);
    var second = attach("1.1.0", NOON, new Finding.Coverage(.9, .85, 1000));
    var third = attach("1.1.0", NOON, new Finding.Data(720, Optional.of(Duration.ofDays(30))));
    var all = evidence.list(key("1.1.0"), PageRequest.first(10));
    assertThat(all.items()).containsExactly(third, second, first);
    assertThat(all.items().getLast().content().finding()).isEqualTo(paired);
    assertThat(first.attachedBy()).isEqualTo("tester");
    assertThat(evidence.list(key("1.0.0"), PageRequest.first(10)).items()).isEmpty();
    var page = evidence.list(key("1.1.0"), PageRequest.first(2));
    assertThat(page.items()).containsExactly(third, second);
    assertThat(evidence.list(key("1.1.0"), new PageRequest(2, page.next())).items())
        .containsExactly(first);

    var origin = new Origin("tester", "AttachEvidence", Optional.of("r"), digest(3), "");
    var wanted = wanted("1.1.0", NOON, new Finding.Coverage(.8, .8, 100));
    assertThat(evidence.attach(origin, wanted)).isEqualTo(evidence.attach(origin, wanted));
    assertThat(evidence.list(key("1.1.0"), PageRequest.first(10)).items()).hasSize(4);
  }

  @Test
  void aPageOfLongListsIsShortAndMissesNone() {
    for (int i = 0; i < 3; i++) {
      attach("1.1.0", NOON, paired("1.0.0", 60_000, 24, 0));
    }
    var seen = new ArrayList<Evidence>();
    Optional<String> after = Optional.empty();
    int pages = 0;
    do {
      var page = evidence.list(key("1.1.0"), new PageRequest(50, after));
      seen.addAll(page.items());
      after = page.next();
      pages++;
    } while (after.isPresent());
    assertThat(pages).isEqualTo(3);
    assertThat(seen).doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  void evidenceOfAnotherArtifactOrAgainstAnUnknownVersionIsRefused() {
    var other =
        new NewEvidence(
            key("1.1.0"), digest(9), NOON, Optional.empty(), new Finding.Coverage(.9, .9, 100));
    refused(
        () -> evidence.attach(by("tester"), other), InvalidArgument.class, "EVIDENCE_MALFORMED");
    refused(
        () -> attach("1.1.0", NOON, paired("3.0.0", 30, 24, 0)), NotFound.class, "VERSION_UNKNOWN");
    assertThat(evidence.list(key("1.1.0"), PageRequest.first(10)).items()).isEmpty();
  }

  @Test
  void anUnprotectedAliasAsksNothing() {
    promote("1.0.0", false);
    promote("1.1.0", false);
    assertThat(guards.check(CHAMPION, number("1.1.0")))
        .extracting(GateVerdict::gate)
        .containsExactly("state");
    protect(CHAMPION, false, paired(false), 2);
    promote("1.0.0", false);
    assertThat(last().forced()).isFalse();
  }

  @Test
  void aProtectedAliasTakesAVersionThatIsNotWorse() {
    promote("1.0.0", false);
    protect(CHAMPION, true, paired(false), 0);
    refusedGate("1.1.0", "paired_test", "no paired errors (mae) against load 1.0.0");

    attach("1.1.0", NOON, paired("1.0.0", 29, 24, -1));
    refusedGate("1.1.0", "paired_test", "29 origins against load 1.0.0; 30 are needed");

    attach("1.1.0", NOON, paired("1.0.0", 60, 24, 1));
    refusedGate("1.1.0", "paired_test", "1.1.0 worse than 1.0.0 by mae at 60 origins");

    var good = attach("1.1.0", NOON, paired("1.0.0", 60, 24, 0));
    promote("1.1.0", false);
    assertThat(last().forced()).isFalse();
    assertThat(last().verdicts()).allMatch(GateVerdict::passed);
    assertThat(verdict(last().verdicts(), "paired_test").evidence()).containsExactly(good.id());
  }

  @Test
  void betterIsMoreThanNotWorse() {
    promote("1.0.0", false);
    protect(CHAMPION, true, paired(true), 0);
    attach("1.1.0", NOON, paired("1.0.0", 60, 24, 0));
    refusedGate("1.1.0", "paired_test", "neither better nor worse");
    attach("1.1.0", NOON, paired("1.0.0", 60, 24, -1));
    promote("1.1.0", false);
  }

  @Test
  void errorsThatShareTruthWeighLess() {
    promote("1.0.0", false);
    protect(CHAMPION, true, paired(true), 0);
    // The same errors: a day apart each stands alone; an hour apart, 24 forecasts share a truth.
    attach("1.1.0", NOON, inRuns(24));
    promote("1.1.0", false);
    board.rollBack(by("tester"), CHAMPION, Optional.empty(), "");
    attach("1.1.0", NOON, inRuns(1));
    refusedGate("1.1.0", "paired_test", "neither better nor worse");
  }

  /** 96 pairs in which runs of 24 are better by 1 or worse by .6. */
  private static Finding inRuns(int hoursApart) {
    var origins = new ArrayList<Long>();
    var candidate = new ArrayList<Double>();
    var other = new ArrayList<Double>();
    for (int i = 0; i < 96; i++) {
      origins.add(i * HOUR_MICROS * hoursApart);
      candidate.add((i / 24) % 2 == 0 ? 1.0 : 2.6);
      other.add(2.0 + 1e-3 * (i % 5));
    }
    return new Finding.PairedErrors(key("1.0.0"), "mae", origins, candidate, other);
  }

  @Test
  void whatIsComparedIsTheVersionNamedNow() {
    made("1.2.0", HOURLY_DAY, Document.EMPTY);
    promote("1.0.0", false);
    attach("1.2.0", NOON, paired("1.0.0", 60, 24, -1));
    promote("1.1.0", false);
    protect(CHAMPION, true, paired(false), 0);
    refusedGate("1.2.0", "paired_test", "against load 1.1.0");
    attach("1.2.0", NOON, paired("1.1.0", 60, 24, -1));
    promote("1.2.0", false);
  }

  @Test
  void oldEvidenceDoesNotCountAndAClockAheadBuysNoTime() {
    promote("1.0.0", false);
    var policy =
        new GatePolicy(
            Optional.of(Duration.ofHours(6)),
            Optional.of(new PairedTestGate("mae", 30, .05, false)),
            Optional.empty(),
            Optional.empty(),
            false);
    protect(CHAMPION, true, policy, 0);
    attach("1.1.0", NOON.minus(Duration.ofHours(7)), paired("1.0.0", 60, 24, 0));
    refusedGate("1.1.0", "evidence_age", "was found at 2026-03-01T05:00:00Z");
    attach("1.1.0", NOON.plus(Duration.ofDays(365)), paired("1.0.0", 60, 24, 0));
    assertThat(guards.check(CHAMPION, number("1.1.0"))).allMatch(GateVerdict::passed);
    clock.advance(Duration.ofHours(6).plusSeconds(1));
    refusedGate("1.1.0", "evidence_age", "was found at 2026-03-01T12:00:00Z");
  }

  @Test
  void everyIntervalMustKeepItsPromiseByItsNewestFinding() {
    protect(
        CHAMPION,
        true,
        new GatePolicy(
            Optional.empty(),
            Optional.empty(),
            Optional.of(new CoverageGate(.05, 100)),
            Optional.empty(),
            false),
        0);
    refusedGate("1.1.0", "coverage", "no coverage is known");
    attach("1.1.0", NOON, new Finding.Coverage(.9, .85, 99));
    refusedGate("1.1.0", "coverage", "0.85 where 0.9 was promised (99 intervals)");
    attach("1.1.0", NOON, new Finding.Coverage(.9, .85, 100));
    attach("1.1.0", NOON, new Finding.Coverage(.5, .56, 100));
    refusedGate("1.1.0", "coverage", "0.56 where 0.5 was promised");
    attach("1.1.0", NOON.minusSeconds(60), new Finding.Coverage(.5, .5, 100));
    refusedGate("1.1.0", "coverage", "0.56 where 0.5 was promised");
    attach("1.1.0", NOON, new Finding.Coverage(.5, .46, 100));
    promote("1.1.0", false);
  }

  @Test
  void dataMustBeEnoughAndBeTheDataOfTheLineage() {
    protect(
        CHAMPION,
        true,
        new GatePolicy(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new DataGate(1000, Duration.ofDays(28))),
            false),
        0);
    attachData(digest(8), 5000, Optional.of(Duration.ofDays(90)));
    refusedGate("1.1.0", "data", "nothing is known of the data");
    attachData(DATA, 999, Optional.of(Duration.ofDays(90)));
    refusedGate("1.1.0", "data", "999 rows over PT2160H; 1000 over PT672H are needed");
    attachData(DATA, 1000, Optional.empty());
    refusedGate("1.1.0", "data", "1000 rows over PT0S");
    attachData(DATA, 1000, Optional.of(Duration.ofDays(28)));
    promote("1.1.0", false);
  }

  @Test
  void aSignatureChangesWithAMajorNumberOnly() {
    protect(
        CHAMPION,
        true,
        new GatePolicy(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true),
        0);
    promote("1.0.0", false);
    promote("1.1.0", false);
    String other = "{\"horizonSteps\": 48, \"grid\": {\"step\": \"3600s\"}}";
    made("1.2.0", other, Document.EMPTY);
    made("2.0.0", other, Document.EMPTY);
    refusedGate("1.2.0", "same_signature", "give it a new major number");
    promote("2.0.0", false);
  }

  @Test
  void approvalsAreCountedByKeyAndCanBeWithdrawn() {
    protect(CHAMPION, true, GatePolicy.NONE, 2);
    approve("ann", "1.1.0", "seen");
    approve("ann", "1.1.0", "seen twice");
    approve("ann", "1.0.0", "");
    refused(() -> promote("1.1.0", false), FailedPrecondition.class, "APPROVAL_MISSING");
    approve("bob", "1.1.0", "");
    guards.withdraw(by("bob"), CHAMPION, number("1.1.0"));
    guards.withdraw(by("bob"), CHAMPION, number("1.1.0"));
    refused(() -> promote("1.1.0", false), FailedPrecondition.class, "APPROVAL_MISSING");
    approve("cyd", "1.1.0", "");
    promote("1.1.0", false);
    var approvals =
        guards.approvals(
            LOAD, Optional.empty(), Optional.of(number("1.1.0")), PageRequest.first(10));
    assertThat(approvals.items())
        .extracting(approval -> approval.approvedBy() + " " + approval.comment())
        .containsExactly("cyd ", "ann seen twice");
    assertThat(
            guards
                .approvals(
                    LOAD, Optional.of(CANARY.alias()), Optional.empty(), PageRequest.first(9))
                .items())
        .isEmpty();
  }

  @Test
  void forceGoesPastGatesWithAReasonAndIsKept() {
    protect(CHAMPION, true, coverageAndApproval(), 1);
    refusedGate("1.1.0", "coverage", "no coverage is known");
    refused(
        () -> board.move(by("tester"), List.of(to(CHAMPION, "1.1.0")), List.of(), " ", true),
        InvalidArgument.class,
        "REASON_MISSING");
    var moved =
        board.move(by("ann"), List.of(to(CHAMPION, "1.1.0")), List.of(), "fire in the hall", true);
    assertThat(moved.verdicts())
        .filteredOn(verdict -> !verdict.passed())
        .extracting(GateVerdict::gate)
        .containsExactly("coverage", "approvals");
    assertThat(last().forced()).isTrue();
    assertThat(last().reason()).isEqualTo("fire in the hall");
    assertThat(last().verdicts()).isEqualTo(moved.verdicts());
    assertThat(newestEntry().description()).contains("forced past coverage, approvals");

    // Nothing stood in its way: not forced, whatever was said.
    attach("1.0.0", NOON, new Finding.Coverage(.9, .9, 1000));
    approve("ann", "1.0.0", "");
    board.move(by("ann"), List.of(to(CHAMPION, "1.0.0")), List.of(), "just in case", true);
    assertThat(last().forced()).isFalse();
  }

  @Test
  void aRepeatedMoveAnswersWithTheSameVerdicts() {
    protect(CHAMPION, true, coverageAndApproval(), 0);
    var origin = new Origin("ann", "MoveAliases", Optional.of("once"), digest(1), "");
    var first = board.move(origin, List.of(to(CHAMPION, "1.1.0")), List.of(), "why", true);
    assertThat(first.verdicts()).hasSize(2);
    assertThat(board.move(origin, List.of(to(CHAMPION, "1.1.0")), List.of(), "why", true))
        .isEqualTo(first);
  }

  @Test
  void aProtectedAliasIsRemovedByForceOnlyAndRolledBackFreely() {
    promote("1.0.0", false);
    promote("1.1.0", false);
    protect(CHAMPION, true, coverageAndApproval(), 1);
    var removal = List.of(new AliasMove(CHAMPION, Optional.empty(), Optional.empty()));
    refused(
        () -> board.move(by("tester"), removal, List.of(), "", false),
        FailedPrecondition.class,
        "GATE_REFUSED");
    var back = board.rollBack(by("tester"), CHAMPION, Optional.empty(), "too slow");
    assertThat(back.alias().version()).hasToString("1.0.0");
    assertThat(last().rollback()).isTrue();
    assertThat(last().forced()).isFalse();
    board.move(by("tester"), removal, List.of(), "retired", true);
    assertThat(last().forced()).isTrue();
  }

  @Test
  void oneRefusedMoveHoldsBackAllOfThem() {
    promote("1.0.0", false);
    protect(CHAMPION, true, paired(false), 0);
    refused(
        () ->
            board.move(
                by("tester"),
                List.of(to(CANARY, "1.1.0"), to(CHAMPION, "1.1.0")),
                List.of(),
                "",
                false),
        FailedPrecondition.class,
        "GATE_REFUSED");
    refused(() -> board.get(CANARY), NotFound.class, "ALIAS_UNKNOWN");
    attach("1.1.0", NOON, paired("1.0.0", 60, 24, -1));
    var moved =
        board.move(
            by("tester"),
            List.of(to(CANARY, "1.0.0"), to(CHAMPION, "1.1.0")),
            List.of(),
            "swap",
            false);
    assertThat(moved.aliases())
        .extracting(alias -> alias.name() + " " + alias.version() + " " + alias.revision())
        .containsExactly("canary 1.0.0 " + moved.revision(), "champion 1.1.0 " + moved.revision());
  }

  @Test
  void aProtectionIsChangedByEtagAndReplacedAsAWhole() {
    assertThat(guards.protection(CHAMPION))
        .isEqualTo(new AliasProtection(CHAMPION, false, GatePolicy.NONE, 0, 0));
    var all =
        new GatePolicy(
            Optional.of(Duration.ofDays(7)),
            Optional.of(new PairedTestGate("mae", 10, .1, true)),
            Optional.of(new CoverageGate(.04, 50)),
            Optional.of(new DataGate(100, Duration.ofDays(1))),
            true);
    var first = protect(CHAMPION, true, all, 3);
    assertThat(guards.protection(CHAMPION)).isEqualTo(first);
    assertThat(first.gates()).isEqualTo(all);
    refused(
        () -> guards.protect(by("ann"), new AliasProtection(CHAMPION, false, all, 0, 0)),
        Aborted.class,
        "ETAG_STALE");
    var second =
        guards.protect(
            by("ann"), new AliasProtection(CHAMPION, true, GatePolicy.NONE, 1, first.revision()));
    assertThat(second.gates()).isEqualTo(GatePolicy.NONE);
    assertThat(guards.protection(CANARY).isProtected()).isFalse();
  }

  @Test
  void ofManyAtOnceEachMoveSeesTheOneBefore() throws Exception {
    made("1.2.0", HOURLY_DAY, Document.EMPTY);
    made("1.3.0", HOURLY_DAY, Document.EMPTY);
    promote("1.0.0", false);
    protect(CHAMPION, true, paired(false), 0);
    // Each is better than 1.0.0, and nothing is known of them against one another.
    for (String version : List.of("1.1.0", "1.2.0", "1.3.0")) {
      attach(version, NOON, paired("1.0.0", 60, 24, -1));
    }
    try (var pool = Executors.newFixedThreadPool(3)) {
      var outcomes = new ArrayList<Future<Boolean>>();
      for (String version : List.of("1.1.0", "1.2.0", "1.3.0")) {
        outcomes.add(
            pool.submit(() -> {
              try {
                promote(version, false);
                return true;
              } catch (FailedPrecondition e) {
                assertThat(e.reason()).isEqualTo("GATE_REFUSED");
                return false;
              }
            }));
      }
      int promoted = 0;
      for (Future<Boolean> outcome : outcomes) {
        promoted += outcome.get() ? 1 : 0;
      }
      assertThat(promoted).isEqualTo(1);
    }
    assertThat(board.history(CHAMPION, PageRequest.first(10)).items()).hasSize(2);
  }

  @Test
  void noMoveSlipsPastAProtectionThatIsSetMeanwhile() throws Exception {
    promote("1.0.0", false);
    var done = new AtomicBoolean();
    try (var pool = Executors.newFixedThreadPool(2)) {
      Future<?> mover =
          pool.submit(() -> {
            for (int i = 0; !done.get(); i++) {
              try {
                var now = board.get(CHAMPION);
                board.move(
                    by("mover"),
                    List.of(
                        new AliasMove(
                            CHAMPION,
                            Optional.of(number(i % 2 == 0 ? "1.1.0" : "1.0.0")),
                            Optional.of(
                                new AliasExpectation(Optional.of(now.version()), now.revision())))),
                    List.of(),
                    "",
                    false);
              } catch (FailedPrecondition | Aborted e) {
                assertThat(e.reason()).isIn("GATE_REFUSED", "ALIAS_MOVED");
              }
            }
          });
      for (int i = 0; i < 20; i++) {
        var set =
            guards.protect(
                by("ann"),
                new AliasProtection(
                    CHAMPION,
                    i % 2 == 0,
                    coverageAndApproval(),
                    0,
                    guards.protection(CHAMPION).revision()));
        if (set.isProtected()) {
          long revision = board.get(CHAMPION).revision();
          assertThat(revision).isLessThan(set.revision());
        }
      }
      done.set(true);
      mover.get();
    }
    assertThat(
            entries(
                new AuditFilter(
                    Optional.of(LOAD), Optional.of("mover"), Optional.empty(), Optional.empty())))
        .hasSize(board.history(CHAMPION, PageRequest.first(1000)).items().size() - 1);
  }

  @Test
  void everyChangeLeavesAnEntry() {
    clock.set("2026-03-02T00:00:00Z");
    promote("1.0.0", false);
    var protection = protect(CHAMPION, true, GatePolicy.NONE, 0);
    approve("ann", "1.1.0", "looks fine");
    guards.withdraw(by("ann"), CHAMPION, number("1.1.0"));
    attach("1.1.0", NOON, new Finding.Coverage(.9, .9, 1000));
    promote("1.1.0", false);
    var _ = board.rollBack(by("bob"), CHAMPION, Optional.empty(), "too slow");
    var runs = new RunLog(store, new PostgresRunStore(open.dsl()), clock, UUID::randomUUID);
    var run = runs.create(by("tester"), LOAD, "", Map.of(), Map.of());
    var _ = runs.finish(by("tester"), run.id(), RunStatus.FAILED, "out of disk", Map.of());

    var since =
        new AuditFilter(
            Optional.of(LOAD),
            Optional.empty(),
            Optional.of(Instant.parse("2026-03-02T00:00:00Z")),
            Optional.empty());
    assertThat(entries(since))
        .extracting(entry -> entry.subject() + ": " + entry.description() + " / " + entry.reason())
        .containsExactly(
            run.id() + ": ended the run as FAILED / out of disk",
            run.id() + ": began the run / ",
            "champion: rolled back from 1.1.0 to 1.0.0 / too slow",
            "champion: moved from 1.0.0 to 1.1.0 / test",
            "1.1.0: attached a coverage of 0.9 where 0.9 was promised, of 1000 intervals / ",
            "1.1.0: withdrew the approval of the version as 'champion' / ",
            "1.1.0: approved the version as 'champion' / looks fine",
            "champion: set the protection: nothing asked for / ",
            "champion: moved from nothing to 1.0.0 / test");
    assertThat(entries(since)).extracting(AuditEntry::revision).contains(protection.revision());
    assertThat(
            entries(
                new AuditFilter(
                    Optional.empty(), Optional.of("bob"), Optional.empty(), Optional.empty())))
        .hasSize(1);
    assertThat(
            entries(
                new AuditFilter(
                    Optional.of(new ModelName("other")),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())))
        .isEmpty();
    var before =
        new AuditFilter(
            Optional.of(LOAD),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Instant.parse("2026-03-02T00:00:00Z")));
    assertThat(entries(before)).hasSize(3);
  }

  @Test
  void auditPagesMissNone() {
    var whole =
        new AuditFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    // Two entries of one revision, so that pages part within it.
    board.move(
        by("tester"), List.of(to(CANARY, "1.0.0"), to(CHAMPION, "1.0.0")), List.of(), "", false);
    var seen = new ArrayList<AuditEntry>();
    Optional<String> after = Optional.empty();
    do {
      var page = audit.list(whole, new PageRequest(1, after));
      seen.addAll(page.items());
      after = page.next();
    } while (after.isPresent());
    assertThat(seen).isEqualTo(entries(whole)).hasSize(5);
  }

  @Test
  void lineageGoesBothWaysAsFarAsAsked() {
    made("1.2.0", HOURLY_DAY, parents("1.0.0", "1.1.0"));
    made("1.3.0", HOURLY_DAY, parents("1.2.0"));
    made("1.4.0", HOURLY_DAY, parents("1.3.0", "7.7.7"));
    var graph = new LineageGraph(store);
    assertThat(names(graph.around(key("1.2.0"), 1)))
        .containsExactly("1.2.0", "1.0.0", "1.1.0", "1.3.0");
    assertThat(names(graph.around(key("1.2.0"), 3)))
        .containsExactly("1.2.0", "1.0.0", "1.1.0", "1.3.0", "1.4.0");
    // A sibling's other parents are no relatives: up and down are walked apart.
    assertThat(names(graph.around(key("1.0.0"), 1))).containsExactly("1.0.0", "1.2.0");
    var above = graph.around(key("1.4.0"), 2);
    assertThat(names(above)).containsExactly("1.4.0", "1.3.0", "7.7.7", "1.2.0");
    assertThat(above.nodes().get(2).version()).isEmpty();
    assertThat(above.truncated()).isFalse();
    refused(() -> graph.around(key("9.9.9"), 1), NotFound.class, "VERSION_UNKNOWN");
  }

  private static List<String> names(LineageGraph.Around around) {
    return around.nodes().stream().map(node -> node.key().number().toString()).toList();
  }

  private static Document parents(String... versions) {
    var parents = new ArrayList<String>();
    for (String version : versions) {
      parents.add("{\"model\": \"load\", \"version\": \"" + version + "\"}");
    }
    return new Document("{\"parents\": [" + String.join(",", parents) + "]}");
  }

  private static GatePolicy paired(boolean better) {
    return new GatePolicy(
        Optional.empty(),
        Optional.of(new PairedTestGate("mae", 30, .05, better)),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private static GatePolicy coverageAndApproval() {
    return new GatePolicy(
        Optional.empty(),
        Optional.empty(),
        Optional.of(new CoverageGate(.05, 100)),
        Optional.empty(),
        false);
  }

  /** Errors that wobble about each other, the candidate's higher by so much. */
  private static Finding paired(String other, int pairs, int hoursApart, double worseBy) {
    var origins = new ArrayList<Long>();
    var candidate = new ArrayList<Double>();
    var others = new ArrayList<Double>();
    for (int i = 0; i < pairs; i++) {
      origins.add(i * HOUR_MICROS * hoursApart);
      candidate.add(3 + worseBy + (i % 2 == 0 ? .3 : -.3));
      others.add(3 + (i % 3 - 1) * .1);
    }
    return new Finding.PairedErrors(key(other), "mae", origins, candidate, others);
  }

  private Evidence attach(String version, Instant foundAt, Finding finding) {
    return evidence.attach(by("tester"), wanted(version, foundAt, finding));
  }

  private static NewEvidence wanted(String version, Instant foundAt, Finding finding) {
    return new NewEvidence(key(version), ARTIFACT, foundAt, Optional.empty(), finding);
  }

  private void attachData(Sha256 data, long rows, Optional<Duration> span) {
    var _ =
        evidence.attach(
            by("tester"),
            new NewEvidence(
                key("1.1.0"), ARTIFACT, NOON, Optional.of(data), new Finding.Data(rows, span)));
  }

  private AliasProtection protect(
      AliasKey key, boolean isProtected, GatePolicy policy, int approvals) {
    return guards.protect(
        by("tester"),
        new AliasProtection(
            key, isProtected, policy, approvals, guards.protection(key).revision()));
  }

  private void approve(String who, String version, String comment) {
    var approval = guards.approve(by(who), CHAMPION, number(version), comment);
    assertThat(approval.approvedBy()).isEqualTo(who);
  }

  private void promote(String version, boolean force) {
    board.move(by("tester"), List.of(to(CHAMPION, version)), List.of(), "test", force);
  }

  private void refusedGate(String version, String gate, String why) {
    assertThat(verdict(guards.check(CHAMPION, number(version)), gate).passed()).isFalse();
    assertThatThrownBy(() -> promote(version, false))
        .isInstanceOfSatisfying(
            FailedPrecondition.class,
            e -> {
              assertThat(e.reason()).isEqualTo("GATE_REFUSED");
              assertThat(e).hasMessageContaining(gate + ": ").hasMessageContaining(why);
            });
  }

  private static GateVerdict verdict(List<GateVerdict> verdicts, String gate) {
    return verdicts.stream().filter(one -> one.gate().equals(gate)).findFirst().orElseThrow();
  }

  private static void refused(
      ThrowingCallable call, Class<? extends ServiceException> type, String reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(type, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private AliasMoveRecord last() {
    return board.history(CHAMPION, PageRequest.first(1)).items().getFirst();
  }

  private List<AuditEntry> entries(AuditFilter filter) {
    return audit.list(filter, PageRequest.first(1000)).items();
  }

  private AuditEntry newestEntry() {
    return entries(
            new AuditFilter(
                Optional.of(LOAD), Optional.empty(), Optional.empty(), Optional.empty()))
        .getFirst();
  }

  private static AliasMove to(AliasKey key, String version) {
    return new AliasMove(key, Optional.of(number(version)), Optional.empty());
  }

  private void made(String number, String signature, Document lineage) {
    var _ =
        catalog.createVersion(
            by("tester"),
            new NewVersion(
                LOAD,
                Optional.of(number(number)),
                VersionBump.MINOR,
                ARTIFACT,
                new VersionContent(
                    "naive",
                    new Document(signature),
                    Map.of(),
                    Map.of(),
                    "",
                    lineage,
                    Optional.empty())));
  }

  private void enterArtifact() {
    var index = new PostgresArtifactIndex(open.dsl());
    var upload =
        new Upload(
            UUID.randomUUID(),
            ARTIFACT,
            10,
            ArtifactFormat.BUNDLE,
            Optional.empty(),
            false,
            clock.instant());
    index.touch(upload);
    var _ =
        index.enter(
            new Artifact(
                ARTIFACT, 10, ArtifactFormat.BUNDLE, Optional.empty(), clock.instant(), false),
            upload.id(),
            () -> true);
  }

  private static Sha256 digest(int content) {
    return new Sha256(HexFormat.of().toHexDigits((byte) content).repeat(32));
  }

  private static VersionName key(String number) {
    return new VersionName(LOAD, number(number));
  }

  private static SemanticVersion number(String text) {
    return SemanticVersion.parse(text);
  }

  private static Origin by(String actor) {
    return new Origin(actor, "Test", Optional.empty(), digest(0), "");
  }
}
