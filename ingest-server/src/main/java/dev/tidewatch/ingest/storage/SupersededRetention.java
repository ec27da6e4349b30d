package dev.tidewatch.ingest.storage;

import static dev.tidewatch.ingest.storage.jooq.Tables.AS_OF_FLOOR;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_BLOCK;
import static dev.tidewatch.ingest.storage.jooq.Tables.FEED_FLOOR;
import static org.jooq.impl.DSL.max;

import dev.tidewatch.serverkit.database.Database;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Forgets readings that were replaced or deleted long ago, and which commit they belonged to. First
 * the floor rises, from when on reads as of older positions are refused; the rows go {@link #GRACE}
 * later, so that reads that began before still end right. Small transactions; can stop anywhere.
 */
public final class SupersededRetention {
  private static final Duration GRACE = Duration.ofDays(1);
  private static final int ROWS_AT_ONCE = 20_000;

  private static final String SUPERSEDED_WHERE =
      """
      DELETE FROM reading_superseded WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM reading_superseded WHERE %%s LIMIT %d))\
      """
          .formatted(ROWS_AT_ONCE);

  private final Database database;
  private final Duration kept;

  /**
   * @param kept by real time
   */
  public SupersededRetention(Database database, Duration kept) {
    this.database = database;
    this.kept = kept;
  }

  /** Answers how many rows went. */
  public long run(Instant realNow) {
    Long floor = storedBy(realNow.minus(kept));
    if (floor != null) {
      database
          .dsl()
          .update(AS_OF_FLOOR)
          .set(AS_OF_FLOOR.POSITION, floor)
          .where(AS_OF_FLOOR.POSITION.lt(floor))
          .execute();
    }
    Long gone = storedBy(realNow.minus(kept).minus(GRACE));
    if (gone == null) {
      return 0;
    }
    return forgetReadings(gone) + forgetBlocks(gone);
  }

  private @Nullable Long storedBy(Instant realTime) {
    return database
        .dsl()
        .select(max(FEED_BLOCK.POSITION))
        .from(FEED_BLOCK)
        .where(FEED_BLOCK.STORED_AT.le(realTime))
        .fetchSingle()
        .value1();
  }

  /** What was replaced up to the position; see {@code feed_block.settled_below}. */
  private long forgetReadings(long position) {
    var bounds =
        database
            .dsl()
            .select(FEED_BLOCK.SETTLED_BELOW, FEED_BLOCK.NEWEST_COMMIT_ID)
            .from(FEED_BLOCK)
            .where(FEED_BLOCK.POSITION.eq(position))
            .fetchSingle();
    return repeat(SUPERSEDED_WHERE.formatted("superseded_by < ?"), bounds.value1())
        + repeat(
            SUPERSEDED_WHERE.formatted(
                """
                superseded_by IN (
                  SELECT commit_id FROM feed_block WHERE commit_id BETWEEN ? AND ? AND position <= ?)\
                """),
            bounds.value1(),
            bounds.value2(),
            position);
  }

  /** Blocks whose sections are gone too; the newest of them stays, as the floor's own. */
  private long forgetBlocks(long position) {
    long sectionsGone =
        database.dsl().select(FEED_FLOOR.POSITION).from(FEED_FLOOR).fetchSingle().value1();
    return repeat(
        """
        DELETE FROM feed_block WHERE position = ANY (ARRAY(
          SELECT position FROM feed_block WHERE position < ? ORDER BY position LIMIT %d))\
        """
            .formatted(ROWS_AT_ONCE),
        Math.min(position, sectionsGone));
  }

  private long repeat(String delete, Object... bounds) {
    long all = 0;
    int rows;
    do {
      rows = database.dsl().execute(delete, bounds);
      all += rows;
    } while (rows == ROWS_AT_ONCE);
    return all;
  }
}
