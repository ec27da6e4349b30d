package dev.tidewatch.ingest.feed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one section of a feed block in its stored form, which is the encoding of the contract's
 * {@code ShardSection}, so that its bytes go to subscribers as they are. Written by hand because it
 * is on the path of every reading; a test reads it back with the generated classes. Not
 * thread-safe.
 */
public final class SectionWriter {
  /** {@code ReadingsChangeKind.NEW}. */
  public static final int NEW = 1;

  /** {@code ReadingsChangeKind.REPLACED}. */
  public static final int REPLACED = 2;

  private static final int FIRST_BYTES = 256;
  private static final int VARINT = 0;
  private static final int BYTES = 2;

  // Fields of ShardSection.
  private static final int SHARD = 1;
  private static final int SERIES = 2;
  private static final int DELETIONS = 3;
  private static final int READINGS = 4;
  // Fields of ReadingsChange.
  private static final int NAME = 1;
  private static final int SERIES_ID = 2;
  private static final int KIND = 3;
  private static final int TIMES = 4;
  private static final int VALUES = 5;
  private static final int QUALITIES = 6;
  private static final int TRACEPARENT = 7;

  /** The rows of one entry, in order. */
  public interface Rows {
    int size();

    /** Writes the times packed: eight bytes each, little end first. */
    void timesTo(byte[] to, int at);

    /** Writes the values packed: eight bytes each, little end first. */
    void valuesTo(byte[] to, int at);

    short quality(int row);

    /** False if the quality of every row is known to be 0. */
    boolean mayHaveQualities();
  }

  private byte[] bytes;
  private int size;

  public SectionWriter(int shard) {
    this(shard, FIRST_BYTES);
  }

  /**
   * @param expectedBytes about how long the section will be
   */
  public SectionWriter(int shard, int expectedBytes) {
    bytes = new byte[Math.max(expectedBytes, FIRST_BYTES)];
    if (shard != 0) {
      tag(SHARD, VARINT);
      varint(shard);
    }
  }

  /** Adds readings that one batch stored for one series. */
  public void readings(String series, int seriesId, int kind, Rows rows, String traceparent) {
    byte[] name = series.getBytes(StandardCharsets.UTF_8);
    byte[] trace = traceparent.getBytes(StandardCharsets.UTF_8);
    int count = rows.size();
    int qualityBytes = qualityBytes(rows);
    int length =
        1
            + varintSize(name.length)
            + name.length
            + 1
            + varintSize(seriesId)
            + 2
            + 2 * (1 + varintSize(8L * count) + 8 * count)
            + (qualityBytes == 0 ? 0 : 1 + varintSize(qualityBytes) + qualityBytes)
            + (trace.length == 0 ? 0 : 1 + varintSize(trace.length) + trace.length);
    tag(READINGS, BYTES);
    varint(length);
    ensure(length);
    bytes(NAME, name);
    tag(SERIES_ID, VARINT);
    varint(seriesId);
    tag(KIND, VARINT);
    varint(kind);
    tag(TIMES, BYTES);
    varint(8L * count);
    rows.timesTo(bytes, size);
    size += 8 * count;
    tag(VALUES, BYTES);
    varint(8L * count);
    rows.valuesTo(bytes, size);
    size += 8 * count;
    if (qualityBytes > 0) {
      tag(QUALITIES, BYTES);
      varint(qualityBytes);
      for (int row = 0; row < count; row++) {
        varint(rows.quality(row));
      }
    }
    if (trace.length > 0) {
      bytes(TRACEPARENT, trace);
    }
  }

  /** Adds a change of the catalogue, given as an encoded {@code SeriesChange}. */
  public void series(byte[] change) {
    bytes(SERIES, change);
  }

  /** Adds a deletion of readings, given as an encoded {@code ReadingsDeletion}. */
  public void deletion(byte[] deletion) {
    bytes(DELETIONS, deletion);
  }

  public int size() {
    return size;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** What was written, as a view that is valid until more is written. */
  public ByteBuffer view() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  /** 0 if all are 0: then the column is left out. */
  private static int qualityBytes(Rows rows) {
    if (!rows.mayHaveQualities()) {
      return 0;
    }
    int total = 0;
    boolean any = false;
    for (int row = 0; row < rows.size(); row++) {
      short quality = rows.quality(row);
      any |= quality != 0;
      total += varintSize(quality);
    }
    return any ? total : 0;
  }

  private void bytes(int field, byte[] content) {
    tag(field, BYTES);
    varint(content.length);
    ensure(content.length);
    System.arraycopy(content, 0, bytes, size, content.length);
    size += content.length;
  }

  private void tag(int field, int wireType) {
    varint((field << 3) | wireType);
  }

  private void varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private static int varintSize(long value) {
    int size = 1;
    for (long rest = value; (rest & ~0x7fL) != 0; rest >>>= 7) {
      size++;
    }
    return size;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
