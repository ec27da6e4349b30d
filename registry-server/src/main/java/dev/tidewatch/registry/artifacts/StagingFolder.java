package dev.tidewatch.registry.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder of uploads on their way: {@code uploads/<id>.part}. What came of an upload is as much
 * as its file is long. Thread-safe.
 */
public final class StagingFolder {
  private static final String PART = ".part";

  private final Path uploads;

  public StagingFolder(Path root) {
    this.uploads = root.resolve("uploads");
  }

  void prepare() throws IOException {
    Files.createDirectories(uploads);
  }

  Path part(UUID upload) {
    return uploads.resolve(upload + PART);
  }

  /** A file that a sweep may take when it is old, whatever became of it. */
  Path temporary(UUID name) {
    return uploads.resolve(name + ".tmp");
  }

  /** The upload that a file belongs to; empty for files that are none's. */
  static Optional<UUID> uploadOf(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(PART)) {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(name.substring(0, name.length() - PART.length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  List<Path> olderThan(Instant time) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(uploads)) {
      files = found.filter(Files::isRegularFile).toList();
    }
    var older = new java.util.ArrayList<Path>();
    for (Path file : files) {
      if (isOlder(file, time)) {
        older.add(file);
      }
    }
    return older;
  }

  static boolean isOlder(Path file, Instant time) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(time);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
