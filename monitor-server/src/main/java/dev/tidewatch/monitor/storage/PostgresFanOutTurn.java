package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.DELIVERY;
import static dev.tidewatch.monitor.storage.jooq.Tables.DELIVERY_FOLLOWER;
import static dev.tidewatch.monitor.storage.jooq.Tables.DELIVERY_HELD;

import dev.tidewatch.monitor.delivery.DeliveryStore.HeldAlert;
import dev.tidewatch.monitor.delivery.DeliveryStore.NewDelivery;
import dev.tidewatch.monitor.delivery.DeliveryStore.Turn;
import dev.tidewatch.monitor.storage.jooq.tables.records.DeliveryHeldRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** One turn of the fan-out, in its transaction, holding the lock of the follower's row. */
final class PostgresFanOutTurn implements Turn {
  private static final int ROWS_PER_STATEMENT = 500;
  private static final int EVENTS_MAX = 100;

  private final DSLContext db;
  private final long position;

  PostgresFanOutTurn(DSLContext db, long position) {
    this.db = db;
    this.position = position;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public List<HeldAlert> heldToJudge(Instant now, int limit) {
    return db.selectFrom(DELIVERY_HELD)
        .where(DELIVERY_HELD.JUDGE_AT.le(now))
        .orderBy(DELIVERY_HELD.JUDGE_AT)
        .limit(limit)
        .fetch(PostgresFanOutTurn::held);
  }

  @Override
  public Map<UUID, HeldAlert> held(Set<UUID> alertIds) {
    return alertIds.isEmpty()
        ? Map.of()
        : db.selectFrom(DELIVERY_HELD)
            .where(DELIVERY_HELD.ALERT_ID.in(alertIds))
            .fetchMap(DELIVERY_HELD.ALERT_ID, PostgresFanOutTurn::held);
  }

  private static HeldAlert held(DeliveryHeldRecord row) {
    return new HeldAlert(row.getAlertId(), row.getPosition(), row.getAnnounced());
  }

  @Override
  public void hold(Collection<HeldAlert> alerts, Instant judgeAt) {
    if (alerts.isEmpty()) {
      return;
    }
    var insert = db.insertQuery(DELIVERY_HELD);
    for (HeldAlert alert : alerts) {
      insert.newRecord();
      insert.addValue(DELIVERY_HELD.ALERT_ID, alert.alertId());
      insert.addValue(DELIVERY_HELD.POSITION, alert.position());
      insert.addValue(DELIVERY_HELD.ANNOUNCED, alert.announced());
      insert.addValue(DELIVERY_HELD.JUDGE_AT, judgeAt);
    }
    insert.onDuplicateKeyUpdate(true);
    insert.addValueForUpdate(DELIVERY_HELD.POSITION, DSL.excluded(DELIVERY_HELD.POSITION));
    insert.addValueForUpdate(DELIVERY_HELD.JUDGE_AT, DSL.excluded(DELIVERY_HELD.JUDGE_AT));
    insert.execute();
  }

  @Override
  public void release(Collection<UUID> alertIds) {
    if (!alertIds.isEmpty()) {
      db.deleteFrom(DELIVERY_HELD).where(DELIVERY_HELD.ALERT_ID.in(alertIds)).execute();
    }
  }

  @Override
  public void enqueue(List<NewDelivery> deliveries) {
    var alone = new ArrayList<NewDelivery>(deliveries.size());
    for (NewDelivery delivery : deliveries) {
      if (delivery.grouped()) {
        if (!joinGroup(delivery)) {
          insert(List.of(delivery));
        }
      } else {
        alone.add(delivery);
      }
    }
    for (int from = 0; from < alone.size(); from += ROWS_PER_STATEMENT) {
      insert(alone.subList(from, Math.min(alone.size(), from + ROWS_PER_STATEMENT)));
    }
  }

  /** Returns false if there is no group that still collects. */
  private boolean joinGroup(NewDelivery delivery) {
    return db.update(DELIVERY)
            .set(
                DELIVERY.EVENTS,
                DSL.field(
                    "{0} || {1}",
                    DELIVERY.EVENTS.getDataType(),
                    DELIVERY.EVENTS,
                    DSL.val(delivery.events().toArray(String[]::new), DELIVERY.EVENTS)))
            .where(DELIVERY.TARGET_ID.eq(delivery.targetId()))
            .and(DELIVERY.ORDER_KEY.eq(delivery.orderKey()))
            .and(DELIVERY.STATE.eq(DSL.inline(PostgresDeliveryStore.QUEUED)))
            .and(DELIVERY.COLLECTING)
            .and(DSL.cardinality(DELIVERY.EVENTS).lt(EVENTS_MAX))
            .execute()
        > 0;
  }

  private void insert(List<NewDelivery> deliveries) {
    var insert = db.insertQuery(DELIVERY);
    for (NewDelivery delivery : deliveries) {
      insert.newRecord();
      insert.addValue(DELIVERY.DELIVERY_ID, delivery.id());
      insert.addValue(DELIVERY.TARGET_ID, delivery.targetId());
      insert.addValue(DELIVERY.POSITION, delivery.position());
      insert.addValue(DELIVERY.ORDER_KEY, delivery.orderKey());
      insert.addValue(DELIVERY.COLLECTING, delivery.grouped());
      insert.addValue(DELIVERY.EVENTS, delivery.events().toArray(String[]::new));
      insert.addValue(DELIVERY.TRACEPARENT, delivery.traceparent());
      insert.addValue(DELIVERY.STATE, PostgresDeliveryStore.QUEUED);
      insert.addValue(DELIVERY.ATTEMPTS, 0);
      insert.addValue(DELIVERY.DUE_AT, delivery.dueAt());
      insert.addValue(DELIVERY.ERROR, "");
    }
    insert.onDuplicateKeyIgnore(true);
    insert.execute();
  }

  @Override
  public void moveTo(long newest) {
    db.update(DELIVERY_FOLLOWER).set(DELIVERY_FOLLOWER.POSITION, newest).execute();
  }
}
