package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.GRID;
import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.SeriesShard;
import dev.tidewatch.timeseries.Aggregation;
import dev.tidewatch.timeseries.Fill;
import dev.tidewatch.timeseries.Grid;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * Numbers that stand for series, grids and versions in the big tables. New ones are made and
 * committed before the rows that use them, so that two batches never wait for each other.
 * Thread-safe.
 */
final class Numbers {
  private static final int CACHED_MAX = 200_000;

  private final DSLContext db;
  private final int shardCount;
  private final Map<String, Long> series = new ConcurrentHashMap<>();
  private final Map<Grid, Integer> grids = new ConcurrentHashMap<>();
  private final Map<ModelVersion, Integer> versions = new ConcurrentHashMap<>();

  /**
   * @param db commits each statement by itself
   */
  Numbers(DSLContext db, int shardCount) {
    this.db = db;
    this.shardCount = shardCount;
  }

  /** By name; makes those that are new. */
  Map<String, Long> ofSeries(Collection<String> names) {
    var found = new HashMap<String, Long>();
    var unknown = new TreeSet<String>();
    for (String name : names) {
      Long number = series.get(name);
      if (number == null) {
        unknown.add(name);
      } else {
        found.put(name, number);
      }
    }
    if (!unknown.isEmpty()) {
      var insert = db.insertInto(SERIES, SERIES.NAME, SERIES.SHARD);
      for (String name : unknown) {
        insert = insert.values(name, (short) SeriesShard.of(name, shardCount));
      }
      insert.onConflictDoNothing().execute();
      if (series.size() > CACHED_MAX) {
        series.clear();
      }
      db.select(SERIES.NAME, SERIES.SERIES_ID)
          .from(SERIES)
          .where(SERIES.NAME.in(unknown))
          .forEach(row -> {
            series.put(row.value1(), row.value2());
            found.put(row.value1(), row.value2());
          });
    }
    return found;
  }

  int ofGrid(Grid grid) {
    Integer known = grids.get(grid);
    if (known != null) {
      return known;
    }
    if (grids.size() > CACHED_MAX) {
      grids.clear();
    }
    db.insertInto(GRID)
        .set(GRID.STEP_SECONDS, (int) grid.step().toSeconds())
        .set(GRID.TIME_ZONE, grid.zone().getId())
        .set(GRID.AGGREGATION, grid.aggregation().name())
        .set(GRID.FILL, grid.fill().name())
        .set(GRID.FILL_INTERVALS_MAX, grid.fillIntervalsMax())
        .set(GRID.LATENESS_SECONDS, (int) grid.lateness().toSeconds())
        .onConflictDoNothing()
        .execute();
    Integer number = db.select(GRID.GRID_ID).from(GRID).where(is(grid)).fetchSingle(GRID.GRID_ID);
    grids.put(grid, number);
    return number;
  }

  static org.jooq.Condition is(Grid grid) {
    return GRID.STEP_SECONDS
        .eq((int) grid.step().toSeconds())
        .and(GRID.TIME_ZONE.eq(grid.zone().getId()))
        .and(GRID.AGGREGATION.eq(grid.aggregation().name()))
        .and(GRID.FILL.eq(grid.fill().name()))
        .and(GRID.FILL_INTERVALS_MAX.eq(grid.fillIntervalsMax()))
        .and(GRID.LATENESS_SECONDS.eq((int) grid.lateness().toSeconds()));
  }

  /** The grid of a row that holds all columns of {@code grid}. */
  static Grid gridOf(Record row) {
    return new Grid(
        Duration.ofSeconds(row.get(GRID.STEP_SECONDS)),
        ZoneId.of(row.get(GRID.TIME_ZONE)),
        Aggregation.valueOf(row.get(GRID.AGGREGATION)),
        Fill.valueOf(row.get(GRID.FILL)),
        row.get(GRID.FILL_INTERVALS_MAX),
        Duration.ofSeconds(row.get(GRID.LATENESS_SECONDS)));
  }

  int ofVersion(ModelVersion version) {
    Integer known = versions.get(version);
    if (known != null) {
      return known;
    }
    if (versions.size() > CACHED_MAX) {
      versions.clear();
    }
    db.insertInto(MODEL_VERSION)
        .set(MODEL_VERSION.MODEL, version.model())
        .set(MODEL_VERSION.VERSION, version.version())
        .onConflictDoNothing()
        .execute();
    Integer number =
        db.select(MODEL_VERSION.MODEL_VERSION_ID)
            .from(MODEL_VERSION)
            .where(MODEL_VERSION.MODEL.eq(version.model()))
            .and(MODEL_VERSION.VERSION.eq(version.version()))
            .fetchSingle(MODEL_VERSION.MODEL_VERSION_ID);
    versions.put(version, number);
    return number;
  }
}
