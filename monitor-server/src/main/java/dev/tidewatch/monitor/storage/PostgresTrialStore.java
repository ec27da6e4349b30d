package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.TRIAL;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.storage.jooq.tables.records.TrialRecord;
import dev.tidewatch.monitor.trial.Trial;
import dev.tidewatch.monitor.trial.TrialFilter;
import dev.tidewatch.monitor.trial.TrialPlan;
import dev.tidewatch.monitor.trial.TrialStep;
import dev.tidewatch.monitor.trial.TrialStore;
import dev.tidewatch.serverkit.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;

/** Trials on PostgreSQL. */
public final class PostgresTrialStore implements TrialStore {
  private final Database database;

  public PostgresTrialStore(Database database) {
    this.database = database;
  }

  @Override
  public boolean open(Trial trial) {
    TrialRecord row = new TrialRecord();
    write(trial, row);
    row.set(TRIAL.LOOK_AT, Instant.EPOCH);
    return database.dsl().insertInto(TRIAL).set(row).onConflictDoNothing().execute() > 0;
  }

  @Override
  public boolean hasOpen(String model) {
    return database.dsl().fetchExists(TRIAL, TRIAL.MODEL.eq(model).and(TRIAL.ENDED_AT.isNull()));
  }

  @Override
  public Optional<Trial> take(Instant now, Instant until) {
    var due =
        DSL.select(TRIAL.TRIAL_ID)
            .from(TRIAL)
            .where(TRIAL.ENDED_AT.isNull())
            .and(TRIAL.LOOK_AT.le(now))
            .orderBy(TRIAL.LOOK_AT)
            .limit(1)
            .forUpdate()
            .skipLocked();
    return database
        .dsl()
        .update(TRIAL)
        .set(TRIAL.LOOK_AT, until)
        .where(TRIAL.TRIAL_ID.eq(due))
        .returning()
        .fetchOptional(PostgresTrialStore::trial);
  }

  @Override
  public void lookAgain(UUID id, Instant at) {
    database.dsl().update(TRIAL).set(TRIAL.LOOK_AT, at).where(TRIAL.TRIAL_ID.eq(id)).execute();
  }

