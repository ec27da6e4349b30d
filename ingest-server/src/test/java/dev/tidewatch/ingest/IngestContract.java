package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** One ingest server for all tests of a class; a subclass says on which database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class IngestContract {
  @SuppressWarnings("NullAway.Init")
  RunningIngest ingest;

  /** A fresh, migrated database. */
  abstract TestDatabase database();

  /** Beside those of {@link RunningIngest}. */
  Map<String, String> settings() {
    return Map.of();
  }

  @BeforeAll
  void start() {
    ingest = RunningIngest.start(database(), settings(), Telemetry.disabled());
  }

  @AfterAll
  void stop() {
    ingest.close();
  }
}
