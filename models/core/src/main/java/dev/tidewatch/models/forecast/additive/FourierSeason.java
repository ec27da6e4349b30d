package dev.tidewatch.models.forecast.additive;

/**
 * A season as sines and cosines (Harvey and Shephard 1993): for harmonics 1 to {@code order} the
 * sine and the cosine of {@code 2 π harmonic index / period}.
 *
 * @param period in steps of the grid; need not be whole
 * @param order harmonics, at most half the period
 */
record FourierSeason(double period, int order) {
  FourierSeason {
    if (!(period >= 2) || order < 1 || order > period / 2) {
      throw new IllegalArgumentException(
          "a season of %s steps cannot have %d harmonics".formatted(period, order));
    }
  }

  int columns() {
    // At half the period the sine is zero at every whole index.
    return 2 * order - (2 * order == period ? 1 : 0);
  }

  /**
   * @param index of the interval on its grid, so that the season has the same phase for all windows
   */
  void fill(long index, double[] row, int from) {
    double angle = 2 * Math.PI * (index % period) / period;
    int at = from;
    for (int harmonic = 1; harmonic <= order; harmonic++) {
      if (2 * harmonic != period) {
        row[at++] = Math.sin(harmonic * angle);
      }
      row[at++] = Math.cos(harmonic * angle);
    }
  }
}
