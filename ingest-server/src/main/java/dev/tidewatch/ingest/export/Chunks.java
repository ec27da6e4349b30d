package dev.tidewatch.ingest.export;

/** Where the bytes of a file go. */
public interface Chunks {
  /** The most bytes of one chunk. */
  int BYTES_MAX = 256 << 10;

  /**
   * Takes the next chunk; may block as long as the reader is slow.
   *
   * @param cursor goes on after it
   */
  void accept(byte[] chunk, ExportCursor cursor) throws InterruptedException;
}
