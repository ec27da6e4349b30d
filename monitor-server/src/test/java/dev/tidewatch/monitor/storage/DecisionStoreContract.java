package dev.tidewatch.monitor.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionFilter;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.decision.DecisionStore;
import dev.tidewatch.monitor.decision.DecisionStore.DecisionCursor;
import dev.tidewatch.monitor.trial.Candidate;
import dev.tidewatch.monitor.trial.Trial;
import dev.tidewatch.monitor.trial.TrialFilter;
import dev.tidewatch.monitor.trial.TrialPlan;
import dev.tidewatch.monitor.trial.TrialStep;
import dev.tidewatch.monitor.trial.TrialStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link DecisionStore} and {@link TrialStore} must do; a subclass only says on which
 * database.
 */
abstract class DecisionStoreContract {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

  private TestDatabase test;
  private Database database;
  private DecisionStore decisions;
  private TrialStore trials;

  abstract TestDatabase newDatabase();

  @BeforeEach
  void open() {
    test = newDatabase();
    database = test.open("monitor");
    decisions = new PostgresDecisionStore(database);
    trials = new PostgresTrialStore(database);
  }

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  private static Decision decision(int number, DecisionKind kind, String model) {
    return Decision.of(new UUID(9, number), kind, model, BEGIN.plusSeconds(number / 3), "why")
        .by("ann")
        .moving("champion", "1.0.0", "1.1.0", 7)
        .restingOn(Map.of("pairs", 120.0))
        .comingFrom("t", "u", "a", "0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void aDecisionComesBackAsItWasRecordedAndOnce() {
    Decision decision = decision(1, DecisionKind.PROMOTED, "load");
    assertThat(decisions.record(decision)).isTrue();
    assertThat(decisions.record(decision)).isFalse();
    assertThat(decisions.find(decision.id())).contains(decision);
    assertThat(decisions.find(new UUID(1, 1))).isEmpty();
  }

  @Test
  void pagesAreNewestFirstAndWholeHoweverManyShareATime() {
    for (int i = 0; i < 20; i++) {
      decisions.record(
          decision(
              i,
              i % 2 == 0 ? DecisionKind.PROMOTED : DecisionKind.TUNED,
              i % 4 == 3 ? "other" : "load"));
    }
    assertThat(read(new DecisionFilter(Optional.empty(), Optional.empty(), TimeSpan.ALWAYS), 3))
        .isEqualTo(List.of(19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    assertThat(read(new DecisionFilter(Optional.of("other"), Optional.empty(), TimeSpan.ALWAYS), 2))
        .isEqualTo(List.of(19, 15, 11, 7, 3));
    assertThat(
            read(
                new DecisionFilter(
                    Optional.of("load"),
                    Optional.of(DecisionKind.TUNED),
                    TimeSpan.between(BEGIN.plusSeconds(1), BEGIN.plusSeconds(4))),
                10))
        .isEqualTo(List.of(9, 5));
  }

  private List<Integer> read(DecisionFilter filter, int size) {
    var found = new ArrayList<Integer>();
    Optional<DecisionCursor> after = Optional.empty();
    do {
      Page<Decision, DecisionCursor> page = decisions.page(filter, after, size);
      page.items().forEach(d -> found.add((int) d.id().getLeastSignificantBits()));
      after = page.next();
    } while (after.isPresent());
    return found;
  }

  @Test
  void aDecisionIsTakenBackByOneOtherOnly() {
    Decision decision = decision(1, DecisionKind.PROMOTED, "load");
    Decision back = decision(2, DecisionKind.REVERTED, "load");
    decisions.record(decision);
    decisions.recordReversal(back, decision.id());
    decisions.recordReversal(back, decision.id());
    assertThat(decisions.find(decision.id()).orElseThrow().revertedBy()).contains(back.id());

    Decision other = decision(3, DecisionKind.REVERTED, "load");
    assertThatThrownBy(() -> decisions.recordReversal(other, decision.id()))
        .isInstanceOf(FailedPrecondition.class)
        .hasMessageContaining("was taken back by another one");
    assertThat(decisions.find(other.id())).isEmpty();
  }

  @Test
  void trialsComeBackAsTheyWereAndPageByNumber() {
    for (int i = 0; i < 7; i++) {
      var candidate =
          new Candidate(new UUID(5, i), "model-" + i, "1.1." + i, TrialPlan.AT_THE_GATE, "");
      assertThat(trials.open(Trial.begin(candidate, BEGIN))).isTrue();
    }
    var all = new TrialFilter(Optional.empty(), Set.of());
    Page<Trial, Long> first = trials.page(all, Optional.empty(), 4);
    assertThat(first.items())
        .extracting(Trial::model)
        .containsExactly("model-6", "model-5", "model-4", "model-3");
    assertThat(trials.page(all, first.next(), 4).items())
        .extracting(Trial::model)
        .containsExactly("model-2", "model-1", "model-0");
    assertThat(
            trials
                .page(
                    new TrialFilter(Optional.of("model-2"), Set.of(TrialStep.GATE)),
                    Optional.empty(),
                    10)
                .items())
        .hasSize(1)
        .allSatisfy(trial -> assertThat(trials.find(trial.id())).contains(trial));
    assertThat(
            trials
                .page(
                    new TrialFilter(Optional.empty(), Set.of(TrialStep.PROMOTED)),
                    Optional.empty(),
                    10)
                .items())
        .isEmpty();
  }
}
