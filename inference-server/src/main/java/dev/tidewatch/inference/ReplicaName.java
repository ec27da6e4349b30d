package dev.tidewatch.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The name that a replica bears over its restarts, kept in its own folder. The lock of the
 * prediction spool sees to it that one process at a time bears it, so that a restarted replica
 * takes its own shards back without waiting.
 */
final class ReplicaName {
  private ReplicaName() {}

  static String in(Path folder) {
    Path file = folder.resolve("replica");
    try {
      Files.createDirectories(folder);
      if (Files.exists(file)) {
        String name = Files.readString(file).strip();
        if (!name.isEmpty()) {
          return name;
        }
      }
      String name = "inference-" + UUID.randomUUID();
      Files.writeString(file, name);
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException("the data folder " + folder + " cannot be used", e);
    }
  }
}
