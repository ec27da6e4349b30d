package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Residency;
import dev.tidewatch.inference.serving.VersionStatus;
import dev.tidewatch.proto.oip.ModelRepositoryParameter;
import dev.tidewatch.proto.oip.RepositoryIndexRequest;
import dev.tidewatch.proto.oip.RepositoryIndexResponse;
import dev.tidewatch.proto.oip.RepositoryIndexResponse.ModelIndex;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The registry as the protocol's only model repository. Thread-safe. */
final class ModelRepository {
  private static final Set<String> NAMES = Set.of("", "registry");

  private final Residency residency;
  private final Duration loadLongest;

  /**
   * @param loadLongest how long a load waits
   */
  ModelRepository(Residency residency, Duration loadLongest) {
    this.residency = residency;
    this.loadLongest = loadLongest;
  }

  RepositoryIndexResponse index(RepositoryIndexRequest request) {
    var index = RepositoryIndexResponse.newBuilder();
    if (!NAMES.contains(request.getRepositoryName())) {
      return index.build();
    }
    var models = new TreeMap<VersionKey, ModelIndex>();
    for (Artifact artifact : residency.registry().aliases().values()) {
      models.put(artifact.version(), entry(artifact.version(), "UNAVAILABLE", "unloaded"));
    }
    for (VersionStatus status : residency.statuses()) {
      models.put(
          status.version(),
          switch (status.state()) {
            case READY -> entry(status.version(), "READY", "");
            case LOADING -> entry(status.version(), "LOADING", "");
            case DRAINING -> entry(status.version(), "UNLOADING", "");
            default -> entry(status.version(), "UNAVAILABLE", status.reason());
          });
    }
    models.values().stream()
        .filter(model -> !request.getReady() || model.getState().equals("READY"))
        .forEach(index::addModels);
    return index.build();
  }

  private static ModelIndex entry(VersionKey key, String state, String reason) {
    return ModelIndex.newBuilder()
        .setName(key.model())
        .setVersion(key.version())
        .setState(state)
        .setReason(reason)
        .build();
  }

  /**
   * Returns when the model answers.
   *
   * @throws NotFound {@code MODEL_UNKNOWN}; the text begins as clients of the protocol expect
   * @throws Unavailable {@code MODEL_NOT_READY} likewise
   */
  void load(String repository, String model, Map<String, ModelRepositoryParameter> parameters) {
    requireKnown("load", repository, model);
    for (String parameter : parameters.keySet()) {
      throw InvalidArgument.field(
          "parameters." + parameter,
          "failed to load '%s': files and configuration come from the registry alone; leave it out"
              .formatted(model));
    }
    try {
      residency.load(model, loadLongest);
    } catch (NotFound e) {
      throw new NotFound(e.reason(), "failed to load '%s': %s".formatted(model, e.getMessage()), e);
    } catch (Unavailable e) {
      throw new Unavailable(
          e.reason(),
          "failed to load '%s': %s".formatted(model, e.getMessage()),
          e.retryAfter().orElse(Duration.ofSeconds(1)),
          e);
    }
  }

  /**
   * @throws NotFound {@code MODEL_UNKNOWN}
   */
  void unload(String repository, String model, Map<String, ModelRepositoryParameter> parameters) {
    requireKnown("unload", repository, model);
    for (String parameter : parameters.keySet()) {
      // Models depend on no others here.
      if (!parameter.equals("unload_dependents")) {
        throw InvalidArgument.field("parameters." + parameter, "is no parameter of an unload");
      }
    }
    try {
      residency.unload(model);
    } catch (NotFound e) {
      throw new NotFound(
          e.reason(), "failed to unload '%s': %s".formatted(model, e.getMessage()), e);
    }
  }

  private static void requireKnown(String what, String repository, String model) {
    if (model.isEmpty()) {
      throw InvalidArgument.field("model_name", "is empty; name a model");
    }
    if (!NAMES.contains(repository)) {
      throw new NotFound(
          "MODEL_UNKNOWN",
          "failed to %s '%s': there is no repository '%s'; leave it empty for the registry"
              .formatted(what, model, repository));
    }
  }
}
