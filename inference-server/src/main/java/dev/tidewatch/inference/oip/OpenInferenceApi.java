package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelQuestion;
import dev.tidewatch.inference.serving.Residency;
import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.inference.serving.VersionStatus;
import dev.tidewatch.proto.oip.GRPCInferenceServiceGrpc;
import dev.tidewatch.proto.oip.LogSettingsRequest;
import dev.tidewatch.proto.oip.LogSettingsResponse;
import dev.tidewatch.proto.oip.ModelConfigRequest;
import dev.tidewatch.proto.oip.ModelConfigResponse;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferResponse;
import dev.tidewatch.proto.oip.ModelMetadataRequest;
import dev.tidewatch.proto.oip.ModelMetadataResponse;
import dev.tidewatch.proto.oip.ModelReadyRequest;
import dev.tidewatch.proto.oip.ModelReadyResponse;
import dev.tidewatch.proto.oip.ModelStatisticsRequest;
import dev.tidewatch.proto.oip.ModelStatisticsResponse;
import dev.tidewatch.proto.oip.ModelStreamInferResponse;
import dev.tidewatch.proto.oip.RepositoryIndexRequest;
import dev.tidewatch.proto.oip.RepositoryIndexResponse;
import dev.tidewatch.proto.oip.RepositoryModelLoadRequest;
import dev.tidewatch.proto.oip.RepositoryModelLoadResponse;
import dev.tidewatch.proto.oip.RepositoryModelUnloadRequest;
import dev.tidewatch.proto.oip.RepositoryModelUnloadResponse;
import dev.tidewatch.proto.oip.ServerLiveRequest;
import dev.tidewatch.proto.oip.ServerLiveResponse;
import dev.tidewatch.proto.oip.ServerMetadataRequest;
import dev.tidewatch.proto.oip.ServerMetadataResponse;
import dev.tidewatch.proto.oip.ServerReadyRequest;
import dev.tidewatch.proto.oip.ServerReadyResponse;
import dev.tidewatch.proto.oip.TraceSettingRequest;
import dev.tidewatch.proto.oip.TraceSettingResponse;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.grpc.ConnectionThread;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * {@code inference.GRPCInferenceService}. The shared-memory RPCs are not overridden: they answer
 * UNIMPLEMENTED.
 */
