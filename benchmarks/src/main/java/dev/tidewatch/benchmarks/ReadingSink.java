package dev.tidewatch.benchmarks;

/** Takes generated readings. */
@FunctionalInterface
interface ReadingSink {
  /**
   * Takes readings of one series; the arrays are the caller's and change afterwards.
   *
   * @param series number of the series
   */
  void accept(int series, long[] timesMicros, double[] values) throws Exception;
}
