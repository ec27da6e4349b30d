package dev.tidewatch.ingest.export;

import dev.tidewatch.ingest.query.RangeCursor;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.timeseries.Times;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Readings as lines. A chunk ends with a line, so whoever goes on after a chunk needs to know the
 * last reading only. The same reading always becomes the same line: times as {@link
 * java.time.Instant#toString}, values as {@link Double#toString}, which is the shortest decimal
 * that reads back as the same number.
 */
public final class TextFile implements ReadingsFile {
  private static final byte[] CSV_HEADER = ascii("series,time,value,quality\r\n");
  private static final int LINE_BYTES_MAX = 1_024;

  private final boolean json;
  private final ExportFormat format;
  private final Chunks chunks;
  private final byte[] bytes = new byte[Chunks.BYTES_MAX];
  private int size;
  private RangeCursor cursor;
  private long readings;
  private long sentBytes;
  private boolean sentAny;
  private long dayMicros = Long.MIN_VALUE;
  private byte[] day = new byte[0];

  /**
   * @param format CSV or JSON_LINES
   * @param from where the file begins or goes on
   */
  public TextFile(ExportFormat format, ExportCursor from, Chunks chunks) {
    this.format = format;
    this.json =
        switch (format) {
          case JSON_LINES -> true;
          case CSV -> false;
          case PARQUET -> throw new IllegalArgumentException("not a text: " + format);
        };
    this.chunks = chunks;
    this.cursor = from.range();
    this.readings = from.readings();
    this.sentBytes = from.bytes();
    if (!json && sentBytes == 0) {
      put(CSV_HEADER);
    }
  }

  @Override
  public void accept(String series, ReadingColumn page, RangeCursor after)
      throws InterruptedException {
    byte[] before = ascii(json ? "{\"series\":\"" + series + "\",\"time\":\"" : series + ",");
    for (int row = 0; row < page.size(); row++) {
      if (bytes.length - size < LINE_BYTES_MAX) {
        flush();
      }
      put(before);
      time(page.timeMicros(row));
      put(json ? "\",\"value\":" : ",");
      put(Double.toString(page.value(row)));
      put(json ? ",\"quality\":" : ",");
      put(Integer.toString(page.quality(row)));
      put(json ? "}\n" : "\r\n");
      readings++;
      cursor =
          new RangeCursor(after.epoch(), after.position(), series, page.timeMicros(row) + 1, 0);
    }
  }

  @Override
  public void end() throws InterruptedException {
    if (size > 0 || !sentAny) {
      flush();
    }
  }

  private void flush() throws InterruptedException {
    sentBytes += size;
    byte[] chunk = Arrays.copyOf(bytes, size);
    size = 0;
    sentAny = true;
    chunks.accept(chunk, new ExportCursor(format, cursor, readings, sentBytes));
  }

  /** As {@code Instant} prints it, without making one a reading. */
  private void time(long micros) {
    long ofDay = Math.floorMod(micros, Times.MICROS_PER_DAY);
    if (micros - ofDay != dayMicros) {
      dayMicros = micros - ofDay;
      day = ascii(LocalDate.ofEpochDay(Math.floorDiv(micros, Times.MICROS_PER_DAY)) + "T");
    }
    put(day);
    int seconds = (int) (ofDay / 1_000_000);
    digits(seconds / 3_600, 2);
    bytes[size++] = ':';
    digits(seconds / 60 % 60, 2);
    bytes[size++] = ':';
    digits(seconds % 60, 2);
    int fraction = (int) (ofDay % 1_000_000);
    if (fraction != 0) {
      bytes[size++] = '.';
      if (fraction % 1_000 == 0) {
        digits(fraction / 1_000, 3);
      } else {
        digits(fraction, 6);
      }
    }
    bytes[size++] = 'Z';
  }

  private void digits(int number, int count) {
    int rest = number;
    for (int at = size + count - 1; at >= size; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += count;
  }

  private void put(byte[] text) {
    System.arraycopy(text, 0, bytes, size, text.length);
    size += text.length;
  }

  @SuppressWarnings(
      "deprecation") // Just the low bytes of a text that is all ASCII, without a copy.
  private void put(String ascii) {
    ascii.getBytes(0, ascii.length(), bytes, size);
    size += ascii.length();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
