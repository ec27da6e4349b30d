package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.monitor.storage.jooq.Tables.RESIDUAL_CHANGE;
import static dev.tidewatch.monitor.storage.jooq.Tables.RESIDUAL_TEST;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES_GRID;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.accuracy.ResidualChange;
import dev.tidewatch.monitor.accuracy.ResidualChangeSource;
import dev.tidewatch.monitor.drift.ResidualStore;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Residuals, their tests and changes on PostgreSQL. */
public final class PostgresResidualStore implements ResidualStore, ResidualChangeSource {
  private static final int CHANGES_MAX = 1000;

  private static final String JOINED =
      """
      WITH asked AS (SELECT * FROM unnest(?::bigint[], ?::bigint[]) AS t (series_id, since)),
      joined AS (
        SELECT s.series_id, s.prediction_id, s.origin, s.target_time, s.step, s.mean, s.quantiles, a.value,
          rank() OVER (PARTITION BY s.series_id, s.grid_id, s.target_time ORDER BY s.step) AS freshness
        FROM asked
        JOIN monitor.actual a ON a.series_id = asked.series_id AND a.state = 'KNOWN'
          AND a.interval_start >= timestamptz 'epoch' + asked.since * interval '1 microsecond'
        JOIN monitor.prediction_step s ON s.series_id = a.series_id AND s.target_time = a.interval_start
          AND s.grid_id = a.grid_id)
      SELECT DISTINCT ON (j.series_id, p.model_version_id, j.target_time)
        j.series_id, p.model_version_id, v.model, v.version, n.name,
        (extract(epoch FROM j.target_time) * 1000000)::bigint, j.mean, j.value, p.interval_levels[1],
        j.quantiles[p.interval_uppers[1]] - j.quantiles[p.interval_lowers[1]]
      FROM joined j
      JOIN monitor.prediction p ON p.prediction_id = j.prediction_id AND p.origin = j.origin
      JOIN monitor.model_version v ON v.model_version_id = p.model_version_id
      JOIN monitor.series n ON n.series_id = j.series_id
      WHERE j.freshness = 1 AND NOT p.fallback
      ORDER BY j.series_id, p.model_version_id, j.target_time
      LIMIT ?
      """;

  private static final String LOSS_DAYS =
      """
      WITH fresh AS (
        SELECT DISTINCT ON (s.series_id, s.grid_id, s.target_time) s.target_time, s.mean,
          p.interval_levels[1] AS level,
          s.quantiles[p.interval_uppers[1]] - s.quantiles[p.interval_lowers[1]] AS width, a.value
        FROM monitor.prediction p
        JOIN monitor.prediction_step s ON s.prediction_id = p.prediction_id AND s.origin = p.origin
        LEFT JOIN monitor.actual a ON a.series_id = s.series_id AND a.grid_id = s.grid_id
          AND a.interval_start = s.target_time AND a.state = 'KNOWN'
        WHERE p.model_version_id =
            (SELECT model_version_id FROM monitor.model_version WHERE model = ? AND version = ?)
          AND (?::text IS NULL OR p.series_id = (SELECT series_id FROM monitor.series WHERE name = ?))
          AND s.target_time >= timestamptz 'epoch' + ? * interval '1 microsecond'
          AND s.target_time < timestamptz 'epoch' + ? * interval '1 microsecond'
          AND NOT p.fallback
        ORDER BY s.series_id, s.grid_id, s.target_time, s.step)
      SELECT extract(epoch FROM date_trunc('day', target_time, 'UTC'))::bigint, level, count(*),
        coalesce(sum(width), 0), count(value), coalesce(sum(width) FILTER (WHERE value IS NOT NULL), 0),
        coalesce(sum(abs(value - mean)), 0)
      FROM fresh
      GROUP BY 1, 2
      ORDER BY 1, 2
      """;

  private final Database database;
  private final MonthlyPartitions partitions;

  public PostgresResidualStore(Database database) {
    this.database = database;
    this.partitions = new MonthlyPartitions(database.dsl());
  }

  @Override
  public List<Long> seriesAfter(long seriesId, int limit) {
    return database
        .dsl()
        .selectDistinct(SERIES_GRID.SERIES_ID)
        .from(SERIES_GRID)
        .where(SERIES_GRID.SERIES_ID.gt(seriesId))
        .orderBy(SERIES_GRID.SERIES_ID)
        .limit(limit)
        .fetch(SERIES_GRID.SERIES_ID);
  }

  @Override
  public List<Joined> joined(Map<Long, Long> sinceMicros, int limit) {
    List<Map.Entry<Long, Long>> asked = List.copyOf(sinceMicros.entrySet());
    return database
        .dsl()
        .resultQuery(
            JOINED,
            DSL.val(asked.stream().map(Map.Entry::getKey).toArray(Long[]::new)),
            DSL.val(asked.stream().map(Map.Entry::getValue).toArray(Long[]::new)),
            DSL.val(limit))
        .fetch(row -> {
          Double level = row.get(8, Double.class);
          Double width = row.get(9, Double.class);
          boolean hasInterval = level != null && width != null;
          return new Joined(
              new Stream(row.get(0, Long.class), row.get(1, Integer.class)),
              new ModelVersion(row.get(2, String.class), row.get(3, String.class)),
              row.get(4, String.class),
              row.get(5, Long.class),
              row.get(6, Double.class),
              row.get(7, Double.class),
              hasInterval ? level : Double.NaN,
              hasInterval ? width : Double.NaN);
        });
  }

