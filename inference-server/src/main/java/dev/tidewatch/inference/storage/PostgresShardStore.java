package dev.tidewatch.inference.storage;

import static dev.tidewatch.inference.storage.jooq.Tables.DETECTOR_STATE;
import static dev.tidewatch.inference.storage.jooq.Tables.SHARD_CHECKPOINT;
import static dev.tidewatch.inference.storage.jooq.Tables.SHARD_LEASE;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.row;

import dev.tidewatch.inference.feed.DetectorState;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.feed.ShardLease;
import dev.tidewatch.inference.feed.ShardStore;
import dev.tidewatch.inference.storage.jooq.tables.records.DetectorStateRecord;
import dev.tidewatch.serverkit.database.Database;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jooq.BatchBindStep;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link ShardStore} in PostgreSQL. */
public final class PostgresShardStore implements ShardStore {
  private final Database database;

  public PostgresShardStore(Database database) {
    this.database = database;
  }

  @Override
  public List<ShardLease> lease(
      int shardCount, String owner, Collection<ShardLease> held, Instant now, Instant expiresAt) {
    return database.inTransaction(db -> {
      List<Short> heldShards = held.stream().map(lease -> (short) lease.shard()).toList();
      db.update(SHARD_LEASE)
          .set(SHARD_LEASE.EXPIRES_AT, expiresAt)
          .where(SHARD_LEASE.OWNER.eq(owner))
          .and(SHARD_LEASE.SHARD.in(heldShards))
          .execute();
      takeFree(db, shardCount, owner, heldShards, now, expiresAt);
      return db.selectFrom(SHARD_LEASE)
          .where(SHARD_LEASE.OWNER.eq(owner))
          .and(SHARD_LEASE.SHARD.lt((short) shardCount))
          .orderBy(SHARD_LEASE.SHARD)
          .fetch(row -> new ShardLease(row.getShard(), row.getOwner(), row.getFence()));
    });
  }

  private static void takeFree(
      DSLContext db,
      int shardCount,
      String owner,
      List<Short> heldShards,
      Instant now,
      Instant expiresAt) {
    List<Query> takes =
        IntStream.range(0, shardCount)
            .filter(shard -> !heldShards.contains((short) shard))
            .mapToObj(shard ->
                (Query)
                    db.insertInto(SHARD_LEASE)
                        .set(SHARD_LEASE.SHARD, (short) shard)
                        .set(SHARD_LEASE.OWNER, owner)
                        .set(SHARD_LEASE.FENCE, 1L)
                        .set(SHARD_LEASE.EXPIRES_AT, expiresAt)
                        .onConflict(SHARD_LEASE.SHARD)
                        .doUpdate()
                        .set(SHARD_LEASE.OWNER, excluded(SHARD_LEASE.OWNER))
                        .set(SHARD_LEASE.FENCE, SHARD_LEASE.FENCE.plus(1))
                        .set(SHARD_LEASE.EXPIRES_AT, excluded(SHARD_LEASE.EXPIRES_AT))
                        .where(SHARD_LEASE.EXPIRES_AT.lt(now).or(SHARD_LEASE.OWNER.eq(owner))))
            .toList();
    if (!takes.isEmpty()) {
      db.batch(takes).execute();
    }
  }

  @Override
  public void release(Collection<ShardLease> held) {
    database.inTransaction(db -> {
      for (ShardLease lease : held) {
        db.update(SHARD_LEASE)
            .set(SHARD_LEASE.EXPIRES_AT, Instant.EPOCH)
            .where(SHARD_LEASE.SHARD.eq((short) lease.shard()))
            .and(SHARD_LEASE.OWNER.eq(lease.owner()))
            .and(SHARD_LEASE.FENCE.eq(lease.fence()))
            .execute();
      }
      return held.size();
    });
  }

  @Override
  public Map<Integer, FeedPosition> checkpoints() {
    var checkpoints = new HashMap<Integer, FeedPosition>();
    database
        .dsl()
        .selectFrom(SHARD_CHECKPOINT)
        .forEach(row ->
            checkpoints.put(
                row.getShard().intValue(), new FeedPosition(row.getEpoch(), row.getPosition())));
    return checkpoints;
  }

  @Override
  public List<DetectorState> states(Collection<String> series) {
    return database
        .dsl()
        .selectFrom(DETECTOR_STATE)
        .where(DETECTOR_STATE.SERIES.eq(DSL.any(series.toArray(String[]::new))))
        .fetch(PostgresShardStore::state);
  }

  @Override
  public List<DetectorState> statesOf(
      Collection<Integer> shards, @Nullable DetectorState after, int limit) {
    Condition ofShards = DETECTOR_STATE.SHARD.in(shards.stream().map(Integer::shortValue).toList());
    return database
        .dsl()
        .selectFrom(DETECTOR_STATE)
        .where(
            after == null
                ? ofShards
                : ofShards.and(
                    row(DETECTOR_STATE.SERIES, DETECTOR_STATE.SLOT)
                        .gt(row(after.series(), after.slot()))))
        .orderBy(DETECTOR_STATE.SERIES, DETECTOR_STATE.SLOT)
        .limit(limit)
        .fetch(PostgresShardStore::state);
  }

