package dev.tidewatch.sdk;

import dev.tidewatch.proto.inference.v1.DetectAnomaliesRequest;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesResponse;
import dev.tidewatch.proto.inference.v1.DetectionServiceGrpc;
import dev.tidewatch.proto.inference.v1.ExplainRequest;
import dev.tidewatch.proto.inference.v1.ExplainResponse;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastResponse;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.GetServingStatusRequest;
import dev.tidewatch.proto.inference.v1.GetServingStatusResponse;
import dev.tidewatch.proto.inference.v1.ListServedModelsRequest;
import dev.tidewatch.proto.inference.v1.ListServedModelsResponse;
import dev.tidewatch.proto.inference.v1.ServedModel;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.inference.v1.StreamDetectOpen;
import io.grpc.Channel;
import java.util.stream.Stream;

/**
 * The inference server: forecasts, detection, what is being served. Thread-safe. Every method
 * throws {@link TidewatchException} if the call fails.
 */
public final class InferenceClient {
  private final Channel channel;
  private final ForecastServiceGrpc.ForecastServiceBlockingStub forecasts;
  private final DetectionServiceGrpc.DetectionServiceBlockingStub detection;
  private final ServedModelServiceGrpc.ServedModelServiceBlockingStub served;

  InferenceClient(Channel channel) {
    this.channel = channel;
    this.forecasts = ForecastServiceGrpc.newBlockingStub(channel);
    this.detection = DetectionServiceGrpc.newBlockingStub(channel);
    this.served = ServedModelServiceGrpc.newBlockingStub(channel);
  }

  /** For RPCs that have no method here: any stub of the inference server may be made on it. */
  public Channel channel() {
    return channel;
  }

  /** Forecasts one or many series; with several, each answer may carry an error of its own. */
  public ForecastResponse forecast(ForecastRequest request) {
    return Calls.unary(() -> forecasts.forecast(request));
  }

  /** Says what a forecast rests on. */
  public ExplainResponse explain(ExplainRequest request) {
    return Calls.unary(() -> forecasts.explain(request));
  }

  /** Scores a stored range, or given values, once and in order. */
  public DetectAnomaliesResponse detect(DetectAnomaliesRequest request) {
    return Calls.unary(() -> detection.detectAnomalies(request));
  }

  /** Opens a stream that scores the caller's own values as they come. */
  public DetectStream streamDetect(StreamDetectOpen open) throws InterruptedException {
    return DetectStream.open(channel, open);
  }

  /** Versions that the server holds or tried to hold; of all models if the name is empty. */
  public Stream<ServedModel> listServedModels(String model) {
    var first = ListServedModelsRequest.newBuilder().setModel(model).setPageSize(1000).build();
    return Calls.pages(
        token -> served.listServedModels(first.toBuilder().setPageToken(token).build()),
        ListServedModelsResponse::getModelsList,
        ListServedModelsResponse::getNextPageToken);
  }

  public GetServingStatusResponse servingStatus() {
    return Calls.unary(() -> served.getServingStatus(GetServingStatusRequest.getDefaultInstance()));
  }
}
