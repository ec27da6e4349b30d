package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.DECISION;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionFilter;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.decision.DecisionStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** Decisions on PostgreSQL. */
public final class PostgresDecisionStore implements DecisionStore {
  private final Database database;

  public PostgresDecisionStore(Database database) {
    this.database = database;
  }

  @Override
  public boolean record(Decision decision) {
    return insert(database.dsl(), decision);
  }

  /** In a transaction of the caller's; returns true if it is new. */
  static boolean insert(DSLContext db, Decision decision) {
    return db.insertInto(DECISION)
            .set(DECISION.DECISION_ID, decision.id())
            .set(DECISION.KIND, (short) decision.kind().code())
            .set(DECISION.MODEL, decision.model())
            .set(DECISION.ALIAS, decision.alias())
            .set(DECISION.FROM_VERSION, decision.from())
            .set(DECISION.TO_VERSION, decision.to())
            .set(DECISION.ALIAS_REVISION, decision.aliasRevision())
            .set(DECISION.TIME, decision.time())
            .set(DECISION.ACTOR, decision.actor())
            .set(DECISION.REASON, decision.reason())
            .set(DECISION.FIGURE_NAMES, Figures.names(decision.figures()))
            .set(DECISION.FIGURE_VALUES, Figures.values(decision.figures()))
            .set(DECISION.RETRAIN_TASK_ID, decision.retrainTaskId())
            .set(DECISION.TRIAL_ID, decision.trialId())
            .set(DECISION.ALERT_ID, decision.alertId())
            .set(DECISION.TRACE_ID, decision.traceId())
            .onConflictDoNothing()
            .execute()
        > 0;
  }

  @Override
  public void recordReversal(Decision reversal, UUID reverted) {
    database.inTransaction(db -> {
      insert(db, reversal);
      int changed =
          db.update(DECISION)
              .set(DECISION.REVERTED_BY, reversal.id())
              .where(DECISION.DECISION_ID.eq(reverted))
              .and(DECISION.REVERTED_BY.isNull().or(DECISION.REVERTED_BY.eq(reversal.id())))
              .execute();
      if (changed == 0) {
        throw new FailedPrecondition(
            "DECISION_SUPERSEDED",
            "id: decision %s was taken back by another one".formatted(ContentId.toText(reverted)));
      }
      return changed;
    });
  }

  @Override
  public Optional<Decision> find(UUID id) {
    return database
        .dsl()
        .selectFrom(DECISION)
        .where(DECISION.DECISION_ID.eq(id))
        .fetchOptional(PostgresDecisionStore::decision);
  }

  @Override
  public List<Decision> moves(String model) {
    return database
        .dsl()
        .selectFrom(DECISION)
        .where(DECISION.MODEL.eq(model))
        .and(DECISION.ALIAS.ne(""))
        .orderBy(DECISION.TIME, DECISION.NUMBER)
        .fetch(PostgresDecisionStore::decision);
  }

  private record Numbered(long number, Decision decision) {}

  @Override
  public Page<Decision, DecisionCursor> page(
      DecisionFilter filter, Optional<DecisionCursor> after, int size) {
    Condition condition = DSL.noCondition();
    if (filter.model().isPresent()) {
      condition = condition.and(DECISION.MODEL.eq(filter.model().get()));
    }
    if (filter.kind().isPresent()) {
      condition = condition.and(DECISION.KIND.eq((short) filter.kind().get().code()));
    }
    if (filter.span().from().isPresent()) {
      condition = condition.and(DECISION.TIME.ge(filter.span().from().get()));
    }
    if (filter.span().to().isPresent()) {
      condition = condition.and(DECISION.TIME.lt(filter.span().to().get()));
    }
    if (after.isPresent()) {
      condition =
          condition.and(
              DSL.row(DECISION.TIME, DECISION.NUMBER)
                  .lt(DSL.row(after.get().time(), after.get().number())));
    }
    List<Numbered> rows =
        database
            .dsl()
            .selectFrom(DECISION)
            .where(condition)
            .orderBy(DECISION.TIME.desc(), DECISION.NUMBER.desc())
            .limit(size + 1)
            .fetch(row -> new Numbered(row.get(DECISION.NUMBER), decision(row)));
    Page<Numbered, DecisionCursor> page =
        Page.of(rows, size, row -> new DecisionCursor(row.decision().time(), row.number()));
    return new Page<>(page.items().stream().map(Numbered::decision).toList(), page.next());
  }

  private static Decision decision(Record row) {
    return new Decision(
        row.get(DECISION.DECISION_ID),
        DecisionKind.ofCode(row.get(DECISION.KIND)),
        row.get(DECISION.MODEL),
        row.get(DECISION.ALIAS),
        row.get(DECISION.FROM_VERSION),
        row.get(DECISION.TO_VERSION),
        row.get(DECISION.ALIAS_REVISION),
        row.get(DECISION.TIME),
        row.get(DECISION.ACTOR),
        row.get(DECISION.REASON),
        Figures.read(row.get(DECISION.FIGURE_NAMES), row.get(DECISION.FIGURE_VALUES)),
        row.get(DECISION.RETRAIN_TASK_ID),
        row.get(DECISION.TRIAL_ID),
        row.get(DECISION.ALERT_ID),
        row.get(DECISION.TRACE_ID),
        Optional.ofNullable(row.get(DECISION.REVERTED_BY)));
  }
}
