package dev.tidewatch.benchmarks.crash;

import java.io.IOException;
import java.io.InputStream;

/** Whether to send no more. Any number of threads. */
final class Stop {
  private volatile boolean said;

  boolean isSaid() {
    return said;
  }

  /** Says it when the stream ends, which it also does when the campaign dies. */
  void whenEnded(InputStream in) {
    try {
      while (in.read() >= 0) {
        // Nothing is said on it.
      }
    } catch (IOException ended) {
      // As good as an end.
    }
    said = true;
  }
}
