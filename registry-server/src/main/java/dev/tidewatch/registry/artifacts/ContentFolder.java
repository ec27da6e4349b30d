package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The folder of artifacts: {@code blobs/ab/abcd…} for finished files, {@code uploads/<id>.part} for
 * those on their way. A file gets its final name only after its bytes were verified and forced to
 * disk; the folder is forced afterwards, so that after a power cut the name either is there with
 * all bytes or is not there. The database row comes last. Thread-safe.
 */
final class ContentFolder {
  static final String PART = ".part";

  private final Path blobs;
  private final Path uploads;

  ContentFolder(Path root) {
    this.blobs = root.resolve("blobs");
    this.uploads = root.resolve("uploads");
  }

  void create() throws IOException {
    Files.createDirectories(blobs);
    Files.createDirectories(uploads);
  }

  Path blobs() {
    return blobs;
  }

  Path uploads() {
    return uploads;
  }

  Path blob(Sha256 sha256) {
    return blobs.resolve(sha256.hex().substring(0, 2)).resolve(sha256.hex());
  }

  Path part(UUID upload) {
    return uploads.resolve(upload + PART);
  }

  /**
   * Gives a verified and forced file its final name; one that was there is replaced, which heals
   * damage.
   */
  void publish(Path part, Sha256 sha256) throws IOException {
    Path blob = blob(sha256);
    Path folder = blobs.resolve(sha256.hex().substring(0, 2));
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      force(blobs);
    }
    Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(folder);
  }

  /** Forces a folder's entries to disk. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
