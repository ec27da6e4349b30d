package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.ANSWERED_REQUEST;
import static dev.tidewatch.registry.storage.jooq.Tables.CHANGE;
import static dev.tidewatch.registry.storage.jooq.Tables.REGISTRY_HEAD;

import dev.tidewatch.registry.domain.AuditEntry;
import dev.tidewatch.registry.domain.ChangedThing;
import dev.tidewatch.registry.domain.Origin;
import dev.tidewatch.registry.domain.RegistryChange;
import dev.tidewatch.registry.domain.Run;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.jooq.Record;

/** One change, in its transaction, holding the lock of the head row. */
final class PostgresChange extends PostgresView implements RegistryChange {
  private final Origin origin;
  private final InstantSource clock;
  private final InstantSource realTime;
  private boolean changed;
  private int announced;
  private int audited;

  PostgresChange(DSLContext sql, Origin origin, InstantSource clock, InstantSource realTime) {
    super(sql, true);
    this.origin = origin;
    this.clock = clock;
    this.realTime = realTime;
  }

  @Override
  public long nextRevision() {
    changed = true;
    return revision() + 1;
  }

  @Override
  public String once(Supplier<String> change) {
    if (origin.requestId().isEmpty()) {
      return change.get();
    }
    String id = origin.requestId().get();
    Record answered =
        sql.selectFrom(ANSWERED_REQUEST).where(ANSWERED_REQUEST.REQUEST_ID.eq(id)).fetchOne();
    if (answered != null) {
      if (!answered.get(ANSWERED_REQUEST.ACTION).equals(origin.action())
          || !answered.get(ANSWERED_REQUEST.REQUEST_SHA256).equals(origin.digest().hex())) {
        throw new AlreadyExists(
                "REQUEST_ID_REUSED",
                "request_id: '" + id + "' came with another request before; make a new id")
            .with("request_id", id);
      }
      return answered.get(ANSWERED_REQUEST.SUBJECT);
    }
    String subject = change.get();
    sql.insertInto(ANSWERED_REQUEST)
        .set(ANSWERED_REQUEST.REQUEST_ID, id)
        .set(ANSWERED_REQUEST.ACTION, origin.action())
        .set(ANSWERED_REQUEST.REQUEST_SHA256, origin.digest().hex())
        .set(ANSWERED_REQUEST.SUBJECT, subject)
        .set(ANSWERED_REQUEST.ANSWERED_AT, realTime.instant())
        .execute();
    return subject;
  }

  @Override
  public void insertRun(Run run) {
    new RunTable(sql).insert(run);
  }

  @Override
  public Run updateRun(UUID id, UnaryOperator<Run> change) {
    return PostgresRunStore.update(sql, id, change);
  }

  @Override
  public void announce(ChangedThing thing) {
    String kind;
    String name;
    switch (thing) {
      case ChangedThing.OfAlias alias -> {
        kind = ALIAS;
        name = alias.key().alias().value();
      }
      case ChangedThing.OfRouting routing -> {
        kind = ROUTING;
        name = "";
      }
      case ChangedThing.OfAssignment assignment -> {
        kind = ASSIGNMENT;
        name = assignment.name();
      }
    }
    sql.insertInto(CHANGE)
        .set(CHANGE.REVISION, nextRevision())
        .set(CHANGE.ORDINAL, announced++)
        .set(CHANGE.KIND, kind)
        .set(CHANGE.MODEL, thing.model().value())
        .set(CHANGE.NAME, name)
        .execute();
  }

  @Override
  public void audit(String model, String subject, String description, String reason) {
    new AuditTable(sql)
        .insert(
            new AuditEntry(
                nextRevision(),
                audited++,
                clock.instant(),
                origin.actor(),
                origin.action(),
                model,
                subject,
                description,
                reason,
                origin.requestId().orElse(""),
                origin.traceId()));
  }

  /** Takes the revision, if anything changed, and returns the one that counts from now on. */
  long conclude(int revisionsKept) {
    if (!changed) {
      return revision();
    }
    long from = Math.max(changesFrom(), nextRevision() - revisionsKept + 1);
    if (from > changesFrom()) {
      sql.deleteFrom(CHANGE).where(CHANGE.REVISION.lt(from)).execute();
    }
    sql.update(REGISTRY_HEAD)
        .set(REGISTRY_HEAD.REVISION, nextRevision())
        .set(REGISTRY_HEAD.CHANGES_FROM, from)
        .execute();
    return nextRevision();
  }
}
