package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;

import dev.tidewatch.monitor.SeriesShard;
import dev.tidewatch.monitor.ledger.CentralInterval;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches of predictions: one transaction, a few statements, whatever the number of steps.
 */
final class PredictionWriter {
  private static final int PREDICTIONS_PER_STATEMENT = 250;
  private static final int STEPS_PER_STATEMENT = 20_000;

  private static final String INSERT_STEPS =
      """
      INSERT INTO monitor.prediction_step
        (prediction_id, target_time, step, origin, series_id, grid_id, mean, quantiles, seasonal_naive)
      SELECT t.id, timestamptz 'epoch' + t.target * interval '1 microsecond', t.step,
        timestamptz 'epoch' + t.origin * interval '1 microsecond', t.series, t.grid, t.mean,
        (q.flat)[(t.row - 1) * q.width + 1 : t.row * q.width], nullif(t.naive, 'NaN')
      FROM unnest(?::uuid[], ?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::int[],
          ?::double precision[], ?::double precision[]) WITH ORDINALITY
        AS t (id, target, step, origin, series, grid, mean, naive, row),
        (SELECT ?::double precision[] AS flat, ?::int AS width) AS q
      """;
  private static final String INSERT_ACTUALS =
      """
      INSERT INTO monitor.actual
        (series_id, grid_id, interval_start, interval_index, shard, due_at, state, revision, attention_at)
      SELECT t.series, t.grid, timestamptz 'epoch' + t.start * interval '1 microsecond', t.index, t.shard,
        timestamptz 'epoch' + t.due * interval '1 microsecond', 'PENDING', 0,
        timestamptz 'epoch' + t.due * interval '1 microsecond'
      FROM unnest(?::bigint[], ?::int[], ?::bigint[], ?::bigint[], ?::smallint[], ?::bigint[])
        AS t (series, grid, start, index, shard, due)
      ON CONFLICT DO NOTHING
      """;
  private static final String INSERT_SERIES_GRIDS =
      """
      INSERT INTO monitor.series_grid (series_id, grid_id)
      SELECT * FROM unnest(?::bigint[], ?::int[]) ON CONFLICT DO NOTHING
      """;

  private final Database database;
  private final Numbers numbers;
  private final MonthlyPartitions partitions;
  private final int shardCount;

  PredictionWriter(
      Database database, Numbers numbers, MonthlyPartitions partitions, int shardCount) {
    this.database = database;
    this.numbers = numbers;
    this.partitions = partitions;
    this.shardCount = shardCount;
  }

  /** A prediction with the numbers of what it names. */
  private record Numbered(UUID id, Prediction prediction, long series, int grid, int version) {}

  /**
   * A grid interval, sorted as the key of actual is, so that two batches lock in the same order.
   */
  private record Interval(long series, int grid, long index) implements Comparable<Interval> {
    @Override
    public int compareTo(Interval other) {
      int bySeries = Long.compare(series, other.series);
      int byGrid = bySeries != 0 ? bySeries : Integer.compare(grid, other.grid);
      return byGrid != 0 ? byGrid : Long.compare(index, other.index);
    }
  }

  int write(List<Prediction> predictions, Instant recordedAt) {
    if (predictions.isEmpty()) {
      return 0;
    }
    Map<UUID, Numbered> batch = numbered(predictions);
    batch.values().forEach(this::makePartitions);
    return database.inTransaction(db -> {
      Set<UUID> added = insertHeads(db, batch.values(), recordedAt);
      List<Numbered> fresh = batch.values().stream().filter(n -> added.contains(n.id())).toList();
      insertSteps(db, fresh);
      insertActuals(db, fresh);
      return added.size();
    });
  }

  /** Sorted by id, so that two batches lock in the same order; of equal ids the first. */
  private Map<UUID, Numbered> numbered(List<Prediction> predictions) {
    Map<String, Long> series =
        numbers.ofSeries(
            predictions.stream().map(p -> p.series().value()).collect(Collectors.toSet()));
    var batch = new TreeMap<UUID, Numbered>();
    for (Prediction p : predictions) {
      Long seriesId = series.get(p.series().value());
      if (seriesId == null) {
        throw new IllegalStateException("series " + p.series() + " got no number");
      }
      batch.putIfAbsent(
          p.id(),
          new Numbered(
              p.id(), p, seriesId, numbers.ofGrid(p.grid()), numbers.ofVersion(p.version())));
    }
    return batch;
  }

