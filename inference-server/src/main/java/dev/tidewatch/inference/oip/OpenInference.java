package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.forecast.ShadowDifferences;
import dev.tidewatch.inference.forecast.Shadowing;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.Residency;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/** The parts of the protocol's service, put together. */
public final class OpenInference {
  /** Full name of the method that waits for nothing on its caller's thread. */
  public static final String DIRECT =
      GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName();

  private OpenInference() {}

  /**
   * @param shadowing where shadows answer
   * @param differences between them and what callers get
   * @param realClock of the statistics
   * @param executor for inferences that wait or take long; all others run on their connection's
   *     thread, if {@link #DIRECT} is said to run there
   * @param loadLongest how long an explicit load waits
   * @param version of this software
   */
  public static OpenInferenceApi service(
      ModelRouter router,
      Residency residency,
      ForecastInference forecasts,
      Shadowing shadowing,
      ShadowDifferences differences,
      Spans spans,
      InstantSource realClock,
      Duration loadLongest,
      Executor executor,
      String version) {
    var statistics = new InferenceStatistics(realClock);
    var sequences = new Sequences();
    var traces = new TraceSettings();
    var tensors = new TensorInference(sequences, statistics);
    var inference =
        new ModelInference(
            router,
            forecasts,
            tensors,
            new TensorShadows(router, shadowing, differences, spans),
            sequences,
            traces,
            spans);
    return new OpenInferenceApi(
        residency,
        inference,
        new ModelRepository(residency, loadLongest),
        statistics,
        traces,
        Context.taskWrapping(io.grpc.Context.currentContextExecutor(executor)),
        version);
  }
}
