package dev.tidewatch.models.tensorflow;

/**
 * Puts windows into the network's units: distances from the newest value (so that a level that
 * moves does not matter), divided by a scale.
 *
 * @param perWindow true: the scale is the window's own standard deviation
 * @param fixed the scale otherwise, and of windows that do not change; above 0
 */
record WindowScaling(boolean perWindow, double fixed) {
  WindowScaling {
    if (!(fixed > 0) || Double.isInfinite(fixed)) {
      throw new IllegalArgumentException(
          "a window's scale is %s; it must be above 0".formatted(fixed));
    }
  }

  /**
   * @param values of which {@code count} from {@code from} on are the window
   */
  double scale(double[] values, int from, int count) {
    if (!perWindow) {
      return fixed;
    }
    double deviation = deviation(values, from, count);
    return deviation > 0 ? deviation : fixed;
  }

  /** Standard deviation (population) of a window; 0 if it is too small against the values. */
  static double deviation(double[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i];
    }
    double mean = sum / count;
    double squares = 0;
    for (int i = from; i < from + count; i++) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    double deviation = Math.sqrt(squares / count);
    return deviation > 1e-9 * Math.abs(mean) ? deviation : 0;
  }

  /** Writes the window in the network's units. */
  static void scaled(double[] values, int from, int count, double scale, float[] out, int outFrom) {
    double newest = values[from + count - 1];
    for (int i = 0; i < count; i++) {
      out[outFrom + i] = (float) ((values[from + i] - newest) / scale);
    }
  }
}
