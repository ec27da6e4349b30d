package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.RETRAIN_REQUEST;
import static dev.tidewatch.monitor.storage.jooq.Tables.RETRAIN_TASK;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.retrain.RetrainCause;
import dev.tidewatch.monitor.retrain.RetrainOutcome;
import dev.tidewatch.monitor.retrain.RetrainPolicy;
import dev.tidewatch.monitor.retrain.RetrainState;
import dev.tidewatch.monitor.retrain.RetrainStore;
import dev.tidewatch.monitor.retrain.RetrainTask;
import dev.tidewatch.monitor.retrain.StoredPolicy;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** Policies and tasks on PostgreSQL. */
public final class PostgresRetrainStore implements RetrainStore {
  private static final Condition IS_OPEN =
      RETRAIN_TASK.STATE.in(code(RetrainState.OPEN), code(RetrainState.LEASED));

  private final Database database;
  private final RetrainPolicyTable policies;

  public PostgresRetrainStore(Database database) {
    this.database = database;
    this.policies = new RetrainPolicyTable(database);
  }

  @Override
  public StoredPolicy setPolicy(RetrainPolicy policy, Optional<String> etag, Instant now) {
    return policies.set(policy, etag, now);
  }

  @Override
  public Optional<StoredPolicy> policy(String model) {
    return policies.find(model);
  }

  @Override
  public Page<StoredPolicy, String> policies(Optional<String> behindModel, int size) {
    return policies.page(behindModel, size);
  }

  @Override
  public void deletePolicy(String model, Optional<String> etag) {
    policies.delete(model, etag);
  }

  @Override
  public void cronSeen(String model, Instant to) {
    policies.cronSeen(model, to);
  }

  @Override
  public Optional<RetrainTask> answered(UUID requestId, String model) {
    return database.inTransaction(db -> answered(db, requestId, model));
  }

  private static Optional<RetrainTask> answered(DSLContext db, UUID requestId, String model) {
    Optional<RetrainTask> before =
        db.select(RETRAIN_TASK.fields())
            .from(RETRAIN_REQUEST)
            .join(RETRAIN_TASK)
            .on(RETRAIN_TASK.TASK_ID.eq(RETRAIN_REQUEST.TASK_ID))
            .where(RETRAIN_REQUEST.REQUEST_ID.eq(requestId))
            .fetchOptional(PostgresRetrainStore::task);
    if (before.isPresent()) {
      if (!before.get().model().equals(model)) {
        throw new AlreadyExists(
            "REQUEST_ID_REUSED",
            "request_id: %s came for the model %s before; make a new id"
                .formatted(requestId, before.get().model()));
      }
      return before;
    }
    Optional<RetrainTask> open =
        db.selectFrom(RETRAIN_TASK)
            .where(RETRAIN_TASK.MODEL.eq(model))
            .and(IS_OPEN)
            .fetchOptional(PostgresRetrainStore::task);
    open.ifPresent(task -> remember(db, requestId, task.id()));
    return open;
  }

  private static void remember(DSLContext db, UUID requestId, UUID taskId) {
    db.insertInto(RETRAIN_REQUEST)
        .set(RETRAIN_REQUEST.REQUEST_ID, requestId)
        .set(RETRAIN_REQUEST.TASK_ID, taskId)
        .onConflictDoNothing()
        .execute();
  }

  @Override
  public RetrainTask enqueue(UUID requestId, RetrainTask.Order order) {
    return database.inTransaction(db -> {
      Optional<RetrainTask> before = answered(db, requestId, order.model());
      if (before.isPresent()) {
        return before.get();
      }
      if (insert(db, requestId, order)) {
        remember(db, requestId, requestId);
        return find(db, requestId).orElseThrow();
      }
      // Somebody else's was committed meanwhile; if it ended since, the caller asks again.
      return answered(db, requestId, order.model())
          .orElseThrow(() ->
              new Aborted(
                  "TASK_RACED",
                  "model: another task of %s began and ended meanwhile; send this again"
                      .formatted(order.model())));
    });
  }

  @Override
  public Optional<RetrainTask> enqueueByPolicy(
      UUID id, RetrainTask.Order order, Duration coolDown) {
    return database.inTransaction(db -> {
      if (isResting(db, order.model(), coolDown, order.createdAt()) || !insert(db, id, order)) {
        return Optional.empty();
      }
      return find(db, id);
    });
  }

  @Override
  public boolean isResting(String model, Duration coolDown, Instant now) {
    return isResting(database.dsl(), model, coolDown, now);
  }

  private static boolean isResting(DSLContext db, String model, Duration coolDown, Instant now) {
    return db.fetchExists(
        db.selectOne()
            .from(RETRAIN_TASK)
            .where(RETRAIN_TASK.MODEL.eq(model))
            .and(IS_OPEN.or(RETRAIN_TASK.ENDED_AT.gt(now.minus(coolDown)))));
  }

