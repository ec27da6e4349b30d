package dev.tidewatch.registry.storage;

import dev.tidewatch.serverkit.testing.TestDatabase;

class PlainPromotionTest extends PromotionContract {
  @Override
  TestDatabase database() {
    return TestDatabase.plain("registry", "db/migration/registry");
  }
}
