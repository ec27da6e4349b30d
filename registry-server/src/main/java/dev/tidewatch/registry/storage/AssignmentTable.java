package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.ASSIGNMENT;

import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.Assignment;
import dev.tidewatch.registry.domain.AssignmentRows;
import dev.tidewatch.registry.domain.AssignmentSpec;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.ModelTarget;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.SeriesSelector;
import dev.tidewatch.registry.domain.StandingSchedule;
import dev.tidewatch.registry.domain.Task;
import dev.tidewatch.registry.storage.jooq.tables.records.AssignmentRecord;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Assignments in PostgreSQL. */
final class AssignmentTable implements AssignmentRows {
  private final DSLContext sql;

  AssignmentTable(DSLContext sql) {
    this.sql = sql;
  }

  @Override
  public Optional<Assignment> find(String name) {
    return sql.selectFrom(ASSIGNMENT)
        .where(ASSIGNMENT.ASSIGNMENT_.eq(name))
        .fetchOptional(AssignmentTable::assignment);
  }

  @Override
  public Page<Assignment> page(
      Optional<ModelName> model, Optional<Task> task, PageRequest request) {
    Condition wanted =
        model.map(name -> ASSIGNMENT.MODEL.eq(name.value())).orElseGet(DSL::noCondition);
    if (task.isPresent()) {
      wanted = wanted.and(ASSIGNMENT.TASK.eq(task.get().name()));
    }
    if (request.after().isPresent()) {
      wanted = wanted.and(ASSIGNMENT.ASSIGNMENT_.gt(request.after().get()));
    }
    List<Assignment> rows =
        sql.selectFrom(ASSIGNMENT)
            .where(wanted)
            .orderBy(ASSIGNMENT.ASSIGNMENT_)
            .limit(request.size() + 1)
            .fetch(AssignmentTable::assignment);
    return Page.of(rows, request.size(), Assignment::name);
  }

  @Override
  public List<Assignment> all() {
    return sql.selectFrom(ASSIGNMENT)
        .orderBy(ASSIGNMENT.ASSIGNMENT_)
        .fetch(AssignmentTable::assignment);
  }

  @Override
  public List<Assignment> besides(Task task, String slot, SeriesSelector selector) {
    return sql.selectFrom(ASSIGNMENT)
        .where(ASSIGNMENT.TASK.eq(task.name()))
        .and(ASSIGNMENT.SLOT.eq(slot))
        .and(
            ASSIGNMENT.SELECTOR_EXACT.isNotDistinctFrom(
                DSL.val(text(selector.exact()), String.class)))
        .and(
            ASSIGNMENT.SELECTOR_PREFIX.isNotDistinctFrom(
                DSL.val(text(selector.prefix()), String.class)))
        .fetch(AssignmentTable::assignment);
  }

  @Override
  public void insert(Assignment assignment) {
    AssignmentRecord row = row(assignment);
    row.set(ASSIGNMENT.ASSIGNMENT_, assignment.name());
    row.set(ASSIGNMENT.CREATED_AT, assignment.createdAt());
    sql.insertInto(ASSIGNMENT).set(row).execute();
  }

  @Override
  public void update(Assignment assignment) {
    sql.update(ASSIGNMENT)
        .set(row(assignment))
        .where(ASSIGNMENT.ASSIGNMENT_.eq(assignment.name()))
        .execute();
  }

  @Override
  public void delete(String name) {
    sql.deleteFrom(ASSIGNMENT).where(ASSIGNMENT.ASSIGNMENT_.eq(name)).execute();
  }

  /** Without what is written once: name and creation time. */
  private static AssignmentRecord row(Assignment assignment) {
    AssignmentSpec spec = assignment.spec();
    AssignmentRecord row = new AssignmentRecord();
    row.set(ASSIGNMENT.SELECTOR_EXACT, text(spec.selector().exact()));
    row.set(ASSIGNMENT.SELECTOR_PREFIX, text(spec.selector().prefix()));
    row.set(ASSIGNMENT.SELECTOR_LABELS, Json.of(spec.selector().labels()));
    row.set(ASSIGNMENT.TASK, spec.task().name());
    row.set(ASSIGNMENT.SLOT, spec.slot());
    row.set(ASSIGNMENT.MODEL, spec.model().value());
    row.set(
        ASSIGNMENT.ALIAS,
        spec.target() instanceof ModelTarget.ByAlias byAlias ? byAlias.alias().value() : null);
    row.set(
        ASSIGNMENT.VERSION,
        spec.target() instanceof ModelTarget.Pinned pinned ? pinned.version().toString() : null);
    row.set(ASSIGNMENT.PARAMETERS, Json.of(spec.parameters()));
    row.set(ASSIGNMENT.SCHEDULE_EVERY_STEPS, spec.schedule().everySteps());
    row.set(ASSIGNMENT.SCHEDULE_OFFSET_STEPS, spec.schedule().offsetSteps());
    row.set(ASSIGNMENT.SCHEDULE_HORIZON_STEPS, spec.schedule().horizonSteps());
    row.set(ASSIGNMENT.BINDINGS, Json.of(spec.bindings()));
    row.set(ASSIGNMENT.DISABLED, spec.disabled());
    row.set(ASSIGNMENT.DESCRIPTION, spec.description());
    row.set(ASSIGNMENT.REVISION, assignment.revision());
    row.set(ASSIGNMENT.UPDATED_AT, assignment.updatedAt());
    row.set(ASSIGNMENT.UPDATED_BY, assignment.updatedBy());
    return row;
  }

  private static @Nullable String text(Optional<SeriesName> name) {
    return name.map(SeriesName::value).orElse(null);
  }

  private static Assignment assignment(Record row) {
    @Nullable String alias = row.get(ASSIGNMENT.ALIAS);
    ModelTarget target =
        alias != null
            ? new ModelTarget.ByAlias(new AliasName(alias))
            : new ModelTarget.Pinned(SemanticVersion.parse(row.get(ASSIGNMENT.VERSION)));
    return new Assignment(
        new AssignmentSpec(
            row.get(ASSIGNMENT.ASSIGNMENT_),
            new SeriesSelector(
                Optional.ofNullable(row.get(ASSIGNMENT.SELECTOR_EXACT)).map(SeriesName::new),
                Optional.ofNullable(row.get(ASSIGNMENT.SELECTOR_PREFIX)).map(SeriesName::new),
                Json.texts(row.get(ASSIGNMENT.SELECTOR_LABELS))),
            Task.valueOf(row.get(ASSIGNMENT.TASK)),
            row.get(ASSIGNMENT.SLOT),
            new ModelName(row.get(ASSIGNMENT.MODEL)),
            target,
            Json.document(row.get(ASSIGNMENT.PARAMETERS)),
            new StandingSchedule(
                row.get(ASSIGNMENT.SCHEDULE_EVERY_STEPS),
                row.get(ASSIGNMENT.SCHEDULE_OFFSET_STEPS),
                row.get(ASSIGNMENT.SCHEDULE_HORIZON_STEPS)),
            Json.bindings(row.get(ASSIGNMENT.BINDINGS)),
            row.get(ASSIGNMENT.DISABLED),
            row.get(ASSIGNMENT.DESCRIPTION)),
        row.get(ASSIGNMENT.REVISION),
        row.get(ASSIGNMENT.CREATED_AT),
        row.get(ASSIGNMENT.UPDATED_AT),
        row.get(ASSIGNMENT.UPDATED_BY));
  }
}
