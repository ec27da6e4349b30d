package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.query.BucketColumn;
import dev.tidewatch.ingest.query.ReadView;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.ingest.storage.RollupRows.Level;
import dev.tidewatch.ingest.storage.RollupRows.Span;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Fills buckets of some series from rollups, in one snapshot, as far as those are exact for a view;
 * says what is left to read from readings. The span is cut into pieces: the middle by the coarsest
 * rollup that fits between the bounds of the buckets, its ends by finer ones, and what no rollup
 * fits is left. Within a piece, hours that are marked, or changed after the marks or after the
 * view, are left too, and their days taken by hours. Used once.
 */
final class RollupReading {
  private static final int PENDING_MAX = 500_000;

  private final ReadView view;
  private final ChangesSince changes;
  private final List<Integer> ids;
  private final long[] starts;
  private final long from;
  private final long to;
  private final boolean withSketches;
  private final List<BucketColumn> columns;

  private final Map<Integer, Integer> indexById = new HashMap<>();

  /** By series: hours whose rollups are not exact, or not usable. Absent: no rollup is. */
  private final Map<Integer, NavigableSet<Integer>> dirty = new HashMap<>();

  private final Map<TimeSpan, List<Integer>> rest = new HashMap<>();

  /** A part of the span; without a level nothing but readings serves. */
  private record Piece(@Nullable Level level, long fromMicros, long toMicros) {}

  RollupReading(
      ReadView view,
      ChangesSince changes,
      List<Integer> ids,
      long[] starts,
      long from,
      long to,
      boolean withSketches,
      List<BucketColumn> columns) {
    this.view = view;
    this.changes = changes;
    this.ids = ids;
    this.starts = starts;
    this.from = from;
    this.to = to;
    this.withSketches = withSketches;
    this.columns = columns;
    for (int i = 0; i < ids.size(); i++) {
      indexById.put(ids.get(i), i);
    }
  }

  /** What is left, with the indexes of the series it is left of. */
  Map<TimeSpan, List<Integer>> rest() {
    return rest;
  }

  void run(Connection connection) throws SQLException {
    List<Level> levels = levels();
    if (!levels.isEmpty()) {
      findDirty(connection);
    }
    for (int index = 0; index < ids.size(); index++) {
      if (!dirty.containsKey(ids.get(index))) {
        leave(from, to, index);
      }
    }
    if (dirty.isEmpty()) {
      return;
    }
    var pieces = new ArrayList<Piece>();
    cut(from, to, levels, pieces);
    for (Piece piece : pieces) {
      if (piece.level == null) {
        dirty.keySet().forEach(id -> leave(piece.fromMicros, piece.toMicros, index(id)));
      } else if (piece.level == Level.MINUTE) {
        minutes(connection, piece);
      } else {
        if (piece.level == Level.DAY) {
          days(connection, piece);
        } else {
          RollupRows.read(
              connection,
              Level.HOUR,
              dirty.keySet(),
              piece.fromMicros,
              piece.toMicros,
              this::takeHour);
        }
        if (withSketches) {
          sketches(connection, piece);
        }
        dirty.forEach((id, hours) -> leaveHours(hours, piece, index(id)));
      }
    }
  }

  /** The rollups that fit between the bounds, coarsest first. */
  private List<Level> levels() {
    var fitting = new ArrayList<Level>();
    for (Level level : Level.values()) {
      if (level == Level.MINUTE && withSketches) {
        continue;
      }
      boolean fits = true;
      for (int i = 0; i < starts.length && fits; i++) {
        fits = starts[i] <= from || starts[i] >= to || starts[i] % level.micros == 0;
      }
      if (fits) {
        fitting.add(level);
      }
    }
    return fitting;
  }

  private static void cut(long from, long to, List<Level> levels, List<Piece> pieces) {
    if (from >= to) {
      return;
    }
    if (levels.isEmpty()) {
      pieces.add(new Piece(null, from, to));
      return;
    }
    Level level = levels.getFirst();
    List<Level> finer = levels.subList(1, levels.size());
    long first = Math.ceilDiv(from, level.micros) * level.micros;
    long end = Math.floorDiv(to, level.micros) * level.micros;
    if (first >= end) {
      cut(from, to, finer, pieces);
      return;
    }
    cut(from, first, finer, pieces);
    pieces.add(new Piece(level, first, end));
    cut(end, to, finer, pieces);
  }