  @Override
  public boolean advance(Trial before, Trial after, Optional<Decision> decision) {
    try {
      return database.inTransaction(db -> {
        TrialRecord row = new TrialRecord();
        write(after, row);
        int changed =
            db.update(TRIAL)
                .set(row)
                .where(TRIAL.TRIAL_ID.eq(before.id()))
                .and(TRIAL.REVISION.eq(before.revision()))
                .execute();
        if (changed == 0) {
          return false;
        }
        decision.ifPresent(d -> PostgresDecisionStore.insert(db, d));
        return true;
      });
    } catch (IntegrityConstraintViolationException e) {
      // Begun again while the model has another open trial.
      if (before.step().isEnd() && !after.step().isEnd()) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public Optional<Trial> find(UUID id) {
    return database
        .dsl()
        .selectFrom(TRIAL)
        .where(TRIAL.TRIAL_ID.eq(id))
        .fetchOptional(PostgresTrialStore::trial);
  }

  private record Numbered(long number, Trial trial) {}

  @Override
  public Page<Trial, Long> page(TrialFilter filter, Optional<Long> before, int size) {
    Condition condition = DSL.noCondition();
    if (filter.model().isPresent()) {
      condition = condition.and(TRIAL.MODEL.eq(filter.model().get()));
    }
    if (!filter.steps().isEmpty()) {
      condition =
          condition.and(TRIAL.STEP.in(filter.steps().stream().map(TrialStep::name).toList()));
    }
    if (before.isPresent()) {
      condition = condition.and(TRIAL.NUMBER.lt(before.get()));
    }
    List<Numbered> rows =
        database
            .dsl()
            .selectFrom(TRIAL)
            .where(condition)
            .orderBy(TRIAL.NUMBER.desc())
            .limit(size + 1)
            .fetch(row -> new Numbered(row.get(TRIAL.NUMBER), trial(row)));
    Page<Numbered, Long> page = Page.of(rows, size, Numbered::number);
    return new Page<>(page.items().stream().map(Numbered::trial).toList(), page.next());
  }

  private static void write(Trial trial, TrialRecord row) {
    row.set(TRIAL.TRIAL_ID, trial.id());
    row.set(TRIAL.MODEL, trial.model());
    row.set(TRIAL.CHAMPION_VERSION, trial.champion());
    row.set(TRIAL.CANDIDATE_VERSION, trial.candidate());
    row.set(TRIAL.RETRAIN_TASK_ID, trial.retrainTaskId());
    row.set(TRIAL.STEP, trial.step().name());
    row.set(TRIAL.CANARY_BASIS_POINTS, trial.plan().canaryBasisPoints());
    row.set(TRIAL.PAIRS_MIN, trial.plan().pairsMin());
    row.set(
        TRIAL.DURATION_MAX_MICROS,
        trial.plan().durationMax().dividedBy(ChronoUnit.MICROS.getDuration()));
    row.set(TRIAL.SIGNIFICANCE, trial.plan().significance());
    row.set(TRIAL.APPROVAL_NEEDED, trial.plan().approvalNeeded());
    row.set(TRIAL.STARTED_AT, trial.startedAt());
    row.set(TRIAL.CANARY_AT, trial.canaryAt().orElse(null));
    row.set(TRIAL.ENDS_AT, trial.endsAt().orElse(null));
    row.set(TRIAL.ENDED_AT, trial.endedAt().orElse(null));
    row.set(TRIAL.SHARE_BEFORE, trial.shareBefore());
    row.set(TRIAL.SHADOWED_BEFORE, trial.shadowedBefore());
    row.set(TRIAL.LOOKS, trial.looks());
    row.set(TRIAL.REASON, trial.reason());
    row.set(TRIAL.ACTOR, trial.actor());
    row.set(TRIAL.FIGURE_NAMES, Figures.names(trial.figures()));
    row.set(TRIAL.FIGURE_VALUES, Figures.values(trial.figures()));
    row.set(TRIAL.TRACEPARENT, trial.traceparent());
    row.set(TRIAL.REVISION, trial.revision());
  }

  private static Trial trial(Record row) {
    return new Trial(
        row.get(TRIAL.TRIAL_ID),
        row.get(TRIAL.MODEL),
        row.get(TRIAL.CHAMPION_VERSION),
        row.get(TRIAL.CANDIDATE_VERSION),
        row.get(TRIAL.RETRAIN_TASK_ID),
        TrialStep.valueOf(row.get(TRIAL.STEP)),
        new TrialPlan(
            row.get(TRIAL.CANARY_BASIS_POINTS),
            row.get(TRIAL.PAIRS_MIN),
            Duration.of(row.get(TRIAL.DURATION_MAX_MICROS), ChronoUnit.MICROS),
            row.get(TRIAL.SIGNIFICANCE),
            row.get(TRIAL.APPROVAL_NEEDED)),
        row.get(TRIAL.STARTED_AT),
        Optional.ofNullable(row.get(TRIAL.CANARY_AT)),
        Optional.ofNullable(row.get(TRIAL.ENDS_AT)),
        Optional.ofNullable(row.get(TRIAL.ENDED_AT)),
        row.get(TRIAL.SHARE_BEFORE),
        row.get(TRIAL.SHADOWED_BEFORE),
        row.get(TRIAL.LOOKS),
        row.get(TRIAL.REASON),
        row.get(TRIAL.ACTOR),
        Figures.read(row.get(TRIAL.FIGURE_NAMES), row.get(TRIAL.FIGURE_VALUES)),
        row.get(TRIAL.TRACEPARENT),
        row.get(TRIAL.REVISION));
  }
}
