package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.testing.TestDatabase;

/** On plain PostgreSQL. */
final class PlainDifferencesTest extends DifferencesContract {
  @Override
  TestDatabase database() {
    return TestDatabase.plain(IngestServer.SCHEMA, IngestServer.MIGRATIONS);
  }
}
