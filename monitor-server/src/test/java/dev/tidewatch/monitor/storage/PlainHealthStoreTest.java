package dev.tidewatch.monitor.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

final class PlainHealthStoreTest extends HealthStoreContract {
  @Override
  TestDatabase newDatabase() {
    return TestDatabase.plain("monitor", "db/migration/monitor");
  }
}
