package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.serverkit.testing.TestDatabase;

/** On TimescaleDB. */
@RequiresEnvironment(RequiresEnvironment.TIMESCALE)
final class TimescaleSeriesDeletionTest extends SeriesDeletionContract {
  @Override
  TestDatabase database() {
    return TestDatabase.timescale(IngestServer.SCHEMA, IngestServer.MIGRATIONS);
  }
}
