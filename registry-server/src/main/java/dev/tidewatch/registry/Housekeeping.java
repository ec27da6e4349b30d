package dev.tidewatch.registry;

import dev.tidewatch.registry.artifacts.ArtifactStore;
import dev.tidewatch.registry.artifacts.Sweep;
import dev.tidewatch.registry.storage.PostgresRegistryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps files, and forgets old requests, now and then. Every replica may do so at any time. */
final class Housekeeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private final ArtifactStore artifacts;
  private final PostgresRegistryStore store;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("registry-housekeeping").daemon().factory());

  Housekeeping(ArtifactStore artifacts, PostgresRegistryStore store) {
    this.artifacts = artifacts;
    this.store = store;
  }

  void start(Duration interval) {
    ScheduledFuture<?> _ =
        executor.scheduleWithFixedDelay(
            this::run, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run() {
    try {
      Sweep.Swept swept = artifacts.prepare();
      int requests = store.forgetOldRequests();
      log.info("swept {}, forgot {} old requests", swept, requests);
    } catch (IOException | RuntimeException e) {
      log.warn("the sweep failed and is tried again later", e);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
        log.warn("housekeeping still runs");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
