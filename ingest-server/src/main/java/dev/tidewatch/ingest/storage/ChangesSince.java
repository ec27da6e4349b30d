package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.feed.SectionChanges;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which hours changed in the commits after a position, read from the feed step by step. When that
 * is too much, or no longer there, it says so. Not thread-safe.
 */
final class ChangesSince {
  private static final long BYTES_MAX = 64L << 20;
  private static final int HOURS_MAX = 2_000_000;
  private static final int SECTIONS_AT_ONCE = 8;

  private final int firstHour;
  private final int lastHour;
  private final Map<Integer, Set<Integer>> hours = new HashMap<>();
  private final List<Deletion> deletions = new ArrayList<>();
  private int hourCount;
  private long through = -1;
  private boolean lost;

  private record Deletion(int seriesId, long fromMicros, long toMicros) {}

  /**
   * @param span only hours that touch it
   */
  ChangesSince(TimeSpan span) {
    this.firstHour = Math.toIntExact(Math.floorDiv(span.fromMicros(), Times.MICROS_PER_HOUR));
    this.lastHour = Math.toIntExact(Math.floorDiv(span.toMicros(), Times.MICROS_PER_HOUR));
  }

  /** True if it does not know: any hour may have changed. */
  boolean isLost() {
    return lost;
  }

  /**
   * Goes on to a position, in the transaction that it is the head of.
   *
   * @param after where to begin, the first time
   * @param floor up to where sections were pruned
   */
  void advance(Connection connection, long after, long head, long floor) throws SQLException {
    if (through < 0) {
      through = after;
    }
    if (lost || head <= through) {
      return;
    }
    if (floor > through || bytes(connection, head) > BYTES_MAX) {
      lose();
      return;
    }
    var sink = new Changed();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT s.content FROM feed_block b JOIN feed_section s ON s.commit_id = b.commit_id
            WHERE b.position > ? AND b.position <= ?\
            """)) {
      select.setFetchSize(SECTIONS_AT_ONCE);
      select.setLong(1, through);
      select.setLong(2, head);
      try (ResultSet row = select.executeQuery()) {
        while (row.next() && !lost) {
          SectionChanges.read(row.getBytes(1), sink);
          if (hourCount > HOURS_MAX) {
            lose();
          }
        }
      }
    }
    through = head;
  }

  private long bytes(Connection connection, long head) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT coalesce(sum(byte_count), 0) FROM feed_block WHERE position > ? AND position <= ?")) {
      select.setLong(1, through);
      select.setLong(2, head);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void lose() {
    lost = true;
    hours.clear();
    deletions.clear();
  }

  /** Adds the hours of a series that changed, within a span. */
  void addTo(Set<Integer> dirty, int seriesId, int fromHour, int toHour) {
    for (int hour : hours.getOrDefault(seriesId, Set.of())) {
      if (hour >= fromHour && hour < toHour) {
        dirty.add(hour);
      }
    }
    for (Deletion deletion : deletions) {
      if (deletion.seriesId == seriesId) {
        long first = Math.max(fromHour, Math.floorDiv(deletion.fromMicros, Times.MICROS_PER_HOUR));
        long end = Math.min(toHour, Math.ceilDiv(deletion.toMicros, Times.MICROS_PER_HOUR));
        for (long hour = first; hour < end; hour++) {
          dirty.add((int) hour);
        }
      }
    }
  }

  private final class Changed implements SectionChanges.Sink {
    @Override
    public void hour(int seriesId, int hour) {
      if (hour >= firstHour
          && hour <= lastHour
          && hours.computeIfAbsent(seriesId, id -> new HashSet<>()).add(hour)) {
        hourCount++;
      }
    }

    @Override
    public void deleted(int seriesId, long fromMicros, long toMicros) {
      deletions.add(new Deletion(seriesId, fromMicros, toMicros));
      hourCount++;
    }
  }
}
