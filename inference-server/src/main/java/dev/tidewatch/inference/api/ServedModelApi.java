package dev.tidewatch.inference.api;

import dev.tidewatch.inference.clients.Wire;
import dev.tidewatch.inference.detection.DetectionMetrics;
import dev.tidewatch.inference.detection.FeedDetection;
import dev.tidewatch.inference.detection.ShardProgress;
import dev.tidewatch.inference.forecast.ForecastMetrics;
import dev.tidewatch.inference.forecast.ShadowDifferences;
import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.registry.RegistryMirror;
import dev.tidewatch.inference.serving.Residency;
import dev.tidewatch.inference.serving.ResidencyCounts;
import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.inference.serving.VersionStatus;
import dev.tidewatch.inference.spool.PredictionSpool;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.proto.inference.v1.GetServingStatusRequest;
import dev.tidewatch.proto.inference.v1.GetServingStatusResponse;
import dev.tidewatch.proto.inference.v1.ListServedModelsRequest;
import dev.tidewatch.proto.inference.v1.ListServedModelsResponse;
import dev.tidewatch.proto.inference.v1.ServedModel;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.proto.inference.v1.ServedTask;
import dev.tidewatch.proto.inference.v1.ShadowDifference;
import dev.tidewatch.proto.inference.v1.ShardStatus;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** {@code tidewatch.inference.v1.ServedModelService}. */
public final class ServedModelApi extends ServedModelServiceGrpc.ServedModelServiceImplBase {
  private static final int PAGE_DEFAULT = 50;
  private static final int PAGE_MAX = 1_000;

  private final Residency residency;
  private final RegistryMirror registry;
  private final FeedDetection detection;
  private final PredictionSpool spool;
  private final ForecastMetrics forecasts;
  private final ShadowDifferences differences;
  private final DetectionMetrics detections;

  public ServedModelApi(
      Residency residency,
      RegistryMirror registry,
      FeedDetection detection,
      PredictionSpool spool,
      ForecastMetrics forecasts,
      ShadowDifferences differences,
      DetectionMetrics detections) {
    this.residency = residency;
    this.registry = registry;
    this.detection = detection;
    this.spool = spool;
    this.forecasts = forecasts;
    this.differences = differences;
    this.detections = detections;
  }

  @Override
  public void listServedModels(
      ListServedModelsRequest request, StreamObserver<ListServedModelsResponse> responses) {
    if (request.getPageSize() < 0) {
      throw InvalidArgument.field("page_size", "is negative");
    }
    int size =
        request.getPageSize() == 0 ? PAGE_DEFAULT : Math.min(request.getPageSize(), PAGE_MAX);
    String after = decode(request.getPageToken());
    List<VersionStatus> all =
        residency.statuses().stream()
            .filter(status ->
                request.getModel().isEmpty() || status.version().model().equals(request.getModel()))
            .toList();
    int from = 0;
    if (!after.isEmpty()) {
      while (from < all.size() && !all.get(from).version().toString().equals(after)) {
        from++;
      }
      from = Math.min(from + 1, all.size());
    }
    List<VersionStatus> page = all.subList(from, Math.min(all.size(), from + size));
    var response =
        ListServedModelsResponse.newBuilder()
            .addAllModels(page.stream().map(this::model).toList())
            .setRegistryRevision(registry.state().revision())
            .setRegistryAge(Wire.duration(registry.age()));
    if (from + size < all.size()) {
      response.setNextPageToken(encode(page.getLast().version().toString()));
    }
    responses.onNext(response.build());
    responses.onCompleted();
  }

