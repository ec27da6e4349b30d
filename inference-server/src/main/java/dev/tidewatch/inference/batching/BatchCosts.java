package dev.tidewatch.inference.batching;

/** How long batches take, by their size, as lately seen. Not thread-safe. */
final class BatchCosts {
  private static final double WEIGHT_OF_NEW = 0.1;
  private static final int CLASSES = 24;

  /** By the size's binary logarithm: nanoseconds per row; 0 where none was seen. */
  private final double[] nanosPerRow = new double[CLASSES];

  void seen(int rows, long nanos) {
    int c = classOf(rows);
    double perRow = (double) nanos / rows;
    nanosPerRow[c] =
        nanosPerRow[c] == 0 ? perRow : nanosPerRow[c] + WEIGHT_OF_NEW * (perRow - nanosPerRow[c]);
  }

  private static int classOf(int rows) {
    return Math.min(CLASSES - 1, 31 - Integer.numberOfLeadingZeros(Math.max(1, rows)));
  }

  /** By the nearest size that was seen; 0 if none was. */
  long expectedNanos(int rows) {
    int wanted = classOf(rows);
    for (int distance = 0; distance < CLASSES; distance++) {
      for (int c : new int[] {wanted - distance, wanted + distance}) {
        if (c >= 0 && c < CLASSES && nanosPerRow[c] > 0) {
          // A smaller batch may take as long as a larger one, but not longer.
          return (long) (nanosPerRow[c] * (c > wanted ? Math.max(rows, 1 << c) : rows));
        }
      }
    }
    return 0;
  }
}
