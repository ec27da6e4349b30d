package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.ALIAS;
import static dev.tidewatch.registry.storage.jooq.Tables.ARTIFACT;
import static dev.tidewatch.registry.storage.jooq.Tables.MODEL;
import static dev.tidewatch.registry.storage.jooq.Tables.MODEL_VERSION;
import static dev.tidewatch.registry.storage.jooq.Tables.VERSION_SEARCH;
import static dev.tidewatch.registry.storage.jooq.Tables.VERSION_SMOKE_INPUT;

import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.Document;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.ModelVersion;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.PageRequest;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.SmokeInput;
import dev.tidewatch.registry.domain.Task;
import dev.tidewatch.registry.domain.VersionContent;
import dev.tidewatch.registry.domain.VersionName;
import dev.tidewatch.registry.domain.VersionRows;
import dev.tidewatch.registry.domain.VersionState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectOnConditionStep;
import org.jooq.impl.DSL;

/** Versions in PostgreSQL. */
final class VersionTable implements VersionRows {
  private static final Field<String[]> ALIASES =
      DSL.array(
              DSL.select(ALIAS.ALIAS_)
                  .from(ALIAS)
                  .where(
                      ALIAS
                          .MODEL
                          .eq(MODEL_VERSION.MODEL)
                          .and(ALIAS.VERSION.eq(MODEL_VERSION.VERSION))))
          .as("aliases");

  private final DSLContext sql;

  VersionTable(DSLContext sql) {
    this.sql = sql;
  }

  @Override
  public Optional<ModelVersion> find(ModelName model, SemanticVersion number) {
    return select()
        .where(
            MODEL_VERSION.MODEL.eq(model.value()).and(MODEL_VERSION.VERSION.eq(number.toString())))
        .fetchOptional(VersionTable::version);
  }

  @Override
  public Optional<ModelVersion> highestReady(ModelName model) {
    return page(model, Optional.of(VersionState.READY), PageRequest.first(1)).items().stream()
        .findFirst();
  }

  @Override
  public Page<ModelVersion> page(
      ModelName model, Optional<VersionState> state, PageRequest request) {
    Condition wanted = MODEL_VERSION.MODEL.eq(model.value());
    if (state.isPresent()) {
      wanted = wanted.and(MODEL_VERSION.STATE.eq(state.get().name()));
    }
    if (request.after().isPresent()) {
      SemanticVersion after = SemanticVersion.parse(request.after().get());
      wanted =
          wanted.and(
              DSL.row(MODEL_VERSION.MAJOR, MODEL_VERSION.MINOR, MODEL_VERSION.PATCH)
                  .lt(after.major(), after.minor(), after.patch()));
    }
    List<ModelVersion> rows =
        select()
            .where(wanted)
            .orderBy(
                MODEL_VERSION.MAJOR.desc(), MODEL_VERSION.MINOR.desc(), MODEL_VERSION.PATCH.desc())
            .limit(request.size() + 1)
            .fetch(VersionTable::version);
    return Page.of(rows, request.size(), version -> version.number().toString());
  }

  @Override
  public List<VersionName> children(VersionName parent, int limit) {
    // As the index over the parents has it.
    return sql.select(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
        .from(MODEL_VERSION)
        .where(
            DSL.condition(
                "({0} -> 'parents') @> {1}",
                MODEL_VERSION.LINEAGE,
                DSL.val(
                    Json.list(
                        Map.of(
                            "model",
                            parent.model().value(),
                            "version",
                            parent.number().toString())))))
        .orderBy(MODEL_VERSION.MODEL, MODEL_VERSION.MAJOR, MODEL_VERSION.MINOR, MODEL_VERSION.PATCH)
        .limit(limit)
        .fetch(row ->
            new VersionName(
                new ModelName(row.get(MODEL_VERSION.MODEL)),
                SemanticVersion.parse(row.get(MODEL_VERSION.VERSION))));
  }

  @Override
  public void insert(ModelVersion version) {
    VersionContent content = version.content();
    sql.insertInto(MODEL_VERSION)
        .set(MODEL_VERSION.MODEL, version.model().value())
        .set(MODEL_VERSION.VERSION, version.number().toString())
        .set(MODEL_VERSION.MAJOR, version.number().major())
        .set(MODEL_VERSION.MINOR, version.number().minor())
        .set(MODEL_VERSION.PATCH, version.number().patch())
        .set(MODEL_VERSION.STATE, version.state().name())
        .set(MODEL_VERSION.STATE_REASON, version.stateReason())
        .set(MODEL_VERSION.ARTIFACT_SHA256, version.artifact().sha256().hex())
        .set(MODEL_VERSION.FAMILY, content.family())
        .set(MODEL_VERSION.SIGNATURE, Json.of(content.signature()))
        .set(MODEL_VERSION.METRICS, Json.of(content.metrics()))
        .set(MODEL_VERSION.TAGS, Json.of(content.tags()))
        .set(MODEL_VERSION.DESCRIPTION, content.description())
        .set(MODEL_VERSION.LINEAGE, Json.of(content.lineage()))
        .set(MODEL_VERSION.RUN_ID, DSL.val(content.run().orElse(null), UUID.class))
        .set(MODEL_VERSION.CREATED_BY, version.createdBy())
        .set(MODEL_VERSION.CREATED_AT, version.createdAt())
        .set(MODEL_VERSION.REVISION, version.revision())
        .execute();
  }

  @Override
  public List<SmokeInput> smokeInputs(ModelVersion version) {
    return sql.selectFrom(VERSION_SMOKE_INPUT)
        .where(VERSION_SMOKE_INPUT.MODEL.eq(version.model().value()))
        .and(VERSION_SMOKE_INPUT.VERSION.eq(version.number().toString()))
        .orderBy(VERSION_SMOKE_INPUT.ORDINAL)
        .fetch(row -> new SmokeInput(row.get(VERSION_SMOKE_INPUT.TENSOR)));
  }

  @Override
  public void insertSmokeInputs(ModelVersion version, List<SmokeInput> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      sql.insertInto(VERSION_SMOKE_INPUT)
          .set(VERSION_SMOKE_INPUT.MODEL, version.model().value())
          .set(VERSION_SMOKE_INPUT.VERSION, version.number().toString())
          .set(VERSION_SMOKE_INPUT.ORDINAL, i)
          .set(VERSION_SMOKE_INPUT.TENSOR, inputs.get(i).tensor())
          .execute();
    }
  }

