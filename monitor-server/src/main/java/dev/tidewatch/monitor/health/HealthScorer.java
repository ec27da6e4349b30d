package dev.tidewatch.monitor.health;

import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.monitor.health.HealthFigures.Quality;
import dev.tidewatch.monitor.health.HealthFormula.Finding;
import dev.tidewatch.monitor.registry.ModelCatalogue.NamedVersion;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes the scores, every so often, on one replica at a time: those of at most {@value #SERIES_MAX}
 * series, of their devices, and of the models that predicted. One thread of its own.
 */
public final class HealthScorer implements AutoCloseable {
  static final int SERIES_MAX = 10_000;

  private static final Duration WINDOW = Duration.ofDays(7);
  private static final int REST_FACTOR = 4;
  private static final int QUALITIES_MAX = 20_000;
  private static final int MODELS_ASKED_MAX = 500;

  private final ActivitySource activities;
  private final HealthFigures figures;
  private final Supplier<DriftFindings> drifts;
  private final Function<String, Optional<NamedVersion>> champions;
  private final HealthStore store;
  private final InstantSource clock;
  private final InstantSource realClock;
  private final Duration interval;
  private final Rounds rounds;

  /**
   * @param drifts what is known now
   * @param champions of models by name; empty: unknown
   * @param clock domain time
   * @param realClock for the turns of replicas
   * @param interval between rounds
   */
  public HealthScorer(
      ActivitySource activities,
      HealthFigures figures,
      Supplier<DriftFindings> drifts,
      Function<String, Optional<NamedVersion>> champions,
      HealthStore store,
      InstantSource clock,
      InstantSource realClock,
      Duration interval) {
    this.activities = activities;
    this.figures = figures;
    this.drifts = drifts;
    this.champions = champions;
    this.store = store;
    this.clock = clock;
    this.realClock = realClock;
    this.interval = interval;
    // Looks oftener than it scores: a replica that ends leaves the next scores to another one.
    this.rounds =
        Rounds.of(
            "health-scorer", Pace.every(interval.dividedBy(4)).resting(REST_FACTOR), this::turn);
  }

  public HealthScorer start() {
    rounds.start();
    return this;
  }

  private void turn() {
    Instant real = realClock.instant().truncatedTo(ChronoUnit.MICROS);
    Instant next = real.plus(interval);
    if (!store.takeRound(real, next)) {
      return;
    }
    try {
      score();
    } catch (RuntimeException e) {
      giveBack(real, next, e);
      throw e;
    }
  }

  private void giveBack(Instant now, Instant next, RuntimeException why) {
    try {
      store.giveRoundBack(now, next);
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  private void score() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Instant from = now.minus(WINDOW);
    List<SeriesActivity> series = activities.activity(now, SERIES_MAX);
    Map<String, Map<Severity, Long>> anomalies = figures.anomalies(from, now);
    List<Quality> qualities = figures.qualities(from, now, QUALITIES_MAX);
    DriftFindings drift = drifts.get();

    var scores = new ArrayList<HealthScore>();
    var devices = new TreeMap<String, List<Finding>>();
    Map<String, Double> ratios = new HashMap<>();
    Map<String, Long> pairs = new HashMap<>();
    for (Quality quality : qualities) {
      ratio(quality)
          .ifPresent(ratio -> {
            ratios.merge(quality.series(), ratio, Math::max);
            pairs.merge(quality.series(), quality.pairs(), Long::sum);
          });
    }
    for (SeriesActivity activity : series) {
      var findings = new ArrayList<Finding>();
      findings.add(HealthFormula.communication(activity, now));
      activity.completeness().ifPresent(share -> findings.add(HealthFormula.completeness(share)));
      drift.ofSeries(activity.series()).ifPresent(f -> findings.add(HealthFormula.drift(f)));
      findings.add(
          HealthFormula.anomalies(
              anomalies.getOrDefault(activity.series(), Map.of()), WINDOW.toHours() / 24.0));
      Double ratio = ratios.get(activity.series());
      if (ratio != null) {
        findings.add(HealthFormula.accuracy(ratio, pairs.getOrDefault(activity.series(), 0L)));
      }
      HealthFormula.score(SubjectKind.SERIES, activity.series(), findings, now)
          .ifPresent(scores::add);
      if (!activity.device().isEmpty()) {
        devices.computeIfAbsent(activity.device(), name -> new ArrayList<>()).addAll(findings);
      }
    }
    devices.forEach((device, findings) -> {
      var parts = new ArrayList<Finding>();
      for (PartKind kind : PartKind.values()) {
        HealthFormula.ofDevice(kind, findings).ifPresent(parts::add);
      }
      HealthFormula.score(SubjectKind.DEVICE, device, parts, now).ifPresent(scores::add);
    });
    scores.addAll(models(qualities, drift, now));
    store.record(scores, now, series.size() < SERIES_MAX && qualities.size() < QUALITIES_MAX);
  }

  private List<HealthScore> models(List<Quality> qualities, DriftFindings drift, Instant now) {
    var byModel = new TreeMap<String, List<Quality>>();
    qualities.forEach(quality ->
        byModel.computeIfAbsent(quality.version().model(), name -> new ArrayList<>()).add(quality));
    var scores = new ArrayList<HealthScore>();
    int asked = 0;
    for (Map.Entry<String, List<Quality>> entry : byModel.entrySet()) {
      var findings = new ArrayList<Finding>();
      double ratios = 0;
      long rated = 0;
      double covered = 0;
      double levels = 0;
      long intervals = 0;
      for (Quality quality : entry.getValue()) {
        Optional<Double> ratio = ratio(quality);
        if (ratio.isPresent()) {
          ratios += quality.pairs() * ratio.get();
          rated += quality.pairs();
        }
        if (quality.coverage().isPresent() && quality.level().isPresent()) {
          covered += quality.pairs() * quality.coverage().getAsDouble();
          levels += quality.pairs() * quality.level().getAsDouble();
          intervals += quality.pairs();
        }
      }
      if (rated > 0) {
        findings.add(HealthFormula.accuracy(ratios / rated, rated));
      }
      if (intervals > 0) {
        findings.add(HealthFormula.coverage(covered / intervals, levels / intervals, intervals));
      }
      drift.ofModel(entry.getKey()).ifPresent(f -> findings.add(HealthFormula.drift(f)));
      if (asked++ < MODELS_ASKED_MAX) {
        champions
            .apply(entry.getKey())
            .ifPresent(champion ->
                findings.add(
                    HealthFormula.freshness(champion.version(), champion.createdAt(), now)));
      }
      HealthFormula.score(SubjectKind.MODEL, entry.getKey(), findings, now).ifPresent(scores::add);
    }
    return scores;
  }

  /** Error now by error when the version was new; empty if there is no telling. */
  private static Optional<Double> ratio(Quality quality) {
    if (quality.baseline().isEmpty()) {
      return Optional.empty();
    }
    double baseline = quality.baseline().getAsDouble();
    if (baseline > 0) {
      return Optional.of(quality.error() / baseline);
    }
    return quality.error() == 0 ? Optional.of(1.0) : Optional.empty();
  }

  @Override
  public void close() {
    rounds.close();
  }
}
