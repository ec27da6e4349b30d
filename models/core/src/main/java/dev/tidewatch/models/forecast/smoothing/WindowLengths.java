package dev.tidewatch.models.forecast.smoothing;

/** How much history these models want to see. */
final class WindowLengths {
  /** About 40 KB a series in a serving window. */
  private static final int INTERVALS_MAX = 5_000;

  private static final int SEASONS_MAX = 4;

  private WindowLengths() {}

  /** All that was there at the fit, up to a bound that leaves room for some seasons. */
  static int wanted(int fittedIntervals, int season) {
    return Math.min(fittedIntervals, Math.max(INTERVALS_MAX, SEASONS_MAX * season));
  }
}
