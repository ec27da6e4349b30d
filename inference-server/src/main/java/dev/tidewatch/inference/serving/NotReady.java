package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is said where a version cannot answer. */
final class NotReady {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private NotReady() {}

  static Unavailable because(VersionKey key, String why) {
    return new Unavailable("MODEL_NOT_READY", "%s cannot answer: %s".formatted(key, why), AGAIN);
  }

  static Unavailable because(VersionKey key, @Nullable ServiceException failure) {
    return because(
        key,
        failure == null ? "it is being loaded" : failure.reason() + ", " + failure.getMessage());
  }

  static NotFound unknown(VersionKey key) {
    return new NotFound("VERSION_UNKNOWN", "the registry knows no version " + key);
  }

  static NotFound unknownModel(String model) {
    return new NotFound(
            "MODEL_UNKNOWN", "no alias, assignment or request names a version of " + model)
        .with("model", model);
  }

  static ResourceExhausted memoryFull(String message) {
    return new ResourceExhausted("MODEL_MEMORY_FULL", message, AGAIN);
  }
}
