package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.DELIVERY;
import static dev.tidewatch.monitor.storage.jooq.Tables.DELIVERY_FOLLOWER;
import static dev.tidewatch.monitor.storage.jooq.Tables.DELIVERY_TARGET;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.delivery.DeliveryStore;
import dev.tidewatch.monitor.storage.jooq.tables.records.DeliveryRecord;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.NotFound;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.Record1;
import org.jooq.impl.DSL;

/** The queue of deliveries on PostgreSQL. */
public final class PostgresDeliveryStore implements DeliveryStore {
  static final short QUEUED = 1;
  private static final short DELIVERED = 2;
  private static final short GIVEN_UP = 3;

  private final Database database;

  public PostgresDeliveryStore(Database database) {
    this.database = database;
  }

  @Override
  public <T> Optional<T> fanOut(Function<Turn, T> work) {
    return database.inTransaction(db -> {
      Optional<Long> position =
          db.select(DELIVERY_FOLLOWER.POSITION)
              .from(DELIVERY_FOLLOWER)
              .forUpdate()
              .skipLocked()
              .fetchOptional(Record1::value1);
      return position.map(p -> work.apply(new PostgresFanOutTurn(db, p)));
    });
  }

  @Override
  public Set<Long> targetsDue(Instant now) {
    return database
        .dsl()
        .select(DELIVERY_TARGET.TARGET_ID)
        .from(DELIVERY_TARGET)
        .where(DELIVERY_TARGET.DISABLED.eq(false))
        .andExists(
            DSL.selectOne()
                .from(DELIVERY)
                .where(DELIVERY.TARGET_ID.eq(DELIVERY_TARGET.TARGET_ID))
                .and(DELIVERY.STATE.eq(DSL.inline(QUEUED)))
                .and(DELIVERY.DUE_AT.le(now)))
        .fetchSet(DELIVERY_TARGET.TARGET_ID);
  }

  @Override
  public List<Claimed> claim(long targetId, int limit, Instant now, Duration lease) {
    var older = DELIVERY.as("older");
    var isDue =
        DELIVERY
            .TARGET_ID
            .eq(targetId)
            .and(DELIVERY.STATE.eq(DSL.inline(QUEUED)))
            .and(DELIVERY.DUE_AT.le(now))
            .andNotExists(
                DSL.selectOne()
                    .from(older)
                    .where(older.TARGET_ID.eq(DELIVERY.TARGET_ID))
                    .and(older.ORDER_KEY.eq(DELIVERY.ORDER_KEY))
                    .and(older.STATE.eq(DSL.inline(QUEUED)))
                    .and(older.POSITION.lt(DELIVERY.POSITION)));
    return database.inTransaction(db -> {
      List<UUID> due =
          db.select(DELIVERY.DELIVERY_ID)
              .from(DELIVERY)
              .where(isDue)
              .orderBy(DELIVERY.DUE_AT)
              .limit(limit)
              .forUpdate()
              .of(DELIVERY)
              .skipLocked()
              .fetch(Record1::value1);
      if (due.isEmpty()) {
        return List.of();
      }
      return db.update(DELIVERY)
          .set(DELIVERY.ATTEMPTS, DELIVERY.ATTEMPTS.plus(1))
          .set(DELIVERY.COLLECTING, false)
          .set(DELIVERY.DUE_AT, now.plus(lease))
          .set(
              DELIVERY.FIRST_ATTEMPT_AT,
              DSL.coalesce(DELIVERY.FIRST_ATTEMPT_AT, DSL.val(now, DELIVERY.FIRST_ATTEMPT_AT)))
          .set(DELIVERY.LAST_ATTEMPT_AT, now)
          .where(DELIVERY.DELIVERY_ID.in(due))
          .returning()
          .fetch(row ->
              new Claimed(
                  row.getDeliveryId(),
                  row.getAttempts(),
                  List.of(row.getEvents()),
                  row.getTraceparent()));
    });
  }

  @Override
  public void settle(List<Outcome> outcomes) {
    database.inTransaction(db -> {
      var updates = new ArrayList<Query>(outcomes.size());
      outcomes.stream()
          .sorted(java.util.Comparator.comparing(Outcome::id)) // one order of locks for everybody
          .forEach(outcome -> updates.add(update(db, outcome)));
      return db.batch(updates).execute();
    });
  }

