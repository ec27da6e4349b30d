package dev.tidewatch.registry.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

class PlainProtectionTest extends ProtectionContract {
  @Override
  TestDatabase database() {
    return TestDatabase.plain("registry", "db/migration/registry");
  }
}
