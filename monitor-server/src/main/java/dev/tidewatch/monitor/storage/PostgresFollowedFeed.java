package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.CHECKPOINT;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.serverkit.database.Database;
import java.util.Optional;
import java.util.function.Supplier;

/** How far the feed has been followed: the oldest checkpoint of all shards, if there is any. */
public final class PostgresFollowedFeed implements Supplier<Optional<FeedPosition>> {
  private final Database database;

  public PostgresFollowedFeed(Database database) {
    this.database = database;
  }

  @Override
  public Optional<FeedPosition> get() {
    return database
        .dsl()
        .select(CHECKPOINT.EPOCH, CHECKPOINT.POSITION)
        .from(CHECKPOINT)
        .orderBy(CHECKPOINT.EPOCH, CHECKPOINT.POSITION)
        .limit(1)
        .fetchOptional(row -> new FeedPosition(row.value1(), row.value2()));
  }
}
