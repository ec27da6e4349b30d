package dev.tidewatch.ingest.export;

/** What an exported file looks like. */
public enum ExportFormat {
  CSV,
  JSON_LINES,
  PARQUET
}
