package dev.tidewatch.inference.batching;

import java.util.SortedMap;

/**
 * What a model's queue has done since it was opened.
 *
 * @param answered questions
 * @param failed questions that the engine failed at
 * @param refused questions that found the queue full
 * @param expired questions whose deadline passed while they waited
 * @param rows answered
 * @param batches run
 * @param queueNanos that answered questions waited, together
 * @param inferNanos that batches took, together
 * @param bySize of batches, by their rows
 */
public record BatchStatistics(
    long answered,
    long failed,
    long refused,
    long expired,
    long rows,
    long batches,
    long queueNanos,
    long inferNanos,
    SortedMap<Integer, Size> bySize) {
  /**
   * Batches of one size.
   *
   * @param inferNanos that they took together
   */
  public record Size(long batches, long inferNanos) {
    Size and(long nanos) {
      return new Size(batches + 1, inferNanos + nanos);
    }
  }
}
