package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.CreateRunRequest;
import dev.tidewatch.proto.registry.v1.CreateRunResponse;
import dev.tidewatch.proto.registry.v1.FinishRunRequest;
import dev.tidewatch.proto.registry.v1.FinishRunResponse;
import dev.tidewatch.proto.registry.v1.GetRunRequest;
import dev.tidewatch.proto.registry.v1.GetRunResponse;
import dev.tidewatch.proto.registry.v1.ListRunMetricsRequest;
import dev.tidewatch.proto.registry.v1.ListRunMetricsResponse;
import dev.tidewatch.proto.registry.v1.ListRunsRequest;
import dev.tidewatch.proto.registry.v1.ListRunsResponse;
import dev.tidewatch.proto.registry.v1.LogRunMetricsRequest;
import dev.tidewatch.proto.registry.v1.LogRunMetricsResponse;
import dev.tidewatch.proto.registry.v1.RunServiceGrpc.RunServiceImplBase;
import dev.tidewatch.proto.registry.v1.UpdateRunRequest;
import dev.tidewatch.proto.registry.v1.UpdateRunResponse;
import dev.tidewatch.registry.domain.MetricPoint;
import dev.tidewatch.registry.domain.Page;
import dev.tidewatch.registry.domain.Run;
import dev.tidewatch.registry.domain.RunLog;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Runs over gRPC. */
public final class RunEndpoint extends RunServiceImplBase {
  private final RunLog runs;
  private final InstantSource clock;

  public RunEndpoint(RunLog runs, InstantSource clock) {
    this.runs = runs;
    this.clock = clock;
  }

  @Override
  public void createRun(CreateRunRequest request, StreamObserver<CreateRunResponse> observer) {
    Run run =
        runs.create(
            Origins.of("CreateRun", request.getRequestId(), request),
            Fields.model("model", request.getModel()),
            request.getTitle(),
            request.getParametersMap(),
            request.getTagsMap());
    observer.onNext(CreateRunResponse.newBuilder().setRun(RunMessages.run(run)).build());
    observer.onCompleted();
  }

  @Override
  public void logRunMetrics(
      LogRunMetricsRequest request, StreamObserver<LogRunMetricsResponse> observer) {
    Instant now = clock.instant();
    List<MetricPoint> points =
        IntStream.range(0, request.getPointsCount())
            .mapToObj(i -> RunMessages.point("points[" + i + "]", request.getPoints(i), now))
            .toList();
    long count = runs.log(Fields.uuid("run_id", request.getRunId()), points);
    observer.onNext(LogRunMetricsResponse.newBuilder().setPoints(count).build());
    observer.onCompleted();
  }

  @Override
  public void updateRun(UpdateRunRequest request, StreamObserver<UpdateRunResponse> observer) {
    ModelMessages.requireFinite(request.getSummaryMap(), "summary");
    Run run =
        runs.update(
            Fields.uuid("run_id", request.getRunId()),
            request.hasProgress()
                ? OptionalDouble.of(request.getProgress())
                : OptionalDouble.empty(),
            request.getTagsMap(),
            request.getSummaryMap());
    observer.onNext(UpdateRunResponse.newBuilder().setRun(RunMessages.run(run)).build());
    observer.onCompleted();
  }

  @Override
  public void finishRun(FinishRunRequest request, StreamObserver<FinishRunResponse> observer) {
    ModelMessages.requireFinite(request.getSummaryMap(), "summary");
    Run run =
        runs.finish(
            Origins.of("FinishRun", "", request),
            Fields.uuid("run_id", request.getRunId()),
            RunMessages.status(request.getStatus())
                .orElseThrow(() -> InvalidArgument.field("status", "required")),
            request.getReason(),
            request.getSummaryMap());
    observer.onNext(FinishRunResponse.newBuilder().setRun(RunMessages.run(run)).build());
    observer.onCompleted();
  }

  @Override
  public void getRun(GetRunRequest request, StreamObserver<GetRunResponse> observer) {
    Run run = runs.get(Fields.uuid("run_id", request.getRunId()));
    observer.onNext(GetRunResponse.newBuilder().setRun(RunMessages.run(run)).build());
    observer.onCompleted();
  }

  @Override
  public void listRuns(ListRunsRequest request, StreamObserver<ListRunsResponse> observer) {
    Page<Run> page =
        runs.list(
            Fields.present(request.getModel()).map(text -> Fields.model("model", text)),
            RunMessages.status(request.getStatus()),
            Pages.request("ListRuns", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        ListRunsResponse.newBuilder()
            .addAllRuns(page.items().stream().map(RunMessages::run).toList())
            .setNextPageToken(Pages.nextToken("ListRuns", page))
            .build());
    observer.onCompleted();
  }

  @Override
  public void listRunMetrics(
      ListRunMetricsRequest request, StreamObserver<ListRunMetricsResponse> observer) {
    Page<MetricPoint> page =
        runs.points(
            Fields.uuid("run_id", request.getRunId()),
            Fields.present(request.getMetric()),
            Pages.request("ListRunMetrics", request.getPageSize(), request.getPageToken()));
    observer.onNext(
        ListRunMetricsResponse.newBuilder()
            .addAllPoints(page.items().stream().map(RunMessages::point).toList())
            .setNextPageToken(Pages.nextToken("ListRunMetrics", page))
            .build());
    observer.onCompleted();
  }
}
