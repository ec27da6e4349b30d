package dev.tidewatch.inference.spool;

import java.util.List;

/**
 * Records at the head of the spool, oldest first.
 *
 * @param records their contents; not to be changed
 * @param next where the spool goes on behind them
 */
public record SpoolBatch(List<byte[]> records, SpoolPosition next) {
  public SpoolBatch {
    records = List.copyOf(records);
  }

  public boolean isEmpty() {
    return records.isEmpty();
  }
}
