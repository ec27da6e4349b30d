package dev.tidewatch.registry.domain;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.significance.DieboldMariano;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** What speaks for versions and against them. Thread-safe. */
public final class EvidenceLog {
  // More neighbours than a horizon can have steps share truth in no forecast.
  private static final int OVERLAP_MAX = 10_000;

  private final RegistryStore store;
  private final InstantSource clock;
  private final Supplier<UUID> ids;

  public EvidenceLog(RegistryStore store, InstantSource clock, Supplier<UUID> ids) {
    this.store = store;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Attaches evidence for ever.
   *
   * @throws InvalidArgument {@code EVIDENCE_MALFORMED} if it is about another artifact
   */
  public Evidence attach(Origin origin, NewEvidence wanted) {
    // Versions never change, so the test can be computed before the registry is locked.
    Optional<Exhibit.Chances> chances = chances(wanted);
    return store.change(
        origin,
        registry -> {
          String made =
              registry.once(() -> {
                VersionName version = wanted.version();
                requireArtifact(
                    ModelCatalog.version(registry, version.model(), version.number()), wanted);
                if (wanted.finding() instanceof Finding.PairedErrors paired) {
                  ModelCatalog.version(registry, paired.other().model(), paired.other().number());
                }
                UUID id = ids.get();
                registry
                    .evidence()
                    .insert(
                        new Evidence(
                            id,
                            wanted,
                            origin.actor(),
                            Times.toInstant(Times.floorToMicros(clock.instant())),
                            registry.nextRevision()),
                        chances);
                registry.audit(
                    version.model().value(),
                    version.number().toString(),
                    "attached " + said(wanted.finding()),
                    "");
                return id.toString();
              });
          return registry.evidence().find(UUID.fromString(made)).orElseThrow();
        });
  }

  /** Newest first. */
  public Page<Evidence> list(VersionName version, PageRequest request) {
    return store.read(registry -> {
      ModelCatalog.version(registry, version.model(), version.number());
      return registry.evidence().page(version, request);
    });
  }

  private Optional<Exhibit.Chances> chances(NewEvidence wanted) {
    if (!(wanted.finding() instanceof Finding.PairedErrors paired)
        || paired.originsMicros().size() < DieboldMariano.PAIRS_MIN) {
      return Optional.empty();
    }
    Optional<Duration> reach =
        store.read(registry ->
            VersionFacts.reach(
                ModelCatalog.version(
                    registry, wanted.version().model(), wanted.version().number())));
    return Optional.of(
        Exhibit.Chances.of(
            DieboldMariano.of(
                array(paired.candidateErrors()),
                array(paired.otherErrors()),
                overlap(paired.originsMicros(), reach))));
  }

  /** How many neighbouring origins share truth: as many as the nearest two within the reach. */
  static int overlap(List<Long> originsMicros, Optional<Duration> reach) {
    if (reach.isEmpty()) {
      return 1;
    }
    long nearest = Long.MAX_VALUE;
    for (int i = 1; i < originsMicros.size(); i++) {
      nearest = Math.min(nearest, originsMicros.get(i) - originsMicros.get(i - 1));
    }
    long reachMicros = reach.get().toNanos() / 1_000;
    return Math.clamp(Math.ceilDiv(reachMicros, nearest), 1, OVERLAP_MAX);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void requireArtifact(ModelVersion version, NewEvidence wanted) {
    if (!version.artifact().sha256().equals(wanted.artifact())) {
      throw new InvalidArgument(
          "EVIDENCE_MALFORMED",
          "evidence.artifact_sha256",
          "the artifact of "
              + version.label()
              + " is "
              + version.artifact().sha256()
              + "; evidence about another one does not count");
    }
  }

  private static String said(Finding finding) {
    return switch (finding) {
      case Finding.PairedErrors paired ->
          "%d paired errors (%s) against %s"
              .formatted(paired.originsMicros().size(), paired.measure(), paired.other());
      case Finding.Coverage coverage ->
          "a coverage of %s where %s was promised, of %d intervals"
              .formatted(coverage.observed(), coverage.nominal(), coverage.intervals());
      case Finding.Data data -> "training data of " + data.rows() + " rows";
    };
  }
}
