package dev.tidewatch.monitor.registry;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which version of a model serves. Thread-safe. */
public interface ModelCatalogue {
  /** The alias that serving follows unless told otherwise. */
  String CHAMPION = "champion";

  /**
   * The version that an alias names.
   *
   * @param createdAt domain time
   * @param series that it was trained on, in the role that it predicts; empty where there are too
   *     many to name
   */
  record NamedVersion(String model, String version, Instant createdAt, List<String> series) {
    public NamedVersion {
      series = List.copyOf(series);
    }
  }

  /**
   * The champion; empty where the model has none.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound MODEL_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Unavailable REGISTRY_UNAVAILABLE
   */
  default Optional<NamedVersion> champion(String model) {
    return named(model, CHAMPION);
  }

  /** As {@link #champion}, of any alias. */
  Optional<NamedVersion> named(String model, String alias);
}
