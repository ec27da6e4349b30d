package dev.tidewatch.trainer;

import dev.tidewatch.models.forecast.PairedBacktests;
import dev.tidewatch.timeseries.significance.PairedTest;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A candidate and the champion on the same origins. Losses are mean absolute errors in units of the
 * series' usual change (see MASE), averaged over horizon, series and origins.
 *
 * @param version of the champion
 * @param mode how the champion got its forecasts
 * @param candidateLoss less is better; {@code NaN} where they could not be compared
 * @param championLoss less is better; {@code NaN} where they could not be compared
 * @param origins that both forecast from
 * @param test of Diebold and Mariano, the candidate first; null where there are too few origins
 * @param pairs losses by origin, the candidate first; ascending
 * @param note why they could not be compared; else empty
 */
public record ChampionComparison(
    String version,
    Mode mode,
    double candidateLoss,
    double championLoss,
    int origins,
    @Nullable PairedTest test,
    List<PairedBacktests.Pair> pairs,
    String note) {
  public ChampionComparison {
    pairs = List.copyOf(pairs);
  }

  /** What the losses are called in the registry's evidence. */
  public static final String MEASURE = "scaled_absolute_error";

  /** A difference that chance makes less often than this counts. */
  public static final double SIGNIFICANCE = 0.05;

  /** How the champion got its forecasts. */
  public enum Mode {
    /** By the very bundle that serves: it was trained on nothing of what it was asked for. */
    AS_SERVED,
    /** By its family and settings, fitted anew for each fold, as the candidate was. */
    REFITTED,
    NOT_COMPARED
  }

  /** What the test says of the candidate. */
  public enum Verdict {
    BETTER,
    WORSE,
    NO_DIFFERENCE,
    UNKNOWN
  }

  static ChampionComparison impossible(String version, String why) {
    return new ChampionComparison(
        version, Mode.NOT_COMPARED, Double.NaN, Double.NaN, 0, null, List.of(), why);
  }

  /** One-sided at {@link #SIGNIFICANCE}. */
  public Verdict verdict() {
    if (test == null) {
      return Verdict.UNKNOWN;
    }
    if (test.firstBetter() < SIGNIFICANCE) {
      return Verdict.BETTER;
    }
    return test.secondBetter() < SIGNIFICANCE ? Verdict.WORSE : Verdict.NO_DIFFERENCE;
  }

  /** For the registry, by name; empty where they could not be compared. */
  SortedMap<String, Double> metrics() {
    var metrics = new TreeMap<String, Double>();
    if (origins > 0) {
      metrics.put("champion_comparison.origins", (double) origins);
      metrics.put("champion_comparison.candidate_loss", candidateLoss);
      metrics.put("champion_comparison.champion_loss", championLoss);
    }
    if (test != null) {
      metrics.put("champion_comparison.p_better", test.firstBetter());
      metrics.put("champion_comparison.p_worse", test.secondBetter());
    }
    return metrics;
  }

  /** In a line. */
  public String text() {
    if (mode == Mode.NOT_COMPARED) {
      return "not compared with champion %s: %s".formatted(version, note);
    }
    String how = mode == Mode.AS_SERVED ? "as it serves" : "fitted anew";
    String start =
        String.format(
            Locale.ROOT,
            "scaled error %.4g against %.4g of champion %s (%s) from %d origins",
            candidateLoss,
            championLoss,
            version,
            how,
            origins);
    return test == null
        ? start + ": too few to tell"
        : start
            + String.format(
                Locale.ROOT,
                ": %s (Diebold-Mariano, p = %.2g)",
                switch (verdict()) {
                  case BETTER -> "better";
                  case WORSE -> "worse";
                  default -> "no significant difference";
                },
                Math.min(test.firstBetter(), test.secondBetter()));
  }
}
