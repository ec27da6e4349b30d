package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.AUDIT_ENTRY;

import dev.tidewatch.registry.domain.AuditEntry;
import dev.tidewatch.registry.domain.AuditFilter;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** The audit log in PostgreSQL. */
final class AuditTable {
  private final DSLContext sql;

  AuditTable(DSLContext sql) {
    this.sql = sql;
  }

  void insert(AuditEntry entry) {
    sql.insertInto(AUDIT_ENTRY)
        .set(AUDIT_ENTRY.REVISION, entry.revision())
        .set(AUDIT_ENTRY.ORDINAL, entry.ordinal())
        .set(AUDIT_ENTRY.AT, entry.time())
        .set(AUDIT_ENTRY.ACTOR, entry.actor())
        .set(AUDIT_ENTRY.ACTION, entry.action())
        .set(AUDIT_ENTRY.MODEL, entry.model())
        .set(AUDIT_ENTRY.SUBJECT, entry.subject())
        .set(AUDIT_ENTRY.DESCRIPTION, entry.description())
        .set(AUDIT_ENTRY.REASON, entry.reason())
        .set(AUDIT_ENTRY.REQUEST_ID, entry.requestId())
        .set(AUDIT_ENTRY.TRACE_ID, entry.traceId())
        .execute();
  }

  /** Newest first; the page key is {@code revision/ordinal}. */
  Page<AuditEntry> page(AuditFilter filter, PageRequest request) {
    Condition wanted = DSL.noCondition();
    if (filter.model().isPresent()) {
      wanted = wanted.and(AUDIT_ENTRY.MODEL.eq(filter.model().get().value()));
    }
    if (filter.actor().isPresent()) {
      wanted = wanted.and(AUDIT_ENTRY.ACTOR.eq(filter.actor().get()));
    }
    if (filter.from().isPresent()) {
      wanted = wanted.and(AUDIT_ENTRY.AT.ge(filter.from().get()));
    }
    if (filter.to().isPresent()) {
      wanted = wanted.and(AUDIT_ENTRY.AT.lt(filter.to().get()));
    }
    if (request.after().isPresent()) {
      int slash = request.after().get().indexOf('/');
      wanted =
          wanted.and(
              DSL.row(AUDIT_ENTRY.REVISION, AUDIT_ENTRY.ORDINAL)
                  .lt(
                      Long.parseLong(request.after().get().substring(0, slash)),
                      Integer.parseInt(request.after().get().substring(slash + 1))));
    }
    List<AuditEntry> rows =
        sql.selectFrom(AUDIT_ENTRY)
            .where(wanted)
            .orderBy(AUDIT_ENTRY.REVISION.desc(), AUDIT_ENTRY.ORDINAL.desc())
            .limit(request.size() + 1)
            .fetch(AuditTable::entry);
    return Page.of(rows, request.size(), entry -> entry.revision() + "/" + entry.ordinal());
  }

  private static AuditEntry entry(Record row) {
    return new AuditEntry(
        row.get(AUDIT_ENTRY.REVISION),
        row.get(AUDIT_ENTRY.ORDINAL),
        row.get(AUDIT_ENTRY.AT),
        row.get(AUDIT_ENTRY.ACTOR),
        row.get(AUDIT_ENTRY.ACTION),
        row.get(AUDIT_ENTRY.MODEL),
        row.get(AUDIT_ENTRY.SUBJECT),
        row.get(AUDIT_ENTRY.DESCRIPTION),
        row.get(AUDIT_ENTRY.REASON),
        row.get(AUDIT_ENTRY.REQUEST_ID),
        row.get(AUDIT_ENTRY.TRACE_ID));
  }
}
