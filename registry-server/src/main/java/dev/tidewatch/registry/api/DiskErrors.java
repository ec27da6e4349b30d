package dev.tidewatch.registry.api;

import dev.tidewatch.registry.artifacts.StoreUnavailable;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;

/** What a caller is told when the disk fails. */
final class DiskErrors {
  private static final Duration RETRY_AFTER = Duration.ofMinutes(1);
  private static final Duration STORE_RETRY_AFTER = Duration.ofSeconds(2);

  private DiskErrors() {}

  static RuntimeException of(IOException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("no space left") || message.contains("quota")) {
      return new ResourceExhausted(
          "STORE_FULL", "the artifact store is full; make room, then resume", RETRY_AFTER, failure);
    }
    if (failure instanceof StoreUnavailable) {
      return new Unavailable(
          "STORE_UNAVAILABLE",
          "the artifact store cannot be reached; try again, an upload goes on where it was",
          STORE_RETRY_AFTER,
          failure);
    }
    return new UncheckedIOException(failure);
  }
}
