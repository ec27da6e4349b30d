package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ACTUAL;
import static dev.tidewatch.monitor.storage.jooq.Tables.CHECKPOINT;
import static dev.tidewatch.monitor.storage.jooq.Tables.GRID;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES_GRID;
import static dev.tidewatch.monitor.storage.jooq.Tables.SHARD_LEASE;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.ledger.ActualState;
import dev.tidewatch.monitor.truth.ActualStore;
import dev.tidewatch.monitor.truth.DeletedSeries;
import dev.tidewatch.monitor.truth.LeaseLostException;
import dev.tidewatch.monitor.truth.ShardClaim;
import dev.tidewatch.monitor.truth.TakenActual;
import dev.tidewatch.monitor.truth.Target;
import dev.tidewatch.monitor.truth.Touch;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Actuals, leases and checkpoints on PostgreSQL. */
public final class PostgresActualStore implements ActualStore {
  private static final String MARK =
      """
      UPDATE monitor.actual a SET attention_at = a.due_at
      FROM unnest(?::bigint[], ?::int[], ?::bigint[], ?::bigint[]) AS t (series, grid, first, last)
      WHERE a.series_id = t.series AND a.grid_id = t.grid
        AND a.interval_start >= timestamptz 'epoch' + t.first * interval '1 microsecond'
        AND a.interval_start <= timestamptz 'epoch' + t.last * interval '1 microsecond'
        AND a.state <> 'PENDING' AND a.attention_at IS NULL
      """;
  private static final String WRITE =
      """
      UPDATE monitor.actual a SET
        state = t.state,
        value = t.value,
        revision = a.revision + CASE WHEN %1$s THEN 1 ELSE 0 END,
        changed_at = CASE WHEN %1$s THEN timestamptz 'epoch' + ? * interval '1 microsecond' ELSE a.changed_at END,
        attention_at = NULL
      FROM (SELECT u.row, u.state, nullif(u.value, 'NaN') AS value, p.series_id, p.grid_id, p.interval_start,
            p.revision AS revision_before
          FROM unnest(?::bigint[], ?::int[], ?::bigint[], ?::text[], ?::double precision[])
            WITH ORDINALITY AS u (series, grid, start, state, value, row)
          JOIN monitor.actual p ON p.series_id = u.series AND p.grid_id = u.grid
            AND p.interval_start = timestamptz 'epoch' + u.start * interval '1 microsecond') AS t
      WHERE a.series_id = t.series_id AND a.grid_id = t.grid_id AND a.interval_start = t.interval_start
      RETURNING t.row, a.revision > t.revision_before
      """
          .formatted("(a.state IS DISTINCT FROM t.state OR a.value IS DISTINCT FROM t.value)");

  private static final String REMOVE_PREDICTIONS =
      """
      WITH gone AS (
        DELETE FROM monitor.prediction
        WHERE series_id = (SELECT series_id FROM monitor.series WHERE name = ?)
          AND NOT (feed_epoch = ? AND feed_position >= ?)
        RETURNING prediction_id, series_id
      )
      DELETE FROM monitor.prediction_step s USING gone
      WHERE s.series_id = gone.series_id AND s.prediction_id = gone.prediction_id
      """;

  private final Database database;
  private final int shardCountSet;

  /**
   * @param shardCountSet shards of the feed, as configured: what every target was sorted into
   */
  public PostgresActualStore(Database database, int shardCountSet) {
    this.database = database;
    this.shardCountSet = shardCountSet;
  }

  @Override
  public void prepareShards(int shardCount, FeedPosition start) {
    if (shardCount != shardCountSet) {
      throw new IllegalStateException(
          "the feed has %d shards, but feed-shards is %d; set it to %d on an empty database"
              .formatted(shardCount, shardCountSet, shardCount));
    }
    database.inTransaction(db -> {
      int known = db.fetchCount(CHECKPOINT);
      if (known == shardCount) {
        return null;
      }
      if (known != 0) {
        throw new IllegalStateException(
            "the feed has %d shards, but was followed by %d: it is another database's"
                .formatted(shardCount, known));
      }
      for (int shard = 0; shard < shardCount; shard++) {
        db.insertInto(SHARD_LEASE)
            .set(SHARD_LEASE.SHARD, (short) shard)
            .set(SHARD_LEASE.OWNER, "")
            .set(SHARD_LEASE.FENCE, 0L)
            .set(SHARD_LEASE.EXPIRES_AT, Instant.EPOCH)
            .onConflictDoNothing()
            .execute();
        db.insertInto(CHECKPOINT)
            .set(CHECKPOINT.SHARD, (short) shard)
            .set(CHECKPOINT.EPOCH, start.epoch())
            .set(CHECKPOINT.POSITION, start.position())
            .onConflictDoNothing()
            .execute();
      }
      return null;
    });
  }

