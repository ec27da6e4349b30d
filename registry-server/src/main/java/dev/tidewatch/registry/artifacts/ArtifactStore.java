package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.Missing;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.timeseries.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Files named by their SHA-256: on their way in a folder, finished in a {@link ContentStore}, with
 * an index in the database. Bytes are verified before they are stored, the row comes last.
 * Thread-safe.
 */
public final class ArtifactStore {
  private final StagingFolder staging;
  private final ContentStore content;
  private final ArtifactIndex index;
  private final InstantSource clock;
  private final InstantSource realTime;
  private final ArtifactLimits limits;
  private final ArtifactTrust trust;
  private final Map<UUID, OpenUpload> open = new HashMap<>();

  /**
   * @param clock domain time, for what is recorded
   * @param realTime for ages of uploads
   */
  public ArtifactStore(
      StagingFolder staging,
      ContentStore content,
      ArtifactIndex index,
      ArtifactTrust trust,
      InstantSource clock,
      InstantSource realTime,
      ArtifactLimits limits) {
    this.staging = staging;
    this.content = content;
    this.trust = trust;
    this.index = index;
    this.clock = clock;
    this.realTime = realTime;
    this.limits = limits;
  }

  /** Makes the folders and sweeps what earlier lives left behind; once, before anything else. */
  public Sweep.Swept prepare() throws IOException {
    staging.prepare();
    content.prepare();
    return new Sweep(staging, content, index, realTime, limits).run();
  }

  /**
   * What the beginning of an upload came to.
   *
   * @param present the bytes are there already; nothing needs to be sent
   * @param upload to be fed and closed
   */
  public record Begun(@Nullable Artifact present, @Nullable OpenUpload upload) {}

  /** Begins an upload or goes on with one; a stream that still holds it is superseded. */
  public Begun begin(Upload wanted) throws IOException {
    if (wanted.sizeBytes() > limits.sizeBytesMax()) {
      throw new InvalidArgument(
              "ARTIFACT_TOO_LARGE",
              "start.size_bytes",
              wanted.sizeBytes() + " bytes; this registry takes at most " + limits.sizeBytesMax())
          .with("size_bytes_max", Long.toString(limits.sizeBytesMax()));
    }
    trust.requireOnUpload(wanted.sha256(), wanted.signature());
    Optional<Upload> before = index.upload(wanted.id());
    if (before.isPresent()
        && (!before.get().sha256().equals(wanted.sha256())
            || before.get().sizeBytes() != wanted.sizeBytes())) {
      throw new AlreadyExists(
          "UPLOAD_ID_REUSED",
          "start.upload_id: " + wanted.id() + " belongs to an upload of other bytes");
    }
    Optional<Artifact> present =
        index.find(wanted.sha256()).filter(artifact -> !artifact.removed() && isIntact(artifact));
    if (present.isPresent()) {
      Artifact artifact = present.get();
      return new Begun(
          wanted.signature().isPresent()
              ? index.sign(artifact.sha256(), wanted.signature().get())
              : artifact,
          null);
    }
    OpenUpload earlier;
    synchronized (open) {
      earlier = open.get(wanted.id());
      if (earlier == null && open.size() >= limits.openUploadsMax()) {
        throw new ResourceExhausted(
            "UPLOADS_TOO_MANY",
            "at most " + limits.openUploadsMax() + " uploads at a time",
            Duration.ofSeconds(2));
      }
    }
    if (earlier != null) {
      earlier.supersede();
    }
    index.touch(
        new Upload(
            wanted.id(),
            wanted.sha256(),
            wanted.sizeBytes(),
            wanted.format(),
            wanted.signature(),
            false,
            now(realTime)));
    OpenUpload upload = OpenUpload.open(this, wanted, staging.part(wanted.id()));
    OpenUpload raced;
    synchronized (open) {
      raced = open.put(wanted.id(), upload);
    }
    if (raced != null && raced != earlier) {
      raced.supersede();
    }
    return new Begun(null, upload);
  }

