package dev.tidewatch.registry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.registry.domain.AliasExpectation;
import dev.tidewatch.registry.domain.AliasMove;
import dev.tidewatch.registry.domain.AliasProtection;
import dev.tidewatch.registry.domain.AuditEntry;
import dev.tidewatch.registry.domain.AuditFilter;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.Finding;
import dev.tidewatch.registry.domain.GatePolicy;
import dev.tidewatch.registry.domain.GatePolicy.CoverageGate;
import dev.tidewatch.registry.domain.GatePolicy.DataGate;
import dev.tidewatch.registry.domain.GatePolicy.PairedTestGate;
import dev.tidewatch.registry.domain.GateVerdict;
import dev.tidewatch.registry.domain.Origin;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * How aliases are protected, and what goes past it, on every database; a subclass only says which.
 */
abstract class ProtectionContract extends GuardedAliases {
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

  private static GatePolicy coverageAndApproval() {
    return new GatePolicy(
        Optional.empty(),
        Optional.empty(),
        Optional.of(new CoverageGate(.05, 100)),
        Optional.empty(),
        false);
  }

  private AuditEntry newestEntry() {
    return entries(
            new AuditFilter(
                Optional.of(LOAD), Optional.empty(), Optional.empty(), Optional.empty()))
        .getFirst();
  }
}
