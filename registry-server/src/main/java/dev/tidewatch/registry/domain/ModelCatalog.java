package dev.tidewatch.registry.domain;

import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Models and their versions. Thread-safe. */
public final class ModelCatalog {
  private final RegistryStore store;
  private final InstantSource clock;

  public ModelCatalog(RegistryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Makes a model without versions. */
  public Model create(
      Origin origin, ModelName name, Task task, String description, Map<String, String> tags) {
    return store.change(
        origin,
        registry -> {
          registry.once(() -> {
            if (registry.models().find(name).isPresent()) {
              throw new AlreadyExists("MODEL_EXISTS", "model: '" + name + "' is taken")
                  .with("model", name.value());
            }
            Instant now = now();
            registry
                .models()
                .insert(
                    new Model(
                        name,
                        task,
                        description,
                        tags,
                        false,
                        Optional.empty(),
                        registry.nextRevision(),
                        origin.actor(),
                        now,
                        now));
            registry.audit(name.value(), name.value(), "made the model for " + task, "");
            return name.value();
          });
          return model(registry, name);
        });
  }

  public Model get(ModelName name) {
    return store.read(registry -> model(registry, name));
  }

  public Page<Model> list(ModelFilter filter, PageRequest request) {
    return store.read(registry -> registry.models().page(filter, request));
  }

  /**
   * Changes what is given of a model.
   *
   * @param basedOn the revision that the caller read
   */
  public Model update(
      Origin origin,
      ModelName name,
      long basedOn,
      Optional<String> description,
      Optional<Map<String, String>> tags,
      Optional<Boolean> archived) {
    return store.change(
        origin,
        registry -> {
          registry.once(() -> {
            Model before = model(registry, name);
            requireEtag(before.revision(), basedOn, "model '" + name + "'");
            registry
                .models()
                .update(
                    new Model(
                        name,
                        before.task(),
                        description.orElse(before.description()),
                        tags.orElse(before.tags()),
                        archived.orElse(before.archived()),
                        before.latest(),
                        registry.nextRevision(),
                        before.createdBy(),
                        before.createdAt(),
                        now()));
            registry.audit(name.value(), name.value(), "changed the model", "");
            return name.value();
          });
          return model(registry, name);
        });
  }

  /** Makes a version out of an artifact that is there. */
  public ModelVersion createVersion(Origin origin, NewVersion wanted) {
    return store.change(
        origin,
        registry -> {
          String made = registry.once(() -> insertVersion(registry, origin, wanted).toString());
          return version(registry, wanted.model(), SemanticVersion.parse(made));
        });
  }

  private SemanticVersion insertVersion(RegistryChange registry, Origin origin, NewVersion wanted) {
    Model model = model(registry, wanted.model());
    if (model.archived()) {
      throw new FailedPrecondition(
          "MODEL_ARCHIVED", "model: '" + model.name() + "' is archived and takes no new versions");
    }
    SemanticVersion number =
        wanted.number().orElseGet(() -> following(model.latest(), wanted.bump()));
    if (registry.versions().find(model.name(), number).isPresent()) {
      throw new AlreadyExists(
              "VERSION_EXISTS",
              "version: model '" + model.name() + "' has a version " + number + " already")
          .with("model", model.name().value())
          .with("version", number.toString());
    }
    Artifact artifact =
        registry
            .artifact(wanted.artifact())
            .filter(found -> !found.removed())
            .orElseThrow(() ->
                new FailedPrecondition(
                        "ARTIFACT_UNKNOWN",
                        "artifact_sha256: no complete artifact has the SHA-256 "
                            + wanted.artifact()
                            + "; upload it first")
                    .with("sha256", wanted.artifact().hex()));
    wanted
        .content()
        .run()
        .ifPresent(run -> {
          if (!registry.runExists(run)) {
            throw new FailedPrecondition("RUN_UNKNOWN", "lineage.run_id: there is no run " + run);
          }
        });
    ModelVersion version =
        new ModelVersion(
            model.name(),
            number,
            wanted.smokeInputs().isEmpty() ? VersionState.READY : VersionState.PENDING,
            "",
            artifact,
            model.task(),
            wanted.content(),
            List.of(),
            origin.actor(),
            now(),
            registry.nextRevision());
    registry.versions().insert(version);
    registry.versions().insertSmokeInputs(version, wanted.smokeInputs());
    registry.audit(
        model.name().value(),
        number.toString(),
        "made the version from artifact " + artifact.sha256(),
        "");
    return number;
  }

  public ModelVersion getVersion(ModelName model, SemanticVersion number) {
    return store.read(registry -> version(registry, model, number));
  }

  /** The version that an alias names. */
  public ModelVersion getVersion(AliasKey key) {
    return store.read(registry -> {
      model(registry, key.model());
      Alias alias = registry.aliases().find(key).orElseThrow(() -> Missing.alias(key));
      return version(registry, key.model(), alias.version());
    });
  }

  /** The highest version that is ready. */
  public ModelVersion getLatestVersion(ModelName model) {
    return store.read(registry -> {
      model(registry, model);
      return registry.versions().highestReady(model).orElseThrow(() -> Missing.anyVersion(model));
    });
  }

  public Page<ModelVersion> listVersions(
      ModelName model, Optional<VersionState> state, PageRequest request) {
    return store.read(registry -> {
      model(registry, model);
      return registry.versions().page(model, state, request);
    });
  }

  /** The number that the next version would get; reserves nothing. */
  public SemanticVersion nextVersion(ModelName model, VersionBump bump) {
    return store.read(registry -> following(model(registry, model).latest(), bump));
  }

  static Model model(RegistryView registry, ModelName name) {
    return registry.models().find(name).orElseThrow(() -> Missing.model(name));
  }

  static ModelVersion version(RegistryView registry, ModelName model, SemanticVersion number) {
    model(registry, model);
    return registry
        .versions()
        .find(model, number)
        .orElseThrow(() -> Missing.version(model, number));
  }

  static void requireEtag(long now, long basedOn, String what) {
    if (now != basedOn) {
      throw new Aborted(
          "ETAG_STALE",
          "etag: " + what + " has changed since it was read; read again, then decide");
    }
  }

  private static SemanticVersion following(Optional<SemanticVersion> latest, VersionBump bump) {
    try {
      return latest.map(number -> number.next(bump)).orElse(SemanticVersion.FIRST);
    } catch (IllegalArgumentException e) {
      throw new OutOfRange(
          "VERSIONS_EXHAUSTED", "version: no number follows " + latest.orElseThrow(), e);
    }
  }

  private Instant now() {
    return Times.toInstant(Times.floorToMicros(clock.instant()));
  }
}
