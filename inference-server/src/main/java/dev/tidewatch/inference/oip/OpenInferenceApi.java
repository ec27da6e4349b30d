package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelQuestion;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.Residency;
import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.inference.serving.VersionStatus;
import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelMetadataRequest;
import dev.tidewatch.proto.oip.ModelMetadataResponse;
import dev.tidewatch.proto.oip.ModelMetadataResponse.TensorMetadata;
import dev.tidewatch.proto.oip.ModelReadyRequest;
import dev.tidewatch.proto.oip.ModelReadyResponse;
import dev.tidewatch.proto.oip.ServerLiveRequest;
import dev.tidewatch.proto.oip.ServerLiveResponse;
import dev.tidewatch.proto.oip.ServerMetadataRequest;
import dev.tidewatch.proto.oip.ServerMetadataResponse;
import dev.tidewatch.proto.oip.ServerReadyRequest;
import dev.tidewatch.proto.oip.ServerReadyResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import io.grpc.stub.StreamObserver;

/**
 * {@code inference.GRPCInferenceService}. What is not overridden answers UNIMPLEMENTED / NOT_BUILT.
 */
public final class OpenInferenceApi extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private static final String SERVER = "tidewatch";

  private final ModelRouter router;
  private final Residency residency;
  private final ForecastInference forecasts;
  private final String version;

  /**
   * @param version of this software
   */
  public OpenInferenceApi(
      ModelRouter router, Residency residency, ForecastInference forecasts, String version) {
    this.router = router;
    this.residency = residency;
    this.forecasts = forecasts;
    this.version = version;
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> responses) {
    answer(responses, ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> responses) {
    answer(responses, ServerReadyResponse.newBuilder().setReady(residency.isSettled()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> responses) {
    requireName("name", request.getName());
    boolean ready;
    try (Choice _ = choose(request.getName(), request.getVersion())) {
      ready = true;
    } catch (NotFound | Unavailable e) {
      ready = false;
    }
    answer(responses, ModelReadyResponse.newBuilder().setReady(ready).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> responses) {
    answer(
        responses, ServerMetadataResponse.newBuilder().setName(SERVER).setVersion(version).build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> responses) {
    requireName("name", request.getName());
    try (Choice choice = choose(request.getName(), request.getVersion())) {
      ServedVersion served = choice.version();
      var response =
          ModelMetadataResponse.newBuilder()
              .setName(request.getName())
              .addAllVersions(
                  residency.statuses().stream()
                      .filter(status -> status.state() == VersionStatus.State.READY)
                      .map(VersionStatus::version)
                      .filter(key -> key.model().equals(request.getName()))
                      .map(VersionKey::version)
                      .toList())
              .setPlatform(served.isForecaster() ? "tidewatch_forecast" : "tidewatch_detect");
      if (served.isForecaster()) {
        response
            .addInputs(tensor(ForecastInference.HISTORY, "FP64"))
            .addInputs(tensor(ForecastInference.ORIGIN_MICROS, "INT64"));
        ForecastInference.OUTPUTS.forEach(name -> response.addOutputs(tensor(name, "FP64")));
      }
      answer(responses, response.build());
    }
  }

  private static TensorMetadata tensor(String name, String datatype) {
    return TensorMetadata.newBuilder().setName(name).setDatatype(datatype).addShape(-1).build();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> responses) {
    requireName("model_name", request.getModelName());
    var question = new ModelQuestion(request.getModelName(), request.getModelVersion(), "");
    try (Choice choice = choose(request.getModelName(), request.getModelVersion())) {
      var _ = choice.version().forecaster(); // a detector is refused here
      answer(responses, forecasts.infer(request, question, choice.version().manifest().grid()));
    }
  }

  private static void requireName(String field, String name) {
    if (name.isEmpty()) {
      throw InvalidArgument.field(field, "is empty; name a model");
    }
  }

  private Choice choose(String model, String modelVersion) {
    try {
      return router.choose(Task.FORECAST, "", new ModelQuestion(model, modelVersion, ""));
    } catch (NotFound e) {
      // Clients of the protocol look for this text.
      String what =
          modelVersion.isEmpty()
              ? "'%s' is not found".formatted(model)
              : "'%s' version %s is not found".formatted(model, modelVersion);
      throw new NotFound(e.reason(), "Request for unknown model: " + what, e);
    }
  }

  private static <T> void answer(StreamObserver<T> responses, T response) {
    responses.onNext(response);
    responses.onCompleted();
  }
}