  private void makePartitions(Numbered n) {
    Prediction p = n.prediction();
    partitions.ensure("prediction", Times.toInstant(p.originMicros()));
    for (int step = 0; step < p.steps().count(); step++) {
      Instant target = Times.toInstant(p.grid().startMicros(p.targetIndex(step)));
      partitions.ensure("prediction_step", target);
      partitions.ensure("actual", target);
    }
  }

  private static Set<UUID> insertHeads(
      DSLContext db, Collection<Numbered> batch, Instant recordedAt) {
    var added = new TreeSet<UUID>();
    var all = List.copyOf(batch);
    for (int from = 0; from < all.size(); from += PREDICTIONS_PER_STATEMENT) {
      var insert = db.insertQuery(PREDICTION);
      for (Numbered n : all.subList(from, Math.min(all.size(), from + PREDICTIONS_PER_STATEMENT))) {
        Prediction p = n.prediction();
        PredictedSteps steps = p.steps();
        insert.newRecord();
        insert.addValue(PREDICTION.PREDICTION_ID, n.id());
        insert.addValue(PREDICTION.ORIGIN, Times.toInstant(p.originMicros()));
        insert.addValue(PREDICTION.SERIES_ID, n.series());
        insert.addValue(PREDICTION.GRID_ID, n.grid());
        insert.addValue(PREDICTION.MODEL_VERSION_ID, n.version());
        insert.addValue(PREDICTION.ROLE, (short) p.role().code());
        insert.addValue(PREDICTION.ALIAS, p.alias());
        insert.addValue(PREDICTION.CAUSE, (short) p.cause().code());
        insert.addValue(PREDICTION.FALLBACK, p.fallback());
        insert.addValue(PREDICTION.STEP_COUNT, steps.count());
        insert.addValue(PREDICTION.PROBABILITIES, boxed(steps.probabilities()));
        insert.addValue(
            PREDICTION.INTERVAL_LEVELS,
            steps.intervals().stream().map(CentralInterval::level).toArray(Double[]::new));
        insert.addValue(
            PREDICTION.INTERVAL_LOWERS,
            steps.intervals().stream().map(i -> i.lower() + 1).toArray(Integer[]::new));
        insert.addValue(
            PREDICTION.INTERVAL_UPPERS,
            steps.intervals().stream().map(i -> i.upper() + 1).toArray(Integer[]::new));
        insert.addValue(PREDICTION.MASE_SCALE, nullable(p.maseScale()));
        insert.addValue(PREDICTION.LAST_VALUE, nullable(p.lastValue()));
        insert.addValue(PREDICTION.LAST_READING_TIME, p.lastReadingAt().orElse(null));
        insert.addValue(PREDICTION.FEED_EPOCH, p.feedPosition().epoch());
        insert.addValue(PREDICTION.FEED_POSITION, p.feedPosition().position());
        insert.addValue(PREDICTION.TUNING_REVISION, p.tuningRevision());
        insert.addValue(PREDICTION.ISSUED_AT, p.issuedAt());
        insert.addValue(PREDICTION.RECORDED_AT, recordedAt);
        insert.addValue(PREDICTION.TRACEPARENT, p.traceparent());
      }
      insert.onDuplicateKeyIgnore(true);
      insert.setReturning(PREDICTION.PREDICTION_ID);
      insert.execute();
      insert.getReturnedRecords().forEach(row -> added.add(row.getPredictionId()));
    }
    return added;
  }

  /** Predictions with equally many quantiles share statements. */
  private static void insertSteps(DSLContext db, List<Numbered> fresh) {
    Map<Integer, StepColumns> byWidth = new HashMap<>();
    for (Numbered n : fresh) {
      int width = n.prediction().steps().probabilities().length;
      StepColumns columns = byWidth.computeIfAbsent(width, StepColumns::new);
      for (int step = 0; step < n.prediction().steps().count(); step++) {
        columns.add(n, step);
        if (columns.size() == STEPS_PER_STATEMENT) {
          columns.flush(db);
        }
      }
    }
    byWidth.values().forEach(columns -> columns.flush(db));
  }

