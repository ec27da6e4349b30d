package dev.tidewatch.monitor.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

final class PlainCoverageSourceTest extends CoverageSourceContract {
  @Override
  TestDatabase newDatabase() {
    return TestDatabase.plain("monitor", "db/migration/monitor");
  }
}
