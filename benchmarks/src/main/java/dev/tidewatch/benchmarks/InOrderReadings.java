package dev.tidewatch.benchmarks;

/**
 * Readings of several series, one a second each, every series in the order of time. A batch holds
 * as many of each series, one series after the other.
 */
final class InOrderReadings implements ReadingSource {
  private final long seed;
  private final int firstSeries;
  private final int seriesCount;
  private final long[] times;
  private final double[] values;
  private long nextMicros;
  private long distinct;

  InOrderReadings(
      long seed, int firstSeries, int seriesCount, int readingsOfEach, long firstMicros) {
    this.seed = seed;
    this.firstSeries = firstSeries;
    this.seriesCount = seriesCount;
    this.times = new long[readingsOfEach];
    this.values = new double[readingsOfEach];
    this.nextMicros = firstMicros;
  }

  @Override
  public int next(ReadingSink sink) throws Exception {
    for (int i = 0; i < times.length; i++) {
      times[i] = nextMicros + i * GeneratedReadings.SECOND_MICROS;
    }
    for (int s = 0; s < seriesCount; s++) {
      int series = firstSeries + s;
      for (int i = 0; i < values.length; i++) {
        values[i] = GeneratedReadings.value(seed, series, times[i]);
      }
      sink.accept(series, times, values);
    }
    nextMicros += times.length * GeneratedReadings.SECOND_MICROS;
    int size = seriesCount * times.length;
    distinct += size;
    return size;
  }

  @Override
  public long distinct() {
    return distinct;
  }
}
