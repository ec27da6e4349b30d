package dev.tidewatch.standalone.demo;

import dev.tidewatch.sdk.InferenceClient;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.standalone.HeldClock;
import java.time.Duration;

/**
 * Holds the domain clock while detection is behind by more than half an hour of domain time, so
 * that a machine that is too slow or too busy for the factor makes the demo last longer and nothing
 * else. What is behind is known by the readings that were sent and those that detectors have
 * scored.
 */
final class DetectionPace implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int BEHIND_ROUNDS_MAX = 6;
  private static final int RESUME_ROUNDS = 1;

  private final InferenceClient inference;
  private final HeldClock clock;
  private final long scoredBefore;
  private final int readingsPerRound;
  private final Thread poller;
  private volatile long scored;
  private long rounds;

  /**
   * @param readingsPerRound of which each is scored once
   */
  DetectionPace(InferenceClient inference, HeldClock clock, int readingsPerRound) {
    this.inference = inference;
    this.clock = clock;
    this.readingsPerRound = readingsPerRound;
    this.scoredBefore = inference.servingStatus().getReadingsScored();
    this.scored = scoredBefore;
    this.poller = Thread.ofVirtual().name("demo-pace").start(this::poll);
  }

  private void poll() {
    try {
      while (true) {
        try {
          scored = inference.servingStatus().getReadingsScored();
        } catch (TidewatchException e) {
          if (Thread.currentThread().isInterrupted()) {
            return;
          }
        }
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Called after each round that was sent; waits, with the clock held, if detection is behind. */
  void sent() throws InterruptedException {
    rounds++;
    if (behind() <= BEHIND_ROUNDS_MAX) {
      return;
    }
    clock.hold();
    try {
      while (behind() > RESUME_ROUNDS) {
        Thread.sleep(POLL);
      }
    } finally {
      clock.run();
    }
  }

  private long behind() {
    return rounds - (scored - scoredBefore) / readingsPerRound;
  }

  @Override
  public void close() {
    poller.interrupt();
    try {
      poller.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
