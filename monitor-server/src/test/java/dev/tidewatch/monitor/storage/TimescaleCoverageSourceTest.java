package dev.tidewatch.monitor.storage;

import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.serverkit.testing.TestDatabase;

@RequiresEnvironment(RequiresEnvironment.TIMESCALE)
final class TimescaleCoverageSourceTest extends CoverageSourceContract {
  @Override
  TestDatabase newDatabase() {
    return TestDatabase.timescale("monitor", "db/migration/monitor");
  }
}
