package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Removes what crashes and abandoned uploads left behind: uploads that rested too long, temporary
 * files without an upload, and bytes that were stored but never got a row, or whose row says that
 * they were removed. Only what is older than a grace period is touched, since another replica may
 * be between the two right now.
 */
public final class Sweep {
  private static final int DIGESTS_AT_ONCE = 1_000;

  private final StagingFolder staging;
  private final ContentStore content;
  private final ArtifactIndex index;
  private final InstantSource realTime;
  private final ArtifactLimits limits;

  Sweep(
      StagingFolder staging,
      ContentStore content,
      ArtifactIndex index,
      InstantSource realTime,
      ArtifactLimits limits) {
    this.staging = staging;
    this.content = content;
    this.index = index;
    this.realTime = realTime;
    this.limits = limits;
  }

  /** How many of each were removed. */
  public record Swept(int uploads, int temporaryFiles, int orphans) {}

  Swept run() throws IOException {
    Instant now = realTime.instant();
    List<UUID> expired = index.forgetUntouchedSince(now.minus(limits.uploadAgeMax()));
    for (UUID upload : expired) {
      Files.deleteIfExists(staging.part(upload));
    }
    Instant old = now.minus(limits.orphanAgeMin());
    return new Swept(expired.size(), sweepStaging(old), sweepContent(old));
  }

  private int sweepStaging(Instant old) throws IOException {
    int removed = 0;
    for (Path file : staging.olderThan(old)) {
      boolean wanted =
          StagingFolder.uploadOf(file)
              .flatMap(index::upload)
              .filter(upload -> !upload.complete())
              .isPresent();
      if (!wanted && Files.deleteIfExists(file)) {
        removed++;
      }
    }
    return removed;
  }

  private int sweepContent(Instant old) throws IOException {
    List<Sha256> digests = new ArrayList<>();
    List<Sha256> orphans = new ArrayList<>();
    content.forEachOlderThan(
        old,
        digest -> {
          digests.add(digest);
          if (digests.size() == DIGESTS_AT_ONCE) {
            addUnknown(digests, orphans);
          }
        });
    addUnknown(digests, orphans);
    int removed = 0;
    for (Sha256 orphan : orphans) {
      if (delete(index, content, orphan)) {
        removed++;
      }
    }
    return removed;
  }

  private void addUnknown(List<Sha256> digests, List<Sha256> orphans) {
    Set<Sha256> known = index.known(digests);
    digests.stream().filter(digest -> !known.contains(digest)).forEach(orphans::add);
    digests.clear();
  }

  /** Deletes bytes unless somebody entered them meanwhile. */
  static boolean delete(ArtifactIndex index, ContentStore content, Sha256 digest)
      throws IOException {
    try {
      return index.unlessKnown(
          digest,
          () -> {
            try {
              return content.delete(digest);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
