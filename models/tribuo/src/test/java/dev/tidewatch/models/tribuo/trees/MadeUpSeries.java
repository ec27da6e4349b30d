package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.Covariate;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Series whose law is known, for trees to find. */
final class MadeUpSeries {
  static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  static final Grid DAYS = Grid.ofStep(Duration.ofDays(1));

  private MadeUpSeries() {}

  /** Hourly: a day's shape that is lower at weekends, on a level that wanders; 2 % are missing. */
  static GridWindow load(long seed, int days, double size) {
    var random = new SplittableRandom(seed);
    var values = new double[24 * days];
    double level = 0;
    for (int t = 0; t < values.length; t++) {
      level = 0.98 * level + random.nextGaussian() * 0.1;
      int hour = t % 24;
      boolean weekend = (t / 24 + 3) % 7 >= 5;
      double shape = (weekend ? 2 : 5) * Math.max(0, Math.sin(Math.PI * (hour - 6) / 14));
      double value = size * (10 + shape + level + random.nextGaussian() * 0.15);
      values[t] = random.nextInt(50) == 0 ? Double.NaN : value;
    }
    return GridWindow.of(HOURS, 0, values);
  }

  /**
   * A target that moves with what another series did the step before, which its own past does not
   * tell.
   */
  static ForecastTraining drivenBy(long seed, int hours, boolean told, Parameters parameters) {
    var random = new SplittableRandom(seed);
    var target = new double[hours];
    var driver = new double[hours];
    for (int t = 0; t < hours; t++) {
      driver[t] = random.nextInt(40) == 0 ? Double.NaN : random.nextDouble(-1, 1);
      double pushed = t == 0 || Double.isNaN(driver[t - 1]) ? 0 : driver[t - 1];
      target[t] = 50 + 10 * pushed + random.nextGaussian();
    }
    var name = new SeriesName("plant/output");
    ForecastTraining training =
        training(new TreeMap<>(Map.of(name, GridWindow.of(HOURS, 0, target))), 1, parameters);
    var covariate = new Covariate(new SeriesName("plant/valve"), GridWindow.of(HOURS, 0, driver));
    return told
        ? training.withCovariates(
            new TreeMap<>(Map.of(name, new TreeMap<>(Map.of("valve", covariate)))))
        : training;
  }

  /**
   * Daily prices of two coins with volume, sentiment and messages: a part of tomorrow's return is
   * today's mood, and loud days are wild.
   */
  static ForecastTraining market(long seed, int days, Parameters parameters) {
    var random = new SplittableRandom(seed);
    var series = new TreeMap<SeriesName, GridWindow>();
    var covariates = new TreeMap<SeriesName, SortedMap<String, Covariate>>();
    for (String coin : List.of("acorn", "beech")) {
      var price = new double[days];
      var volume = new double[days];
      var sentiment = new double[days];
      var social = new double[days];
      double logarithm = coin.equals("acorn") ? 3 : 10;
      double mood = 0;
      for (int t = 0; t < days; t++) {
        double loudness = Math.exp(random.nextGaussian() * 0.5);
        logarithm += 0.02 * mood + 0.008 * loudness * random.nextGaussian();
        mood = 0.7 * mood + random.nextGaussian() * 0.7;
        price[t] = Math.exp(logarithm);
        sentiment[t] = mood;
        social[t] = Math.rint(1_000 * loudness);
        volume[t] = 1e6 * loudness * random.nextDouble(0.8, 1.2);
      }
      var name = new SeriesName("market/" + coin);
      series.put(name, GridWindow.of(DAYS, 20_000, price));
      covariates.put(
          name,
          new TreeMap<>(
              Map.of(
                  "volume", covariate(coin, "volume", volume),
                  "sentiment", covariate(coin, "sentiment", sentiment),
                  "social", covariate(coin, "social", social))));
    }
    return training(series, 1, parameters).withCovariates(covariates);
  }

  private static Covariate covariate(String coin, String role, double[] values) {
    return new Covariate(
        new SeriesName("market/%s/%s".formatted(coin, role)), GridWindow.of(DAYS, 20_000, values));
  }

  static ForecastTraining training(
      SortedMap<SeriesName, GridWindow> series, int horizon, Parameters parameters) {
    return new ForecastTraining(
        series,
        horizon,
        List.of(0.9),
        parameters,
        new Provenance("5e".repeat(32), "test", 42),
        TrainingProgress.SILENT);
  }
}
