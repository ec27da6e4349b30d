package dev.tidewatch.monitor.storage;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionCause;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** Predictions for tests, on an hourly grid in UTC unless told otherwise. */
public final class SomePredictions {
  public static final Grid HOURLY = Grid.ofStep(Duration.ofHours(1));
  public static final Instant ORIGIN = Instant.parse("2026-03-01T00:00:00Z");

  private SomePredictions() {}

  public static Prediction of(String series, Instant origin, double... means) {
    return of(
        series,
        HOURLY,
        "load",
        "1.0.0",
        PredictionRole.CHAMPION,
        origin,
        new PredictedSteps(means, new double[0], new double[0][], new double[0]),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  public static Prediction of(
      String series,
      Grid grid,
      String model,
      String version,
      PredictionRole role,
      Instant origin,
      PredictedSteps steps,
      OptionalDouble maseScale,
      OptionalDouble lastValue) {
    return new Prediction(
        new SeriesName(series),
        grid,
        new ModelVersion(model, version),
        "champion",
        role,
        Times.toMicros(origin),
        steps,
        maseScale,
        lastValue,
        Optional.of(origin.minusSeconds(60)),
        new FeedPosition(7, 40),
        origin,
        PredictionCause.STANDING,
        0,
        false,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }
}
