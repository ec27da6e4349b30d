package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.truth.JoinWatcher;
import dev.tidewatch.monitor.truth.ReadingSource;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The watch for drift: one thread compares inputs with references, another lets the online tests
 * run on residuals. Thread-safe.
 */
public final class Drift implements AutoCloseable {
  private static final Duration CALIBRATED_ON = Duration.ofDays(28);

  /** Each thread takes at most a quarter of a core. */
  private static final int REST_FACTOR = 3;

  private static final Set<DriftKind> LEARNABLE =
      Set.of(DriftKind.INPUT, DriftKind.PREDICTION, DriftKind.RESIDUAL);

  private final DriftStore store;
  private final ResidualStore residuals;
  private final InstantSource clock;
  private final ResidualWatch residualWatch;
  private final Rounds inputRounds;
  private final Rounds residualRounds;

  private Drift(
      DriftStore store,
      ResidualStore residuals,
      ReadingSource readings,
      InstantSource clock,
      DriftConfig config) {
    this.store = store;
    this.residuals = residuals;
    this.clock = clock;
    this.residualWatch = new ResidualWatch(residuals, clock);
    var inputWatch = new InputWatch(store, readings, clock, config);
    Pace pace = Pace.every(config.pollInterval()).resting(REST_FACTOR);
    this.inputRounds = Rounds.of("drift-inputs", pace, inputWatch::turn);
    this.residualRounds = Rounds.of("drift-residuals", pace, residualWatch::turn);
  }

  /**
   * Begins to watch.
   *
   * @param clock domain time
   */
  public static Drift open(
      DriftStore store,
      ResidualStore residuals,
      ReadingSource readings,
      InstantSource clock,
      DriftConfig config) {
    var drift = new Drift(store, residuals, readings, clock, config);
    drift.inputRounds.start();
    drift.residualRounds.start();
    return drift;
  }

  /** To be told of joined truths. */
  public JoinWatcher joinWatcher() {
    return residualWatch;
  }

  public DriftStore store() {
    return store;
  }

  /**
   * Why a model should be trained anew: the strongest drift of a version's inputs, predictions or
   * residuals, in a sentence. Gaps and changed units are no reason, since a model that learns them
   * learns a fault.
   *
   * @param since older verdicts say nothing
   */
  public Optional<String> strong(ModelVersion version, Instant since) {
    return store
        .newest(
            Optional.of(version.model()),
            Optional.of(version.version()),
            Optional.empty(),
            DriftLevel.STRONG)
        .stream()
        .filter(verdict -> LEARNABLE.contains(verdict.kind()))
        .filter(verdict -> !verdict.time().isBefore(since))
        .findFirst()
        .map(verdict -> verdict.series() + ", " + verdict.reason());
  }

  /**
   * Estimates the error of a version over the newest domain time; empty if too little was
   * predicted.
   */
  public Optional<LossEstimate> estimateLoss(
      ModelVersion version, Optional<String> series, Duration trailing) {
    Instant now = clock.instant();
    Instant from = now.minus(trailing);
    List<DriftVerdict> drifting =
        store.newest(
            Optional.of(version.model()),
            Optional.of(version.version()),
            series,
            DriftLevel.MODERATE);
    OptionalDouble wasserstein =
        drifting.stream()
            .filter(verdict -> verdict.kind() == DriftKind.INPUT)
            .map(DriftVerdict::wasserstein)
            .flatMapToDouble(OptionalDouble::stream)
            .average();
    return LossEstimate.of(
        residuals.lossDays(version, series, from.minus(CALIBRATED_ON), now), from, wasserstein);
  }

  @Override
  public void close() {
    inputRounds.close();
    residualRounds.close();
  }
}
