package dev.tidewatch.monitor.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

final class PlainDecisionStoreTest extends DecisionStoreContract {
  @Override
  TestDatabase newDatabase() {
    return TestDatabase.plain("monitor", "db/migration/monitor");
  }
}
