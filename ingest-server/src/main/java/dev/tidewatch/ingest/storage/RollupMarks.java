package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.feed.EncodedSection;
import dev.tidewatch.ingest.feed.FeedBlock;
import dev.tidewatch.ingest.feed.FeedStore;
import dev.tidewatch.ingest.feed.SectionChanges;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the feed and marks the hours that changed. Where the feed does not reach back far enough,
 * or belongs to another life of the database, marks everything, some series at a time. Used by one
 * thread at a time in all servers together.
 */
final class RollupMarks {
  private static final Logger log = LoggerFactory.getLogger(RollupMarks.class);
  private static final long BLOCK_BYTES_MAX = 8 << 20;
  private static final int REBUILT_SERIES = 200;

  private final FeedStore feed;
  private final Duration remarkAfter;
  private long rebuiltSeries;

  /**
   * @param quiet how long nothing may come for an hour before it is computed; the time of a mark is
   *     right to within half of it
   */
  RollupMarks(FeedStore feed, Duration quiet) {
    this.feed = feed;
    this.remarkAfter = quiet.dividedBy(2);
  }

  /** Where the marks stand; the feed's head and floor were read later. */
  private record Stand(
      long epoch, long position, int rebuiltThrough, long headEpoch, long head, long floor) {
    static final int ALL = Integer.MAX_VALUE;
  }

