package dev.tidewatch.monitor.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

final class PlainDeliveryStoreTest extends DeliveryStoreContract {
  @Override
  TestDatabase newDatabase() {
    return TestDatabase.plain("monitor", "db/migration/monitor");
  }
}
