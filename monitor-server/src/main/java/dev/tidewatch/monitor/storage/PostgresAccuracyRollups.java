package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ACCURACY_DAY;

import dev.tidewatch.monitor.accuracy.AccuracyRollups;
import dev.tidewatch.monitor.storage.RollupDays.Day;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jooq.DSLContext;
import org.jooq.QueryPart;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rollups on PostgreSQL. A change opens its day if it finds it marked or rolled. A change that was
 * under way when the day was marked may have found it open still: so what is marked is rolled up
 * only when every transaction that was there at the mark is over.
 */
public final class PostgresAccuracyRollups implements AccuracyRollups {
  private static final Logger log = LoggerFactory.getLogger(PostgresAccuracyRollups.class);

  /** How long after its last actual was due a day is taken for settled. */
  private static final Duration SETTLE = Duration.ofHours(1);

  private static final Duration OTHERS_WAIT = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 20;

  private static final String MARK =
      """
      UPDATE monitor.accuracy_day d SET state = 2, marked_by = {0}
      FROM (SELECT x.series_id, x.grid_id, x.day FROM monitor.accuracy_day x
          JOIN monitor.grid g ON g.grid_id = x.grid_id
          WHERE x.state = 1
            AND x.day < {1} - interval '24 hours'
            AND x.day + interval '24 hours' + (g.step_seconds + g.lateness_seconds) * interval '1 second' < {1}
          ORDER BY x.day, x.series_id, x.grid_id LIMIT {2} FOR UPDATE OF x SKIP LOCKED) AS o
      WHERE d.series_id = o.series_id AND d.grid_id = o.grid_id AND d.day = o.day
      RETURNING d.series_id, d.grid_id, (extract(epoch FROM d.day) * 1000000)::bigint AS day
      """;
  private static final String KEYS =
      """
      FROM (SELECT k.series, k.grid, timestamptz 'epoch' + k.day * interval '1 microsecond' AS day
          FROM unnest({0}::bigint[], {1}::int[], {2}::bigint[]) AS k (series, grid, day)) AS k
      """;
  private static final String LOCK =
      "SELECT d.series_id, d.grid_id, (extract(epoch FROM d.day) * 1000000)::bigint AS day "
          + KEYS
          + """
          JOIN monitor.accuracy_day d ON d.series_id = k.series AND d.grid_id = k.grid AND d.day = k.day
          WHERE d.state = 2 AND d.marked_by = {3}
          ORDER BY d.series_id, d.grid_id, d.day FOR UPDATE OF d
          """;
  private static final String DELETE =
      "DELETE FROM monitor.%s r USING "
          + KEYS.substring("FROM ".length())
          + " WHERE r.series_id = k.series AND r.grid_id = k.grid AND r.day = k.day";
  private static final String STEPS =
      KEYS
          + """
          CROSS JOIN LATERAL (SELECT t.* FROM monitor.prediction_step t
            WHERE t.series_id = k.series AND t.grid_id = k.grid
              AND t.target_time >= k.day AND t.target_time < k.day + interval '24 hours'
              AND t.target_time >= {3} AND t.target_time < {4} + interval '24 hours' OFFSET 0) s
          JOIN monitor.prediction p ON p.prediction_id = s.prediction_id AND p.origin = s.origin
          JOIN monitor.actual a ON a.series_id = s.series_id AND a.grid_id = s.grid_id
            AND a.interval_start = s.target_time
            AND a.interval_start >= {3} AND a.interval_start < {4} + interval '24 hours'
          """;
  private static final String INSERT =
      """
      INSERT INTO monitor.accuracy_rollup (series_id, grid_id, day, model_version_id, role, alias, step, %s)
      SELECT k.series, k.grid, k.day, p.model_version_id, p.role, p.alias, s.step, %s
      %s
      GROUP BY 1, 2, 3, 4, 5, 6, 7
      """
          .formatted(AccuracySums.NAMES, AccuracySums.OF_STEPS, STEPS);
  private static final String INSERT_INTERVALS =
      """
      INSERT INTO monitor.accuracy_rollup_interval
        (series_id, grid_id, day, model_version_id, role, alias, step, level, %s)
      SELECT k.series, k.grid, k.day, p.model_version_id, p.role, p.alias, s.step, b.level, %s
      %s
      %s
      WHERE a.value IS NOT NULL
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
      """
          .formatted(
              AccuracySums.INTERVAL_NAMES,
              AccuracySums.OF_INTERVALS,
              STEPS,
              AccuracySums.INTERVALS);
  private static final String FINISH =
      """
      UPDATE monitor.accuracy_day d SET state = 3, marked_by = NULL,
        steps_pending = t.pending, steps_known = t.pairs, steps_missing = t.missing
      FROM (SELECT k.series, k.grid, k.day,
            coalesce(sum(r.pairs), 0) AS pairs, coalesce(sum(r.pending), 0) AS pending, coalesce(sum(r.missing), 0) AS missing
      """
          + KEYS
          + """
              LEFT JOIN monitor.accuracy_rollup r ON r.series_id = k.series AND r.grid_id = k.grid AND r.day = k.day
              GROUP BY 1, 2, 3) AS t
          WHERE d.series_id = t.series AND d.grid_id = t.grid AND d.day = t.day
          """;

