package dev.tidewatch.inference.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The spool's folder: locked for one process, holding segments and how far they were taken. */
final class SpoolFolder implements AutoCloseable {
  private static final int TAKEN_BYTES = 2 * Long.BYTES + Integer.BYTES;

  private final Path folder;
  private final FileChannel lockFile;

  private SpoolFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  static SpoolFolder open(Path folder) throws IOException {
    Files.createDirectories(folder);
    var lockFile =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!lock(lockFile)) {
      lockFile.close();
      throw new IOException(
          "spool folder %s is in use by another inference server; give each its own"
              .formatted(folder.toAbsolutePath()));
    }
    return new SpoolFolder(folder, lockFile);
  }

  private static boolean lock(FileChannel lockFile) throws IOException {
    try {
      @Nullable FileLock lock = lockFile.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  Path path() {
    return folder;
  }

  /** Oldest first. */
  List<Path> segments() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(Segment::isSegment).sorted().toList();
    }
  }

  /**
   * Keeps how far the records were taken. Not synced: after a crash an older place may be found,
   * and records from there on are taken again.
   */
  void writeTaken(SpoolPosition taken) throws IOException {
    var bytes = ByteBuffer.allocate(TAKEN_BYTES);
    bytes.putLong(taken.segment()).putLong(taken.offset());
    bytes.putInt(crc(bytes.array()));
    Path fresh = folder.resolve("taken.tmp");
    Files.write(fresh, bytes.array());
    Files.move(
        fresh,
        folder.resolve("taken"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Null if nothing was taken yet, or if it cannot be told. */
  @Nullable SpoolPosition readTaken() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(folder.resolve("taken"));
    } catch (NoSuchFileException e) {
      return null;
    }
    if (bytes.length != TAKEN_BYTES) {
      return null;
    }
    var in = ByteBuffer.wrap(bytes);
    long segment = in.getLong();
    long offset = in.getLong();
    boolean whole = in.getInt() == crc(bytes) && segment >= 0 && offset >= 0;
    return whole ? new SpoolPosition(segment, offset) : null;
  }

  private static int crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes, 0, 2 * Long.BYTES);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