public final class OpenInferenceApi extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private static final String SERVER = "tidewatch";
  private static final List<String> EXTENSIONS =
      List.of(
          "model_configuration",
          "model_repository",
          "model_repository(unload_dependents)",
          "sequence",
          "statistics",
          "trace",
          "logging",
          "parameters");

  private final Residency residency;
  private final ModelInference inference;
  private final ModelRepository repository;
  private final InferenceStatistics statistics;
  private final TraceSettings traces;
  private final LogSwitches logs = new LogSwitches();
  private final Executor elsewhere;
  private final String version;

  /**
   * @param elsewhere runs inferences that wait or take long, in the context of their call
   * @param version of this software
   */
  OpenInferenceApi(
      Residency residency,
      ModelInference inference,
      ModelRepository repository,
      InferenceStatistics statistics,
      TraceSettings traces,
      Executor elsewhere,
      String version) {
    this.residency = residency;
    this.inference = inference;
    this.repository = repository;
    this.statistics = statistics;
    this.traces = traces;
    this.elsewhere = elsewhere;
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

  /** Loads nothing. */
  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> responses) {
    ModelInference.requireName("name", request.getName());
    boolean ready =
        request.getVersion().isEmpty()
            ? isReady(new AliasKey(request.getName(), AliasKey.CHAMPION))
            : readyVersions(request.getName()).contains(request.getVersion());
    answer(responses, ModelReadyResponse.newBuilder().setReady(ready).build());
  }

  private boolean isReady(AliasKey alias) {
    Optional<ServedVersion.Use> use = residency.use(alias);
    use.ifPresent(ServedVersion.Use::close);
    return use.isPresent();
  }

  private List<String> readyVersions(String model) {
    return residency.statuses().stream()
        .filter(status -> status.state() == VersionStatus.State.READY)
        .map(VersionStatus::version)
        .filter(key -> key.model().equals(model))
        .map(VersionKey::version)
        .toList();
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> responses) {
    answer(
        responses,
        ServerMetadataResponse.newBuilder()
            .setName(SERVER)
            .setVersion(version)
            .addAllExtensions(EXTENSIONS)
            .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> responses) {
    ModelInference.requireName("name", request.getName());
    try (Choice choice = choose(request.getName(), request.getVersion())) {
      answer(
          responses,
          ModelDescriptions.metadata(choice.version(), readyVersions(request.getName())));
    }
  }

  @Override
  public void modelConfig(
      ModelConfigRequest request, StreamObserver<ModelConfigResponse> responses) {
    ModelInference.requireName("name", request.getName());
    try (Choice choice = choose(request.getName(), request.getVersion())) {
      answer(
          responses,
          ModelConfigResponse.newBuilder()
              .setConfig(ModelDescriptions.config(choice.version()))
              .build());
    }
  }

  private Choice choose(String model, String modelVersion) {
    return inference.choose(new ModelQuestion(model, modelVersion, ""));
  }

  /** Runs on the connection's thread. */
  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> responses) {
    inference
        .inferAtOnce(request)
        .ifPresentOrElse(
            answer -> {
              tell(answer, responses);
              if (answer.isCompletedExceptionally()
                  && answer.exceptionNow() instanceof ResourceExhausted) {
                ConnectionThread.refused();
              }
            },
            () -> elsewhere.execute(() -> tell(inference.infer(request), responses)));
  }

  private static void tell(
      CompletableFuture<ModelInferResponse> answer, StreamObserver<ModelInferResponse> responses) {
    if (answer.isCompletedExceptionally()) {
      responses.onError(answer.exceptionNow());
      return;
    }
    var _ =
        answer.whenComplete((response, failure) -> {
          if (failure == null) {
            answer(responses, response);
          } else {
            responses.onError(
                failure instanceof CompletionException && failure.getCause() != null
                    ? failure.getCause()
                    : failure);
          }
        });
  }

  @Override
  public StreamObserver<ModelInferRequest> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> responses) {
    return new InferStream(
        inference, (ServerCallStreamObserver<ModelStreamInferResponse>) responses);
  }

  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> responses) {
    List<VersionKey> ready =
        residency.statuses().stream()
            .filter(status -> status.state() == VersionStatus.State.READY)
            .map(VersionStatus::version)
            .filter(key -> request.getName().isEmpty() || key.model().equals(request.getName()))
            .filter(
                key -> request.getVersion().isEmpty() || key.version().equals(request.getVersion()))
            .toList();
    if (ready.isEmpty() && !request.getName().isEmpty()) {
      throw new NotFound(
          request.getVersion().isEmpty() ? "MODEL_UNKNOWN" : "VERSION_UNKNOWN",
          "Request for unknown model: '%s'%s has no ready version"
              .formatted(
                  request.getName(),
                  request.getVersion().isEmpty() ? "" : " version " + request.getVersion()));
    }
    answer(
        responses,
        ModelStatisticsResponse.newBuilder().addAllModelStats(statistics.of(ready)).build());
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> responses) {
    answer(responses, repository.index(request));
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> responses) {
    repository.load(
        request.getRepositoryName(), request.getModelName(), request.getParametersMap());
    answer(responses, RepositoryModelLoadResponse.getDefaultInstance());
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request,
      StreamObserver<RepositoryModelUnloadResponse> responses) {
    repository.unload(
        request.getRepositoryName(), request.getModelName(), request.getParametersMap());
    answer(responses, RepositoryModelUnloadResponse.getDefaultInstance());
  }

  @Override
  public void traceSetting(
      TraceSettingRequest request, StreamObserver<TraceSettingResponse> responses) {
    if (!request.getModelName().isEmpty()) {
      choose(request.getModelName(), "").close();
    }
    var changes = new TreeMap<String, List<String>>();
    request
        .getSettingsMap()
        .forEach((name, value) -> changes.put(name, List.copyOf(value.getValueList())));
    Map<String, List<String>> settings = traces.change(request.getModelName(), changes);
    var response = TraceSettingResponse.newBuilder();
    settings.forEach((name, values) ->
        response.putSettings(
            name, TraceSettingResponse.SettingValue.newBuilder().addAllValue(values).build()));
    answer(responses, response.build());
  }

  @Override
  public void logSettings(
      LogSettingsRequest request, StreamObserver<LogSettingsResponse> responses) {
    answer(responses, logs.change(request.getSettingsMap()));
  }

  private static <T> void answer(StreamObserver<T> responses, T response) {
    responses.onNext(response);
    responses.onCompleted();
  }
}
