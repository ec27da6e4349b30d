package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.MODEL;
import static dev.tidewatch.registry.storage.jooq.Tables.MODEL_VERSION;

import dev.tidewatch.registry.domain.Model;
import dev.tidewatch.registry.domain.ModelFilter;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.ModelRows;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.Task;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** Models in PostgreSQL. */
final class ModelTable implements ModelRows {
  private static final Field<String> LATEST =
      DSL.field(
              DSL.select(MODEL_VERSION.VERSION)
                  .from(MODEL_VERSION)
                  .where(MODEL_VERSION.MODEL.eq(MODEL.MODEL_))
                  .orderBy(
                      MODEL_VERSION.MAJOR.desc(),
                      MODEL_VERSION.MINOR.desc(),
                      MODEL_VERSION.PATCH.desc())
                  .limit(1))
          .as("latest");

  private final DSLContext sql;

  ModelTable(DSLContext sql) {
    this.sql = sql;
  }

  @Override
  public Optional<Model> find(ModelName name) {
    return sql.select(MODEL.asterisk(), LATEST)
        .from(MODEL)
        .where(MODEL.MODEL_.eq(name.value()))
        .fetchOptional(ModelTable::model);
  }

  @Override
  public Page<Model> page(ModelFilter filter, PageRequest request) {
    Condition wanted = DSL.noCondition();
    if (!filter.prefix().isEmpty()) {
      wanted = wanted.and(MODEL.MODEL_.startsWith(filter.prefix()));
    }
    if (!filter.includeArchived()) {
      wanted = wanted.and(MODEL.ARCHIVED.isFalse());
    }
    if (filter.task().isPresent()) {
      wanted = wanted.and(MODEL.TASK.eq(filter.task().get().name()));
    }
    if (request.after().isPresent()) {
      wanted = wanted.and(MODEL.MODEL_.gt(request.after().get()));
    }
    List<Model> rows =
        sql.select(MODEL.asterisk(), LATEST)
            .from(MODEL)
            .where(wanted)
            .orderBy(MODEL.MODEL_)
            .limit(request.size() + 1)
            .fetch(ModelTable::model);
    return Page.of(rows, request.size(), model -> model.name().value());
  }

  @Override
  public void insert(Model model) {
    sql.insertInto(MODEL)
        .set(MODEL.MODEL_, model.name().value())
        .set(MODEL.TASK, model.task().name())
        .set(MODEL.DESCRIPTION, model.description())
        .set(MODEL.TAGS, Json.of(model.tags()))
        .set(MODEL.ARCHIVED, model.archived())
        .set(MODEL.REVISION, model.revision())
        .set(MODEL.CREATED_BY, model.createdBy())
        .set(MODEL.CREATED_AT, model.createdAt())
        .set(MODEL.UPDATED_AT, model.updatedAt())
        .execute();
  }

  @Override
  public void update(Model model) {
    sql.update(MODEL)
        .set(MODEL.DESCRIPTION, model.description())
        .set(MODEL.TAGS, Json.of(model.tags()))
        .set(MODEL.ARCHIVED, model.archived())
        .set(MODEL.REVISION, model.revision())
        .set(MODEL.UPDATED_AT, model.updatedAt())
        .where(MODEL.MODEL_.eq(model.name().value()))
        .execute();
  }

  private static Model model(Record row) {
    return new Model(
        new ModelName(row.get(MODEL.MODEL_)),
        Task.valueOf(row.get(MODEL.TASK)),
        row.get(MODEL.DESCRIPTION),
        Json.texts(row.get(MODEL.TAGS)),
        row.get(MODEL.ARCHIVED),
        Optional.ofNullable(row.get(LATEST)).map(SemanticVersion::parse),
        row.get(MODEL.REVISION),
        row.get(MODEL.CREATED_BY),
        row.get(MODEL.CREATED_AT),
        row.get(MODEL.UPDATED_AT));
  }
}