  @Override
  public ShardClaim claim(String owner, Instant realNow, Duration term) {
    return database.inTransaction(db -> {
      // Locked in order, so that two claimers never wait for each other.
      db.select(SHARD_LEASE.SHARD)
          .from(SHARD_LEASE)
          .orderBy(SHARD_LEASE.SHARD)
          .forUpdate()
          .execute();
      var mine = SHARD_LEASE.OWNER.eq(owner).and(SHARD_LEASE.EXPIRES_AT.gt(realNow));
      Map<Integer, Long> fences = new HashMap<>();
      db.update(SHARD_LEASE)
          .set(SHARD_LEASE.OWNER, owner)
          .set(
              SHARD_LEASE.FENCE,
              DSL.when(mine, SHARD_LEASE.FENCE).otherwise(SHARD_LEASE.FENCE.plus(1)))
          .set(SHARD_LEASE.EXPIRES_AT, realNow.plus(term))
          .where(SHARD_LEASE.OWNER.eq(owner).or(SHARD_LEASE.EXPIRES_AT.le(realNow)))
          .returning(SHARD_LEASE.SHARD, SHARD_LEASE.FENCE)
          .fetch()
          .forEach(row -> fences.put(row.getShard().intValue(), row.getFence()));
      return new ShardClaim(fences);
    });
  }

  @Override
  public void release(ShardClaim claim) {
    if (claim.isEmpty()) {
      return;
    }
    database
        .dsl()
        .update(SHARD_LEASE)
        .set(SHARD_LEASE.EXPIRES_AT, Instant.EPOCH)
        .where(held(claim))
        .execute();
  }

  @Override
  public Map<Integer, FeedPosition> checkpoints(ShardClaim claim) {
    return database
        .dsl()
        .select(CHECKPOINT.SHARD, CHECKPOINT.EPOCH, CHECKPOINT.POSITION)
        .from(CHECKPOINT)
        .where(CHECKPOINT.SHARD.in(shards(claim)))
        .fetchMap(
            row -> row.value1().intValue(), row -> new FeedPosition(row.value2(), row.value3()));
  }

  @Override
  public int apply(
      ShardClaim claim,
      Collection<Touch> touches,
      Collection<DeletedSeries> deleted,
      FeedPosition through) {
    return database.inTransaction(db -> {
      requireHeld(db, claim);
      deleted.forEach(series -> removePredictions(db, series));
      int marked = mark(db, touches);
      db.update(CHECKPOINT)
          .set(CHECKPOINT.POSITION, through.position())
          .where(CHECKPOINT.SHARD.in(shards(claim)))
          .and(CHECKPOINT.EPOCH.eq(through.epoch()))
          .and(CHECKPOINT.POSITION.lt(through.position()))
          .execute();
      return marked;
    });
  }

  /** Their actuals stay: other predictions may have them, and without any they say nothing. */
  private static void removePredictions(DSLContext db, DeletedSeries deleted) {
    db.execute(
        REMOVE_PREDICTIONS,
        DSL.val(deleted.series()),
        DSL.val(deleted.at().epoch()),
        DSL.val(deleted.at().position()));
    RollupDays.removed(db, deleted.series());
  }

  private static int mark(DSLContext db, Collection<Touch> touches) {
    if (touches.isEmpty()) {
      return 0;
    }
    Set<String> names = touches.stream().map(Touch::series).collect(Collectors.toSet());
    Map<String, List<SeriesOnGrid>> grids = new HashMap<>();
    db.select(SERIES.NAME, SERIES.SERIES_ID)
        .select(GRID.fields())
        .from(SERIES)
        .join(SERIES_GRID)
        .on(SERIES_GRID.SERIES_ID.eq(SERIES.SERIES_ID))
        .join(GRID)
        .on(GRID.GRID_ID.eq(SERIES_GRID.GRID_ID))
        .where(SERIES.NAME.eq(DSL.any(names.toArray(String[]::new))))
        .forEach(row ->
            grids
                .computeIfAbsent(row.get(SERIES.NAME), name -> new ArrayList<>())
                .add(
                    new SeriesOnGrid(
                        row.get(SERIES.SERIES_ID), row.get(GRID.GRID_ID), Numbers.gridOf(row))));
    var spans = new LinkedHashSet<Span>();
    for (Touch touch : touches) {
      for (SeriesOnGrid on : grids.getOrDefault(touch.series(), List.of())) {
        spans.add(
            new Span(
                on.seriesId(),
                on.gridId(),
                on.grid().startMicros(on.grid().indexAt(touch.fromMicros())),
                touch.toMicros()));
      }
    }
    if (spans.isEmpty()) {
      return 0;
    }
    return db.execute(
        MARK,
        DSL.val(spans.stream().map(Span::series).toArray(Long[]::new)),
        DSL.val(spans.stream().map(Span::grid).toArray(Integer[]::new)),
        DSL.val(spans.stream().map(Span::first).toArray(Long[]::new)),
        DSL.val(spans.stream().map(Span::last).toArray(Long[]::new)));
  }