  private static DetectorState state(DetectorStateRecord row) {
    return new DetectorState(
        row.getSeries(),
        row.getSlot(),
        row.getShard(),
        row.getModel(),
        row.getVersion(),
        row.getLastTimeMicros(),
        row.getPosition(),
        row.getState());
  }

  @Override
  public void checkpoint(
      Collection<ShardLease> leases,
      FeedPosition position,
      Collection<DetectorState> changed,
      Collection<String> forgotten,
      Instant now) {
    database.inTransaction(db -> {
      requireOwned(db, leases);
      if (!forgotten.isEmpty()) {
        db.deleteFrom(DETECTOR_STATE)
            .where(DETECTOR_STATE.SERIES.eq(DSL.any(forgotten.toArray(String[]::new))))
            .execute();
      }
      keep(db, changed);
      List<Query> moves = leases.stream().map(lease -> move(db, lease, position, now)).toList();
      return db.batch(moves).execute().length;
    });
  }

  @Override
  public void forgetStates(Collection<ShardLease> leases) {
    database.inTransaction(db -> {
      requireOwned(db, leases);
      return db.deleteFrom(DETECTOR_STATE)
          .where(
              DETECTOR_STATE.SHARD.in(leases.stream().map(lease -> (short) lease.shard()).toList()))
          .execute();
    });
  }

  /** Locks the leases, so that nobody can take one before this transaction is committed. */
  private static void requireOwned(DSLContext db, Collection<ShardLease> leases) {
    var fences = new HashMap<Integer, ShardLease>();
    db.selectFrom(SHARD_LEASE)
        .where(SHARD_LEASE.SHARD.in(leases.stream().map(lease -> (short) lease.shard()).toList()))
        .orderBy(SHARD_LEASE.SHARD)
        .forUpdate()
        .forEach(row ->
            fences.put(
                row.getShard().intValue(),
                new ShardLease(row.getShard(), row.getOwner(), row.getFence())));
    for (ShardLease lease : leases) {
      if (!lease.equals(fences.get(lease.shard()))) {
        throw new LeaseLost(
            "shard %d is %s's now; fence %d is too old"
                .formatted(lease.shard(), fences.get(lease.shard()), lease.fence()));
      }
    }
  }

  private static Query move(DSLContext db, ShardLease lease, FeedPosition position, Instant now) {
    return db.insertInto(SHARD_CHECKPOINT)
        .set(SHARD_CHECKPOINT.SHARD, (short) lease.shard())
        .set(SHARD_CHECKPOINT.EPOCH, position.epoch())
        .set(SHARD_CHECKPOINT.POSITION, position.position())
        .set(SHARD_CHECKPOINT.FENCE, lease.fence())
        .set(SHARD_CHECKPOINT.UPDATED_AT, now)
        .onConflict(SHARD_CHECKPOINT.SHARD)
        .doUpdate()
        .set(SHARD_CHECKPOINT.EPOCH, excluded(SHARD_CHECKPOINT.EPOCH))
        .set(SHARD_CHECKPOINT.POSITION, excluded(SHARD_CHECKPOINT.POSITION))
        .set(SHARD_CHECKPOINT.FENCE, excluded(SHARD_CHECKPOINT.FENCE))
        .set(SHARD_CHECKPOINT.UPDATED_AT, excluded(SHARD_CHECKPOINT.UPDATED_AT));
  }

  /** One prepared statement for all, since states are large and must not be written as text. */
  private static void keep(DSLContext db, Collection<DetectorState> changed) {
    if (changed.isEmpty()) {
      return;
    }
    BatchBindStep batch =
        db.batch(
            db.insertInto(
                    DETECTOR_STATE,
                    DETECTOR_STATE.SERIES,
                    DETECTOR_STATE.SLOT,
                    DETECTOR_STATE.SHARD,
                    DETECTOR_STATE.MODEL,
                    DETECTOR_STATE.VERSION,
                    DETECTOR_STATE.LAST_TIME_MICROS,
                    DETECTOR_STATE.POSITION,
                    DETECTOR_STATE.STATE)
                .values("", "", (short) 0, "", "", 0L, 0L, new byte[0])
                .onConflict(DETECTOR_STATE.SERIES, DETECTOR_STATE.SLOT)
                .doUpdate()
                .set(DETECTOR_STATE.SHARD, excluded(DETECTOR_STATE.SHARD))
                .set(DETECTOR_STATE.MODEL, excluded(DETECTOR_STATE.MODEL))
                .set(DETECTOR_STATE.VERSION, excluded(DETECTOR_STATE.VERSION))
                .set(DETECTOR_STATE.LAST_TIME_MICROS, excluded(DETECTOR_STATE.LAST_TIME_MICROS))
                .set(DETECTOR_STATE.POSITION, excluded(DETECTOR_STATE.POSITION))
                .set(DETECTOR_STATE.STATE, excluded(DETECTOR_STATE.STATE)));
    for (DetectorState state : changed) {
      batch =
          batch.bind(
              state.series(),
              state.slot(),
              (short) state.shard(),
              state.model(),
              state.version(),
              state.lastTimeMicros(),
              state.position(),
              state.state());
    }
    batch.execute();
  }
}