  private static final class StepColumns {
    private final int width;
    private final List<UUID> ids = new ArrayList<>();
    private final List<Long> targets = new ArrayList<>();
    private final List<Integer> steps = new ArrayList<>();
    private final List<Long> origins = new ArrayList<>();
    private final List<Long> series = new ArrayList<>();
    private final List<Integer> grids = new ArrayList<>();
    private final List<Double> means = new ArrayList<>();
    private final List<Double> naive = new ArrayList<>();
    private final List<Double> quantiles = new ArrayList<>();

    StepColumns(int width) {
      this.width = width;
    }

    int size() {
      return ids.size();
    }

    void add(Numbered n, int step) {
      Prediction p = n.prediction();
      ids.add(n.id());
      targets.add(p.grid().startMicros(p.targetIndex(step)));
      steps.add(step + 1);
      origins.add(p.originMicros());
      series.add(n.series());
      grids.add(n.grid());
      means.add(p.steps().mean(step));
      naive.add(p.steps().seasonalNaive(step));
      for (double quantile : p.steps().quantilesOf(step)) {
        quantiles.add(quantile);
      }
    }

    void flush(DSLContext db) {
      if (ids.isEmpty()) {
        return;
      }
      db.execute(
          INSERT_STEPS,
          DSL.val(ids.toArray(UUID[]::new)),
          DSL.val(targets.toArray(Long[]::new)),
          DSL.val(steps.toArray(Integer[]::new)),
          DSL.val(origins.toArray(Long[]::new)),
          DSL.val(series.toArray(Long[]::new)),
          DSL.val(grids.toArray(Integer[]::new)),
          DSL.val(means.toArray(Double[]::new)),
          DSL.val(naive.toArray(Double[]::new)),
          DSL.val(quantiles.toArray(Double[]::new)),
          DSL.val(width));
      for (List<?> column :
          List.of(ids, targets, steps, origins, series, grids, means, naive, quantiles)) {
        column.clear();
      }
    }
  }

  private void insertActuals(DSLContext db, List<Numbered> fresh) {
    var intervals = new TreeMap<Interval, Numbered>();
    var seriesGrids = new TreeMap<Interval, Numbered>();
    for (Numbered n : fresh) {
      seriesGrids.putIfAbsent(new Interval(n.series(), n.grid(), 0), n);
      for (int step = 0; step < n.prediction().steps().count(); step++) {
        intervals.putIfAbsent(
            new Interval(n.series(), n.grid(), n.prediction().targetIndex(step)), n);
      }
    }
    if (seriesGrids.isEmpty()) {
      return;
    }
    db.execute(
        INSERT_SERIES_GRIDS,
        DSL.val(seriesGrids.keySet().stream().map(Interval::series).toArray(Long[]::new)),
        DSL.val(seriesGrids.keySet().stream().map(Interval::grid).toArray(Integer[]::new)));
    var keys = List.copyOf(intervals.keySet());
    var owners = List.copyOf(intervals.values());
    for (int from = 0; from < keys.size(); from += STEPS_PER_STATEMENT) {
      int to = Math.min(keys.size(), from + STEPS_PER_STATEMENT);
      var starts = new Long[to - from];
      var shards = new Short[to - from];
      var dues = new Long[to - from];
      for (int i = from; i < to; i++) {
        Grid grid = owners.get(i).prediction().grid();
        starts[i - from] = grid.startMicros(keys.get(i).index());
        dues[i - from] = grid.knownAtMicros(keys.get(i).index());
        shards[i - from] =
            (short) SeriesShard.of(owners.get(i).prediction().series().value(), shardCount);
      }
      List<Interval> part = keys.subList(from, to);
      db.execute(
          INSERT_ACTUALS,
          DSL.val(part.stream().map(Interval::series).toArray(Long[]::new)),
          DSL.val(part.stream().map(Interval::grid).toArray(Integer[]::new)),
          DSL.val(starts),
          DSL.val(part.stream().map(Interval::index).toArray(Long[]::new)),
          DSL.val(shards),
          DSL.val(dues));
    }
    var days = new TreeSet<RollupDays.Day>();
    intervals.forEach((interval, n) ->
        days.add(
            RollupDays.Day.of(
                interval.series(),
                interval.grid(),
                n.prediction().grid().startMicros(interval.index()))));
    RollupDays.added(db, days);
  }

  private static @Nullable Double nullable(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static Double[] boxed(double[] values) {
    return Arrays.stream(values).boxed().toArray(Double[]::new);
  }
}