  private record SeriesOnGrid(long seriesId, int gridId, Grid grid) {}

  /** Intervals that start from {@code first} to {@code last}, both inclusive, in microseconds. */
  private record Span(long series, int grid, long first, long last) {}

  @Override
  public void restart(ShardClaim claim, FeedPosition start) {
    database.inTransaction(db -> {
      requireHeld(db, claim);
      db.update(ACTUAL)
          .set(ACTUAL.ATTENTION_AT, ACTUAL.DUE_AT)
          .where(ACTUAL.SHARD.in(shards(claim)))
          .and(ACTUAL.ATTENTION_AT.isNull())
          .execute();
      db.update(CHECKPOINT)
          .set(CHECKPOINT.EPOCH, start.epoch())
          .set(CHECKPOINT.POSITION, start.position())
          .where(CHECKPOINT.SHARD.in(shards(claim)))
          .execute();
      return null;
    });
  }

  @Override
  public List<Target> due(ShardClaim claim, Instant now, int limit) {
    return database
        .dsl()
        .select(ACTUAL.SERIES_ID, ACTUAL.INTERVAL_INDEX, ACTUAL.DUE_AT, SERIES.NAME)
        .select(GRID.fields())
        .from(ACTUAL)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(ACTUAL.SERIES_ID))
        .join(GRID)
        .on(GRID.GRID_ID.eq(ACTUAL.GRID_ID))
        .where(ACTUAL.ATTENTION_AT.le(now))
        .and(ACTUAL.SHARD.in(shards(claim)))
        .orderBy(ACTUAL.ATTENTION_AT)
        .limit(limit)
        .fetch(row ->
            new Target(
                row.get(ACTUAL.SERIES_ID),
                row.get(SERIES.NAME),
                row.get(GRID.GRID_ID),
                Numbers.gridOf(row),
                row.get(ACTUAL.INTERVAL_INDEX),
                row.get(ACTUAL.DUE_AT)));
  }

  @Override
  public List<Target> write(
      ShardClaim claim, FeedPosition snapshot, List<TakenActual> taken, Instant takenAt) {
    var sorted = new ArrayList<>(taken);
    sorted.sort(
        Comparator.<TakenActual>comparingLong(t -> t.target().seriesId())
            .thenComparingInt(t -> t.target().gridId())
            .thenComparingLong(t -> t.target().index()));
    return database.inTransaction(db -> {
      requireHeld(db, claim);
      boolean behind =
          db.fetchExists(
              CHECKPOINT,
              CHECKPOINT
                  .SHARD
                  .in(shards(claim))
                  .and(
                      CHECKPOINT
                          .EPOCH
                          .ne(snapshot.epoch())
                          .or(CHECKPOINT.POSITION.gt(snapshot.position()))));
      if (behind) {
        throw new LeaseLostException(
            "readings were read at %s, before a checkpoint".formatted(snapshot));
      }
      var changed = new ArrayList<Target>();
      db.fetch(
              WRITE,
              DSL.val(Times.floorToMicros(takenAt)),
              DSL.val(sorted.stream().map(t -> t.target().seriesId()).toArray(Long[]::new)),
              DSL.val(sorted.stream().map(t -> t.target().gridId()).toArray(Integer[]::new)),
              DSL.val(sorted.stream().map(t -> t.target().startMicros()).toArray(Long[]::new)),
              DSL.val(
                  sorted.stream()
                      .map(t -> (t.isMissing() ? ActualState.MISSING : ActualState.KNOWN).name())
                      .toArray(String[]::new)),
              DSL.val(sorted.stream().map(TakenActual::value).toArray(Double[]::new)))
          .forEach(row -> {
            if (row.get(1, Boolean.class)) {
              changed.add(sorted.get(row.get(0, Long.class).intValue() - 1).target());
            }
          });
      RollupDays.changed(
          db,
          changed.stream()
              .map(t -> RollupDays.Day.of(t.seriesId(), t.gridId(), t.startMicros()))
              .toList());
      return changed;
    });
  }

  /** Locks the leases against a change of hands until the transaction ends. */
  private static void requireHeld(DSLContext db, ShardClaim claim) {
    int held =
        db.select(SHARD_LEASE.SHARD)
            .from(SHARD_LEASE)
            .where(held(claim))
            .orderBy(SHARD_LEASE.SHARD)
            .forShare()
            .fetch()
            .size();
    if (held != claim.shards().size()) {
      throw new LeaseLostException(
          "%d of %d shards are held still".formatted(held, claim.shards().size()));
    }
  }

  private static Condition held(ShardClaim claim) {
    return DSL.row(SHARD_LEASE.SHARD, SHARD_LEASE.FENCE)
        .in(
            claim.fences().entrySet().stream()
                .map(e -> DSL.row(e.getKey().shortValue(), e.getValue()))
                .toList());
  }

  private static List<Short> shards(ShardClaim claim) {
    return claim.shards().stream().map(Integer::shortValue).toList();
  }
}