  /**
   * One transaction of work.
   *
   * @return true if there may be more to do at once
   */
  boolean step(Connection connection, Instant realNow) throws SQLException {
    Stand stand = stand(connection);
    if (stand.epoch != stand.headEpoch || stand.floor > stand.position) {
      begin(connection, stand);
      return true;
    }
    if (stand.rebuiltThrough != Stand.ALL) {
      rebuild(connection, stand, realNow);
      return true;
    }
    if (stand.head == stand.position) {
      return false;
    }
    List<FeedBlock> blocks = feed.read(stand.position, stand.head, Set.of(), BLOCK_BYTES_MAX);
    if (blocks.isEmpty() || feed.floor() > stand.position) {
      return true;
    }
    var changes = new Changes();
    for (FeedBlock block : blocks) {
      for (EncodedSection section : block.sections()) {
        SectionChanges.read(section.content(), changes);
      }
    }
    long through = blocks.getLast().position().position();
    connection.setAutoCommit(false);
    try {
      changes.mark(connection, realNow, realNow.minus(remarkAfter));
      try (PreparedStatement move =
          connection.prepareStatement(
              "UPDATE rollup_head SET position = ? WHERE epoch = ? AND position = ?")) {
        move.setLong(1, through);
        move.setLong(2, stand.epoch);
        move.setLong(3, stand.position);
        if (move.executeUpdate() != 1) {
          throw new SQLException("another server marks at the same time");
        }
      }
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return through < stand.head;
  }

  private static Stand stand(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT r.epoch, r.position, r.rebuilt_through, h.epoch, h.position, f.position
                FROM rollup_head r, feed_head h, feed_floor f\
                """)) {
      row.next();
      int through = row.getInt(3);
      // Asked at once: it is about the column that was read last.
      boolean all = row.wasNull();
      return new Stand(
          row.getLong(1),
          row.getLong(2),
          all ? Stand.ALL : through,
          row.getLong(4),
          row.getLong(5),
          row.getLong(6));
    }
  }

  private void begin(Connection connection, Stand stand) throws SQLException {
    log.info(
        "marking every hour for the rollups: they stand at {}/{}, the feed reaches from {} to {}/{}",
        stand.epoch,
        stand.position,
        stand.floor,
        stand.headEpoch,
        stand.head);
    rebuiltSeries = 0;
    // What is committed after the head that is read here is marked from the feed.
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          UPDATE rollup_head SET epoch = h.epoch, position = h.position, rebuilt_through = 0
          FROM feed_head h\
          """);
    }
  }

  /** Marks the hours that hold readings, and those that seem to, of the next series. */
  private void rebuild(Connection connection, Stand stand, Instant realNow) throws SQLException {
    var ids = new ArrayList<Integer>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT series_id FROM series WHERE series_id > ? ORDER BY series_id LIMIT "
                + REBUILT_SERIES)) {
      select.setInt(1, stand.rebuiltThrough);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ids.add(row.getInt(1));
        }
      }
    }
    connection.setAutoCommit(false);
    try {
      if (!ids.isEmpty()) {
        try (PreparedStatement mark =
            connection.prepareStatement(
                """
                INSERT INTO rollup_pending (series_id, hour, marked_at)
                SELECT series_id, date_trunc('hour', time, 'UTC'), ?::timestamptz
                FROM reading WHERE series_id = ANY (?) GROUP BY 1, 2
                UNION
                SELECT series_id, bucket, ?::timestamptz FROM reading_hour h
                WHERE series_id = ANY (?)
                  AND bucket >= (SELECT date_trunc('hour', min(time), 'UTC') FROM reading r WHERE r.series_id = h.series_id)
                ON CONFLICT DO NOTHING\
                """)) {
          var marked = Timestamp.from(realNow.minus(remarkAfter.multipliedBy(2)));
          var array = connection.createArrayOf("integer", ids.toArray());
          mark.setTimestamp(1, marked);
          mark.setArray(2, array);
          mark.setTimestamp(3, marked);
          mark.setArray(4, array);
          mark.executeUpdate();
        }
      }
      boolean last = ids.size() < REBUILT_SERIES;
      try (PreparedStatement move =
          connection.prepareStatement("UPDATE rollup_head SET rebuilt_through = ?")) {
        if (last) {
          move.setNull(1, java.sql.Types.INTEGER);
        } else {
          move.setInt(1, ids.getLast());
        }
        move.executeUpdate();
      }
      connection.commit();
      rebuiltSeries += ids.size();
      if (last || rebuiltSeries % (50L * REBUILT_SERIES) == 0) {
        log.info("marked every hour of {} series{}", rebuiltSeries, last ? ", which is all" : "");
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /** What some blocks changed. */
  private static final class Changes implements SectionChanges.Sink {
    private final Set<Long> hours = new HashSet<>();
    private final List<long[]> deletions = new ArrayList<>();

    @Override
    public void hour(int seriesId, int hour) {
      hours.add(((long) seriesId << 32) | Integer.toUnsignedLong(hour));
    }

    @Override
    public void deleted(int seriesId, long fromMicros, long toMicros) {
      deletions.add(new long[] {seriesId, fromMicros, toMicros});
    }

    void mark(Connection connection, Instant now, Instant renewBefore) throws SQLException {
      if (!hours.isEmpty()) {
        long[] sorted = hours.stream().mapToLong(Long::longValue).sorted().toArray();
        Integer[] ids = new Integer[sorted.length];
        Long[] seconds = new Long[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
          ids[i] = (int) (sorted[i] >>> 32);
          seconds[i] = (int) sorted[i] * 3_600L;
        }
        try (PreparedStatement mark =
            connection.prepareStatement(
                """
                INSERT INTO rollup_pending (series_id, hour, marked_at)
                SELECT c.series_id, to_timestamp(c.seconds), ?
                FROM unnest(?::integer[], ?::bigint[]) AS c (series_id, seconds)
                ON CONFLICT (series_id, hour) DO UPDATE SET marked_at = excluded.marked_at
                WHERE rollup_pending.marked_at <= ?\
                """)) {
          mark.setTimestamp(1, Timestamp.from(now));
          mark.setArray(2, connection.createArrayOf("integer", ids));
          mark.setArray(3, connection.createArrayOf("bigint", seconds));
          mark.setTimestamp(4, Timestamp.from(renewBefore));
          mark.executeUpdate();
        }
      }
      for (long[] deletion : deletions) {
        // Where no rollup is and no mark, there is nothing to put right.
        try (PreparedStatement mark =
            connection.prepareStatement(
                """
                INSERT INTO rollup_pending (series_id, hour, marked_at)
                SELECT series_id, bucket, ? FROM reading_hour
                WHERE series_id = ? AND bucket > ? AND bucket < ?
                ON CONFLICT DO NOTHING\
                """)) {
          mark.setTimestamp(1, Timestamp.from(now));
          mark.setInt(2, (int) deletion[0]);
          mark.setTimestamp(3, bound(deletion[1], -Times.MICROS_PER_HOUR));
          mark.setTimestamp(4, bound(deletion[2], 0));
          mark.executeUpdate();
        }
      }
    }

    private static Timestamp bound(long micros, long by) {
      long within =
          Math.clamp(
              micros,
              dev.tidewatch.ingest.query.TimeSpan.ALL.fromMicros(),
              dev.tidewatch.ingest.query.TimeSpan.ALL.toMicros());
      return Timestamp.from(Times.toInstant(within + by));
    }
  }
}