  @Override
  public void decide(
      ModelVersion version,
      VersionState state,
      String reason,
      Optional<Document> signature,
      long revision) {
    sql.update(MODEL_VERSION)
        .set(MODEL_VERSION.STATE, state.name())
        .set(MODEL_VERSION.STATE_REASON, reason)
        .set(MODEL_VERSION.SIGNATURE, Json.of(signature.orElse(version.content().signature())))
        .set(MODEL_VERSION.REVISION, revision)
        .where(MODEL_VERSION.MODEL.eq(version.model().value()))
        .and(MODEL_VERSION.VERSION.eq(version.number().toString()))
        .execute();
  }

  /** By their place in the search index, in the order given. */
  List<ModelVersion> find(List<Long> ordinals) {
    Map<Long, ModelVersion> found =
        sql.select(
                MODEL_VERSION.asterisk(),
                ARTIFACT.asterisk(),
                MODEL.TASK,
                ALIASES,
                VERSION_SEARCH.ORDINAL)
            .from(VERSION_SEARCH)
            .join(MODEL_VERSION)
            .on(
                MODEL_VERSION
                    .MODEL
                    .eq(VERSION_SEARCH.MODEL)
                    .and(MODEL_VERSION.VERSION.eq(VERSION_SEARCH.VERSION)))
            .join(MODEL)
            .on(MODEL.MODEL_.eq(MODEL_VERSION.MODEL))
            .join(ARTIFACT)
            .on(ARTIFACT.SHA256.eq(MODEL_VERSION.ARTIFACT_SHA256))
            .where(VERSION_SEARCH.ORDINAL.eq(DSL.any(ordinals.toArray(Long[]::new))))
            .fetchMap(VERSION_SEARCH.ORDINAL, VersionTable::version);
    return ordinals.stream().flatMap(ordinal -> Stream.ofNullable(found.get(ordinal))).toList();
  }

  private SelectOnConditionStep<Record> select() {
    return sql.select(MODEL_VERSION.asterisk(), ARTIFACT.asterisk(), MODEL.TASK, ALIASES)
        .from(MODEL_VERSION)
        .join(MODEL)
        .on(MODEL.MODEL_.eq(MODEL_VERSION.MODEL))
        .join(ARTIFACT)
        .on(ARTIFACT.SHA256.eq(MODEL_VERSION.ARTIFACT_SHA256));
  }

  private static ModelVersion version(Record row) {
    return new ModelVersion(
        new ModelName(row.get(MODEL_VERSION.MODEL)),
        SemanticVersion.parse(row.get(MODEL_VERSION.VERSION)),
        VersionState.valueOf(row.get(MODEL_VERSION.STATE)),
        row.get(MODEL_VERSION.STATE_REASON),
        PostgresArtifactIndex.artifact(row),
        Task.valueOf(row.get(MODEL.TASK)),
        new VersionContent(
            row.get(MODEL_VERSION.FAMILY),
            Json.document(row.get(MODEL_VERSION.SIGNATURE)),
            Json.figures(row.get(MODEL_VERSION.METRICS)),
            Json.texts(row.get(MODEL_VERSION.TAGS)),
            row.get(MODEL_VERSION.DESCRIPTION),
            Json.document(row.get(MODEL_VERSION.LINEAGE)),
            Optional.ofNullable(row.get(MODEL_VERSION.RUN_ID))),
        Stream.of(row.get(ALIASES)).map(AliasName::new).toList(),
        row.get(MODEL_VERSION.CREATED_BY),
        row.get(MODEL_VERSION.CREATED_AT),
        row.get(MODEL_VERSION.REVISION));
  }
}
