package dev.tidewatch.registry.storage;

import static dev.tidewatch.registry.storage.jooq.Tables.ARTIFACT;
import static dev.tidewatch.registry.storage.jooq.Tables.UPLOAD;

import dev.tidewatch.registry.artifacts.ArtifactIndex;
import dev.tidewatch.registry.artifacts.Upload;
import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.ArtifactSignature;
import dev.tidewatch.registry.domain.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

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
  public Optional<Artifact> enter(Artifact artifact, UUID upload, BooleanSupplier kept) {
    return dsl.transactionResult(transaction -> {
      DSLContext sql = transaction.dsl();
      lock(sql, artifact.sha256());
      if (!kept.getAsBoolean()) {
        return Optional.empty();
      }
      String keyId = artifact.signature().map(ArtifactSignature::keyId).orElse(null);
      byte[] signature = artifact.signature().map(ArtifactSignature::bytes).orElse(null);
      sql.insertInto(ARTIFACT)
          .set(ARTIFACT.SHA256, artifact.sha256().hex())
          .set(ARTIFACT.SIZE_BYTES, artifact.sizeBytes())
          .set(ARTIFACT.FORMAT, artifact.format().name())
          .set(ARTIFACT.SIGNATURE_KEY_ID, DSL.val(keyId, String.class))
          .set(ARTIFACT.SIGNATURE, DSL.val(signature, byte[].class))
          .set(ARTIFACT.CREATED_AT, artifact.createdAt())
          .set(ARTIFACT.REMOVED, false)
          .onConflict(ARTIFACT.SHA256)
          .doUpdate()
          .set(ARTIFACT.REMOVED, false)
          .execute();
      if (artifact.signature().isPresent()) {
        sign(sql, artifact.sha256(), artifact.signature().get());
      }
      sql.update(UPLOAD).set(UPLOAD.COMPLETE, true).where(UPLOAD.UPLOAD_ID.eq(upload)).execute();
      return find(sql, artifact.sha256());
    });
  }

  @Override
  public Artifact sign(Sha256 sha256, ArtifactSignature signature) {
    return dsl.transactionResult(transaction -> {
      sign(transaction.dsl(), sha256, signature);
      return find(transaction.dsl(), sha256).orElseThrow();
    });
  }

  private static void sign(DSLContext sql, Sha256 sha256, ArtifactSignature signature) {
    sql.update(ARTIFACT)
        .set(ARTIFACT.SIGNATURE_KEY_ID, signature.keyId())
        .set(ARTIFACT.SIGNATURE, signature.bytes())
        .where(ARTIFACT.SHA256.eq(sha256.hex()))
        .execute();
  }

  @Override
  public boolean unlessKnown(Sha256 sha256, BooleanSupplier removal) {
    return dsl.transactionResult(transaction -> {
      DSLContext sql = transaction.dsl();
      lock(sql, sha256);
      boolean known = find(sql, sha256).filter(artifact -> !artifact.removed()).isPresent();
      return !known && removal.getAsBoolean();
    });
  }

  /** To the end of the transaction, on all replicas. Two digests may share one lock. */
  private static void lock(DSLContext sql, Sha256 sha256) {
    var _ =
        sql.fetch(
            "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "artifact " + sha256.hex());
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
                Optional.empty(),
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

  private static Optional<ArtifactSignature> signature(Record row) {
    String keyId = row.get(ARTIFACT.SIGNATURE_KEY_ID);
    byte[] signature = row.get(ARTIFACT.SIGNATURE);
    return keyId == null || signature == null
        ? Optional.empty()
        : Optional.of(ArtifactSignature.of(keyId, signature));
  }

  static Artifact artifact(Record row) {
    return new Artifact(
        new Sha256(row.get(ARTIFACT.SHA256)),
        row.get(ARTIFACT.SIZE_BYTES),
        ArtifactFormat.valueOf(row.get(ARTIFACT.FORMAT)),
        signature(row),
        row.get(ARTIFACT.CREATED_AT),
        row.get(ARTIFACT.REMOVED));
  }
}