  private void findDirty(Connection connection) throws SQLException {
    int rebuiltThrough;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT r.epoch, r.position, r.rebuilt_through, h.epoch, h.position, f.position
                FROM rollup_head r, feed_head h, feed_floor f\
                """)) {
      row.next();
      int through = row.getInt(3);
      rebuiltThrough = row.wasNull() ? Integer.MAX_VALUE : through;
      long epoch = row.getLong(4);
      if (row.getLong(1) != epoch || view.position().epoch() != epoch) {
        return;
      }
      changes.advance(
          connection,
          Math.min(row.getLong(2), view.position().position()),
          row.getLong(5),
          row.getLong(6));
    }
    if (changes.isLost()) {
      return;
    }
    int fromHour = hourOf(from);
    int toHour = hourAfter(to);
    for (int id : ids) {
      if (id <= rebuiltThrough) {
        var hours = new TreeSet<Integer>();
        changes.addTo(hours, id, fromHour, toHour);
        dirty.put(id, hours);
      }
    }
    int pending = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT series_id, (extract(epoch FROM hour) / 3600)::integer FROM rollup_pending
            WHERE series_id = ANY (?) AND hour >= to_timestamp(?) AND hour < to_timestamp(?) LIMIT ?\
            """)) {
      select.setArray(1, connection.createArrayOf("integer", ids.toArray()));
      select.setLong(2, fromHour * 3_600L);
      select.setLong(3, toHour * 3_600L);
      select.setInt(4, PENDING_MAX);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          pending++;
          NavigableSet<Integer> hours = dirty.get(row.getInt(1));
          if (hours != null) {
            hours.add(row.getInt(2));
          }
        }
      }
    }
    if (pending == PENDING_MAX) {
      dirty.clear();
    }
  }

  private void days(Connection connection, Piece piece) throws SQLException {
    RollupRows.read(
        connection,
        Level.DAY,
        dirty.keySet(),
        piece.fromMicros,
        piece.toMicros,
        row -> {
          NavigableSet<Integer> hours = hours(row.seriesId);
          int first = hourOf(row.bucketMicros);
          Integer next = hours.ceiling(first);
          if (next != null && next < first + 24) {
            return;
          }
          if (row.isWild()) {
            for (int hour = first; hour < first + 24; hour++) {
              hours.add(hour);
            }
          } else {
            row.mergeInto(columns.get(index(row.seriesId)).at(row.bucketMicros));
          }
        });
    var partly = new ArrayList<Span>();
    dirty.forEach((id, hours) -> {
      long day = Long.MIN_VALUE;
      for (int hour : hours.subSet(hourOf(piece.fromMicros), hourOf(piece.toMicros))) {
        long begin = Math.floorDiv(hour, 24) * Times.MICROS_PER_DAY;
        if (begin != day) {
          day = begin;
          partly.add(new Span(id, begin, begin + Times.MICROS_PER_DAY));
        }
      }
    });
    RollupRows.read(connection, Level.HOUR, partly, this::takeHour);
  }

  private void takeHour(RollupRows.Row row) {
    NavigableSet<Integer> hours = hours(row.seriesId);
    int hour = hourOf(row.bucketMicros);
    if (hours.contains(hour)) {
      return;
    }
    if (row.isWild()) {
      hours.add(hour);
    } else {
      row.mergeInto(columns.get(index(row.seriesId)).at(row.bucketMicros));
    }
  }

  private void sketches(Connection connection, Piece piece) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT series_id, (extract(epoch FROM hour) / 3600)::integer, sketch FROM reading_sketch
            WHERE series_id = ANY (?) AND hour >= to_timestamp(?) AND hour < to_timestamp(?)\
            """)) {
      select.setFetchSize(10_000);
      select.setArray(1, connection.createArrayOf("integer", dirty.keySet().toArray()));
      select.setLong(2, piece.fromMicros / Times.MICROS_PER_SECOND);
      select.setLong(3, piece.toMicros / Times.MICROS_PER_SECOND);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (!hours(row.getInt(1)).contains(row.getInt(2))) {
            columns
                .get(index(row.getInt(1)))
                .merge(row.getInt(2) * Times.MICROS_PER_HOUR, row.getBytes(3));
          }
        }
      }
    }
  }

  /** Minutes serve only for hours that have many readings. */
  private void minutes(Connection connection, Piece piece) throws SQLException {
    var dense = new ArrayList<Span>();
    // By series and hour: false for those to read from readings.
    Map<Integer, TreeMap<Integer, Boolean>> served = new HashMap<>();
    dirty.forEach((id, hours) -> {
      var ofSeries = new TreeMap<Integer, Boolean>();
      for (int hour : hours.subSet(hourOf(piece.fromMicros), hourAfter(piece.toMicros))) {
        ofSeries.put(hour, false);
      }
      served.put(id, ofSeries);
    });
    RollupRows.read(
        connection,
        Level.HOUR,
        dirty.keySet(),
        hourOf(piece.fromMicros) * Times.MICROS_PER_HOUR,
        piece.toMicros,
        row -> {
          boolean serves = row.count > RollupFill.SPARSE_HOUR;
          var ofSeries = Objects.requireNonNull(served.get(row.seriesId));
          if (ofSeries.putIfAbsent(hourOf(row.bucketMicros), serves) == null && serves) {
            dense.add(
                new Span(
                    row.seriesId,
                    Math.max(piece.fromMicros, row.bucketMicros),
                    Math.min(piece.toMicros, row.bucketMicros + Times.MICROS_PER_HOUR)));
          }
        });
    RollupRows.read(
        connection,
        Level.MINUTE,
        dense,
        row -> {
          int index = index(row.seriesId);
          if (row.isWild()) {
            leave(row.bucketMicros, row.bucketMicros + Times.MICROS_PER_MINUTE, index);
          } else {
            row.mergeInto(columns.get(index).at(row.bucketMicros));
          }
        });
    served.forEach((id, hours) -> {
      // From one hour to the next across hours that have nothing.
      int begin = 0;
      int end = Integer.MIN_VALUE;
      for (var hour : hours.entrySet()) {
        if (hour.getValue()) {
          leaveHours(begin, end, piece, index(id));
          end = Integer.MIN_VALUE;
        } else {
          begin = end == Integer.MIN_VALUE ? hour.getKey() : begin;
          end = hour.getKey() + 1;
        }
      }
      leaveHours(begin, end, piece, index(id));
    });
  }

  private void leaveHours(NavigableSet<Integer> hours, Piece piece, int index) {
    int begin = 0;
    int end = Integer.MIN_VALUE;
    for (int hour : hours.subSet(hourOf(piece.fromMicros), hourAfter(piece.toMicros))) {
      if (hour != end) {
        leaveHours(begin, end, piece, index);
        begin = hour;
      }
      end = hour + 1;
    }
    leaveHours(begin, end, piece, index);
  }

  private void leaveHours(int begin, int end, Piece piece, int index) {
    if (end > begin) {
      leave(
          Math.max(piece.fromMicros, begin * Times.MICROS_PER_HOUR),
          Math.min(piece.toMicros, end * Times.MICROS_PER_HOUR),
          index);
    }
  }

  private void leave(long fromMicros, long toMicros, int index) {
    rest.computeIfAbsent(new TimeSpan(fromMicros, toMicros), span -> new ArrayList<>()).add(index);
  }

  private NavigableSet<Integer> hours(int seriesId) {
    return Objects.requireNonNull(dirty.get(seriesId));
  }

  private int index(int seriesId) {
    return Objects.requireNonNull(indexById.get(seriesId));
  }

  private static int hourOf(long micros) {
    return Math.toIntExact(Math.floorDiv(micros, Times.MICROS_PER_HOUR));
  }

  private static int hourAfter(long micros) {
    return Math.toIntExact(Math.ceilDiv(micros, Times.MICROS_PER_HOUR));
  }
}