  /** Where an upload stands. */
  public Progress progress(UUID id) {
    Upload upload =
        index
            .upload(id)
            .orElseThrow(
                () -> new NotFound("UPLOAD_UNKNOWN", "upload_id: nothing has come under " + id));
    long received = upload.complete() ? upload.sizeBytes() : partBytes(id);
    return new Progress(upload, received, upload.touchedAt().plus(limits.uploadAgeMax()));
  }

  /**
   * How far an upload is.
   *
   * @param receivedBytes where to go on
   * @param expiresAt real time at which it is swept if nothing more comes
   */
  public record Progress(Upload upload, long receivedBytes, Instant expiresAt) {}

  /** Forgets an upload and its bytes; a finished artifact stays. */
  public void cancel(UUID id) throws IOException {
    OpenUpload upload;
    synchronized (open) {
      upload = open.get(id);
    }
    if (upload != null) {
      upload.supersede();
    }
    index.forget(id);
    Files.deleteIfExists(staging.part(id));
  }

  public Artifact get(Sha256 sha256) {
    return index.find(sha256).orElseThrow(() -> Missing.artifact(sha256));
  }

  /**
   * Opens an artifact for reading from a place on.
   *
   * @throws OutOfRange {@code OFFSET_BEYOND_END}
   * @throws DataLoss {@code ARTIFACT_DAMAGED}, if the file is away or has another length
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition {@code SIGNATURE_MISSING} or {@code
   *     SIGNATURE_INVALID}
   */
  public VerifiedRead read(Sha256 sha256, long offset) throws IOException {
    Artifact artifact =
        index.find(sha256).filter(a -> !a.removed()).orElseThrow(() -> Missing.artifact(sha256));
    if (offset > artifact.sizeBytes()) {
      throw new OutOfRange(
          "OFFSET_BEYOND_END",
          "offset: " + offset + " is above the size of " + artifact.sizeBytes() + " bytes");
    }
    trust.requireOnRead(sha256, artifact.signature());
    try {
      return VerifiedRead.open(content, artifact, offset);
    } catch (NoSuchFileException e) {
      throw VerifiedRead.damaged(artifact, "its file is missing", e);
    }
  }

  /** All bytes came and were right: stores them, then enters the row. */
  Artifact finish(Upload upload, Path part) throws IOException {
    var artifact =
        new Artifact(
            upload.sha256(),
            upload.sizeBytes(),
            upload.format(),
            upload.signature(),
            now(clock),
            false);
    Optional<Artifact> entered;
    do {
      content.publish(part, upload.sha256());
      // A sweep or retention may have removed them just now, as bytes that no row knew.
      entered = enter(artifact, upload);
    } while (entered.isEmpty());
    Files.deleteIfExists(part);
    return entered.get();
  }

  private Optional<Artifact> enter(Artifact artifact, Upload upload) throws IOException {
    try {
      return index.enter(artifact, upload.id(), () -> isKept(artifact));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Deletes the bytes of artifacts whose rows say that they were removed. */
  public void deleteRemoved(List<Sha256> digests) throws IOException {
    for (Sha256 digest : digests) {
      boolean _ = Sweep.delete(index, content, digest);
    }
  }

  /** The bytes were wrong: nothing of them stays. */
  void discard(Upload upload, Path part) throws IOException {
    index.forget(upload.id());
    Files.deleteIfExists(part);
  }

  void closed(OpenUpload upload) {
    synchronized (open) {
      open.remove(upload.id(), upload);
    }
  }

  private boolean isIntact(Artifact artifact) {
    try (VerifiedRead file = VerifiedRead.open(content, artifact, artifact.sizeBytes())) {
      file.verifyAll();
      return true;
    } catch (IOException | DataLoss e) {
      return false;
    }
  }

  private boolean isKept(Artifact artifact) {
    try {
      OptionalLong size = content.sizeBytes(artifact.sha256());
      return size.isPresent() && size.getAsLong() == artifact.sizeBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long partBytes(UUID id) {
    try {
      return Files.size(staging.part(id));
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Instant now(InstantSource clock) {
    return Times.toInstant(Times.floorToMicros(clock.instant()));
  }
}
