package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.Residency;
import dev.tidewatch.inference.tracing.Spans;
import java.time.Duration;
import java.time.InstantSource;

/** The parts of the protocol's service, put together. */
public final class OpenInference {
  private OpenInference() {}

  /**
   * @param realClock of the statistics
   * @param loadLongest how long an explicit load waits
   * @param version of this software
   */
  public static OpenInferenceApi service(
      ModelRouter router,
      Residency residency,
      ForecastInference forecasts,
      Spans spans,
      InstantSource realClock,
      Duration loadLongest,
      String version) {
    var statistics = new InferenceStatistics(realClock);
    var sequences = new Sequences();
    var traces = new TraceSettings();
    var tensors = new TensorInference(sequences, statistics);
    var inference = new ModelInference(router, forecasts, tensors, sequences, traces, spans);
    return new OpenInferenceApi(
        residency,
        inference,
        new ModelRepository(residency, loadLongest),
        statistics,
        traces,
        version);
  }
}
