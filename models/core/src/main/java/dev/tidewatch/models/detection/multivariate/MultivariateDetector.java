package dev.tidewatch.models.detection.multivariate;

/**
 * An online detector of several aligned series: sees each row once, in order. Bounded time and
 * memory a row. Not thread-safe: owned by whoever reads the series.
 */
public interface MultivariateDetector {
  /**
   * Scores a row against what was seen before it.
   *
   * @param index of the row's grid interval; larger than that of the row before. Intervals left out
   *     count as rows without values
   * @param values one for each role, in their order; NaN where missing
   * @throws IllegalArgumentException if the index does not ascend, the number of values is wrong,
   *     or one is infinite
   */
  MultivariateVerdict score(long index, double[] values);

  /** Index of the newest row seen; the last of the training at first. */
  long newestIndex();

  /**
   * The state: {@link MultivariateDetectorModel#restore} continues from it with exactly the
   * verdicts that this detector would have given.
   */
  byte[] save();
}
