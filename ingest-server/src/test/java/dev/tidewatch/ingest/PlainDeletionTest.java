package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.testing.TestDatabase;

/** On plain PostgreSQL. */
final class PlainDeletionTest extends DeletionContract {
  @Override
  TestDatabase database() {
    return TestDatabase.plain(IngestServer.SCHEMA, IngestServer.MIGRATIONS);
  }
}
