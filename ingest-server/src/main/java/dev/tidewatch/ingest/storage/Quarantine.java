package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.intake.Reject;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.ingest.intake.SeriesColumn;
import dev.tidewatch.ingest.intake.WriterTicket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Puts the rejected readings of a group into quarantine, as they were sent, and takes out what was
 * replayed.
 */
final class Quarantine {
  private static final int SERIES_CHARACTERS_MAX = 255;

  private Quarantine() {}

  static void insert(
      Connection connection, List<BatchTally> tallies, ReadingTallies counted, Instant now)
      throws SQLException {
    if (tallies.stream().noneMatch(Quarantine::hasNew)) {
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
        if (hasNew(tally)) {
          List<RejectedRow> rows = RejectedRow.of(tally);
          counted.addRejects(rows);
          for (RejectedRow row : rows) {
            bind(insert, tally, row, now);
            insert.addBatch();
          }
        }
      }
      insert.executeBatch();
    }
  }

  /** What is rejected again is in quarantine already, and counted. */
  private static boolean hasNew(BatchTally tally) {
    return tally.live && !tally.rejects().isEmpty() && tally.batch.quarantineIds() == null;
  }

  /** Takes readings out that came from quarantine and were not rejected again. */
  static void release(Connection connection, List<BatchTally> tallies, ReadingTallies counted)
      throws SQLException {
    var released = new ArrayList<Long>();
    for (BatchTally tally : tallies) {
      List<Long> ids = tally.batch.quarantineIds();
      if (ids != null) {
        var rejected = new HashSet<Integer>();
        tally.rejects().forEach(reject -> rejected.add(reject.index()));
        for (int index = 0; index < ids.size(); index++) {
          if (!rejected.contains(index)) {
            released.add(ids.get(index));
          }
        }
      }
    }
    if (released.isEmpty()) {
      return;
    }
    // In one order for everybody, so that two transactions never wait for each other crosswise.
    try (PreparedStatement delete =
        connection.prepareStatement(
            """
            DELETE FROM quarantine USING (
              SELECT quarantine_id FROM quarantine WHERE quarantine_id = ANY(?) ORDER BY quarantine_id FOR UPDATE
            ) AS released
            WHERE quarantine.quarantine_id = released.quarantine_id
            RETURNING series, time_micros, reason\
            """)) {
      delete.setArray(1, connection.createArrayOf("bigint", released.toArray()));
      try (ResultSet rows = delete.executeQuery()) {
        while (rows.next()) {
          counted.addReject(
              rows.getString(1), rows.getLong(2), RejectReason.of(rows.getShort(3)), -1);
        }
      }
    }
  }

  private static void bind(
      PreparedStatement insert, BatchTally tally, RejectedRow rejected, Instant now)
      throws SQLException {
    Reject reject = rejected.reject();
    SeriesColumn column = rejected.column();
    int row = rejected.row();
    String series = column.series().replace("\0", "?");
    insert.setString(1, series.substring(0, Math.min(series.length(), SERIES_CHARACTERS_MAX)));
    if (rejected.hasTime()) {
      insert.setLong(2, rejected.timeMicros());
    } else {
      insert.setNull(2, Types.BIGINT);
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
