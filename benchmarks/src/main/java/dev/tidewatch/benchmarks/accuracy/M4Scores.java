package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.models.forecast.Forecast;
import java.util.List;

/**
 * Scores of the M4 competition (Makridakis, Spiliotis and Assimakopoulos 2020, section 2): means
 * over series of sMAPE and MASE, and OWA, the mean of both relative to Naive2.
 */
final class M4Scores {
  private final int season;
  private int count;
  private double smape;
  private double mase;
  private double naiveSmape;
  private double naiveMase;
  private long steps;
  private long covered;

  /**
   * @param season of the scale of MASE; 1 without
   */
  M4Scores(int season) {
    this.season = season;
  }

  /**
   * @param forecast with one level
   */
  void add(double[] known, double[] actual, Forecast forecast, double[] naive2) {
    double[] means = forecast.means();
    if (means.length < actual.length) {
      throw new IllegalArgumentException(
          "%d steps of %d values".formatted(means.length, actual.length));
    }
    double scale = 0;
    for (int t = season; t < known.length; t++) {
      scale += Math.abs(known[t] - known[t - season]) / (known.length - season);
    }
    smape += smape(actual, means);
    mase += meanError(actual, means) / scale;
    naiveSmape += smape(actual, naive2);
    naiveMase += meanError(actual, naive2) / scale;
    for (int step = 0; step < actual.length; step++) {
      steps++;
      boolean inside =
          actual[step] >= forecast.lower(0, step) && actual[step] <= forecast.upper(0, step);
      covered += inside ? 1 : 0;
    }
    count++;
  }

  private static double smape(double[] actual, double[] forecast) {
    double sum = 0;
    for (int step = 0; step < actual.length; step++) {
      double size = Math.abs(actual[step]) + Math.abs(forecast[step]);
      sum += size > 0 ? 200 * Math.abs(actual[step] - forecast[step]) / size : 0;
    }
    return sum / actual.length;
  }

  private static double meanError(double[] actual, double[] forecast) {
    double sum = 0;
    for (int step = 0; step < actual.length; step++) {
      sum += Math.abs(actual[step] - forecast[step]);
    }
    return sum / actual.length;
  }

  int count() {
    return count;
  }

  /** Per cent. */
  double smape() {
    return smape / count;
  }

  double mase() {
    return mase / count;
  }

  double owa() {
    return 0.5 * (smape / naiveSmape + mase / naiveMase);
  }

  /** Share of the values that lay in their interval. */
  double coverage() {
    return (double) covered / steps;
  }

  List<List<String>> table(String model) {
    return List.of(
        List.of("model", "series", "sMAPE", "MASE", "OWA", "coverage90"),
        List.of(
            model,
            Integer.toString(count),
            "%.3f".formatted(smape()),
            "%.3f".formatted(mase()),
            "%.3f".formatted(owa()),
            "%.3f".formatted(coverage())),
        List.of(
            "naive2",
            Integer.toString(count),
            "%.3f".formatted(naiveSmape / count),
            "%.3f".formatted(naiveMase / count),
            "1.000",
            ""));
  }
}
