package dev.tidewatch.inference.batching;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many rows may wait for a model.
 *
 * @param rows of a model that is not named
 * @param rowsByModel of those that are
 */
public record QueueSizes(int rows, Map<String, Integer> rowsByModel) {
  public static final int ROWS_MAX = 1_000_000;

  /** Of models that nobody has said anything about. */
  public static final QueueSizes USUAL =
      new QueueSizes(QueueLimits.DEFAULT.waitingRowsMax(), Map.of());

  public QueueSizes {
    rowsByModel = Map.copyOf(rowsByModel);
  }

  /**
   * @param named {@code MODEL=ROWS} each
   * @throws IllegalArgumentException if one is not that, or out of bounds
   */
  public static QueueSizes parse(int rows, List<String> named) {
    requireRows("model-queue-rows: ", rows);
    var rowsByModel = new HashMap<String, Integer>();
    for (String one : named) {
      int equals = one.lastIndexOf('=');
      int own;
      try {
        own = Integer.parseInt(one.substring(equals + 1));
      } catch (NumberFormatException e) {
        own = -1;
      }
      if (equals < 1 || own < 0) {
        throw new IllegalArgumentException(
            "model-queues: '%s', expected MODEL=ROWS such as heavy=64".formatted(one));
      }
      requireRows("model-queues: " + one + ": ", own);
      if (rowsByModel.put(one.substring(0, equals), own) != null) {
        throw new IllegalArgumentException(
            "model-queues: %s is there twice".formatted(one.substring(0, equals)));
      }
    }
    return new QueueSizes(rows, rowsByModel);
  }

  private static void requireRows(String where, int rows) {
    if (rows < 1 || rows > ROWS_MAX) {
      throw new IllegalArgumentException("%s%d, expected 1 to %d".formatted(where, rows, ROWS_MAX));
    }
  }

  public QueueLimits limits(String model) {
    return new QueueLimits(
        rowsByModel.getOrDefault(model, rows),
        QueueLimits.DEFAULT.parallelism(),
        QueueLimits.DEFAULT.preferredRows());
  }
}