  /** With the decision to make it; false if the model has an open task. */
  private static boolean insert(DSLContext db, UUID id, RetrainTask.Order order) {
    boolean inserted =
        db.insertInto(RETRAIN_TASK)
                .set(RETRAIN_TASK.TASK_ID, id)
                .set(RETRAIN_TASK.MODEL, order.model())
                .set(RETRAIN_TASK.CAUSE, (short) order.cause().code())
                .set(RETRAIN_TASK.REASON, order.reason())
                .set(RETRAIN_TASK.FIGURE_NAMES, order.figures().keySet().toArray(new String[0]))
                .set(RETRAIN_TASK.FIGURE_VALUES, order.figures().values().toArray(new Double[0]))
                .set(RETRAIN_TASK.ACTOR, order.actor())
                .set(RETRAIN_TASK.STATE, code(RetrainState.OPEN))
                .set(RETRAIN_TASK.CHAMPION_VERSION, order.championVersion())
                .set(RETRAIN_TASK.SERIES, order.series().toArray(new String[0]))
                .set(RETRAIN_TASK.TRAIN_UNTIL, order.trainUntil())
                .set(
                    RETRAIN_TASK.PARAMETER_NAMES,
                    order.parameters().keySet().toArray(new String[0]))
                .set(
                    RETRAIN_TASK.PARAMETER_VALUES,
                    order.parameters().values().toArray(new String[0]))
                .set(RETRAIN_TASK.CREATED_AT, order.createdAt())
                .set(RETRAIN_TASK.ATTEMPTS, 0)
                .set(RETRAIN_TASK.WORKER, "")
                .set(RETRAIN_TASK.FENCE, 0L)
                .set(RETRAIN_TASK.LEASE_TERM_MICROS, 0L)
                .set(RETRAIN_TASK.COMPLETED_FENCE, 0L)
                .set(RETRAIN_TASK.PROGRESS, 0.0)
                .set(RETRAIN_TASK.PROGRESS_NOTE, "")
                .set(RETRAIN_TASK.RESULT_VERSION, "")
                .set(RETRAIN_TASK.FAILURE, "")
                .set(RETRAIN_TASK.TRACEPARENT, order.traceparent())
                .onConflictDoNothing()
                .execute()
            == 1;
    if (inserted) {
      PostgresDecisionStore.insert(db, decision(id, order));
    }
    return inserted;
  }

  private static Decision decision(UUID taskId, RetrainTask.Order order) {
    SpanContext trace = TraceParents.parse(order.traceparent());
    return Decision.of(
            ContentId.of("retrain", ContentId.toText(taskId)),
            DecisionKind.RETRAIN,
            order.model(),
            order.createdAt(),
            order.reason())
        .by(order.actor())
        .restingOn(order.figures())
        .comingFrom(ContentId.toText(taskId), "", "", trace.isValid() ? trace.getTraceId() : "");
  }

  @Override
  public Optional<RetrainTask> lease(
      String worker, Set<String> models, Duration term, Instant realNow, Instant now) {
    reapLeases(realNow, now);
    return database.inTransaction(db -> {
      Record waiting =
          db.select(RETRAIN_TASK.TASK_ID)
              .from(RETRAIN_TASK)
              .where(RETRAIN_TASK.STATE.eq(code(RetrainState.OPEN)))
              .and(models.isEmpty() ? DSL.noCondition() : RETRAIN_TASK.MODEL.in(models))
              .orderBy(RETRAIN_TASK.NUMBER)
              .limit(1)
              .forUpdate()
              .skipLocked()
              .fetchOne();
      if (waiting == null) {
        return Optional.empty();
      }
      UUID id = waiting.get(RETRAIN_TASK.TASK_ID);
      db.update(RETRAIN_TASK)
          .set(RETRAIN_TASK.STATE, code(RetrainState.LEASED))
          .set(RETRAIN_TASK.ATTEMPTS, RETRAIN_TASK.ATTEMPTS.plus(1))
          .set(RETRAIN_TASK.WORKER, worker)
          .set(RETRAIN_TASK.FENCE, RETRAIN_TASK.FENCE.plus(1))
          .set(RETRAIN_TASK.LEASE_TERM_MICROS, RetrainPolicyTable.micros(term))
          .set(RETRAIN_TASK.LEASE_EXPIRES_AT, realNow.plus(term))
          .set(RETRAIN_TASK.PROGRESS, 0.0)
          .set(RETRAIN_TASK.PROGRESS_NOTE, "")
          .where(RETRAIN_TASK.TASK_ID.eq(id))
          .execute();
      return find(db, id);
    });
  }

