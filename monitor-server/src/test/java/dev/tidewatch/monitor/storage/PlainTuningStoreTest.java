package dev.tidewatch.monitor.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

final class PlainTuningStoreTest extends TuningStoreContract {
  @Override
  TestDatabase newDatabase() {
    return TestDatabase.plain("monitor", "db/migration/monitor");
  }
}
