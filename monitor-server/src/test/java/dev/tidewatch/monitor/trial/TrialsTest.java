package dev.tidewatch.monitor.trial;

import static dev.tidewatch.monitor.registry.FakeRegistry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.SettableClock;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.monitor.accuracy.SomeFigures;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionFilter;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.registry.FakeRegistry;
import dev.tidewatch.monitor.registry.GrpcPromotions;
import dev.tidewatch.monitor.storage.PostgresDecisionStore;
import dev.tidewatch.monitor.storage.PostgresTrialStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.significance.DieboldMariano;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trials on a real database, against a registry over gRPC; the comparison is given. */
class TrialsTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
  private static final TrialPlan CANARY = TrialPlan.of(1_000, 100, Duration.ofDays(7), 0.05, false);
  private static final TrialPlan ASKING = TrialPlan.of(0, 0, Duration.ZERO, 0, true);

  private static TestDatabase test;
  private static Database database;

  private final SettableClock clock = new SettableClock(BEGIN);
  private FakeRegistry registry;
  private ManagedChannel channel;
  private PostgresTrialStore trials;
  private PostgresDecisionStore decisions;
  private TrialConduct conduct;
  private TrialDesk desk;
  private AccuracyComparison comparison = compared(0, 0, 0);

  @BeforeAll
  static void open() {
    test = TestDatabase.plain("monitor", "db/migration/monitor");
    database = test.open("monitor");
  }

  @AfterAll
  static void closeAll() {
    database.close();
    test.close();
  }

  @BeforeEach
  void prepare() {
    database.dsl().execute("TRUNCATE monitor.trial, monitor.decision");
    registry = new FakeRegistry();
    registry.move("champion", "1.0.0");
    channel = registry.channel();
    trials = new PostgresTrialStore(database);
    decisions = new PostgresDecisionStore(database);
    var promotions = new GrpcPromotions(channel, Duration.ofSeconds(30));
    conduct = new TrialConduct(trials, promotions, question -> comparison, clock);
    desk = new TrialDesk(trials, decisions, conduct, promotions, clock);
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    registry.close();
  }

  /** Canary and champion on so many origins, ten pairs each, with losses around these. */
  private static AccuracyComparison compared(int origins, double champion, double canary) {
    var random = new SplittableRandom(7);
    double[] baseline = random.doubles(origins, 0.5, 1.5).map(x -> champion * x).toArray();
    double[] candidate = random.doubles(origins, 0.5, 1.5).map(x -> canary * x).toArray();
    return new AccuracyComparison(
        origins * 10L,
        origins,
        champion,
        canary,
        SomeFigures.of(1, champion),
        SomeFigures.of(1, canary),
        origins < DieboldMariano.PAIRS_MIN
            ? Optional.empty()
            : Optional.of(DieboldMariano.of(candidate, baseline, 1)));
  }

  private Trial begin(String candidate, TrialPlan plan) {
    UUID task = ContentId.of("task", candidate);
    Trial trial = Trial.begin(new Candidate(task, MODEL, candidate, plan, ""), clock.instant());
    assertThat(trials.open(trial)).isTrue();
    return trial;
  }

  private Trial proceed(Trial trial) {
    return conduct.proceed(desk.trial(trial.id()));
  }

  private List<Decision> decided() {
    var filter = new DecisionFilter(Optional.of(MODEL), Optional.empty(), TimeSpan.ALWAYS);
    var newestFirst = new ArrayList<>(decisions.page(filter, Optional.empty(), 100).items());
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  private Decision decided(DecisionKind kind) {
    return decided().stream().filter(d -> d.kind() == kind).findFirst().orElseThrow();
  }

  private static void refused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void aBetterCanaryBecomesTheChampionAndTheTrafficIsGivenBack() {
    Trial trial = begin("1.1.0", CANARY);
    Trial running = proceed(trial);
    assertThat(running.step()).isEqualTo(TrialStep.CANARY);
    assertThat(registry.at("canary")).isEqualTo("1.1.0");
    assertThat(registry.routing().getCanaryBasisPoints()).isEqualTo(1_000);
    assertThat(registry.routing().getShadowAliasesList()).containsExactly("canary");

    clock.advance(Duration.ofHours(1));
    comparison = compared(5, 1, 0.5);
    running = proceed(trial);
    assertThat(running.step()).isEqualTo(TrialStep.CANARY);
    assertThat(running.reason()).isEqualTo("compared so far: 50 of 100 pairs from 5 of 8 origins");
    assertThat(proceed(trial).revision()).isEqualTo(running.revision());

    comparison = compared(40, 1, 0.5);
    Trial ended = proceed(trial);
    assertThat(ended.step()).isEqualTo(TrialStep.PROMOTED);
    assertThat(ended.reason())
        .startsWith("significantly better: MAE 0.5 against the champion's 1 ");
    assertThat(registry.at("champion")).isEqualTo("1.1.0");
    assertThat(registry.at("canary")).isEmpty();
    assertThat(registry.routing().getCanaryBasisPoints()).isZero();
    assertThat(registry.routing().getShadowAliasesList()).isEmpty();
    assertThat(decided())
        .extracting(Decision::kind)
        .containsExactly(
            DecisionKind.GATE_PASSED, DecisionKind.CANARY_STARTED, DecisionKind.PROMOTED);
    Decision promoted = decided(DecisionKind.PROMOTED);
    assertThat(promoted.from()).isEqualTo("1.0.0");
    assertThat(promoted.to()).isEqualTo("1.1.0");
    assertThat(promoted.figures()).containsEntry("pairs", 400.0).containsKey("p_value");
    assertThat(promoted.retrainTaskId()).isEqualTo(trial.retrainTaskId());
    assertThat(trials.hasOpen(MODEL)).isFalse();
  }

  @Test
  void whatTheGateRefusesIsNeverServed() {
    registry.refuse("1.1.0");
    assertThat(proceed(begin("1.1.0", CANARY)).step()).isEqualTo(TrialStep.REFUSED);
    assertThat(registry.moves("canary")).isZero();
    assertThat(registry.moves("champion")).isEqualTo(1);
    assertThat(decided(DecisionKind.GATE_REFUSED).reason()).contains("paired_test: looked at");

    Trial unknown = proceed(begin("9.0.0", CANARY));
    assertThat(unknown.step()).isEqualTo(TrialStep.REFUSED);
    assertThat(unknown.reason()).contains("VERSION_UNKNOWN");
  }

  @Test
  void aWorseCanaryIsTakenAway() {
    Trial trial = begin("1.1.0", CANARY);
    proceed(trial);
    comparison = compared(40, 1, 1.7);
    assertThat(proceed(trial).step()).isEqualTo(TrialStep.ROLLED_BACK);
    assertThat(registry.at("champion")).isEqualTo("1.0.0");
    assertThat(registry.at("canary")).isEmpty();
    assertThat(registry.routing().getCanaryBasisPoints()).isZero();
    assertThat(decided().getLast().kind()).isEqualTo(DecisionKind.ROLLED_BACK);
    assertThat(decided().getLast().reason()).startsWith("significantly worse");
  }

  @Test
  void aCanaryWithoutAVerdictEndsInTime() {
    Trial trial = begin("1.1.0", CANARY);
    proceed(trial);
    clock.advance(Duration.ofDays(7));
    assertThat(proceed(trial).reason()).startsWith("too few pairs for a verdict within PT168H");
    assertThat(registry.at("canary")).isEmpty();
  }

  @Test
  void withoutACanaryTheGateDecidesAndTheFirstChampionNeedsNone() {
    assertThat(proceed(begin("1.1.0", TrialPlan.AT_THE_GATE)).step()).isEqualTo(TrialStep.PROMOTED);
    assertThat(registry.at("champion")).isEqualTo("1.1.0");
    assertThat(registry.moves("canary")).isZero();

    registry.move("champion", "");
    assertThat(proceed(begin("1.2.0", CANARY)).step()).isEqualTo(TrialStep.PROMOTED);
    assertThat(registry.at("champion")).isEqualTo("1.2.0");
  }

  @Test
  void anUnguardedChampionIsDefendedByTheEvidence() {
    registry.unguard();
    Trial without = proceed(begin("1.1.0", TrialPlan.AT_THE_GATE));
    assertThat(without.step()).isEqualTo(TrialStep.REFUSED);
    assertThat(without.reason()).contains("no paired errors against 1.0.0");

    var random = new SplittableRandom(3);
    double[] low = random.doubles(50, 0.5, 1.5).toArray();
    double[] high = random.doubles(50, 1.5, 2.5).toArray();
    registry.attach("1.2.0", "1.0.0", high, low);
    assertThat(proceed(begin("1.2.0", TrialPlan.AT_THE_GATE)).step()).isEqualTo(TrialStep.REFUSED);
    registry.attach("1.3.0", "1.0.0", low, high);
    assertThat(proceed(begin("1.3.0", TrialPlan.AT_THE_GATE)).step()).isEqualTo(TrialStep.PROMOTED);
  }

  @Test
  void aVersionThatIsStillCheckedWaitsAtTheGate() {
    registry.check("1.1.0", true);
    Trial trial = begin("1.1.0", TrialPlan.AT_THE_GATE);
    assertThat(proceed(trial).step()).isEqualTo(TrialStep.GATE);
    assertThat(proceed(trial).reason()).contains("still checking");
    registry.check("1.1.0", false);
    assertThat(proceed(trial).step()).isEqualTo(TrialStep.PROMOTED);
  }

  @Test
  void aPersonLetsAPromotionGoOnOrStopsIt() {
    Trial trial = begin("1.1.0", ASKING);
    refused(() -> desk.approve(trial.id(), true, "ann", ""), "TRIAL_NOT_WAITING");
    assertThat(proceed(trial).step()).isEqualTo(TrialStep.WAITING);
    assertThat(proceed(trial).step()).isEqualTo(TrialStep.WAITING);
    assertThat(desk.approve(trial.id(), true, "ann", "good").step()).isEqualTo(TrialStep.PROMOTED);
    assertThat(registry.at("champion")).isEqualTo("1.1.0");
    assertThat(decided(DecisionKind.PROMOTED).actor()).isEqualTo("ann");

    Trial second = begin("1.2.0", ASKING);
    proceed(second);
    assertThat(desk.approve(second.id(), false, "bob", "").step()).isEqualTo(TrialStep.ROLLED_BACK);
    assertThat(registry.at("champion")).isEqualTo("1.1.0");
    assertThat(decided().getLast().reason()).isEqualTo("not approved by bob");
  }

  @Test
  void approvalsThatTheRegistryAsksForAreWaitedFor() {
    registry.askForApprovals(1);
    Trial trial = begin("1.1.0", TrialPlan.AT_THE_GATE);
    assertThat(proceed(trial).step()).isEqualTo(TrialStep.WAITING);
    assertThat(desk.approve(trial.id(), true, "ann", "").step()).isEqualTo(TrialStep.WAITING);
    registry.askForApprovals(0);
    assertThat(proceed(trial).step()).isEqualTo(TrialStep.PROMOTED);
  }

  @Test
  void whoeverMovesTheAliasesMeanwhileIsSeen() {
    Trial trial = begin("1.1.0", CANARY);
    proceed(trial);
    registry.move("champion", "1.0.1");
    Trial ended = proceed(trial);
    assertThat(ended.step()).isEqualTo(TrialStep.ROLLED_BACK);
    assertThat(ended.reason()).startsWith("the champion moved from 1.0.0 to 1.0.1");
    assertThat(registry.at("champion")).isEqualTo("1.0.1");
    assertThat(registry.at("canary")).isEmpty();

    Trial second = begin("1.2.0", CANARY);
    proceed(second);
    registry.move("canary", "7.0.0");
    ended = proceed(second);
    assertThat(ended.step()).isEqualTo(TrialStep.ROLLED_BACK);
    assertThat(registry.at("canary")).isEqualTo("7.0.0");
    assertThat(registry.routing().getCanaryBasisPoints()).isEqualTo(1_000);

    Trial third = begin("1.3.0", CANARY);
    assertThat(proceed(third).reason()).isEqualTo("version 7.0.0 is the canary; it must go first");
    registry.move("canary", "");
    proceed(third);
    registry.move("champion", "1.3.0");
    assertThat(proceed(third).reason()).isEqualTo("somebody made it the champion");
    assertThat(registry.at("canary")).isEmpty();
  }

  @Test
  void anOpenTrialKeepsOthersOfItsModelOutAndATaskHasOneTrialOnly() {
    Trial trial = begin("1.1.0", CANARY);
    assertThat(trials.hasOpen(MODEL)).isTrue();
    var other = new Candidate(new UUID(3, 4), MODEL, "1.2.0", CANARY, "");
    assertThat(trials.open(Trial.begin(other, BEGIN))).isFalse();
    desk.abort(trial.id(), "ann", "enough");
    assertThat(trials.open(trial)).isFalse();
    assertThat(trials.open(Trial.begin(other, BEGIN))).isTrue();
  }

  @Test
  void aStoppedTrialLeavesNothingBehindAndStopsOnce() {
    Trial trial = begin("1.1.0", CANARY);
    proceed(trial);
    Trial stopped = desk.abort(trial.id(), "ann", "a bad feeling");
    assertThat(stopped.step()).isEqualTo(TrialStep.ROLLED_BACK);
    assertThat(registry.at("canary")).isEmpty();
    assertThat(desk.abort(trial.id(), "ann", "a bad feeling").revision())
        .isEqualTo(stopped.revision());

    Trial second = begin("1.2.0", TrialPlan.AT_THE_GATE);
    proceed(second);
    refused(() -> desk.abort(second.id(), "ann", "late"), "TRIAL_ENDED");
    refused(() -> desk.abort(new UUID(1, 1), "ann", "x"), "TRIAL_UNKNOWN");
  }

  @Test
  void whatIsStoppedTooLateIsNotCalledRolledBack() {
    Trial trial = begin("1.1.0", TrialPlan.AT_THE_GATE);
    registry.fail(() -> false, () -> true);
    assertThatThrownBy(() -> proceed(trial)).isInstanceOf(Unavailable.class);
    assertThat(registry.at("champion")).isEqualTo("1.1.0");
    registry.fail(() -> false, () -> false);
    Trial ended = desk.abort(trial.id(), "ann", "too late");
    assertThat(ended.step()).isEqualTo(TrialStep.PROMOTED);
    assertThat(decided().getLast().kind()).isEqualTo(DecisionKind.PROMOTED);
  }

  @Test
  void aPromotionIsTakenBackInOneCallAndOnlyOnce() {
    proceed(begin("1.1.0", TrialPlan.AT_THE_GATE));
    Decision promoted = decided(DecisionKind.PROMOTED);
    UUID request = new UUID(5, 5);
    Decision back = desk.revert(promoted.id(), "ann", "wrong", request);
    assertThat(registry.at("champion")).isEqualTo("1.0.0");
    assertThat(back.kind()).isEqualTo(DecisionKind.REVERTED);
    assertThat(back.from()).isEqualTo("1.1.0");
    assertThat(back.to()).isEqualTo("1.0.0");
    assertThat(desk.revert(promoted.id(), "ann", "wrong", request)).isEqualTo(back);
    assertThat(registry.moves("champion")).isEqualTo(3);
    assertThat(desk.decision(promoted.id()).revertedBy()).contains(back.id());
    refused(
        () -> desk.revert(promoted.id(), "ann", "again", new UUID(6, 6)), "DECISION_SUPERSEDED");

    Decision forth = desk.revert(back.id(), "bob", "right after all", new UUID(7, 7));
    assertThat(registry.at("champion")).isEqualTo("1.1.0");
    registry.move("champion", "1.5.0");
    refused(() -> desk.revert(forth.id(), "ann", "x", new UUID(8, 8)), "DECISION_SUPERSEDED");
    refused(
        () -> desk.revert(decided(DecisionKind.GATE_PASSED).id(), "ann", "x", new UUID(9, 9)),
        "DECISION_NOT_REVERSIBLE");
    refused(() -> desk.revert(new UUID(1, 1), "ann", "x", request), "DECISION_UNKNOWN");
  }

  @Test
  void aReversalWhoseAnswerWasLostIsFoundOutByTheSameRequest() {
    proceed(begin("1.1.0", TrialPlan.AT_THE_GATE));
    Decision promoted = decided(DecisionKind.PROMOTED);
    UUID request = new UUID(5, 5);
    registry.fail(() -> false, () -> true);
    assertThatThrownBy(() -> desk.revert(promoted.id(), "ann", "wrong", request))
        .isInstanceOf(Unavailable.class);
    registry.fail(() -> false, () -> false);
    assertThat(desk.revert(promoted.id(), "ann", "wrong", request).to()).isEqualTo("1.0.0");
    assertThat(registry.moves("champion")).isEqualTo(3);
  }

  @Test
  void aCanaryIsTakenAwayAndBroughtBackByReversals() {
    Trial trial = begin("1.1.0", CANARY);
    proceed(trial);
    desk.revert(decided(DecisionKind.CANARY_STARTED).id(), "ann", "not now", new UUID(1, 9));
    assertThat(registry.at("canary")).isEmpty();
    assertThat(desk.trial(trial.id()).step()).isEqualTo(TrialStep.ROLLED_BACK);

    desk.revert(decided(DecisionKind.ROLLED_BACK).id(), "bob", "now", new UUID(2, 9));
    assertThat(registry.at("canary")).isEqualTo("1.1.0");
    assertThat(desk.trial(trial.id()).step()).isEqualTo(TrialStep.CANARY);
    comparison = compared(40, 1, 0.5);
    assertThat(proceed(trial).step()).isEqualTo(TrialStep.PROMOTED);
    refused(
        () -> desk.revert(decided(DecisionKind.CANARY_STARTED).id(), "ann", "x", new UUID(3, 9)),
        "DECISION_SUPERSEDED");
  }

  /** Every change of the registry may be lost on its way there or back, at random instants. */
  @Test
  void howeverOftenTheConnectionBreaksEachStepIsTakenOnce() {
    for (long seed = 1; seed <= 10; seed++) {
      close();
      prepare();
      comparison = compared(0, 0, 0);
      var random = new SplittableRandom(seed);
      registry.fail(() -> random.nextDouble() < 0.5, () -> random.nextDouble() < 0.5);
      boolean good = seed % 2 == 0;
      Trial trial = begin("1.1.0", CANARY);
      Trial now = trial;
      for (int i = 0; i < 3_000 && !now.step().isEnd(); i++) {
        try {
          now = proceed(trial);
        } catch (Unavailable | Aborted e) {
          now = desk.trial(trial.id());
        }
        comparison = compared(40, 1, good ? 0.5 : 1.7);
      }
      assertThat(now.step())
          .as("seed %d", seed)
          .isEqualTo(good ? TrialStep.PROMOTED : TrialStep.ROLLED_BACK);
      assertThat(registry.at("champion")).as("seed %d", seed).isEqualTo(good ? "1.1.0" : "1.0.0");
      assertThat(registry.at("canary")).as("seed %d", seed).isEmpty();
      assertThat(registry.moves("canary")).as("seed %d", seed).isEqualTo(2);
      assertThat(registry.moves("champion")).as("seed %d", seed).isEqualTo(good ? 2 : 1);
      assertThat(registry.routing().getCanaryBasisPoints()).as("seed %d", seed).isZero();
      assertThat(decided()).as("seed %d", seed).hasSize(3);
    }
  }

  @Test
  void twoWorkersOnOneTrialDoNoHarm() {
    Trial trial = begin("1.1.0", CANARY);
    Trial stale = desk.trial(trial.id());
    proceed(trial);
    assertThatThrownBy(() -> conduct.proceed(stale)).isInstanceOf(Aborted.class);
    assertThat(registry.moves("canary")).isEqualTo(1);
    assertThat(decided()).hasSize(2);

    Instant now = Instant.parse("2030-01-01T00:00:00Z");
    assertThat(trials.take(now, now.plusSeconds(60))).isPresent();
    assertThat(trials.take(now, now.plusSeconds(60))).isEmpty();
    assertThat(trials.take(now.plusSeconds(61), now.plusSeconds(120))).isPresent();
    trials.lookAgain(trial.id(), now);
    assertThat(trials.take(now, now.plusSeconds(60))).isPresent();
  }

  @Test
  void aRegistryThatIsAwayIsWaitedFor() {
    Trial trial = begin("1.1.0", CANARY);
    registry.close();
    assertThatThrownBy(() -> proceed(trial)).isInstanceOf(Unavailable.class);
    assertThat(desk.trial(trial.id()).step()).isEqualTo(TrialStep.GATE);
    assertThat(desk.abort(trial.id(), "ann", "never mind").step()).isEqualTo(TrialStep.ROLL_BACK);
  }
}
