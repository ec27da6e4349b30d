package dev.tidewatch.registry.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

class PlainRegistryStoreTest extends RegistryStoreContract {
  @Override
  TestDatabase database() {
    return TestDatabase.plain("registry", "db/migration/registry");
  }
}
