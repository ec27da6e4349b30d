package dev.tidewatch.models.detection.composed;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
import java.util.List;

/** A forecaster that remembers the bundle it came from. */
record Loaded(Bundle bundle, Forecaster forecaster) implements Forecaster {
  @Override
  public BundleManifest manifest() {
    return forecaster.manifest();
  }

  @Override
  public Forecast forecast(ForecastInput input, int horizon, List<Double> levels) {
    return forecaster.forecast(input, horizon, levels);
  }
}
