package dev.tidewatch.registry.api;

import dev.tidewatch.registry.RunningRegistry;
import dev.tidewatch.registry.SettableClock;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A registry of its own for each test, and what tests often ask of it. */
abstract class RegistryOverGrpc {
  @TempDir Path folder;
  final SettableClock clock = new SettableClock("2026-03-01T00:00:00Z");
  TestDatabase database;
  RunningRegistry registry;

  @BeforeEach
  void start() {
    database = TestDatabase.plain("registry", "db/migration/registry");
    registry = RunningRegistry.start(database, folder, time(), settings());
  }

  /** Its clock. */
  InstantSource time() {
    return clock;
  }

  /** Beside those of {@link RunningRegistry}. */
  Map<String, String> settings() {
    return Map.of();
  }

  @AfterEach
  void stop() {
    registry.close();
    database.close();
  }
}
