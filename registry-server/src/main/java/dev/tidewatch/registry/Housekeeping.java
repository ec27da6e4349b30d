package dev.tidewatch.registry;

import dev.tidewatch.registry.artifacts.ArtifactStore;
import dev.tidewatch.registry.artifacts.Sweep;
import dev.tidewatch.registry.storage.PostgresRegistryStore;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps files, and forgets old requests, now and then. Every replica may do so at any time. */
final class Housekeeping {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private Housekeeping() {}

  /** Begins after the interval, since the start sweeps by itself; the caller closes it. */
  static Rounds begin(ArtifactStore artifacts, PostgresRegistryStore store, Duration interval) {
    return Rounds.of(
            "registry-housekeeping", Pace.every(interval).resting(9), () -> keep(artifacts, store))
        .startWithTheWait();
  }

  private static void keep(ArtifactStore artifacts, PostgresRegistryStore store) {
    try {
      Sweep.Swept swept = artifacts.prepare();
      int requests = store.forgetOldRequests();
      log.info("swept {}, forgot {} old requests", swept, requests);
    } catch (IOException e) {
      throw new UncheckedIOException("the sweep failed: " + e.getMessage(), e);
    }
  }
}
