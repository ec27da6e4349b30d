package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.benchmarks.crash.AcknowledgedFile.Mark;
import java.util.concurrent.ThreadLocalRandom;

/** What a sender tells about itself. One thread sends, one at a time hears acknowledgements. */
final class Journal {
  /** A pause after a batch; now and then there is none for a while. */
  private static final int PAUSE_MICROS_MAX = 40_000;

  private static final int RETRY_MILLIS_MIN = 50;
  private static final int RETRY_MILLIS_MAX = 300;
  private static final int CALM = 10;
  private static final int BATCHES_OF_BURST = 30;

  private final Script script;
  private final Board board;
  private final AcknowledgedFile file;
  private final Mark before;

  /**
   * @param before as recorded by the last process of this client
   */
  Journal(Script script, Board board, AcknowledgedFile file, Mark before) {
    this.script = script;
    this.board = board;
    this.file = file;
    this.before = before;
  }

  Script script() {
    return script;
  }

  Mark before() {
    return before;
  }

  /**
   * The server said that so many batches are on its disk, before any was sent by this process.
   *
   * @throws IllegalStateException if it said more once
   */
  void resumed(long batches, long accepted) {
    if (batches < before.batches()) {
      throw new IllegalStateException(
          "%s: the server acknowledged %d batches and now knows %d"
              .formatted(script.writerId(), before.batches(), batches));
    }
    board.sent(script.writer(), batches);
    acknowledged(batches, accepted);
  }

  void sending(long batches) {
    board.sent(script.writer(), batches);
  }

  void acknowledged(long batches, long accepted) {
    file.acknowledged(script.writer(), new Mark(batches, accepted));
  }

  /** Paces the sender, so that a campaign's readings can be verified in memory. */
  void pause(long batch) throws InterruptedException {
    if (batch / BATCHES_OF_BURST % CALM != 0) {
      long micros = ThreadLocalRandom.current().nextInt(PAUSE_MICROS_MAX);
      Thread.sleep(micros / 1_000, (int) (micros % 1_000) * 1_000);
    }
  }

  /** Before a failed call is tried again. */
  static void pauseBeforeRetry() throws InterruptedException {
    Thread.sleep(ThreadLocalRandom.current().nextInt(RETRY_MILLIS_MIN, RETRY_MILLIS_MAX));
  }
}
