package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.intake.Reject;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.ingest.intake.SeriesColumn;
import dev.tidewatch.ingest.intake.WriterTicket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;

/** Puts the rejected readings of a group into quarantine, as they were sent. */
final class Quarantine {
  private static final int SERIES_CHARACTERS_MAX = 255;

  private Quarantine() {}

  static void insert(Connection connection, List<BatchTally> tallies, Instant now)
      throws SQLException {
    if (tallies.stream().noneMatch(tally -> tally.live && !tally.rejects().isEmpty())) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO quarantine
              (series, time_micros, value, quality, reason, message, writer_id, sequence, index, rejected_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
            """)) {
      for (BatchTally tally : tallies) {
        if (tally.live) {
          for (Reject reject : tally.rejects()) {
            bind(insert, tally, reject, now);
            insert.addBatch();
          }
        }
      }
      insert.executeBatch();
    }
  }

  private static void bind(PreparedStatement insert, BatchTally tally, Reject reject, Instant now)
      throws SQLException {
    int row = reject.index();
    SeriesColumn column = null;
    for (SeriesColumn candidate : tally.batch.checked().batch().columns()) {
      if (row < candidate.size()) {
        column = candidate;
        break;
      }
      row -= candidate.size();
    }
    if (column == null) {
      throw new IllegalStateException("no reading has the index " + reject.index());
    }
    String series = column.series().replace("\0", "?");
    insert.setString(1, series.substring(0, Math.min(series.length(), SERIES_CHARACTERS_MAX)));
    if (reject.reason() == RejectReason.TIME_OUT_OF_RANGE
        && column.timeMicros(row) == Long.MIN_VALUE) {
      insert.setNull(2, Types.BIGINT);
    } else {
      insert.setLong(2, column.timeMicros(row));
    }
    if (reject.reason() == RejectReason.VALUE_MISSING) {
      insert.setNull(3, Types.DOUBLE);
    } else {
      insert.setDouble(3, column.value(row));
    }
    insert.setInt(4, column.quality(row));
    insert.setShort(5, (short) reject.reason().number());
    insert.setString(6, reject.message());
    WriterTicket writer = tally.batch.writer();
    insert.setString(7, writer == null ? "" : writer.writerId());
    insert.setLong(8, tally.batch.sequence());
    insert.setInt(9, reject.index());
    insert.setTimestamp(10, Timestamp.from(now));
  }
}