  private static Query update(DSLContext db, Outcome outcome) {
    Condition one = DELIVERY.DELIVERY_ID.eq(outcome.id());
    Condition newest =
        one.and(DELIVERY.STATE.eq(QUEUED)).and(DELIVERY.ATTEMPTS.eq(outcome.attempt()));
    return switch (outcome) {
      case Outcome.Delivered delivered ->
          db.update(DELIVERY)
              .set(DELIVERY.STATE, DELIVERED)
              .set(DELIVERY.SETTLED_AT, delivered.at())
              .where(one);
      case Outcome.Failed failed ->
          db.update(DELIVERY)
              .set(DELIVERY.DUE_AT, failed.retryAt())
              .set(DELIVERY.ERROR, failed.error())
              .where(newest);
      case Outcome.GivenUp givenUp ->
          db.update(DELIVERY)
              .set(DELIVERY.STATE, GIVEN_UP)
              .set(DELIVERY.SETTLED_AT, givenUp.at())
              .set(DELIVERY.ERROR, givenUp.error())
              .where(newest);
    };
  }

  @Override
  public Page<DeadLetter, DeadLetterCursor> deadLetters(
      Optional<String> target, Optional<DeadLetterCursor> after, int size) {
    Condition condition = DELIVERY.STATE.eq(DSL.inline(GIVEN_UP));
    if (target.isPresent()) {
      condition = condition.and(DELIVERY_TARGET.NAME.eq(target.get()));
    }
    if (after.isPresent()) {
      DeadLetterCursor cursor = after.get();
      condition =
          condition.and(
              DELIVERY
                  .LAST_ATTEMPT_AT
                  .lt(cursor.lastAttemptAt())
                  .or(
                      DELIVERY
                          .LAST_ATTEMPT_AT
                          .eq(cursor.lastAttemptAt())
                          .and(DELIVERY.DELIVERY_ID.gt(cursor.id()))));
    }
    List<DeadLetter> rows =
        database
            .dsl()
            .select(DELIVERY.fields())
            .select(DELIVERY_TARGET.NAME)
            .from(DELIVERY)
            .join(DELIVERY_TARGET)
            .on(DELIVERY_TARGET.TARGET_ID.eq(DELIVERY.TARGET_ID))
            .where(condition)
            .orderBy(DELIVERY.LAST_ATTEMPT_AT.desc(), DELIVERY.DELIVERY_ID)
            .limit(size + 1)
            .fetch(row -> deadLetter(row.into(DELIVERY), row.get(DELIVERY_TARGET.NAME)));
    return Page.of(rows, size, letter -> new DeadLetterCursor(letter.lastAttemptAt(), letter.id()));
  }

  private static DeadLetter deadLetter(DeliveryRecord row, String target) {
    return new DeadLetter(
        row.getDeliveryId(),
        target,
        List.of(row.getEvents()),
        row.getAttempts(),
        row.getError(),
        row.getFirstAttemptAt(),
        row.getLastAttemptAt());
  }

  @Override
  public int retry(Set<UUID> ids, Instant now) {
    return database.inTransaction(db -> {
      Set<UUID> dead =
          new HashSet<>(
              db.select(DELIVERY.DELIVERY_ID)
                  .from(DELIVERY)
                  .where(DELIVERY.DELIVERY_ID.in(ids))
                  .and(DELIVERY.STATE.eq(GIVEN_UP))
                  .orderBy(DELIVERY.DELIVERY_ID)
                  .forUpdate()
                  .fetch(Record1::value1));
      for (UUID id : ids) {
        if (!dead.contains(id)) {
          throw new NotFound(
              "DELIVERY_UNKNOWN",
              "delivery_ids: %s is no dead letter; list them, then retry"
                  .formatted(ContentId.toText(id)));
        }
      }
      return db.update(DELIVERY)
          .set(DELIVERY.STATE, QUEUED)
          .set(DELIVERY.ATTEMPTS, 0)
          .set(DELIVERY.DUE_AT, now)
          .setNull(DELIVERY.SETTLED_AT)
          .where(DELIVERY.DELIVERY_ID.in(ids))
          .execute();
    });
  }

  @Override
  public int purge(Instant deliveredBefore, Instant deadBefore, int limit) {
    return database
        .dsl()
        .deleteFrom(DELIVERY)
        .where(
            DELIVERY.DELIVERY_ID.in(
                DSL.select(DELIVERY.DELIVERY_ID)
                    .from(DELIVERY)
                    .where(settledBefore(DELIVERED, deliveredBefore))
                    .or(settledBefore(GIVEN_UP, deadBefore))
                    .limit(limit)))
        .execute();
  }

  private static Condition settledBefore(short state, Instant time) {
    return DELIVERY.STATE.eq(DSL.inline(state)).and(DELIVERY.SETTLED_AT.lt(time));
  }
}
