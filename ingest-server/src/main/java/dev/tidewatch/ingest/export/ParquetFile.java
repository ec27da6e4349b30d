package dev.tidewatch.ingest.export;

import dev.tidewatch.ingest.query.RangeCursor;
import dev.tidewatch.ingest.query.ReadingColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Readings as an Apache Parquet file. The footer refers to every part of the file, so a file that
 * goes on after a break is made again from the begin, from the same snapshot, and what was sent
 * already is left out.
 */
public final class ParquetFile implements ReadingsFile {
  private final ParquetEncoding encoding = new ParquetEncoding();
  private final RowGroup rows = new RowGroup();
  private final Chunks chunks;
  private final RangeCursor begin;
  private final long skipBytes;
  private final byte[] chunk = new byte[Chunks.BYTES_MAX];
  private int size;
  private long madeBytes;
  private long readings;
  private boolean sentAny;

  /**
   * @param from where the file begins or goes on
   */
  public ParquetFile(ExportCursor from, Chunks chunks) throws InterruptedException {
    this.chunks = chunks;
    this.begin = from.range();
    this.skipBytes = from.bytes();
    send(encoding.begin());
  }

  @Override
  public void accept(String series, ReadingColumn page, RangeCursor after)
      throws InterruptedException {
    int from = 0;
    while (from < page.size()) {
      from += rows.add(series, page, from);
      if (rows.isFull()) {
        sendRows();
      }
    }
  }

  @Override
  public void end() throws InterruptedException {
    if (rows.size() > 0) {
      sendRows();
    }
    try {
      send(encoding.end());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (size > 0 || !sentAny) {
      flush();
    }
  }

  private void sendRows() throws InterruptedException {
    try {
      byte[] encoded = encoding.rowGroup(rows);
      readings += rows.size();
      rows.clear();
      send(encoded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(byte[] bytes) throws InterruptedException {
    int at = Math.clamp(skipBytes - madeBytes, 0, bytes.length);
    madeBytes += at;
    while (at < bytes.length) {
      int more = Math.min(bytes.length - at, chunk.length - size);
      System.arraycopy(bytes, at, chunk, size, more);
      size += more;
      at += more;
      madeBytes += more;
      if (size == chunk.length) {
        flush();
      }
    }
  }

  private void flush() throws InterruptedException {
    byte[] full = Arrays.copyOf(chunk, size);
    size = 0;
    sentAny = true;
    chunks.accept(full, new ExportCursor(ExportFormat.PARQUET, begin, readings, madeBytes));
  }
}
