package dev.tidewatch.cli;

import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.ChampionComparison;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.TrainingReport;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a trained model is put to work, and how. */
final class PublishOptions {
  /** Reasons of an alias that is protected. */
  private static final Set<String> GUARDS = Set.of("GATE_REFUSED", "APPROVAL_MISSING");

  /** When a version becomes champion. */
  private enum Condition {
    ALWAYS,
    NOT_WORSE,
    BETTER
  }

  @Option(
      names = "--promote-if",
      paramLabel = "WHEN",
      description =
          "always, not-worse or better than the champion by a test on the same origins (not-worse).")
  private String promoteIf = "not-worse";

  @Option(names = "--no-promote", description = "Only register the version; implies --no-assign.")
  private boolean noPromote;

  @Option(names = "--no-assign", description = "Do not assign the model to the series.")
  private boolean noAssign;

  @Option(
      names = "--every",
      paramLabel = "STEPS",
      description = "Forecasts are made by themselves every so many steps (a whole horizon).")
  private @Nullable Integer everySteps;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  String description = "";

  /** What guarded aliases said, by model and version. */
  private final Map<String, String> refusals = new ConcurrentHashMap<>();

  private static String place(TrainingReport report) {
    return report.model() + "@" + report.version();
  }

  private Condition condition() {
    try {
      return Condition.valueOf(promoteIf.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--promote-if: '" + promoteIf + "' is none of always, not-worse, better");
    }
  }

  boolean promotes(TrainingReport report) {
    if (noPromote) {
      return false;
    }
    ChampionComparison comparison = report.comparison();
    return switch (condition()) {
      case ALWAYS -> true;
      case NOT_WORSE -> report.isNotWorse();
      case BETTER ->
          report.championBefore().version().isEmpty()
              || (comparison != null && comparison.verdict() == ChampionComparison.Verdict.BETTER);
    };
  }

  /** Whether it did become champion, once it was published. */
  boolean promoted(TrainingReport report) {
    return promotes(report) && !refusals.containsKey(place(report));
  }

  /**
   * Repeating it changes nothing. That a protected alias refuses the version is an outcome, not a
   * failure.
   */
  void publish(Session session, TrainingReport report, boolean detects) {
    if (!promotes(report)) {
      return;
    }
    var publication = new Publication(session.tidewatch().registry());
    String champion = report.championBefore().version();
    // Of a version that was there already, somebody may have thought better since.
    if (report.isNew() || champion.isEmpty()) {
      try {
        publication.promote(report);
      } catch (TidewatchException e) {
        if (!GUARDS.contains(e.reason())) {
          throw e;
        }
        refusals.put(place(report), e.description());
        return;
      }
    }
    if (noAssign) {
      return;
    }
    int horizonSteps = everySteps != null ? everySteps : report.horizonSteps();
    for (SeriesName one : report.series()) {
      if (report.isNew() || champion.isEmpty()) {
        publication.assign(
            report.model(),
            detects ? Task.TASK_DETECT : Task.TASK_FORECAST,
            one,
            detects ? 0 : horizonSteps,
            report.covariates());
      }
    }
  }

  String outcome(TrainingReport report) {
    if (noPromote) {
      return "Registered; no alias was moved.";
    }
    if (!promotes(report)) {
      return "Not promoted: version %s stays champion of %s. See --promote-if."
          .formatted(report.championBefore().version(), report.model());
    }
    String refusal = refusals.get(place(report));
    if (refusal != null) {
      return "Registered as %s, not promoted: %s".formatted(report.version(), refusal);
    }
    return noAssign
        ? "Champion now; not assigned to any series."
        : "Champion now, and assigned to "
            + (report.covariates().isEmpty()
                ? "the series it learnt from."
                : report.series().getFirst() + " with the series beside it.");
  }
}