  private final Database database;
  private final MonthlyPartitions partitions;
  private final RandomGenerator random;

  /**
   * @param random tells this replica's marks from those of others
   */
  public PostgresAccuracyRollups(Database database, RandomGenerator random) {
    this.database = database;
    this.partitions = new MonthlyPartitions(database.dsl());
    this.random = random;
  }

  @Override
  public int roll(Instant now, int daysMax) throws InterruptedException {
    long mark = random.nextLong(Long.MAX_VALUE);
    List<Day> days = mark(mark, now.minus(SETTLE), daysMax);
    if (days.isEmpty() || !othersAreOver()) {
      return days.size();
    }
    days.forEach(day -> {
      partitions.ensure("accuracy_rollup", Times.toInstant(day.dayMicros()));
      partitions.ensure("accuracy_rollup_interval", Times.toInstant(day.dayMicros()));
    });
    try {
      rollUp(days, mark);
    } catch (DataAccessException e) {
      if (days.size() == 1) {
        throw e;
      }
      oneByOne(days, mark);
    }
    return days.size();
  }

  /** So that a day whose sums overflow does not hold up the others. */
  private void oneByOne(List<Day> days, long mark) {
    for (Day day : days) {
      try {
        rollUp(List.of(day), mark);
      } catch (DataAccessException e) {
        log.warn(
            "Series {} on grid {} is not rolled up for {}; its steps are looked at instead: {}",
            day.series(),
            day.grid(),
            Times.toInstant(day.dayMicros()),
            e.getMessage());
      }
    }
  }

  private List<Day> mark(long mark, Instant settledBefore, int limit) {
    return database
        .dsl()
        .fetch(MARK, DSL.val(mark), DSL.val(settledBefore, ACCURACY_DAY.DAY), DSL.val((long) limit))
        .map(PostgresAccuracyRollups::day);
  }

  private static Day day(org.jooq.Record row) {
    return new Day(row.get(0, Long.class), row.get(1, Integer.class), row.get(2, Long.class));
  }

  /** Waits for all transactions that have a number now; false if one takes too long. */
  private boolean othersAreOver() throws InterruptedException {
    long next = transaction("pg_snapshot_xmax");
    long deadline = System.nanoTime() + OTHERS_WAIT.toNanos();
    while (transaction("pg_snapshot_xmin") < next) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return true;
  }

  private long transaction(String function) {
    return database
        .dsl()
        .fetchSingle("SELECT %s(pg_current_snapshot())::text::bigint".formatted(function))
        .get(0, Long.class);
  }

  private void rollUp(List<Day> marked, long mark) {
    database.inTransaction(db -> {
      List<Day> days =
          db.fetch(
                  LOCK,
                  RollupDays.series(marked),
                  RollupDays.grids(marked),
                  RollupDays.micros(marked),
                  DSL.val(mark))
              .map(PostgresAccuracyRollups::day);
      if (!days.isEmpty()) {
        write(db, days);
      }
      return null;
    });
  }

  private static void write(DSLContext db, List<Day> days) {
    var micros = new TreeSet<>(days.stream().map(Day::dayMicros).toList());
    QueryPart[] keys = {
      RollupDays.series(days),
      RollupDays.grids(days),
      RollupDays.micros(days),
      DSL.val(Times.toInstant(micros.first()), ACCURACY_DAY.DAY),
      DSL.val(Times.toInstant(micros.last()), ACCURACY_DAY.DAY)
    };
    db.execute(DELETE.formatted("accuracy_rollup"), keys);
    db.execute(DELETE.formatted("accuracy_rollup_interval"), keys);
    db.execute(INSERT, keys);
    db.execute(INSERT_INTERVALS, keys);
    db.execute(FINISH, keys);
  }

  @Override
  public void reopenUnfinished() {
    database
        .dsl()
        .update(ACCURACY_DAY)
        .set(ACCURACY_DAY.STATE, (short) 1)
        .setNull(ACCURACY_DAY.MARKED_BY)
        .where(ACCURACY_DAY.STATE.eq((short) 2))
        .execute();
  }
}
