package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.testing.TestDatabase;

/** On plain PostgreSQL. */
final class PlainSeriesDeletionTest extends SeriesDeletionContract {
  @Override
  TestDatabase database() {
    return TestDatabase.plain(IngestServer.SCHEMA, IngestServer.MIGRATIONS);
  }
}
