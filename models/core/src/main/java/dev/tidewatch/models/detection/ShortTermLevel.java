package dev.tidewatch.models.detection;

/**
 * How far the series runs above or below its profile just now, by exponential smoothing at several
 * rates side by side; the rate whose one-step errors have lately been smallest gives the level.
 * Rate 0 trusts the profile alone. Not thread-safe.
 */
final class ShortTermLevel {
  private static final double[] RATES = {0, 0.05, 0.2, 0.5, 0.9};
  private static final double ERROR_RATE = 1.0 / 500;

  private final double[] levels = new double[RATES.length];
  private final double[] errors = new double[RATES.length];
  private long count;
  private int best;

  ShortTermLevel() {}

  ShortTermLevel(StateReader in) {
    for (int i = 0; i < RATES.length; i++) {
      levels[i] = in.getDouble();
      errors[i] = in.getDouble();
    }
    count = in.getLong();
    best = in.getInt();
    if (best < 0 || best >= RATES.length) {
      throw StateReader.damaged("smoothing rate %d does not exist".formatted(best));
    }
  }

  void save(StateWriter out) {
    for (int i = 0; i < RATES.length; i++) {
      out.putDouble(levels[i]).putDouble(errors[i]);
    }
    out.putLong(count).putLong(best);
  }

  static int stateBytesMax() {
    return 2 * Double.BYTES * RATES.length + 20;
  }

  /** Expected distance of the next value from the profile. */
  double level() {
    return levels[best];
  }

  /**
   * @param residual distance of the value from the profile
   * @param bound errors beyond it count as it, so that one wild value does not carry the level away
   */
  void learn(double residual, double bound) {
    double rate = Math.max(ERROR_RATE, 1.0 / (count + 1));
    for (int i = 0; i < RATES.length; i++) {
      double error = Math.clamp(residual - levels[i], -bound, bound);
      errors[i] += rate * (Math.abs(error) - errors[i]);
      levels[i] += RATES[i] * error;
      if (errors[i] < errors[best]) {
        best = i;
      }
    }
    count++;
  }

  /** After a gap in the readings the past says less. */
  void fade(double factor) {
    for (int i = 0; i < RATES.length; i++) {
      levels[i] *= factor;
    }
  }
}
