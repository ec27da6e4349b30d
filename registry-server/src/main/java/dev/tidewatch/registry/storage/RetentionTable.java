package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.ALIAS;
import static dev.tidewatch.registry.storage.jooq.Tables.ALIAS_MOVE;
import static dev.tidewatch.registry.storage.jooq.Tables.ARTIFACT;
import static dev.tidewatch.registry.storage.jooq.Tables.ASSIGNMENT;
import static dev.tidewatch.registry.storage.jooq.Tables.MODEL_VERSION;

import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.RetentionPlan.FreedArtifact;
import dev.tidewatch.registry.domain.RetentionPlan.RemovableVersion;
import dev.tidewatch.registry.domain.RetentionRows;
import dev.tidewatch.registry.domain.RetentionRule;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.registry.domain.VersionState;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** Retention in PostgreSQL. */
final class RetentionTable implements RetentionRows {
  private static final dev.tidewatch.registry.storage.jooq.tables.ModelVersion OTHER =
      MODEL_VERSION.as("other");

  private final DSLContext sql;

  RetentionTable(DSLContext sql) {
    this.sql = sql;
  }

  @Override
  public List<RemovableVersion> removable(RetentionRule rule, Instant now, int limit) {
    Condition removable =
        MODEL_VERSION
            .STATE
            .in(VersionState.READY.name(), VersionState.FAILED.name())
            .andNotExists(namedNow())
            .andNotExists(namedAfterRollback())
            .andNotExists(pinned());
    if (rule.model().isPresent()) {
      removable = removable.and(MODEL_VERSION.MODEL.eq(rule.model().get().value()));
    }
    if (rule.ageMin().isPresent()) {
      removable = removable.and(MODEL_VERSION.CREATED_AT.le(now.minus(rule.ageMin().get())));
    }
    if (rule.sinceLiveMin().isPresent()) {
      removable = removable.andNotExists(namedSince(now.minus(rule.sinceLiveMin().get())));
    }
    if (rule.versionsMin() > 0) {
      removable =
          removable.and(
              DSL.row(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION)
                  .notIn(highest(rule.versionsMin())));
    }
    return sql.select(MODEL_VERSION.MODEL, MODEL_VERSION.VERSION, MODEL_VERSION.ARTIFACT_SHA256)
        .from(MODEL_VERSION)
        .where(removable)
        .orderBy(MODEL_VERSION.MODEL, MODEL_VERSION.MAJOR, MODEL_VERSION.MINOR, MODEL_VERSION.PATCH)
        .limit(limit)
        .fetch(row ->
            new RemovableVersion(
                new ModelName(row.value1()),
                SemanticVersion.parse(row.value2()),
                new Sha256(row.value3())));
  }

  private static org.jooq.Select<org.jooq.Record2<String, String>> highest(int count) {
    Field<Integer> place =
        DSL.rowNumber()
            .over(
                DSL.partitionBy(OTHER.MODEL)
                    .orderBy(OTHER.MAJOR.desc(), OTHER.MINOR.desc(), OTHER.PATCH.desc()))
            .as("place");
    var numbered =
        DSL.select(OTHER.MODEL, OTHER.VERSION, place)
            .from(OTHER)
            .where(OTHER.STATE.ne(VersionState.ARCHIVED.name()))
            .asTable("numbered");
    return DSL.select(numbered.field(OTHER.MODEL), numbered.field(OTHER.VERSION))
        .from(numbered)
        .where(DSL.field(DSL.name("numbered", "place"), Integer.class).le(count));
  }

  private static org.jooq.Select<?> namedNow() {
    return DSL.selectOne()
        .from(ALIAS)
        .where(ALIAS.MODEL.eq(MODEL_VERSION.MODEL).and(ALIAS.VERSION.eq(MODEL_VERSION.VERSION)));
  }

  private static org.jooq.Select<?> namedAfterRollback() {
    return DSL.selectOne()
        .from(ALIAS)
        .join(ALIAS_MOVE)
        .on(
            ALIAS_MOVE
                .MODEL
                .eq(ALIAS.MODEL)
                .and(ALIAS_MOVE.ALIAS.eq(ALIAS.ALIAS_))
                .and(ALIAS_MOVE.REVISION.eq(ALIAS.REVISION)))
        .where(
            ALIAS_MOVE
                .MODEL
                .eq(MODEL_VERSION.MODEL)
                .and(ALIAS_MOVE.FROM_VERSION.eq(MODEL_VERSION.VERSION)));
  }

  /** To be moved away from at a time is to have been named until then. */
  private static org.jooq.Select<?> namedSince(Instant time) {
    return DSL.selectOne()
        .from(ALIAS_MOVE)
        .where(
            ALIAS_MOVE
                .MODEL
                .eq(MODEL_VERSION.MODEL)
                .and(
                    ALIAS_MOVE
                        .TO_VERSION
                        .eq(MODEL_VERSION.VERSION)
                        .or(ALIAS_MOVE.FROM_VERSION.eq(MODEL_VERSION.VERSION)))
                .and(ALIAS_MOVE.MOVED_AT.ge(time)));
  }

  private static org.jooq.Select<?> pinned() {
    return DSL.selectOne()
        .from(ASSIGNMENT)
        .where(
            ASSIGNMENT
                .MODEL
                .eq(MODEL_VERSION.MODEL)
                .and(ASSIGNMENT.VERSION.eq(MODEL_VERSION.VERSION)));
  }

  @Override
  public List<FreedArtifact> freedBy(List<RemovableVersion> versions) {
    String[] digests =
        versions.stream().map(v -> v.artifact().hex()).distinct().toArray(String[]::new);
    String[] models = versions.stream().map(v -> v.model().value()).toArray(String[]::new);
    String[] numbers = versions.stream().map(v -> v.number().toString()).toArray(String[]::new);
    return sql.fetch(
            """
            SELECT sha256, size_bytes
            FROM artifact
            WHERE sha256 = ANY (?) AND NOT removed AND NOT EXISTS (
              SELECT FROM model_version AS kept
              WHERE kept.artifact_sha256 = artifact.sha256
                AND kept.state <> 'ARCHIVED'
                AND (kept.model, kept.version) NOT IN (SELECT * FROM unnest(?, ?)))
            ORDER BY sha256\
            """,
            digests,
            models,
            numbers)
        .map(row ->
            new FreedArtifact(new Sha256(row.get(ARTIFACT.SHA256)), row.get(ARTIFACT.SIZE_BYTES)));
  }

  @Override
  public void archive(RemovableVersion version, String reason, long revision) {
    sql.update(MODEL_VERSION)
        .set(MODEL_VERSION.STATE, VersionState.ARCHIVED.name())
        .set(MODEL_VERSION.STATE_REASON, reason)
        .set(MODEL_VERSION.REVISION, revision)
        .where(
            MODEL_VERSION
                .MODEL
                .eq(version.model().value())
                .and(MODEL_VERSION.VERSION.eq(version.number().toString())))
        .execute();
  }

  @Override
  public void markRemoved(List<FreedArtifact> artifacts) {
    String[] digests = artifacts.stream().map(a -> a.sha256().hex()).toArray(String[]::new);
    sql.update(ARTIFACT)
        .set(ARTIFACT.REMOVED, true)
        .where(ARTIFACT.SHA256.eq(DSL.any(digests)))
        .execute();
  }
}
