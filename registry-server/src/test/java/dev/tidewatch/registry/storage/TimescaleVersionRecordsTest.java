package dev.tidewatch.registry.storage;

import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.serverkit.testing.TestDatabase;

@RequiresEnvironment(RequiresEnvironment.TIMESCALE)
class TimescaleVersionRecordsTest extends VersionRecordsContract {
  @Override
  TestDatabase database() {
    return TestDatabase.timescale("registry", "db/migration/registry");
  }
}
