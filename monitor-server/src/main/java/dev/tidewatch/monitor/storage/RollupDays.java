package dev.tidewatch.monitor.storage;

import dev.tidewatch.timeseries.Times;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Says in whose rollup a changed step or actual lies, and takes that rollup's word back. Called in
 * the transaction that makes the change, last, so that locks are taken in the same order by all.
 */
final class RollupDays {
  private static final String INSERT =
      """
      INSERT INTO monitor.accuracy_day
        (series_id, grid_id, day, state, steps_pending, steps_known, steps_missing)
      SELECT t.series, t.grid, timestamptz 'epoch' + t.day * interval '1 microsecond', 1, 0, 0, 0
      FROM unnest(?::bigint[], ?::int[], ?::bigint[]) AS t (series, grid, day)
      ON CONFLICT DO NOTHING
      """;
  private static final String OPEN =
      """
      UPDATE monitor.accuracy_day d SET state = 1, marked_by = NULL
      FROM (SELECT x.series_id, x.grid_id, x.day FROM monitor.accuracy_day x
          JOIN unnest(?::bigint[], ?::int[], ?::bigint[]) AS t (series, grid, day)
            ON x.series_id = t.series AND x.grid_id = t.grid
              AND x.day = timestamptz 'epoch' + t.day * interval '1 microsecond'
          WHERE x.state <> 1
          ORDER BY x.series_id, x.grid_id, x.day FOR UPDATE OF x) AS o
      WHERE d.series_id = o.series_id AND d.grid_id = o.grid_id AND d.day = o.day AND d.state <> 1
      """;
  private static final String OPEN_SERIES =
      """
      UPDATE monitor.accuracy_day SET state = 1, marked_by = NULL
      WHERE series_id = (SELECT series_id FROM monitor.series WHERE name = ?) AND state <> 1
      """;

  private RollupDays() {}

  /** A day of a series on a grid, sorted as the key is. */
  record Day(long series, int grid, long dayMicros) implements Comparable<Day> {
    /** The day that holds the interval. */
    static Day of(long series, int grid, long startMicros) {
      return new Day(
          series, grid, Math.floorDiv(startMicros, Times.MICROS_PER_DAY) * Times.MICROS_PER_DAY);
    }

    @Override
    public int compareTo(Day other) {
      int bySeries = Long.compare(series, other.series);
      int byGrid = bySeries != 0 ? bySeries : Integer.compare(grid, other.grid);
      return byGrid != 0 ? byGrid : Long.compare(dayMicros, other.dayMicros);
    }
  }

  /** Steps were added. */
  static void added(DSLContext db, Collection<Day> days) {
    if (!days.isEmpty()) {
      List<Day> sorted = List.copyOf(new TreeSet<>(days));
      db.execute(INSERT, series(sorted), grids(sorted), micros(sorted));
      db.execute(OPEN, series(sorted), grids(sorted), micros(sorted));
    }
  }

  /** Actuals changed; those that no step ever had for a target have no day. */
  static void changed(DSLContext db, Collection<Day> days) {
    if (!days.isEmpty()) {
      List<Day> sorted = List.copyOf(new TreeSet<>(days));
      db.execute(OPEN, series(sorted), grids(sorted), micros(sorted));
    }
  }

  /** Predictions of the series were removed. */
  static void removed(DSLContext db, String seriesName) {
    db.execute(OPEN_SERIES, DSL.val(seriesName));
  }

  static org.jooq.Param<Long[]> series(List<Day> days) {
    return DSL.val(days.stream().map(Day::series).toArray(Long[]::new));
  }

  static org.jooq.Param<Integer[]> grids(List<Day> days) {
    return DSL.val(days.stream().map(Day::grid).toArray(Integer[]::new));
  }

  static org.jooq.Param<Long[]> micros(List<Day> days) {
    return DSL.val(days.stream().map(Day::dayMicros).toArray(Long[]::new));
  }
}
