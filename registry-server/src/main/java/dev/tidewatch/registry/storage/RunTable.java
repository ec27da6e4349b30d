package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.registry.storage.jooq.Tables.RUN;
import static dev.tidewatch.registry.storage.jooq.Tables.RUN_METRIC;

import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.Run;
import dev.tidewatch.registry.domain.RunStatus;
import dev.tidewatch.registry.domain.SemanticVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;

/** The rows of runs in PostgreSQL. */
final class RunTable {
  private static final Field<String[]> VERSIONS =
      DSL.array(
              DSL.select(MODEL_VERSION.VERSION)
                  .from(MODEL_VERSION)
                  .where(MODEL_VERSION.RUN_ID.eq(RUN.RUN_ID)))
          .as("versions");

  private final DSLContext sql;

  RunTable(DSLContext sql) {
    this.sql = sql;
  }

  boolean exists(UUID id) {
    return sql.fetchExists(RUN, RUN.RUN_ID.eq(id));
  }

  void insert(Run run) {
    sql.insertInto(RUN)
        .set(RUN.RUN_ID, run.id())
        .set(RUN.MODEL, run.model().value())
        .set(RUN.TITLE, run.title())
        .set(RUN.STATUS, run.status().name())
        .set(RUN.STATUS_REASON, run.statusReason())
        .set(RUN.PARAMETERS, Json.of(run.parameters()))
        .set(RUN.TAGS, Json.of(run.tags()))
        .set(RUN.SUMMARY, Json.of(run.summary()))
        .set(RUN.PROGRESS, run.progress())
        .set(RUN.CREATED_BY, run.createdBy())
        .set(RUN.CREATED_AT, run.createdAt())
        .set(RUN.UPDATED_AT, run.updatedAt())
        .execute();
  }

  void update(Run run) {
    sql.update(RUN)
        .set(RUN.STATUS, run.status().name())
        .set(RUN.STATUS_REASON, run.statusReason())
        .set(RUN.TAGS, Json.of(run.tags()))
        .set(RUN.SUMMARY, Json.of(run.summary()))
        .set(RUN.PROGRESS, run.progress())
        .set(RUN.UPDATED_AT, run.updatedAt())
        .set(RUN.FINISHED_AT, DSL.val(run.finishedAt().orElse(null), RUN.FINISHED_AT.getDataType()))
        .where(RUN.RUN_ID.eq(run.id()))
        .execute();
  }

  /** As it was written: the summary without the last values of curves. */
  Optional<Run> lock(UUID id) {
    return select(RUN.RUN_ID.eq(id)).forUpdate().of(RUN).fetchOptional(row -> run(row, Map.of()));
  }

  Optional<Run> find(UUID id) {
    return select(RUN.RUN_ID.eq(id)).fetchOptional(this::withCurves);
  }

  List<Run> newest(Condition wanted, int limit) {
    return select(wanted)
        .orderBy(RUN.CREATED_AT.desc(), RUN.RUN_ID.desc())
        .limit(limit)
        .fetch(this::withCurves);
  }

  private SelectConditionStep<Record> select(Condition wanted) {
    return sql.select(RUN.asterisk(), VERSIONS).from(RUN).where(wanted);
  }

  private Run withCurves(Record row) {
    return run(
        row,
        sql.select(RUN_METRIC.METRIC, RUN_METRIC.VALUE)
            .distinctOn(RUN_METRIC.METRIC)
            .from(RUN_METRIC)
            .where(RUN_METRIC.RUN_ID.eq(row.get(RUN.RUN_ID)))
            .orderBy(RUN_METRIC.METRIC, RUN_METRIC.STEP.desc())
            .fetchMap(RUN_METRIC.METRIC, RUN_METRIC.VALUE));
  }

  private static Run run(Record row, Map<String, Double> curves) {
    Map<String, Double> summary = new TreeMap<>(curves);
    summary.putAll(Json.figures(row.get(RUN.SUMMARY)));
    return new Run(
        row.get(RUN.RUN_ID),
        new ModelName(row.get(RUN.MODEL)),
        row.get(RUN.TITLE),
        RunStatus.valueOf(row.get(RUN.STATUS)),
        row.get(RUN.STATUS_REASON),
        Json.texts(row.get(RUN.PARAMETERS)),
        Json.texts(row.get(RUN.TAGS)),
        summary,
        row.get(RUN.PROGRESS),
        row.get(RUN.CREATED_BY),
        row.get(RUN.CREATED_AT),
        row.get(RUN.UPDATED_AT),
        Optional.ofNullable(row.get(RUN.FINISHED_AT)),
        Stream.of(row.get(VERSIONS)).map(SemanticVersion::parse).toList());
  }
}
