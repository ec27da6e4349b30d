package dev.tidewatch.sdk;

/** Hears how far an upload or download has come. Called on the thread that makes the transfer. */
@FunctionalInterface
public interface TransferProgress {
  /** Hears nothing. */
  TransferProgress SILENT = (done, total) -> {};

  /**
   * @param doneBytes bytes that are over, those of earlier tries included
   * @param totalBytes of the whole file
   */
  void moved(long doneBytes, long totalBytes);
}
