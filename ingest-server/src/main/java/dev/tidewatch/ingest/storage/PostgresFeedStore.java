package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.AS_OF_FLOOR;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_BLOCK;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_CONSUMER;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_FLOOR;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_HEAD;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_SECTION;
import static dev.tidewatch.ingest.storage.jooq.Tables.ROLLUP_HEAD;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;

import dev.tidewatch.ingest.feed.EncodedSection;
import dev.tidewatch.ingest.feed.FeedBlock;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.feed.FeedStore;
import dev.tidewatch.ingest.storage.jooq.tables.records.FeedConsumerRecord;
import dev.tidewatch.serverkit.database.Database;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** The feed in PostgreSQL. Thread-safe. */
public final class PostgresFeedStore implements FeedStore {
  /** How many blocks are looked at by one statement. */
  private static final int BLOCKS_MAX = 512;

  private static final int PRUNED_BLOCKS_MAX = 10_000;

  private final Database database;

  public PostgresFeedStore(Database database) {
    this.database = database;
  }

  @Override
  public FeedPosition head() {
    return head(database.dsl());
  }

  private static FeedPosition head(DSLContext db) {
    return db.select(FEED_HEAD.EPOCH, FEED_HEAD.POSITION)
        .from(FEED_HEAD)
        .fetchSingle(row -> new FeedPosition(row.value1(), row.value2()));
  }

  @Override
  public long floor() {
    return database.dsl().select(FEED_FLOOR.POSITION).from(FEED_FLOOR).fetchSingle().value1();
  }

  @Override
  public Kept kept() {
    long floor = floor();
    FeedPosition head = head();
    var sums =
        database
            .dsl()
            .select(count(), coalesce(sum(FEED_BLOCK.BYTE_COUNT), BigDecimal.ZERO))
            .from(FEED_BLOCK)
            .where(FEED_BLOCK.POSITION.gt(floor))
            .fetchSingle();
    return new Kept(head, floor, sums.value1(), sums.value2().longValue());
  }

  @Override
  public List<FeedBlock> read(long after, long through, Set<Integer> shards, long bytesMax) {
    return database.inTransaction(db -> read(db, after, through, shards, bytesMax));
  }

  private static List<FeedBlock> read(
      DSLContext db, long after, long through, Set<Integer> shards, long bytesMax) {
    db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    var headers =
        db.select(FEED_BLOCK.POSITION, FEED_BLOCK.BYTE_COUNT)
            .from(FEED_BLOCK)
            .where(FEED_BLOCK.POSITION.gt(after))
            .and(FEED_BLOCK.POSITION.le(through))
            .orderBy(FEED_BLOCK.POSITION)
            .limit(BLOCKS_MAX)
            .fetch();
    long bytes = 0;
    long last = after;
    for (var header : headers) {
      bytes += header.value2();
      if (last > after && bytes > bytesMax) {
        break;
      }
      last = header.value1();
    }
    Condition wanted =
        shards.isEmpty()
            ? noCondition()
            : FEED_SECTION.SHARD.in(shards.stream().map(Integer::shortValue).toList());
    long epoch = head(db).epoch();
    var blocks = new ArrayList<FeedBlock>();
    var rows =
        db.select(
                FEED_BLOCK.POSITION,
                FEED_BLOCK.COMMIT_TIME,
                FEED_SECTION.SHARD,
                FEED_SECTION.CONTENT)
            .from(FEED_BLOCK)
            .leftJoin(FEED_SECTION)
            .on(FEED_SECTION.COMMIT_ID.eq(FEED_BLOCK.COMMIT_ID).and(wanted))
            .where(FEED_BLOCK.POSITION.gt(after))
            .and(FEED_BLOCK.POSITION.le(last))
            .orderBy(FEED_BLOCK.POSITION, FEED_SECTION.SHARD)
            .fetch();
    var sections = new ArrayList<EncodedSection>();
    for (int i = 0; i < rows.size(); i++) {
      var row = rows.get(i);
      if (row.value4() != null) {
        sections.add(new EncodedSection(row.value3(), row.value4()));
      }
      if (i + 1 == rows.size() || !rows.get(i + 1).value1().equals(row.value1())) {
        blocks.add(new FeedBlock(new FeedPosition(epoch, row.value1()), row.value2(), sections));
        sections.clear();
      }
    }
    return blocks;
  }

  @Override
  public long oldestRemembered() {
    return database
        .dsl()
        .select(AS_OF_FLOOR.POSITION)
        .from(AS_OF_FLOOR)
        .fetchSingle(AS_OF_FLOOR.POSITION);
  }

  @Override
  public long positionAt(Instant commitTime) {
    Long position =
        database
            .dsl()
            .select(max(FEED_BLOCK.POSITION))
            .from(FEED_BLOCK)
            .where(
                FEED_BLOCK.COMMIT_TIME.eq(
                    database
                        .dsl()
                        .select(max(FEED_BLOCK.COMMIT_TIME))
                        .from(FEED_BLOCK)
                        .where(FEED_BLOCK.COMMIT_TIME.le(commitTime))))
            .fetchSingle()
            .value1();
    return position == null ? 0 : position;
  }

