package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Samples;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What answering costs, in processor time of the thread that does it, so that other load on the
 * machine does not count. Not thread-safe: owned by the thread that answers.
 */
final class SeriesCosts {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Samples secondsPerSeries = new Samples();
  private double seconds;
  private long readings;
  private long stateBytesMax;
  private long startNanos;

  /** Begins one series. */
  void start() {
    startNanos = THREADS.getCurrentThreadCpuTime();
  }

  /**
   * Ends the series.
   *
   * @param seriesReadings how many readings were read for its answer
   * @param stateBytes what was kept of it: length of a checkpoint, or of its part of a bundle
   */
  void end(long seriesReadings, long stateBytes) {
    double elapsed = (THREADS.getCurrentThreadCpuTime() - startNanos) / 1e9;
    secondsPerSeries.add(elapsed);
    seconds += elapsed;
    readings += seriesReadings;
    stateBytesMax = Math.max(stateBytesMax, stateBytes);
  }

  int series() {
    return secondsPerSeries.count();
  }

  /** Puts the three figures that every accuracy bench ends with; nothing if there was no series. */
  void putInto(Figures figures) {
    if (series() == 0) {
      return;
    }
    figures
        .put("series", series())
        .put("readings", readings)
        .put("readings_per_second_core", readings / Math.max(seconds, 1e-9))
        .put("state_bytes_per_series", stateBytesMax)
        .put("seconds_per_series_p95", secondsPerSeries.quantile(0.95));
  }
}
