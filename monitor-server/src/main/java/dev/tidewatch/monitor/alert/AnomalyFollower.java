package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.AnomalyStore.ChangedAnomaly;
import dev.tidewatch.monitor.anomaly.AnomalyTail;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the anomaly log and raises alerts, on one thread of its own. How far it has come is
 * committed with the alerts, so that a crash neither loses nor doubles one, and several replicas
 * share the work without knowing of each other: whoever is first with a piece has it.
 */
public final class AnomalyFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AnomalyFollower.class);

  private static final int CHANGES_PER_TURN = 1_000;
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final Duration PAUSE_MIN = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

  private final AnomalyStore anomalies;
  private final AnomalyTail tail;
  private final AlertJournal journal;
  private final AlertTail alerts;
  private final AnomalyJudge judge;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

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
    this.thread = Thread.ofPlatform().daemon().name("anomaly-follower").unstarted(this::run);
  }

  public AnomalyFollower start() {
    thread.start();
    return this;
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Duration pause = PAUSE_MIN;
    boolean isFailing = false;
    try {
      while (closing.getCount() > 0) {
        long begun = System.nanoTime();
        try {
          follow();
        } catch (RuntimeException e) {
          if (closing.getCount() == 0) {
            return;
          }
          boolean isNew = System.nanoTime() - begun > PAUSE_MAX.toNanos();
          if (isNew) {
            pause = PAUSE_MIN;
          }
          if (isNew || !isFailing) {
            log.warn("Anomalies raise no alerts for now, trying again", e);
          }
          isFailing = true;
        }
        if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : doubled;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() throws InterruptedException {
    long position = journal.anomalyPosition();
    while (closing.getCount() > 0) {
      List<ChangedAnomaly> changes = anomalies.changesAfter(position, CHANGES_PER_TURN);
      if (changes.isEmpty()) {
        tail.await(position, WAIT);
        if (tail.isClosed()) {
          return;
        }
        continue;
      }
      long through = changes.getLast().change().position();
      boolean isMine =
          journal.follow(
              position,
              through,
              (rules, times) -> judge.judge(changes, rules, times),
              clock.instant());
      if (isMine) {
        position = through;
        alerts.look();
      } else {
        position = journal.anomalyPosition();
      }
    }
  }
}
