package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.intake.BatchCheck;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts, by series and day, what the stored readings do not tell: readings that met others, came
 * late or were rejected. Written in the transaction that counts them; a commit without any writes
 * nothing. Used once, by one thread.
 */
final class ReadingTallies {
  private final long today;
  private final Map<SeriesDay, Counted> counted = new HashMap<>();
  private final Map<RejectKey, Long> rejected = new HashMap<>();
  private @Nullable SeriesDay last;
  private Counted lastCounted = new Counted();

  private record SeriesDay(int seriesId, long day) {}

  private record RejectKey(String series, long day, RejectReason reason) {}

  /** What became of the readings of one series on one day. */
  static final class Counted {
    long unchanged;
    long replaced;
    long dropped;
    long outOfOrder;
  }

  /**
   * @param now of the commit: the day of rejected readings whose time says none
   */
  ReadingTallies(Instant now) {
    this.today = day(Times.floorToMicros(now));
  }

  private static long day(long micros) {
    return Math.floorDiv(micros, Times.MICROS_PER_DAY);
  }

  Counted of(int seriesId, long timeMicros) {
    long day = day(timeMicros);
    if (last == null || last.seriesId != seriesId || last.day != day) {
      last = new SeriesDay(seriesId, day);
      lastCounted = counted.computeIfAbsent(last, key -> new Counted());
    }
    return lastCounted;
  }

  /** Counts the rejected readings of a batch. */
  void addRejects(List<RejectedRow> rows) {
    for (RejectedRow row : rows) {
      addReject(row.column().series(), row.timeMicros(), row.reject().reason(), 1);
    }
  }

  /**
   * @param change 1, or -1 for a reading that was rejected earlier and is stored now
   */
  void addReject(String series, long timeMicros, RejectReason reason, long change) {
    switch (reason) {
      case SERIES_UNKNOWN, SERIES_NAME_INVALID, SERIES_LIMIT_REACHED -> {
        // They belong to no series.
      }
      default -> {
        boolean dated =
            timeMicros >= BatchCheck.TIME_MIN_MICROS && timeMicros < BatchCheck.TIME_MAX_MICROS;
        rejected.merge(
            new RejectKey(series, dated ? day(timeMicros) : today, reason), change, Long::sum);
      }
    }
  }

  /** Ordered by key, so that two transactions never wait for each other crosswise. */
  void write(Connection connection) throws SQLException {
    writeCounted(connection);
    writeRejected(connection);
  }

  private void writeCounted(Connection connection) throws SQLException {
    if (counted.isEmpty()) {
      return;
    }
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO reading_tally AS t (series_id, day, unchanged, replaced, dropped, out_of_order)
            SELECT series_id, date '1970-01-01' + day, unchanged, replaced, dropped, out_of_order
            FROM unnest(?::integer[], ?::integer[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
              AS n (series_id, day, unchanged, replaced, dropped, out_of_order)
            ORDER BY series_id, day
            ON CONFLICT (series_id, day) DO UPDATE SET
              unchanged = t.unchanged + excluded.unchanged, replaced = t.replaced + excluded.replaced,
              dropped = t.dropped + excluded.dropped, out_of_order = t.out_of_order + excluded.out_of_order\
            """)) {
      var columns = new Object[6][counted.size()];
      int at = 0;
      for (var each : counted.entrySet()) {
        columns[0][at] = each.getKey().seriesId;
        columns[1][at] = (int) each.getKey().day;
        columns[2][at] = each.getValue().unchanged;
        columns[3][at] = each.getValue().replaced;
        columns[4][at] = each.getValue().dropped;
        columns[5][at++] = each.getValue().outOfOrder;
      }
      for (int i = 0; i < columns.length; i++) {
        upsert.setArray(i + 1, connection.createArrayOf(i < 2 ? "integer" : "bigint", columns[i]));
      }
      upsert.executeUpdate();
    }
  }

  private void writeRejected(Connection connection) throws SQLException {
    rejected.values().removeIf(change -> change == 0);
    if (rejected.isEmpty()) {
      return;
    }
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            INSERT INTO reject_tally AS t (series_id, day, reason, rejected)
            SELECT s.series_id, date '1970-01-01' + n.day, n.reason, n.change
            FROM unnest(?::text[], ?::integer[], ?::smallint[], ?::bigint[]) AS n (series, day, reason, change)
            JOIN series s ON s.name = n.series AND NOT s.deleted
            ORDER BY s.series_id, n.day, n.reason
            ON CONFLICT (series_id, day, reason) DO UPDATE SET rejected = t.rejected + excluded.rejected\
            """)) {
      var names = new Object[rejected.size()];
      var days = new Object[rejected.size()];
      var reasons = new Object[rejected.size()];
      var changes = new Object[rejected.size()];
      int at = 0;
      for (var each : rejected.entrySet()) {
        names[at] = each.getKey().series;
        days[at] = (int) each.getKey().day;
        reasons[at] = (short) each.getKey().reason.number();
        changes[at++] = each.getValue();
      }
      upsert.setArray(1, connection.createArrayOf("text", names));
      upsert.setArray(2, connection.createArrayOf("integer", days));
      upsert.setArray(3, connection.createArrayOf("smallint", reasons));
      upsert.setArray(4, connection.createArrayOf("bigint", changes));
      upsert.executeUpdate();
    }
  }
}
