package dev.tidewatch.timeseries.features;

/** What is known of each role at an interval. */
interface KnownValues {
  /**
   * @param role position among the recipe's roles
   * @param steps 0 for the newest known interval, 1 for the one before
   * @return {@code NaN} where missing or not kept
   */
  double back(int role, int steps);
}
