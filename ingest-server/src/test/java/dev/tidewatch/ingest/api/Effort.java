package dev.tidewatch.ingest.api;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Holds work to what its input may cost: memory in proportion to the bytes that were sent, and
 * little time.
 */
final class Effort {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What any input may cost: first uses, catalogue entries, an error with its stack. */
  private static final long FIXED_BYTES = 4 << 20;

  /** An empty row takes two bytes, and its rejection has a message. */
  private static final long BYTES_PER_BYTE = 8_192;

  private static final Duration LONGEST = Duration.ofSeconds(20);

  private Effort() {}

  /** Runs the work on this thread; twice if it was dear, since a first time loads classes. */
  static <T> T bounded(int inputBytes, Supplier<T> work) {
    var first = new Cost();
    try {
      return work.get();
    } finally {
      if (first.isAbove(inputBytes)) {
        again(inputBytes, work);
      }
    }
  }

  private static <T> void again(int inputBytes, Supplier<T> work) {
    var second = new Cost();
    try {
      var _ = work.get();
    } catch (RuntimeException refused) {
      // The same as the first time.
    }
    if (second.isAbove(inputBytes)) {
      throw new AssertionError(inputBytes + " bytes of input cost " + second);
    }
  }

  private static final class Cost {
    private final long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
    private final long started = System.nanoTime();

    boolean isAbove(int inputBytes) {
      return bytes() > FIXED_BYTES + BYTES_PER_BYTE * inputBytes || nanos() > LONGEST.toNanos();
    }

    private long bytes() {
      return THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
    }

    private long nanos() {
      return System.nanoTime() - started;
    }

    @Override
    public String toString() {
      return bytes() + " bytes of memory and " + nanos() / 1_000_000 + " ms";
    }
  }
}
