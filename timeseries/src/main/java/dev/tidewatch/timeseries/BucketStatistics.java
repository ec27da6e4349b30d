package dev.tidewatch.timeseries;

/**
 * What the readings of a bucket come to: count, sum, spread, smallest, largest, oldest and newest.
 * Grows reading by reading, and by merging buckets of other readings of the same series, in any
 * order. Spread is kept as the sum of squared deviations from the mean and merged by the parallel
 * formula of Chan, Golub and LeVeque (1979), since sums of squares cancel. Not thread-safe.
 */
public final class BucketStatistics {
  /**
   * From here on squares may overflow: sum and spread of a bucket that holds such a value are not
   * merged from stored buckets, but computed from readings.
   */
  public static final double WILD = 1e140;

  private long count;
  private double sum;
  private double mean;
  private double m2;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double first = Double.NaN;
  private long firstMicros = Long.MAX_VALUE;
  private double last = Double.NaN;
  private long lastMicros = Long.MIN_VALUE;

  /** Adds a reading. */
  public void add(long timeMicros, double value) {
    count++;
    sum += value;
    double delta = value - mean;
    mean += delta / count;
    m2 += delta * (value - mean);
    extremes(value, value);
    ends(timeMicros, value, timeMicros, value);
  }

  /** Adds the readings of another bucket. */
  public void merge(BucketStatistics other) {
    if (other.count > 0) {
      moments(other.count, other.sum, other.mean, other.m2);
      extremes(other.min, other.max);
      ends(other.firstMicros, other.first, other.lastMicros, other.last);
    }
  }

  /**
   * Adds a bucket as it was stored.
   *
   * @param storedCount at least 1
   * @param storedM2 sum of squared deviations from the mean
   */
  public void merge(
      long storedCount,
      double storedSum,
      double storedM2,
      double storedMin,
      double storedMax,
      long storedFirstMicros,
      double storedFirst,
      long storedLastMicros,
      double storedLast) {
    moments(storedCount, storedSum, storedSum / storedCount, storedM2);
    extremes(storedMin, storedMax);
    ends(storedFirstMicros, storedFirst, storedLastMicros, storedLast);
  }

  private void moments(long otherCount, double otherSum, double otherMean, double otherM2) {
    long together = count + otherCount;
    double delta = otherMean - mean;
    double share = (double) otherCount / together;
    m2 += otherM2 + delta * delta * count * share;
    mean += delta * share;
    sum += otherSum;
    count = together;
  }

  private void extremes(double least, double most) {
    min = Math.min(min, least);
    max = Math.max(max, most);
  }

  private void ends(long oldestMicros, double oldest, long newestMicros, double newest) {
    if (oldestMicros < firstMicros) {
      firstMicros = oldestMicros;
      first = oldest;
    }
    if (newestMicros > lastMicros) {
      lastMicros = newestMicros;
      last = newest;
    }
  }

  public long count() {
    return count;
  }

  /** 0 without readings. */
  public double sum() {
    return sum;
  }

  /** NaN without readings. */
  public double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** Sum of squared deviations from the mean. */
  public double m2() {
    return m2;
  }

  /** Sample standard deviation; NaN for fewer than two readings. */
  public double standardDeviation() {
    return count < 2 ? Double.NaN : Math.sqrt(m2 / (count - 1));
  }

  /** NaN without readings. */
  public double min() {
    return count == 0 ? Double.NaN : min;
  }

  /** NaN without readings. */
  public double max() {
    return count == 0 ? Double.NaN : max;
  }

  /** Value of the oldest reading; NaN without readings. */
  public double first() {
    return first;
  }

  /** Time of the oldest reading; meaningless without readings. */
  public long firstMicros() {
    return firstMicros;
  }

  /** Value of the newest reading; NaN without readings. */
  public double last() {
    return last;
  }

  /** Time of the newest reading; meaningless without readings. */
  public long lastMicros() {
    return lastMicros;
  }
}
