package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Artifacts on the local disk, named by SHA-256 and format. What is read from here was verified a
 * moment ago: a file that has rotted, or whose signature does not count any more, is fetched again.
 * Bounded: beyond its size those used longest ago go. Thread-safe.
 */
final class ArtifactCache {
  private final Path folder;
  private final ArtifactSource source;
  private final long artifactBytesMax;
  private final long bytesMax;
  private final ArtifactTrust trust;
  private final InstantSource realClock;

  /**
   * @param artifactBytesMax of one
   * @param bytesMax of all
   */
  ArtifactCache(
      Path folder,
      ArtifactSource source,
      long artifactBytesMax,
      long bytesMax,
      ArtifactTrust trust,
      InstantSource realClock) {
    this.realClock = realClock;
    this.folder = folder;
    this.source = source;
    this.artifactBytesMax = artifactBytesMax;
    this.bytesMax = bytesMax;
    this.trust = trust;
  }

  /**
   * @throws ResourceExhausted {@code ARTIFACT_TOO_LARGE}
   */
  void requireSize(Artifact artifact) {
    if (artifact.sizeBytes() > artifactBytesMax) {
      throw tooLarge(artifact);
    }
  }

  /**
   * A verified file.
   *
   * @throws DataLoss {@code ARTIFACT_DAMAGED} if the bytes have another SHA-256 than the registry
   *     says
   * @throws ResourceExhausted {@code ARTIFACT_TOO_LARGE}
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition {@code SIGNATURE_MISSING} or {@code
   *     SIGNATURE_INVALID}
   */
  CachedArtifact fetch(Artifact artifact) {
    requireSize(artifact);
    try {
      Files.createDirectories(folder);
      for (TensorFormat format : TensorFormat.values()) {
        Path kept = path(artifact, format);
        if (Files.exists(kept)) {
          if (Files.size(kept) <= artifactBytesMax
              && trust.admits(artifact, keptSignature(artifact))
              && sha256(kept).equals(artifact.sha256())) {
            Files.setLastModifiedTime(kept, FileTime.from(realClock.instant()));
            return cached(artifact, format, kept);
          }
          Files.delete(kept);
        }
      }
      Path fresh = Files.createTempFile(folder, "download-", ".tmp");
      try {
        TensorFormat format = download(artifact, fresh);
        Path kept = Files.move(fresh, path(artifact, format), StandardCopyOption.ATOMIC_MOVE);
        trim();
        return cached(artifact, format, kept);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the artifact cache in " + folder + " cannot be used", e);
    }
  }

  private Path path(Artifact artifact, TensorFormat format) {
    return folder.resolve(artifact.sha256() + "." + format.name().toLowerCase(Locale.ROOT));
  }

  private static CachedArtifact cached(Artifact artifact, TensorFormat format, Path kept)
      throws IOException {
    return new CachedArtifact(kept, artifact.sha256(), format, Files.size(kept));
  }

  /** Files that are being read stay readable. */
  private synchronized void trim() throws IOException {
    var files = new ArrayList<Path>();
    long bytes = 0;
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        if (!file.toString().endsWith(".tmp") && Files.isRegularFile(file)) {
          files.add(file);
          bytes += Files.size(file);
        }
      }
    }
    files.sort(Comparator.comparingLong(file -> file.toFile().lastModified()));
    for (int i = 0; i < files.size() - 1 && bytes > bytesMax; i++) {
      bytes -= Files.size(files.get(i));
      Files.deleteIfExists(files.get(i));
    }
  }

  private TensorFormat download(Artifact artifact, Path target) throws IOException {
    MessageDigest digest = newDigest();
    ArtifactSource.Announced announced;
    try (OutputStream out =
        new DigestOutputStream(
            new BoundedOutput(Files.newOutputStream(target), artifact), digest)) {
      announced = source.download(artifact, out);
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(artifact.sha256())) {
      throw new DataLoss(
          "ARTIFACT_DAMAGED",
          "the artifact of %s has SHA-256 %s but the registry says %s; upload it again"
              .formatted(artifact.version(), found, artifact.sha256()));
    }
    trust.require(artifact, announced.signature());
    if (announced.signature().isPresent()) {
      Files.writeString(signaturePath(artifact), announced.signature().get().line());
    }
    return announced.format();
  }

  private Path signaturePath(Artifact artifact) {
    return folder.resolve(artifact.sha256() + ".signature");
  }

  private Optional<ArtifactSignature> keptSignature(Artifact artifact) throws IOException {
    try {
      return ArtifactSignature.parse(Files.readString(signaturePath(artifact)));
    } catch (NoSuchFileException | MalformedInputException e) {
      return Optional.empty();
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = newDigest();
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private ResourceExhausted tooLarge(Artifact artifact) {
    return new ResourceExhausted(
        "ARTIFACT_TOO_LARGE",
        "the artifact of %s has %d bytes or more; this server takes %d at most"
            .formatted(artifact.version(), artifact.sizeBytes(), artifactBytesMax),
        Duration.ofMinutes(1));
  }

  /** Stops a source that sends more than is allowed, whatever it announced. */
  private final class BoundedOutput extends FilterOutputStream {
    private final Artifact artifact;
    private long written;

    BoundedOutput(OutputStream out, Artifact artifact) {
      super(out);
      this.artifact = artifact;
    }

    @Override
    public void write(int b) throws IOException {
      count(1);
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      count(length);
      out.write(bytes, offset, length);
    }

    private void count(int bytes) {
      written += bytes;
      if (written > artifactBytesMax) {
        throw tooLarge(artifact);
      }
    }
  }
}
