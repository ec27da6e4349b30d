package dev.tidewatch.models.detection;

/**
 * Exponentially weighted moving average of the residual over a time constant, and how large it
 * usually is. Not thread-safe.
 */
final class SmoothedResidual {
  /** The usual size is itself averaged over so many time constants. */
  private static final double SIZE_CONSTANTS = 30;

  private static final double SIZE_BOUND = 3;

  private final double constantMicros;
  private final DailyExtremes extremes;
  private double mean;
  private double size;
  private double weight;

  SmoothedResidual(double constantMicros) {
    this.constantMicros = constantMicros;
    this.extremes = DailyExtremes.ofNormalNoise();
  }

  SmoothedResidual(double constantMicros, StateReader in) {
    this.constantMicros = constantMicros;
    this.extremes = new DailyExtremes(in);
    mean = in.getDouble();
    size = in.getDouble();
    weight = in.getDouble();
  }

  void save(StateWriter out) {
    extremes.save(out);
    out.putDouble(mean).putDouble(size).putDouble(weight);
  }

  static int stateBytesMax() {
    return DailyExtremes.stateBytesMax() + 3 * Double.BYTES;
  }

  /** Moves the average. */
  void add(double residual, double elapsedMicros) {
    mean += -Math.expm1(-elapsedMicros / constantMicros) * (residual - mean);
  }

  /** Forgets the newest hours. */
  void reset(double to) {
    mean = to;
  }

  /** The average in units of its usual size. */
  double sigmas(double baseline) {
    double distance = Math.abs(mean - baseline);
    return size > 0 ? Math.min(distance / size, Verdict.SCORE_MAX) : 0;
  }

  /** Learns how large the average usually is, and its extremes. */
  void learn(long day, double baseline, double elapsedMicros) {
    double constants = elapsedMicros / constantMicros;
    weight = Math.min(weight + constants, SIZE_CONSTANTS);
    double distance = SeasonalProfile.MEAN_DEVIATION_TO_SIGMA * Math.abs(mean - baseline);
    double bounded = weight < 5 || size == 0 ? distance : Math.min(distance, SIZE_BOUND * size);
    size += Math.min(1, constants / Math.max(weight, 1e-9)) * (bounded - size);
    if (weight >= 5) {
      extremes.learn(day, sigmas(baseline));
    }
  }

  /** True once enough was seen to judge. */
  boolean isKnown() {
    return weight >= 10;
  }

  double gain(double returnPeriodDays) {
    return Math.max(1, extremes.returnLevel(returnPeriodDays) / 3);
  }
}
