package dev.tidewatch.registry.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

class PlainVersionRecordsTest extends VersionRecordsContract {
  @Override
  TestDatabase database() {
    return TestDatabase.plain("registry", "db/migration/registry");
  }
}