  @Override
  public Consumer register(String consumerId, long position, Instant now) {
    database
        .dsl()
        .insertInto(FEED_CONSUMER)
        .set(FEED_CONSUMER.CONSUMER_ID, consumerId)
        .set(FEED_CONSUMER.POSITION, position)
        .set(FEED_CONSUMER.CREATED_AT, now)
        .onConflictDoNothing()
        .execute();
    return consumer(consumerId).orElseThrow();
  }

  @Override
  public Optional<Consumer> checkpoint(String consumerId, long position, Instant now) {
    return database
        .dsl()
        .update(FEED_CONSUMER)
        .set(FEED_CONSUMER.POSITION, greatest(FEED_CONSUMER.POSITION, val(position)))
        .set(FEED_CONSUMER.CHECKPOINT_AT, now)
        .where(FEED_CONSUMER.CONSUMER_ID.eq(consumerId))
        .returning()
        .fetchOptional(PostgresFeedStore::consumer);
  }

  @Override
  public Optional<Consumer> consumer(String consumerId) {
    return database
        .dsl()
        .selectFrom(FEED_CONSUMER)
        .where(FEED_CONSUMER.CONSUMER_ID.eq(consumerId))
        .fetchOptional(PostgresFeedStore::consumer);
  }

  @Override
  public List<Consumer> consumers() {
    return database
        .dsl()
        .selectFrom(FEED_CONSUMER)
        .orderBy(FEED_CONSUMER.CONSUMER_ID)
        .fetch(PostgresFeedStore::consumer);
  }

  private static Consumer consumer(FeedConsumerRecord row) {
    return new Consumer(
        row.getConsumerId(),
        row.getPosition(),
        row.getCreatedAt(),
        Optional.ofNullable(row.getCheckpointAt()));
  }

  @Override
  public void forget(String consumerId) {
    database
        .dsl()
        .deleteFrom(FEED_CONSUMER)
        .where(FEED_CONSUMER.CONSUMER_ID.eq(consumerId))
        .execute();
  }

  @Override
  public int prune(Instant realNow, Duration spare, Duration ageMax, long bytesMax) {
    long floor = floor();
    // The rollups are a consumer too, unless they are of another life of the database.
    Long slowest =
        database
            .dsl()
            .select(min(field("position", Long.class)))
            .from(
                database
                    .dsl()
                    .select(FEED_CONSUMER.POSITION.as("position"))
                    .from(FEED_CONSUMER)
                    .unionAll(
                        database
                            .dsl()
                            .select(ROLLUP_HEAD.POSITION)
                            .from(ROLLUP_HEAD)
                            .join(FEED_HEAD)
                            .on(FEED_HEAD.EPOCH.eq(ROLLUP_HEAD.EPOCH))))
            .fetchSingle()
            .value1();
    long head = head().position();
    long passed = Math.min(slowest == null ? head : slowest, storedBy(realNow.minus(spare)));
    long beyond = Math.max(storedBy(realNow.minus(ageMax)), beyondBytes(floor, bytesMax));
    long through = Math.min(Math.max(passed, beyond), floor + PRUNED_BLOCKS_MAX);
    if (through <= floor) {
      return 0;
    }
    return database.inTransaction(db -> {
      // The floor first: a reader that sees it refuses; one that does not still finds the sections
      // in its snapshot.
      int moved =
          db.update(FEED_FLOOR)
              .set(FEED_FLOOR.POSITION, through)
              .where(FEED_FLOOR.POSITION.eq(floor))
              .execute();
      if (moved == 0) {
        return 0;
      }
      db.deleteFrom(FEED_SECTION)
          .where(
              FEED_SECTION.COMMIT_ID.in(
                  db.select(FEED_BLOCK.COMMIT_ID)
                      .from(FEED_BLOCK)
                      .where(FEED_BLOCK.POSITION.gt(floor))
                      .and(FEED_BLOCK.POSITION.le(through))))
          .execute();
      return (int) (through - floor);
    });
  }

  private long storedBy(Instant realTime) {
    Long position =
        database
            .dsl()
            .select(FEED_BLOCK.POSITION)
            .from(FEED_BLOCK)
            .where(FEED_BLOCK.STORED_AT.le(realTime))
            .orderBy(FEED_BLOCK.STORED_AT.desc())
            .limit(1)
            .fetchOne(FEED_BLOCK.POSITION);
    return position == null ? 0 : position;
  }

  /** The newest position whose removal leaves no more than so many bytes. */
  private long beyondBytes(long floor, long bytesMax) {
    Long position =
        database
            .dsl()
            .fetchSingle(
                """
                SELECT max(position) FROM (
                  SELECT position, sum(byte_count) OVER (ORDER BY position DESC) AS newer
                  FROM feed_block WHERE position > ?
                ) AS kept WHERE newer > ?\
                """,
                floor,
                bytesMax)
            .get(0, Long.class);
    return position == null ? floor : position;
  }
}