  @Override
  public RetrainTask heartbeat(UUID id, long fence, double progress, String note, Instant realNow) {
    return database.inTransaction(db -> {
      Record row = locked(db, id);
      RetrainTask task = task(row);
      if (task.state() == RetrainState.CANCELLED && task.fence() == fence) {
        return task;
      }
      requireHeld(task, fence, realNow);
      Duration term = RetrainPolicyTable.duration(row.get(RETRAIN_TASK.LEASE_TERM_MICROS));
      db.update(RETRAIN_TASK)
          .set(RETRAIN_TASK.LEASE_EXPIRES_AT, realNow.plus(term))
          .set(RETRAIN_TASK.PROGRESS, progress)
          .set(RETRAIN_TASK.PROGRESS_NOTE, note)
          .where(RETRAIN_TASK.TASK_ID.eq(id))
          .execute();
      return find(db, id).orElseThrow();
    });
  }

  @Override
  public RetrainTask complete(
      UUID id, long fence, RetrainOutcome outcome, Instant realNow, Instant now) {
    return database.inTransaction(db -> {
      Record row = locked(db, id);
      RetrainTask task = task(row);
      if (row.get(RETRAIN_TASK.COMPLETED_FENCE) == fence && isOutcomeOf(task, outcome)) {
        return task;
      }
      requireHeld(task, fence, realNow);
      var update =
          db.update(RETRAIN_TASK)
              .set(RETRAIN_TASK.COMPLETED_FENCE, fence)
              .setNull(RETRAIN_TASK.LEASE_EXPIRES_AT);
      switch (outcome) {
        case RetrainOutcome.Trained(String version) ->
            update
                .set(RETRAIN_TASK.STATE, code(RetrainState.SUCCEEDED))
                .set(RETRAIN_TASK.ENDED_AT, now)
                .set(RETRAIN_TASK.PROGRESS, 1.0)
                .set(RETRAIN_TASK.RESULT_VERSION, version)
                .set(RETRAIN_TASK.FAILURE, "")
                .where(RETRAIN_TASK.TASK_ID.eq(id))
                .execute();
        case RetrainOutcome.Failed(String message, boolean retryable) -> {
          boolean again = retryable && task.attempts() < RetrainTask.ATTEMPTS_MAX;
          update
              .set(RETRAIN_TASK.STATE, code(again ? RetrainState.OPEN : RetrainState.FAILED))
              .set(RETRAIN_TASK.ENDED_AT, again ? null : now)
              .set(RETRAIN_TASK.FAILURE, message)
              .where(RETRAIN_TASK.TASK_ID.eq(id))
              .execute();
        }
      }
      return find(db, id).orElseThrow();
    });
  }

  private static boolean isOutcomeOf(RetrainTask task, RetrainOutcome outcome) {
    return switch (outcome) {
      case RetrainOutcome.Trained(String version) -> task.resultVersion().equals(version);
      case RetrainOutcome.Failed(String message, boolean _) ->
          task.resultVersion().isEmpty() && task.failure().equals(message);
    };
  }

  private static void requireHeld(RetrainTask task, long fence, Instant realNow) {
    boolean held =
        task.state() == RetrainState.LEASED
            && task.fence() == fence
            && task.leaseExpiresAt().filter(realNow::isBefore).isPresent();
    if (!held) {
      throw new Aborted(
              "LEASE_LOST",
              "fence: %d does not hold task %s, which is %s at fence %d; throw the work away"
                  .formatted(fence, task.id(), task.state(), task.fence()))
          .with("state", task.state().name());
    }
  }

  @Override
  public RetrainTask cancel(UUID id, String reason, Instant now) {
    return database.inTransaction(db -> {
      RetrainTask task = task(locked(db, id));
      if (task.state().isEnd()) {
        throw new FailedPrecondition(
            "TASK_ENDED",
            "task_id: task %s is %s since %s; there is nothing to cancel"
                .formatted(id, task.state(), task.endedAt().orElseThrow()));
      }
      db.update(RETRAIN_TASK)
          .set(RETRAIN_TASK.STATE, code(RetrainState.CANCELLED))
          .set(RETRAIN_TASK.ENDED_AT, now)
          .set(RETRAIN_TASK.FAILURE, "cancelled: " + reason)
          .setNull(RETRAIN_TASK.LEASE_EXPIRES_AT)
          .where(RETRAIN_TASK.TASK_ID.eq(id))
          .execute();
      return find(db, id).orElseThrow();
    });
  }

  @Override
  public Optional<RetrainTask> task(UUID id) {
    return find(database.dsl(), id);
  }

