package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.ARTIFACT;
import static dev.tidewatch.registry.storage.jooq.Tables.UPLOAD;

import dev.tidewatch.registry.artifacts.ArtifactIndex;
import dev.tidewatch.registry.artifacts.Upload;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Artifacts and uploads in PostgreSQL. */
public final class PostgresArtifactIndex implements ArtifactIndex {
  private final DSLContext dsl;

  public PostgresArtifactIndex(DSLContext dsl) {
    this.dsl = dsl;
  }

  @Override
  public Optional<Artifact> find(Sha256 sha256) {
    return find(dsl, sha256);
  }

  static Optional<Artifact> find(DSLContext sql, Sha256 sha256) {
    return sql.selectFrom(ARTIFACT)
        .where(ARTIFACT.SHA256.eq(sha256.hex()))
        .fetchOptional(PostgresArtifactIndex::artifact);
  }

  @Override
  public Artifact enter(Artifact artifact, UUID upload) {
    return dsl.transactionResult(transaction -> {
      DSLContext sql = transaction.dsl();
      sql.insertInto(ARTIFACT)
          .set(ARTIFACT.SHA256, artifact.sha256().hex())
          .set(ARTIFACT.SIZE_BYTES, artifact.sizeBytes())
          .set(ARTIFACT.FORMAT, artifact.format().name())
          .set(ARTIFACT.CREATED_AT, artifact.createdAt())
          .set(ARTIFACT.REMOVED, false)
          .onConflict(ARTIFACT.SHA256)
          .doUpdate()
          .set(ARTIFACT.REMOVED, false)
          .execute();
      sql.update(UPLOAD).set(UPLOAD.COMPLETE, true).where(UPLOAD.UPLOAD_ID.eq(upload)).execute();
      return find(sql, artifact.sha256()).orElseThrow();
    });
  }

  @Override
  public Optional<Upload> upload(UUID id) {
    return dsl.selectFrom(UPLOAD)
        .where(UPLOAD.UPLOAD_ID.eq(id))
        .fetchOptional(row ->
            new Upload(
                row.get(UPLOAD.UPLOAD_ID),
                new Sha256(row.get(UPLOAD.SHA256)),
                row.get(UPLOAD.SIZE_BYTES),
                ArtifactFormat.valueOf(row.get(UPLOAD.FORMAT)),
                row.get(UPLOAD.COMPLETE),
                row.get(UPLOAD.TOUCHED_AT)));
  }

  @Override
  public void touch(Upload upload) {
    dsl.insertInto(UPLOAD)
        .set(UPLOAD.UPLOAD_ID, upload.id())
        .set(UPLOAD.SHA256, upload.sha256().hex())
        .set(UPLOAD.SIZE_BYTES, upload.sizeBytes())
        .set(UPLOAD.FORMAT, upload.format().name())
        .set(UPLOAD.COMPLETE, upload.complete())
        .set(UPLOAD.TOUCHED_AT, upload.touchedAt())
        .onConflict(UPLOAD.UPLOAD_ID)
        .doUpdate()
        .set(UPLOAD.COMPLETE, upload.complete())
        .set(UPLOAD.TOUCHED_AT, upload.touchedAt())
        .execute();
  }

  @Override
  public void forget(UUID upload) {
    dsl.deleteFrom(UPLOAD).where(UPLOAD.UPLOAD_ID.eq(upload)).execute();
  }

  @Override
  public List<UUID> forgetUntouchedSince(Instant time) {
    return dsl.deleteFrom(UPLOAD)
        .where(UPLOAD.TOUCHED_AT.lt(time))
        .returning(UPLOAD.UPLOAD_ID)
        .fetch(UPLOAD.UPLOAD_ID);
  }

  @Override
  public Set<Sha256> known(List<Sha256> digests) {
    return dsl
        .select(ARTIFACT.SHA256)
        .from(ARTIFACT)
        .where(ARTIFACT.SHA256.in(digests.stream().map(Sha256::hex).toList()))
        .and(ARTIFACT.REMOVED.isFalse())
        .fetch(ARTIFACT.SHA256)
        .stream()
        .map(Sha256::new)
        .collect(Collectors.toSet());
  }

  static Artifact artifact(Record row) {
    return new Artifact(
        new Sha256(row.get(ARTIFACT.SHA256)),
        row.get(ARTIFACT.SIZE_BYTES),
        ArtifactFormat.valueOf(row.get(ARTIFACT.FORMAT)),
        row.get(ARTIFACT.CREATED_AT),
        row.get(ARTIFACT.REMOVED));
  }
}
