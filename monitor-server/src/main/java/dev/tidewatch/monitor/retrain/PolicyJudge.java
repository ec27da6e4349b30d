package dev.tidewatch.monitor.retrain;

import com.google.errorprone.annotations.FormatMethod;
import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.monitor.registry.ModelCatalogue.NamedVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges a champion by the policy of its model. The figures are those of the champion's own
 * answers, all series and steps together, over the trailing time: a version that was promoted a
 * moment ago is not held to account for the one before it.
 */
final class PolicyJudge {
  private final AccuracyStore accuracy;
  private final StrongDrift drift;

  PolicyJudge(AccuracyStore accuracy, StrongDrift drift) {
    this.accuracy = accuracy;
    this.drift = drift;
  }

  /** The first breach in the order MAPE, coverage, drift, age, schedule. */
  Optional<Breach> judge(StoredPolicy stored, NamedVersion champion, Instant now) {
    RetrainPolicy policy = stored.policy();
    if (policy.mapeMax().isPresent() || policy.coverageErrorMax().isPresent()) {
      AccuracyFigures figures = figures(policy, champion, now);
      Optional<Breach> breach =
          mape(policy, champion, figures).or(() -> coverage(policy, champion, figures));
      if (breach.isPresent()) {
        return breach;
      }
    }
    return drift(policy, champion, now)
        .or(() -> age(policy, champion, now))
        .or(() -> schedule(stored, now));
  }

  private AccuracyFigures figures(RetrainPolicy policy, NamedVersion champion, Instant now) {
    var filter =
        new PredictionFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.of(champion.model()),
            Optional.of(champion.version()),
            Optional.empty(),
            Optional.of(PredictionRole.CHAMPION),
            Optional.empty());
    return accuracy
        .answer(new AccuracyQuestion(filter, now.minus(policy.trailing()), now, Set.of(), 0, 1))
        .getFirst()
        .figures();
  }

  private static Optional<Breach> mape(
      RetrainPolicy policy, NamedVersion champion, AccuracyFigures figures) {
    long pairs = figures.pairs() - figures.mapeZeros();
    if (policy.mapeMax().isEmpty() || figures.mape().isEmpty() || pairs < policy.pairsMin()) {
      return Optional.empty();
    }
    double mape = figures.mape().getAsDouble();
    double most = policy.mapeMax().getAsDouble();
    if (mape <= most) {
      return Optional.empty();
    }
    return Optional.of(
        new Breach(
            RetrainCause.MAPE,
            say(
                "MAPE of %s %s was %.2f %% over the last %s (%d pairs), above %.2f %%",
                champion.model(), champion.version(), mape, policy.trailing(), pairs, most),
            new TreeMap<>(Map.of("mape", mape, "mape_max", most, "pairs", (double) pairs))));
  }

  /** By the level that is furthest off. */
  private static Optional<Breach> coverage(
      RetrainPolicy policy, NamedVersion champion, AccuracyFigures figures) {
    if (policy.coverageErrorMax().isEmpty()) {
      return Optional.empty();
    }
    double most = policy.coverageErrorMax().getAsDouble();
    List<IntervalFigures> off =
        figures.intervals().stream()
            .filter(level -> level.pairs() >= policy.pairsMin() && points(level) > most)
            .sorted(Comparator.comparingDouble(PolicyJudge::points).reversed())
            .toList();
    if (off.isEmpty()) {
      return Optional.empty();
    }
    IntervalFigures worst = off.getFirst();
    return Optional.of(
        new Breach(
            RetrainCause.COVERAGE,
            say(
                "the %.4g %% intervals of %s %s held %.1f %% of what came over the last %s"
                    + " (%d pairs): %.1f points off, above %.1f",
                100 * worst.level(),
                champion.model(),
                champion.version(),
                100 * worst.coverage(),
                policy.trailing(),
                worst.pairs(),
                points(worst),
                most),
            new TreeMap<>(
                Map.of(
                    "level", worst.level(),
                    "coverage", worst.coverage(),
                    "coverage_error", points(worst),
                    "coverage_error_max", most,
                    "pairs", (double) worst.pairs()))));
  }

  private static double points(IntervalFigures figures) {
    return 100 * Math.abs(figures.coverage() - figures.level());
  }

  private Optional<Breach> drift(RetrainPolicy policy, NamedVersion champion, Instant now) {
    if (!policy.onDrift()) {
      return Optional.empty();
    }
    return drift
        .of(new ModelVersion(champion.model(), champion.version()), now.minus(policy.trailing()))
        .map(reason -> new Breach(RetrainCause.DRIFT, "strong drift: " + reason, new TreeMap<>()));
  }

  private static Optional<Breach> age(RetrainPolicy policy, NamedVersion champion, Instant now) {
    Duration age = Duration.between(champion.createdAt(), now);
    return policy
        .ageMax()
        .filter(most -> age.compareTo(most) > 0)
        .map(most ->
            new Breach(
                RetrainCause.AGE,
                say(
                    "%s %s is %.1f days old, above %.1f",
                    champion.model(), champion.version(), days(age), days(most)),
                new TreeMap<>(Map.of("age_days", days(age), "age_days_max", days(most)))));
  }

  private static double days(Duration duration) {
    return duration.toSeconds() / 86_400.0;
  }

  private static Optional<Breach> schedule(StoredPolicy stored, Instant now) {
    return stored
        .policy()
        .cron()
        .flatMap(cron ->
            cron.after(stored.cronSeenTo())
                .filter(moment -> !moment.isAfter(now))
                .map(moment ->
                    new Breach(
                        RetrainCause.SCHEDULE,
                        "the schedule '%s' came due at %s".formatted(cron, moment),
                        new TreeMap<>())));
  }

  @FormatMethod
  private static String say(String form, Object... parts) {
    return String.format(Locale.ROOT, form, parts);
  }
}
