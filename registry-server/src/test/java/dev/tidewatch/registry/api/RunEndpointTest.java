package dev.tidewatch.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.registry.v1.CreateRunRequest;
import dev.tidewatch.proto.registry.v1.FinishRunRequest;
import dev.tidewatch.proto.registry.v1.GetRunRequest;
import dev.tidewatch.proto.registry.v1.ListRunsRequest;
import dev.tidewatch.proto.registry.v1.LogRunMetricsRequest;
import dev.tidewatch.proto.registry.v1.LogRunMetricsResponse;
import dev.tidewatch.proto.registry.v1.MetricPoint;
import dev.tidewatch.proto.registry.v1.Run;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.serverkit.testing.Refusal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Experiment runs over gRPC. */
class RunEndpointTest extends RegistryOverGrpc {
  @Test
  void aRunIsFollowedToItsEnd() {
    registry.model("load");
    var request =
        CreateRunRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setModel("load")
            .setTitle("first")
            .putParameters("window", "168")
            .build();
    var run = registry.runs().createRun(request).getRun();
    assertThat(registry.runs().createRun(request).getRun()).isEqualTo(run);
    assertThat(log(run, point("loss", 0, 2), point("loss", 1, 1)).getPoints()).isEqualTo(2);
    var ended =
        registry
            .runs()
            .finishRun(
                FinishRunRequest.newBuilder()
                    .setRunId(run.getRunId())
                    .setStatus(RunStatus.RUN_STATUS_SUCCEEDED)
                    .putSummary("mase", 0.8)
                    .build())
            .getRun();
    assertThat(ended.getSummaryMap()).isEqualTo(Map.of("loss", 1.0, "mase", 0.8));
    assertThat(
            registry
                .runs()
                .listRuns(ListRunsRequest.newBuilder().setModel("load").build())
                .getRunsList())
        .containsExactly(ended);

    Refusal.of(() -> log(run, point("loss", 2, 1))).is("FAILED_PRECONDITION", "RUN_FINISHED");
    Refusal.of(() -> log(run, point("loss", 0, 1), point("loss", 2, Double.POSITIVE_INFINITY)))
        .is("INVALID_ARGUMENT", "VALUE_NOT_FINITE")
        .says("points[1].value");
    Refusal.of(() -> log(run, point("loss", -1, 1)))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("points[0]");
    Refusal.of(() ->
            registry
                .runs()
                .finishRun(
                    FinishRunRequest.newBuilder()
                        .setRunId(run.getRunId())
                        .setStatus(RunStatus.RUN_STATUS_RUNNING)
                        .build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("status");
    Refusal.of(() ->
            registry
                .runs()
                .getRun(GetRunRequest.newBuilder().setRunId(UUID.randomUUID().toString()).build()))
        .is("NOT_FOUND", "RUN_UNKNOWN");
    Refusal.of(() -> registry.runs().getRun(GetRunRequest.newBuilder().setRunId("first").build()))
        .is("INVALID_ARGUMENT", "FIELD_INVALID")
        .says("run_id");
    Refusal.of(
            () -> registry.runs().createRun(CreateRunRequest.newBuilder().setModel("no").build()))
        .is("NOT_FOUND", "MODEL_UNKNOWN");
  }

  private LogRunMetricsResponse log(Run run, MetricPoint... points) {
    return registry
        .runs()
        .logRunMetrics(
            LogRunMetricsRequest.newBuilder()
                .setRunId(run.getRunId())
                .addAllPoints(List.of(points))
                .build());
  }

  private static MetricPoint point(String metric, long step, double value) {
    return MetricPoint.newBuilder().setMetric(metric).setStep(step).setValue(value).build();
  }
}
