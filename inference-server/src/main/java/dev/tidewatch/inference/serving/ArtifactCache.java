package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Bundles on the local disk, named by their SHA-256. What is read from here was verified by this
 * process: a file that an earlier one left, or that has rotted, is fetched again. Not thread-safe:
 * owned by the loading thread.
 */
final class ArtifactCache {
  private final Path folder;
  private final ArtifactSource source;
  private final long artifactBytesMax;

  ArtifactCache(Path folder, ArtifactSource source, long artifactBytesMax) {
    this.folder = folder;
    this.source = source;
    this.artifactBytesMax = artifactBytesMax;
  }

  /**
   * A verified file.
   *
   * @throws DataLoss {@code ARTIFACT_DAMAGED} if the bytes have another SHA-256 than the registry
   *     says
   * @throws ResourceExhausted {@code ARTIFACT_TOO_LARGE}
   */
  Path fetch(Artifact artifact) {
    try {
      Files.createDirectories(folder);
      Path kept = folder.resolve(artifact.sha256() + ".bundle");
      if (Files.exists(kept)) {
        if (sha256(kept).equals(artifact.sha256())) {
          return kept;
        }
        Files.delete(kept);
      }
      if (artifact.sizeBytes() > artifactBytesMax) {
        throw tooLarge(artifact);
      }
      Path fresh = Files.createTempFile(folder, "download-", ".tmp");
      try {
        String found = download(artifact, fresh);
        if (!found.equals(artifact.sha256())) {
          throw new DataLoss(
              "ARTIFACT_DAMAGED",
              "the bundle of %s has SHA-256 %s but the registry says %s; upload it again"
                  .formatted(artifact.version(), found, artifact.sha256()));
        }
        return Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the artifact cache in " + folder + " cannot be used", e);
    }
  }

  /** The digest of what came. */
  private String download(Artifact artifact, Path target) throws IOException {
    MessageDigest digest = newDigest();
    try (OutputStream out =
        new DigestOutputStream(
            new BoundedOutput(Files.newOutputStream(target), artifact), digest)) {
      source.download(artifact, out);
    }
    return HexFormat.of().formatHex(digest.digest());
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
        "the bundle of %s has %d bytes or more; this server takes %d at most"
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