  private static String encode(String version) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(version.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("page_token", "is not one that this server gave");
    }
  }

  private ServedModel model(VersionStatus status) {
    var message =
        ServedModel.newBuilder()
            .setModel(status.version().model())
            .setVersion(status.version().version())
            .addAllAliases(status.aliases())
            .setReason(status.reason())
            .setState(
                switch (status.state()) {
                  case WANTED -> ServedState.SERVED_STATE_WANTED;
                  case LOADING -> ServedState.SERVED_STATE_LOADING;
                  case WARMING -> ServedState.SERVED_STATE_WARMING;
                  case UNLOADED -> ServedState.SERVED_STATE_UNLOADED;
                  case READY -> ServedState.SERVED_STATE_READY;
                  case DRAINING -> ServedState.SERVED_STATE_DRAINING;
                  case REFUSED -> ServedState.SERVED_STATE_REFUSED;
                });
    registry.state().assignments().values().stream()
        .filter(assignment -> names(assignment, status))
        .map(Assignment::name)
        .sorted()
        .forEach(message::addAssignments);
    ServedVersion served = status.served();
    if (served != null) {
      message
          .setBundleSha256(served.artifact().sha256())
          .setBundleBytes(served.artifact().sizeBytes())
          .setReadyAt(Wire.timestamp(served.readyAt()))
          .setAnswers(served.answers())
          .setMemoryBytes(status.memoryBytes())
          .setPlatform(served.platform());
      if (served.hasManifest()) {
        describe(message, served);
      } else {
        message.setTask(ServedTask.SERVED_TASK_INFER);
      }
      differences.ofShadow(status.version()).forEach(d -> message.addShadowDifferences(message(d)));
    }
    return message.build();
  }

  private static void describe(ServedModel.Builder message, ServedVersion served) {
    BundleManifest manifest = served.manifest();
    message
        .setTask(
            served.isForecaster() ? ServedTask.SERVED_TASK_FORECAST : ServedTask.SERVED_TASK_DETECT)
        .setFamily(manifest.family())
        .setGrid(Wire.grid(manifest.grid()))
        .setHorizon(manifest.horizon())
        .setHorizonMax(manifest.horizon());
  }

  private static ShadowDifference message(ShadowDifferences.Difference difference) {
    return ShadowDifference.newBuilder()
        .setAnsweredVersion(difference.answered().version())
        .setAnswers(difference.answers())
        .setSteps(difference.steps())
        .setMean(difference.mean())
        .setMeanAbsolute(difference.meanAbsolute())
        .setRootMeanSquare(difference.rootMeanSquare())
        .setAbsoluteMax(difference.absoluteMax())
        .setNotComparable(difference.notComparable())
        .build();
  }

  private static boolean names(Assignment assignment, VersionStatus status) {
    return assignment.model().equals(status.version().model())
        && (assignment.version() == null
            ? status.aliases().contains(assignment.alias())
            : assignment.version().equals(status.version().version()));
  }

  @Override
  public void getServingStatus(
      GetServingStatusRequest request, StreamObserver<GetServingStatusResponse> responses) {
    var response =
        GetServingStatusResponse.newBuilder()
            .setFeedHead(Wire.token(detection.head()))
            .setSpooledPredictions(spool.pendingRecords())
            .setSpooledBytes(spool.bytes())
            .setSpoolBytesMax(spool.bytesMax())
            .setStandingForecasts(forecasts.standing())
            .setPredictionsNotRecorded(forecasts.notRecorded())
            .setAnomaliesReported(detections.anomaliesReported())
            .setReadingsScored(detections.readingsScored())
            .setRegistryRevision(registry.state().revision())
            .setRegistryAge(Wire.duration(registry.age()));
    ResidencyCounts models = residency.counts();
    response
        .setModelsReady(models.versions())
        .setModelMemoryBytes(models.memoryBytes())
        .setModelMemoryBytesMax(models.memoryBytesMax())
        .setModelLoads(models.loads())
        .setModelUnloads(models.unloads())
        .setModelRefusals(models.refusals());
    for (ShardProgress shard : detection.progress()) {
      var message =
          ShardStatus.newBuilder()
              .setShard(shard.shard())
              .setOwned(shard.owned())
              .setFence(shard.fence())
              .setDetectorStates(shard.detectors());
      if (shard.checkpoint() != null) {
        message.setCheckpoint(Wire.token(shard.checkpoint()));
      }
      response.addShards(message);
    }
    responses.onNext(response.build());
    responses.onCompleted();
  }
}