  @Override
  public List<Checkpoint> checkpoints(Collection<Long> seriesIds) {
    return database
        .dsl()
        .selectFrom(RESIDUAL_TEST)
        .where(RESIDUAL_TEST.SERIES_ID.eq(DSL.any(seriesIds.toArray(Long[]::new))))
        .fetch(row ->
            new Checkpoint(
                new Stream(row.getSeriesId(), row.getModelVersionId()),
                Times.floorToMicros(row.getTargetTime()),
                Arrays.stream(row.getState()).mapToDouble(Double::doubleValue).toArray(),
                row.getRevision()));
  }

  @Override
  public void save(List<Advance> advances) {
    advances.forEach(advance ->
        advance.verdict().ifPresent(verdict -> partitions.ensure("drift_verdict", verdict.time())));
    List<Advance> sorted =
        advances.stream()
            .sorted(
                Comparator.<Advance>comparingLong(a -> a.after().stream().seriesId())
                    .thenComparingInt(a -> a.after().stream().modelVersionId()))
            .toList();
    database.inTransaction(db -> {
      for (Advance advance : sorted) {
        if (moved(db, advance.after())) {
          keep(db, advance);
        }
      }
      return null;
    });
  }

  private static boolean moved(DSLContext db, Checkpoint to) {
    Double[] state = Arrays.stream(to.state()).boxed().toArray(Double[]::new);
    Instant target = Times.toInstant(to.targetMicros());
    if (to.revision() == 0) {
      return db.insertInto(RESIDUAL_TEST)
              .set(RESIDUAL_TEST.SERIES_ID, to.stream().seriesId())
              .set(RESIDUAL_TEST.MODEL_VERSION_ID, to.stream().modelVersionId())
              .set(RESIDUAL_TEST.TARGET_TIME, target)
              .set(RESIDUAL_TEST.STATE, state)
              .set(RESIDUAL_TEST.REVISION, 1L)
              .onConflictDoNothing()
              .execute()
          == 1;
    }
    return db.update(RESIDUAL_TEST)
            .set(RESIDUAL_TEST.TARGET_TIME, target)
            .set(RESIDUAL_TEST.STATE, state)
            .set(RESIDUAL_TEST.REVISION, to.revision() + 1)
            .where(RESIDUAL_TEST.SERIES_ID.eq(to.stream().seriesId()))
            .and(RESIDUAL_TEST.MODEL_VERSION_ID.eq(to.stream().modelVersionId()))
            .and(RESIDUAL_TEST.REVISION.eq(to.revision()))
            .execute()
        == 1;
  }

  private static void keep(DSLContext db, Advance advance) {
    Stream stream = advance.after().stream();
    for (Found found : advance.found()) {
      db.insertInto(RESIDUAL_CHANGE)
          .set(RESIDUAL_CHANGE.SERIES_ID, stream.seriesId())
          .set(RESIDUAL_CHANGE.MODEL_VERSION_ID, stream.modelVersionId())
          .set(RESIDUAL_CHANGE.TIME, Times.toInstant(found.targetMicros()))
          .set(RESIDUAL_CHANGE.TEST, found.test())
          .set(RESIDUAL_CHANGE.MEAN_BEFORE, found.before())
          .set(RESIDUAL_CHANGE.MEAN_AFTER, found.after())
          .onConflictDoNothing()
          .execute();
    }
    advance
        .verdict()
        .ifPresent(verdict ->
            DriftVerdicts.write(db, stream.modelVersionId(), stream.seriesId(), verdict));
  }

  @Override
  public List<ResidualChange> between(PredictionFilter filter, Instant from, Instant to) {
    // A test reads all predictions of a version on a series, whatever their alias, role and grid.
    var streams =
        new PredictionFilter(
            filter.series(),
            filter.seriesPrefix(),
            filter.model(),
            filter.version(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return database
        .dsl()
        .select(RESIDUAL_CHANGE.fields())
        .from(RESIDUAL_CHANGE)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(RESIDUAL_CHANGE.SERIES_ID))
        .join(MODEL_VERSION)
        .on(MODEL_VERSION.MODEL_VERSION_ID.eq(RESIDUAL_CHANGE.MODEL_VERSION_ID))
        .where(PostgresLedgerStore.matching(streams))
        .and(RESIDUAL_CHANGE.TIME.ge(from))
        .and(RESIDUAL_CHANGE.TIME.lt(to))
        .orderBy(RESIDUAL_CHANGE.TIME, RESIDUAL_CHANGE.SERIES_ID)
        .limit(CHANGES_MAX)
        .fetch(row ->
            new ResidualChange(
                row.get(RESIDUAL_CHANGE.TIME),
                row.get(RESIDUAL_CHANGE.TEST),
                row.get(RESIDUAL_CHANGE.MEAN_BEFORE),
                row.get(RESIDUAL_CHANGE.MEAN_AFTER)));
  }

  @Override
  public List<LossDay> lossDays(
      ModelVersion version, Optional<String> series, Instant from, Instant to) {
    return database
        .dsl()
        .resultQuery(
            LOSS_DAYS,
            DSL.val(version.model()),
            DSL.val(version.version()),
            DSL.val(series.orElse(null), String.class),
            DSL.val(series.orElse(null), String.class),
            DSL.val(Times.floorToMicros(from)),
            DSL.val(Times.floorToMicros(to)))
        .fetch(row -> {
          Double level = row.get(1, Double.class);
          return new LossDay(
              Instant.ofEpochSecond(row.get(0, Long.class)),
              level == null ? Double.NaN : level,
              row.get(2, Long.class),
              row.get(3, Double.class),
              row.get(4, Long.class),
              row.get(5, Double.class),
              row.get(6, Double.class));
        });
  }
}