  @Override
  public Page<RetrainTask, Long> tasks(
      Optional<String> model, Set<RetrainState> states, Optional<Long> before, int size) {
    return Page.of(
        database
            .dsl()
            .selectFrom(RETRAIN_TASK)
            .where(model.map(RETRAIN_TASK.MODEL::eq).orElse(DSL.noCondition()))
            .and(
                states.isEmpty()
                    ? DSL.noCondition()
                    : RETRAIN_TASK.STATE.in(
                        states.stream().map(PostgresRetrainStore::code).toList()))
            .and(before.map(RETRAIN_TASK.NUMBER::lt).orElse(DSL.noCondition()))
            .orderBy(RETRAIN_TASK.NUMBER.desc())
            .limit(size + 1)
            .fetch(PostgresRetrainStore::task),
        size,
        RetrainTask::number);
  }

  @Override
  public int reapLeases(Instant realNow, Instant now) {
    return database.inTransaction(db -> {
      var lost =
          db.select(RETRAIN_TASK.TASK_ID, RETRAIN_TASK.ATTEMPTS, RETRAIN_TASK.WORKER)
              .from(RETRAIN_TASK)
              .where(RETRAIN_TASK.STATE.eq(code(RetrainState.LEASED)))
              .and(RETRAIN_TASK.LEASE_EXPIRES_AT.le(realNow))
              .forUpdate()
              .skipLocked()
              .fetch();
      for (var row : lost) {
        boolean again = row.value2() < RetrainTask.ATTEMPTS_MAX;
        db.update(RETRAIN_TASK)
            .set(RETRAIN_TASK.STATE, code(again ? RetrainState.OPEN : RetrainState.FAILED))
            .set(RETRAIN_TASK.ENDED_AT, again ? null : now)
            .set(
                RETRAIN_TASK.FAILURE,
                "the lease of worker %s ran out in attempt %d"
                    .formatted(row.value3(), row.value2()))
            .setNull(RETRAIN_TASK.LEASE_EXPIRES_AT)
            .where(RETRAIN_TASK.TASK_ID.eq(row.value1()))
            .execute();
      }
      return lost.size();
    });
  }

  private static Optional<RetrainTask> find(DSLContext db, UUID id) {
    return db.selectFrom(RETRAIN_TASK)
        .where(RETRAIN_TASK.TASK_ID.eq(id))
        .fetchOptional(PostgresRetrainStore::task);
  }

  private static Record locked(DSLContext db, UUID id) {
    Record row =
        db.selectFrom(RETRAIN_TASK).where(RETRAIN_TASK.TASK_ID.eq(id)).forUpdate().fetchOne();
    if (row == null) {
      throw new NotFound("TASK_UNKNOWN", "task_id: no task has the id " + id);
    }
    return row;
  }

  private static RetrainTask task(Record row) {
    var order =
        new RetrainTask.Order(
            row.get(RETRAIN_TASK.MODEL),
            RetrainCause.ofCode(row.get(RETRAIN_TASK.CAUSE)),
            row.get(RETRAIN_TASK.REASON),
            zip(row.get(RETRAIN_TASK.FIGURE_NAMES), row.get(RETRAIN_TASK.FIGURE_VALUES)),
            row.get(RETRAIN_TASK.ACTOR),
            row.get(RETRAIN_TASK.CHAMPION_VERSION),
            Arrays.asList(row.get(RETRAIN_TASK.SERIES)),
            row.get(RETRAIN_TASK.TRAIN_UNTIL),
            zip(row.get(RETRAIN_TASK.PARAMETER_NAMES), row.get(RETRAIN_TASK.PARAMETER_VALUES)),
            row.get(RETRAIN_TASK.CREATED_AT),
            row.get(RETRAIN_TASK.TRACEPARENT));
    return new RetrainTask(
        row.get(RETRAIN_TASK.TASK_ID),
        row.get(RETRAIN_TASK.NUMBER),
        order,
        RetrainState.ofCode(row.get(RETRAIN_TASK.STATE)),
        row.get(RETRAIN_TASK.ATTEMPTS),
        row.get(RETRAIN_TASK.WORKER),
        row.get(RETRAIN_TASK.FENCE),
        Optional.ofNullable(row.get(RETRAIN_TASK.LEASE_EXPIRES_AT)),
        Optional.ofNullable(row.get(RETRAIN_TASK.ENDED_AT)),
        row.get(RETRAIN_TASK.PROGRESS),
        row.get(RETRAIN_TASK.PROGRESS_NOTE),
        row.get(RETRAIN_TASK.RESULT_VERSION),
        row.get(RETRAIN_TASK.FAILURE));
  }

  private static <T> SortedMap<String, T> zip(String[] names, T[] values) {
    var map = new TreeMap<String, T>();
    for (int i = 0; i < names.length; i++) {
      map.put(names[i], values[i]);
    }
    return map;
  }

  private static short code(RetrainState state) {
    return (short) state.code();
  }
}
