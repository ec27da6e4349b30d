package dev.tidewatch.registry.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

class PlainVersionSearchTest extends VersionSearchContract {
  @Override
  TestDatabase database() {
    return TestDatabase.plain("registry", "db/migration/registry");
  }
}
