package dev.tidewatch.inference.batching;

import java.util.List;

/**
 * Bounds of a model's queue.
 *
 * @param waitingRowsMax rows that wait at most; beyond, questions are refused
 * @param parallelism batches of the model that run at once at most
 * @param preferredRows ascending; a batch that could be larger than one of them is cut down to the
 *     largest that it reaches. Empty: none is preferred
 */
public record QueueLimits(int waitingRowsMax, int parallelism, List<Integer> preferredRows) {
  /** What a model gets that nobody has said anything about. */
  public static final QueueLimits DEFAULT = new QueueLimits(1_024, 2, List.of());

  public QueueLimits {
    preferredRows = List.copyOf(preferredRows);
    if (waitingRowsMax < 1 || parallelism < 1) {
      throw new IllegalArgumentException("a queue must hold a row and run a batch");
    }
    int before = 0;
    for (int rows : preferredRows) {
      if (rows <= before) {
        throw new IllegalArgumentException(
            "preferred rows %s do not ascend".formatted(preferredRows));
      }
      before = rows;
    }
  }

  /** The largest preferred size that so many rows reach; all of them if there is none. */
  int cut(int rows) {
    int cut = rows;
    for (int preferred : preferredRows) {
      if (preferred <= rows) {
        cut = preferred;
      }
    }
    return cut;
  }
}
