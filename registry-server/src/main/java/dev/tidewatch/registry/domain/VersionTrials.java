package dev.tidewatch.registry.domain;

import dev.tidewatch.serverkit.errors.FailedPrecondition;
import java.util.List;
import java.util.Optional;

/** Pending versions, which a server tries with their smoke inputs. Thread-safe. */
public final class VersionTrials {
  private final RegistryStore store;

  public VersionTrials(RegistryStore store) {
    this.store = store;
  }

  /** Empty for a version that was made without. */
  public List<SmokeInput> smokeInputs(ModelName model, SemanticVersion number) {
    return store.read(
        registry -> registry.versions().smokeInputs(ModelCatalog.version(registry, model, number)));
  }

  /**
   * How a server fared.
   *
   * @param failure empty: it answered as the signature says
   * @param server which one tried
   * @param signature what it found in the file; kept where the version was made without tensors
   */
  public record Verdict(Optional<String> failure, String server, Optional<Document> signature) {}

  /**
   * Decides a pending version.
   *
   * @throws FailedPrecondition {@code VERSION_NOT_PENDING}
   */
  public ModelVersion decide(
      Origin origin, ModelName model, SemanticVersion number, Verdict verdict) {
    return store.change(
        origin,
        registry -> {
          registry.once(() -> {
            ModelVersion version = ModelCatalog.version(registry, model, number);
            if (version.state() != VersionState.PENDING) {
              throw new FailedPrecondition(
                      "VERSION_NOT_PENDING",
                      "version: " + version.label() + " is " + version.state() + " already")
                  .with("model", model.value())
                  .with("version", number.toString());
            }
            boolean unsaid = TensorSignature.of(version.content().signature()).isEmpty();
            registry
                .versions()
                .decide(
                    version,
                    verdict.failure().isEmpty() ? VersionState.READY : VersionState.FAILED,
                    verdict.failure().orElse(""),
                    verdict.signature().filter(found -> unsaid),
                    registry.nextRevision());
            registry.audit(
                model.value(),
                number.toString(),
                verdict
                    .failure()
                    .map(reason ->
                        "failed its smoke inputs on server " + verdict.server() + ": " + reason)
                    .orElse("answered its smoke inputs on server " + verdict.server()),
                "");
            return number.toString();
          });
          return ModelCatalog.version(registry, model, number);
        });
  }
}
