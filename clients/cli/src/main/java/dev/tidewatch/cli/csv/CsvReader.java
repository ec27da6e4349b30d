package dev.tidewatch.cli.csv;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Reads records of RFC 4180, one after the other, in UTF-8, and knows where it is: the line and the
 * byte (of the text, not of its compressed form), so that a later run can go on from there.
 *
 * <p>Quoted fields may hold the delimiter, doubled quotes and line ends. Lines end in LF, CR LF or
 * the end of the file; blank lines are passed over. A byte order mark is, too. Not thread-safe.
 */
public final class CsvReader implements AutoCloseable {
  /** A longer record means that a quote was never closed. */
  static final int RECORD_BYTES_MAX = 1 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final byte delimiter;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int bufferAt;
  private int bufferEnd;
  private long offset;
  private long lines;

  private byte[] record = new byte[256];
  private int recordEnd;
  private int[] fieldEnds = new int[16];
  private int fieldCount;
  private long recordLine;

  /**
   * @param in owned by the reader from here on
   * @param delimiter an ASCII character
   */
  public CsvReader(InputStream in, char delimiter) {
    if (delimiter > 127 || delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
      throw new IllegalArgumentException("delimiter: '" + delimiter + "' cannot separate fields");
    }
    this.in = in;
    this.delimiter = (byte) delimiter;
  }

  /** The text of a file, decompressed if it starts like gzip, whatever its name. */
  public static InputStream text(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    try {
      var buffered = new BufferedInputStream(raw, BUFFER_BYTES);
      buffered.mark(2);
      boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
      buffered.reset();
      return gzip ? new GZIPInputStream(buffered, BUFFER_BYTES) : buffered;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Whichever of comma, semicolon, tab and bar stands most often in the first line; or comma. */
  public static char guessDelimiter(Path file) throws IOException {
    try (InputStream in = text(file)) {
      int[] counts = new int[128];
      boolean quoted = false;
      for (int i = 0; i < BUFFER_BYTES; i++) {
        int c = in.read();
        if (c < 0 || (c == '\n' && !quoted)) {
          break;
        }
        quoted ^= c == '"';
        if (!quoted && c < 128) {
          counts[c]++;
        }
      }
      char best = ',';
      for (char candidate : new char[] {';', '\t', '|'}) {
        best = counts[candidate] > counts[best] ? candidate : best;
      }
      return best;
    }
  }

  /**
   * Moves to the next record.
   *
   * @return false at the end of the text
   * @throws IOException if the text cannot be read, or a record has no end
   */
  public boolean next() throws IOException {
    do {
      if (!readRecord()) {
        return false;
      }
    } while (fieldCount == 1 && recordEnd == 0);
    return true;
  }

  private boolean readRecord() throws IOException {
    recordEnd = 0;
    fieldCount = 0;
    recordLine = lines + 1;
    boolean quoted = false;
    boolean any = false;
    int fieldStart = 0;
    while (true) {
      int c = read();
      if (c < 0) {
        if (quoted) {
          throw new EOFException("line " + recordLine + ": a quote is never closed");
        }
        if (any) {
          endField();
          lines++;
        }
        return any;
      }
      any = true;
      if (quoted) {
        if (c != '"') {
          lines += c == '\n' ? 1 : 0;
          append(c);
        } else if (peek() == '"') {
          read();
          append('"');
        } else {
          quoted = false;
        }
      } else if (c == '"' && recordEnd == fieldStart) {
        quoted = true;
      } else if (c == delimiter) {
        endField();
        fieldStart = recordEnd;
      } else if (c == '\n') {
        endField();
        lines++;
        return true;
      } else if (c != '\r' || peek() != '\n') {
        append(c);
      }
    }
  }

  private int read() throws IOException {
    if (bufferAt == bufferEnd && !fill()) {
      return -1;
    }
    offset++;
    return buffer[bufferAt++] & 0xff;
  }

  private int peek() throws IOException {
    return bufferAt == bufferEnd && !fill() ? -1 : buffer[bufferAt] & 0xff;
  }

  private boolean fill() throws IOException {
    int count = in.read(buffer, 0, buffer.length);
    bufferAt = 0;
    bufferEnd = Math.max(count, 0);
    if (offset == 0
        && count >= 3
        && buffer[0] == (byte) 0xef
        && buffer[1] == (byte) 0xbb
        && buffer[2] == (byte) 0xbf) {
      bufferAt = 3;
      offset = 3;
    }
    return bufferAt < bufferEnd;
  }

  private void append(int c) throws IOException {
    if (recordEnd == record.length) {
      if (recordEnd >= RECORD_BYTES_MAX) {
        throw new IOException(
            "line " + recordLine + ": longer than 1 MiB; is a quote never closed?");
      }
      record = Arrays.copyOf(record, record.length * 2);
    }
    record[recordEnd++] = (byte) c;
  }

  private void endField() {
    if (fieldCount == fieldEnds.length) {
      fieldEnds = Arrays.copyOf(fieldEnds, fieldEnds.length * 2);
    }
    fieldEnds[fieldCount++] = recordEnd;
  }

  /** Fields of this record. */
  public int fieldCount() {
    return fieldCount;
  }

  /** One field of this record, unquoted. */
  public String field(int index) {
    int from = index == 0 ? 0 : fieldEnds[index - 1];
    int length = fieldEnds[index] - from;
    return new String(record, from, length, StandardCharsets.UTF_8);
  }

  /** The line on which this record starts; the first is 1. */
  public long line() {
    return recordLine;
  }

  /** Lines read so far, this record included. */
  public long linesRead() {
    return lines;
  }

  /** Bytes of text read so far, this record included. */
  public long offset() {
    return offset;
  }

  /**
   * Passes over text that an earlier run has read.
   *
   * @param toOffset what {@link #offset} said then; not before the present one
   * @param linesBefore what {@link #linesRead} said then
   * @return false if the text is shorter than that
   */
  public boolean skipTo(long toOffset, long linesBefore) throws IOException {
    while (offset < toOffset) {
      if (bufferAt == bufferEnd && !fill()) {
        return false;
      }
      int step = (int) Math.min(toOffset - offset, bufferEnd - bufferAt);
      bufferAt += step;
      offset += step;
    }
    lines = linesBefore;
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
