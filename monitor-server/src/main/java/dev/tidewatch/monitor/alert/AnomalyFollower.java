package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.AnomalyStore.ChangedAnomaly;
import dev.tidewatch.monitor.anomaly.AnomalyTail;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;

/**
 * Follows the anomaly log and raises alerts, on one thread of its own. How far it has come is
 * committed with the alerts, so that a crash neither loses nor doubles one, and several replicas
 * share the work without knowing of each other: whoever is first with a piece has it.
 */
public final class AnomalyFollower implements AutoCloseable {
  private static final int CHANGES_PER_TURN = 1_000;
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final AnomalyStore anomalies;
  private final AnomalyTail tail;
  private final AlertJournal journal;
  private final AlertTail alerts;
  private final AnomalyJudge judge;
  private final InstantSource clock;
  private final Rounds rounds;
  private OptionalLong position = OptionalLong.empty();

  /**
   * @param alerts told of what is new
   * @param clock domain time
   */
  public AnomalyFollower(
      AnomalyStore anomalies,
      AnomalyTail tail,
      AlertJournal journal,
      AlertTail alerts,
      DeviceNames devices,
      InstantSource clock) {
    this.anomalies = anomalies;
    this.tail = tail;
    this.journal = journal;
    this.alerts = alerts;
    this.judge = new AnomalyJudge(devices);
    this.clock = clock;
    this.rounds = Rounds.ofPieces("anomaly-follower", Pace.every(WAIT), this::follow);
  }

  public AnomalyFollower start() {
    rounds.start();
    return this;
  }

  @Override
  public void close() {
    rounds.close();
  }

  /** Waits for anomalies by itself; false, so that the rounds wait, once nothing wakes it. */
  private boolean follow() throws InterruptedException {
    long from = position.isPresent() ? position.getAsLong() : journal.anomalyPosition();
    position = OptionalLong.empty(); // after a failure the journal tells how far it has come
    List<ChangedAnomaly> changes = anomalies.changesAfter(from, CHANGES_PER_TURN);
    if (changes.isEmpty()) {
      tail.await(from, WAIT);
      position = OptionalLong.of(from);
      return !tail.isClosed();
    }
    long through = changes.getLast().change().position();
    boolean isMine =
        journal.follow(
            from, through, (rules, times) -> judge.judge(changes, rules, times), clock.instant());
    if (isMine) {
      position = OptionalLong.of(through);
      alerts.look();
    }
    return true;
  }
}
