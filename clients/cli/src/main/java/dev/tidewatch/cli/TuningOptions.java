package dev.tidewatch.cli;

import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.trainer.tuning.Tuning;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to search settings. */
final class TuningOptions {
  @Option(
      names = "--tune",
      paramLabel = "METHOD",
      description = "Search settings by back-test: random, or halving (not at all).")
  private @Nullable String method;

  @Option(names = "--trials", paramLabel = "N", description = "Settings that are tried (20).")
  private int trials = 20;

  @Option(
      names = "--tune-space",
      paramLabel = "KEY=RANGE",
      description =
          "What to vary: alpha=0.1..0.9, lambda=1e-3..10:log, window=5..50, method=a|b; may be"
              + " repeated (what the family declares).")
  private Map<String, String> spaces = new LinkedHashMap<>();

  @Option(
      names = "--tune-metric",
      paramLabel = "NAME",
      description = "What is to be small: mase, mae, rmse, mape, smape, interval_score_90 (mase).")
  private String metric = "mase";

  @Option(
      names = "--tune-budget",
      paramLabel = "DURATION",
      description = "Begin no trial after so long; makes the outcome depend on the machine.")
  private @Nullable String budget;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "End a random search after so many trials without a better one (never).")
  private int patience;

  /** Null: no search. */
  @Nullable Tuning tuning(Session session) {
    if (method == null) {
      if (!spaces.isEmpty() || budget != null) {
        throw new UsageException("--tune-space, --tune-budget: give --tune random or halving too");
      }
      return null;
    }
    Tuning.Method chosen;
    try {
      chosen = Tuning.Method.valueOf(method.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--tune: '" + method + "' is neither random nor halving");
    }
    var parsed = new TreeMap<String, ParameterSpace>();
    spaces.forEach((name, text) -> {
      try {
        parsed.put(name, ParameterSpace.parse(text));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--tune-space: " + name + ": " + e.getMessage());
      }
    });
    try {
      return new Tuning(
          chosen,
          trials,
          budget == null ? null : session.duration("--tune-budget", budget),
          parsed,
          metric,
          patience);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--tune: " + e.getMessage());
    }
  }
}
