package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * {@link ContentStore} on a disk: {@code blobs/ab/abcd…}. A file gets its name only after its bytes
 * were verified and forced to disk; the folder is forced afterwards, so that after a power cut the
 * name either is there with all bytes or is not there.
 */
public final class ContentFolder implements ContentStore {
  private final Path blobs;
  private final StagingFolder staging;

  /**
   * @param staging on the same file system
   */
  public ContentFolder(Path root, StagingFolder staging) {
    this.blobs = root.resolve("blobs");
    this.staging = staging;
  }

  @Override
  public void prepare() throws IOException {
    Files.createDirectories(blobs);
  }

  Path blob(Sha256 sha256) {
    return blobs.resolve(sha256.hex().substring(0, 2)).resolve(sha256.hex());
  }

  @Override
  public void publish(Path staged, Sha256 sha256) throws IOException {
    Path blob = blob(sha256);
    Path folder = blobs.resolve(sha256.hex().substring(0, 2));
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      force(blobs);
    }
    // A second name for the same bytes; where there is one already, the rename would do nothing.
    Path second = staging.temporary(UUID.randomUUID());
    try {
      Files.createLink(second, staged);
    } catch (UnsupportedOperationException e) {
      Files.copy(staged, second);
      forceFile(second);
    }
    try {
      Files.move(second, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(second);
    }
    force(folder);
  }

  @Override
  public Content open(Sha256 sha256) throws IOException {
    InputStream bytes = Files.newInputStream(blob(sha256));
    try {
      return new Content(Files.size(blob(sha256)), bytes);
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  @Override
  public OptionalLong sizeBytes(Sha256 sha256) throws IOException {
    try {
      return OptionalLong.of(Files.size(blob(sha256)));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public boolean delete(Sha256 sha256) throws IOException {
    return Files.deleteIfExists(blob(sha256));
  }

  @Override
  public void forEachOlderThan(Instant time, Consumer<Sha256> digest) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(blobs)) {
      files = found.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      if (Sha256.isOne(name) && StagingFolder.isOlder(file, time)) {
        digest.accept(new Sha256(name));
      }
    }
  }

  @Override
  public void close() {}

  /** Forces a folder's entries to disk. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void forceFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
