package dev.tidewatch.models.detection;

/**
 * Tells which value a feature exceeds once in so many days, from its largest value of each day by a
 * Gumbel distribution fitted by moments (Gumbel 1958; Coles 2001, chapter 3): the series' own idea
 * of extreme, however its tails look. Days that stand out count as at most {@value #OUTLIER_SIGMAS}
 * standard deviations, so that past faults do not hide coming ones. Until there are days, it
 * assumes what it was told. Not thread-safe.
 */
final class DailyExtremes {
  private static final int DAYS_REMEMBERED = 60;
  private static final double OUTLIER_SIGMAS = 2.5;

  /** Weight of what is assumed at first. */
  private static final double PRIOR_DAYS = 2;

  private static final double EULER_GAMMA = 0.5772156649015329;

  private double mean;
  private double variance;
  private double days = PRIOR_DAYS;
  private long openDay = Long.MIN_VALUE;
  private double openMax;

  /**
   * @param mean of a day's largest value, assumed at first
   * @param deviation of it
   */
  DailyExtremes(double mean, double deviation) {
    this.mean = mean;
    this.variance = deviation * deviation;
  }

  /** For a feature in standard deviations: what the largest of a day's normal noise does. */
  static DailyExtremes ofNormalNoise() {
    return new DailyExtremes(3.5, 1);
  }

  DailyExtremes(StateReader in) {
    mean = in.getDouble();
    variance = in.getDouble();
    days = in.getDouble();
    openDay = in.getLong();
    openMax = in.getDouble();
  }

  void save(StateWriter out) {
    out.putDouble(mean).putDouble(variance).putDouble(days).putLong(openDay).putDouble(openMax);
  }

  static int stateBytesMax() {
    return 4 * Double.BYTES + 10;
  }

  void learn(long day, double value) {
    if (day != openDay) {
      if (openDay != Long.MIN_VALUE) {
        close();
      }
      openDay = day;
      openMax = value;
    } else {
      openMax = Math.max(openMax, value);
    }
  }

  private void close() {
    double rate = 1 / Math.min(days + 1, DAYS_REMEMBERED);
    double bounded = Math.min(openMax, mean + OUTLIER_SIGMAS * Math.sqrt(variance));
    double before = bounded - mean;
    mean += rate * before;
    variance += rate * (before * (bounded - mean) - variance);
    days++;
  }

  /** The value that a day's largest exceeds once in {@code periodDays} on average. */
  double returnLevel(double periodDays) {
    double scale = Math.sqrt(6 * variance) / Math.PI;
    // -ln(-ln(1 - 1/T)) is ln T for periods of more than a few days.
    return mean + scale * (-Math.log(-Math.log1p(-1 / Math.max(periodDays, 1.01))) - EULER_GAMMA);
  }
}
