package dev.tidewatch.inference.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of records. A record is its length (4 bytes, big-endian), the CRC-32C of length and
 * content (4 bytes) and its content; a record that does not match ends the file. Not thread-safe:
 * guarded by the spool.
 */
final class Segment implements AutoCloseable {
  static final int HEADER_BYTES = 8;
  private static final Pattern NAME = Pattern.compile("segment-(\\d{19})\\.log");

  private final long number;
  private final Path file;
  private final FileChannel channel;
  private long sizeBytes;

  private Segment(long number, Path file, FileChannel channel, long sizeBytes) {
    this.number = number;
    this.file = file;
    this.channel = channel;
    this.sizeBytes = sizeBytes;
  }

  static Segment create(Path folder, long number) throws IOException {
    Path file = folder.resolve(String.format(Locale.ROOT, "segment-%019d.log", number));
    var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new Segment(number, file, channel, 0);
  }

  static Segment open(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new Segment(numberOf(file), file, channel, channel.size());
  }

  static boolean isSegment(Path file) {
    return NAME.matcher(file.getFileName().toString()).matches();
  }

  static long numberOf(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalArgumentException("not a segment: " + file);
    }
    return Long.parseLong(name.group(1));
  }

  long number() {
    return number;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** A failed write leaves the size as it was, so that the next one overwrites what got through. */
  void append(byte[] content) throws IOException {
    var record = ByteBuffer.allocate(HEADER_BYTES + content.length);
    record.putInt(content.length).putInt(crc(content)).put(content).flip();
    long at = sizeBytes;
    while (record.hasRemaining()) {
      at += channel.write(record, at);
    }
    sizeBytes = at;
  }

  /**
   * The record at the offset; null at the end, and where the file is torn or damaged.
   *
   * @throws IOException if the disk fails
   */
  byte @Nullable [] read(long offset, int recordBytesMax) throws IOException {
    if (offset + HEADER_BYTES > sizeBytes) {
      return null;
    }
    ByteBuffer header = readFully(offset, HEADER_BYTES);
    int length = header.getInt();
    int crc = header.getInt();
    if (length < 0 || length > recordBytesMax || offset + HEADER_BYTES + length > sizeBytes) {
      return null;
    }
    byte[] content = readFully(offset + HEADER_BYTES, length).array();
    return crc(content) == crc ? content : null;
  }

  private ByteBuffer readFully(long offset, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      int read = channel.read(bytes, offset + bytes.position());
      if (read < 0) {
        throw new IOException("%s ends within a record at %d".formatted(file, offset));
      }
    }
    return bytes.flip();
  }

  /** Cuts off what follows. */
  void truncate(long newSizeBytes) throws IOException {
    channel.truncate(newSizeBytes);
    sizeBytes = newSizeBytes;
  }

  void sync() throws IOException {
    channel.force(false);
  }

  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(file);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static int crc(byte[] content) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(4).putInt(content.length).flip());
    crc.update(content);
    return (int) crc.getValue();
  }
}
