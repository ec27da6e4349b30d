package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Removes what crashes and abandoned uploads left behind: uploads that rested too long, temporary
 * files without an upload, and files that got their name but never a row. Only files older than a
 * grace period are touched, since another replica may be between the two right now.
 */
public final class Sweep {
  private static final int DIGESTS_AT_ONCE = 1_000;

  private final ContentFolder folder;
  private final ArtifactIndex index;
  private final InstantSource realTime;
  private final ArtifactLimits limits;

  Sweep(ContentFolder folder, ArtifactIndex index, InstantSource realTime, ArtifactLimits limits) {
    this.folder = folder;
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
      Files.deleteIfExists(folder.part(upload));
    }
    return new Swept(expired.size(), sweepParts(now), sweepBlobs(now));
  }

  private int sweepParts(Instant now) throws IOException {
    int removed = 0;
    for (Path file : filesIn(folder.uploads())) {
      if (isOlder(file, now, limits.orphanAgeMin()) && !belongsToUpload(file)) {
        Files.deleteIfExists(file);
        removed++;
      }
    }
    return removed;
  }

  private boolean belongsToUpload(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(ContentFolder.PART)) {
      return false;
    }
    try {
      UUID id = UUID.fromString(name.substring(0, name.length() - ContentFolder.PART.length()));
      return index.upload(id).filter(upload -> !upload.complete()).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private int sweepBlobs(Instant now) throws IOException {
    int removed = 0;
    List<Path> files = new ArrayList<>();
    List<Sha256> digests = new ArrayList<>();
    for (Path file : filesIn(folder.blobs())) {
      String name = String.valueOf(file.getFileName());
      if (Sha256.isOne(name) && isOlder(file, now, limits.orphanAgeMin())) {
        files.add(file);
        digests.add(new Sha256(name));
      }
      if (digests.size() == DIGESTS_AT_ONCE) {
        removed += removeUnknown(files, digests);
      }
    }
    return removed + removeUnknown(files, digests);
  }

  private int removeUnknown(List<Path> files, List<Sha256> digests) throws IOException {
    Set<Sha256> known = index.known(digests);
    int removed = 0;
    for (int i = 0; i < files.size(); i++) {
      if (!known.contains(digests.get(i)) && Files.deleteIfExists(files.get(i))) {
        removed++;
      }
    }
    files.clear();
    digests.clear();
    return removed;
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).toList();
    }
  }

  private static boolean isOlder(Path file, Instant now, Duration age) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(age));
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
