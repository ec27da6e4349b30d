package dev.tidewatch.monitor.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes predictions and actuals that are older than they are to be kept, a small batch at a time,
 * on a thread of its own. Without a retention it does nothing.
 */
public final class LedgerRetention implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LedgerRetention.class);

  private static final int ROWS_PER_TURN = 1_000;
  private static final Duration TURN_PAUSE = Duration.ofMillis(200);
  private static final Duration IDLE_PAUSE = Duration.ofMinutes(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

  /**
   * A prediction must begin so much after what is removed, so that its days are summed up before
   * their steps are.
   */
  private static final Duration MARGIN = Duration.ofDays(2);

  private final LedgerPruning pruning;
  private final InstantSource clock;
  private final Duration retention;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param clock domain time
   * @param retention 0: for ever
   */
  public LedgerRetention(LedgerPruning pruning, InstantSource clock, Duration retention) {
    this.pruning = pruning;
    this.clock = clock;
    this.retention = retention;
    this.thread = Thread.ofPlatform().daemon().name("ledger-retention").unstarted(this::run);
  }

  public LedgerRetention start() {
    if (!retention.isZero()) {
      thread.start();
    }
    return this;
  }

  /** Earliest origin that is still recorded; empty: any. */
  public Optional<Instant> originMin() {
    return retention.isZero()
        ? Optional.empty()
        : Optional.of(clock.instant().minus(retention).plus(MARGIN));
  }

  private void run() {
    boolean failing = false;
    while (true) {
      Duration pause = IDLE_PAUSE;
      try {
        if (pruning.prune(clock.instant().minus(retention), ROWS_PER_TURN) > 0) {
          pause = TURN_PAUSE;
        }
        failing = false;
      } catch (RuntimeException e) {
        if (!failing) {
          log.warn("Old predictions are not removed, trying again every {}", IDLE_PAUSE, e);
        }
        failing = true;
      }
      try {
        if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
