package dev.tidewatch.ingest.quality;

import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Counts of distances between readings: exactly while there are few different ones, as in a series
 * with a rhythm, and to 0.2 % beyond {@value #EXACT_MAX}. Not thread-safe.
 */
final class Distances {
  static final int EXACT_MAX = 4_096;

  private final TreeMap<Long, Long> exact = new TreeMap<>();
  private @Nullable LogHistogram rough;
  private long last = -1;
  private long lastCount;
  private long total;

  void add(long micros) {
    total++;
    if (micros == last) {
      lastCount++;
      return;
    }
    put();
    last = micros;
    lastCount = 1;
  }

  private void put() {
    if (lastCount == 0) {
      return;
    }
    if (rough != null) {
      rough.add(last, lastCount);
    } else {
      exact.merge(last, lastCount, Long::sum);
      if (exact.size() > EXACT_MAX) {
        var histogram = new LogHistogram();
        exact.forEach(histogram::add);
        exact.clear();
        rough = histogram;
      }
    }
    lastCount = 0;
  }

  long total() {
    return total;
  }

  /** There must be one. */
  long median() {
    put();
    if (rough != null) {
      return rough.quantile(0.5);
    }
    long seen = 0;
    for (var each : exact.entrySet()) {
      seen += each.getValue();
      if (2 * seen >= total) {
        return each.getKey();
      }
    }
    throw new IllegalStateException("nothing was added");
  }

  /** The sum over all distances of what the function makes of them. */
  long sum(LongUnaryOperator of) {
    put();
    if (rough != null) {
      return rough.sum(of);
    }
    long sum = 0;
    for (var each : exact.entrySet()) {
      sum += each.getValue() * of.applyAsLong(each.getKey());
    }
    return sum;
  }
}
