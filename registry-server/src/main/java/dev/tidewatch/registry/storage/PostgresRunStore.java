package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.RUN;
import static dev.tidewatch.registry.storage.jooq.Tables.RUN_METRIC;

import dev.tidewatch.registry.domain.MetricPoint;
import dev.tidewatch.registry.domain.Missing;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.Run;
import dev.tidewatch.registry.domain.RunLog;
import dev.tidewatch.registry.domain.RunStatus;
import dev.tidewatch.registry.domain.RunStore;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.InsertValuesStep5;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Runs in PostgreSQL. A run's row lock puts its changes into one order. */
public final class PostgresRunStore implements RunStore {
  private final DSLContext dsl;

  public PostgresRunStore(DSLContext dsl) {
    this.dsl = dsl;
  }

  @Override
  public Optional<Run> find(UUID id) {
    return new RunTable(dsl).find(id);
  }

  @Override
  public Run update(UUID id, UnaryOperator<Run> change) {
    return dsl.transactionResult(transaction -> update(transaction.dsl(), id, change));
  }

  static Run update(DSLContext sql, UUID id, UnaryOperator<Run> change) {
    RunTable runs = new RunTable(sql);
    runs.update(change.apply(runs.lock(id).orElseThrow(() -> Missing.run(id))));
    return runs.find(id).orElseThrow();
  }

  @Override
  public long log(UUID id, List<MetricPoint> points, Instant now) {
    // One statement cannot write a row twice: of points for the same step, the last counts.
    Map<String, MetricPoint> distinct = new LinkedHashMap<>();
    points.forEach(point -> distinct.put(key(point), point));
    return dsl.transactionResult(transaction -> {
      DSLContext sql = transaction.dsl();
      Run run = new RunTable(sql).lock(id).orElseThrow(() -> Missing.run(id));
      if (run.status() != RunStatus.RUNNING) {
        throw RunLog.finished(run);
      }
      InsertValuesStep5<?, UUID, String, Long, Double, Instant> insert =
          sql.insertInto(
              RUN_METRIC,
              RUN_METRIC.RUN_ID,
              RUN_METRIC.METRIC,
              RUN_METRIC.STEP,
              RUN_METRIC.VALUE,
              RUN_METRIC.MEASURED_AT);
      for (MetricPoint point : distinct.values()) {
        insert = insert.values(id, point.metric(), point.step(), point.value(), point.measuredAt());
      }
      insert
          .onConflict(RUN_METRIC.RUN_ID, RUN_METRIC.METRIC, RUN_METRIC.STEP)
          .doUpdate()
          .set(RUN_METRIC.VALUE, DSL.excluded(RUN_METRIC.VALUE))
          .set(RUN_METRIC.MEASURED_AT, DSL.excluded(RUN_METRIC.MEASURED_AT))
          .execute();
      sql.update(RUN).set(RUN.UPDATED_AT, now).where(RUN.RUN_ID.eq(id)).execute();
      return (long) sql.fetchCount(RUN_METRIC, RUN_METRIC.RUN_ID.eq(id));
    });
  }

  @Override
  public Page<Run> page(
      Optional<ModelName> model, Optional<RunStatus> status, PageRequest request) {
    Condition wanted = model.map(name -> RUN.MODEL.eq(name.value())).orElseGet(DSL::noCondition);
    if (status.isPresent()) {
      wanted = wanted.and(RUN.STATUS.eq(status.get().name()));
    }
    if (request.after().isPresent()) {
      int slash = request.after().get().indexOf('/');
      Instant after = Times.toInstant(Long.parseLong(request.after().get().substring(0, slash)));
      UUID id = UUID.fromString(request.after().get().substring(slash + 1));
      wanted = wanted.and(DSL.row(RUN.CREATED_AT, RUN.RUN_ID).lt(after, id));
    }
    List<Run> rows = new RunTable(dsl).newest(wanted, request.size() + 1);
    return Page.of(
        rows, request.size(), run -> Times.floorToMicros(run.createdAt()) + "/" + run.id());
  }

  @Override
  public Page<MetricPoint> points(UUID id, Optional<String> metric, PageRequest request) {
    Condition wanted = RUN_METRIC.RUN_ID.eq(id);
    if (metric.isPresent()) {
      wanted = wanted.and(RUN_METRIC.METRIC.eq(metric.get()));
    }
    if (request.after().isPresent()) {
      int slash = request.after().get().indexOf('/');
      wanted =
          wanted.and(
              DSL.row(RUN_METRIC.METRIC, RUN_METRIC.STEP)
                  .gt(
                      DSL.val(request.after().get().substring(slash + 1), SQLDataType.CLOB),
                      DSL.val(Long.parseLong(request.after().get().substring(0, slash)))));
    }
    List<MetricPoint> rows =
        dsl.selectFrom(RUN_METRIC)
            .where(wanted)
            .orderBy(RUN_METRIC.METRIC, RUN_METRIC.STEP)
            .limit(request.size() + 1)
            .fetch(row ->
                new MetricPoint(
                    row.get(RUN_METRIC.METRIC),
                    row.get(RUN_METRIC.STEP),
                    row.get(RUN_METRIC.VALUE),
                    row.get(RUN_METRIC.MEASURED_AT)));
    return Page.of(rows, request.size(), PostgresRunStore::key);
  }

  private static String key(MetricPoint point) {
    return point.step() + "/" + point.metric();
  }
}
