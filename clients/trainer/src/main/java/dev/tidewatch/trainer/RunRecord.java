package dev.tidewatch.trainer;

import dev.tidewatch.proto.registry.v1.CreateRunRequest;
import dev.tidewatch.proto.registry.v1.FinishRunRequest;
import dev.tidewatch.proto.registry.v1.LogRunMetricsRequest;
import dev.tidewatch.proto.registry.v1.MetricPoint;
import dev.tidewatch.proto.registry.v1.RunServiceGrpc;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.sdk.Calls;
import dev.tidewatch.sdk.TidewatchException;
import io.grpc.Channel;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** One training, as the registry remembers it. */
final class RunRecord {
  private static final int DEADLINE_SECONDS = 30;
  private static final int REASON_CHARACTERS_MAX = 4_000;

  private final Channel channel;
  private final String id;

  RunRecord(Channel channel, TrainingPlan plan, String codeVersion) {
    this.channel = channel;
    var request =
        CreateRunRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setModel(plan.model())
            .setTitle(plan.family() + " over " + plan.series().size() + " series")
            .putParameters("family", plan.family())
            .putParameters("horizon", Integer.toString(plan.horizon()))
            .putParameters("step", plan.grid().step().toString())
            .putParameters("seed", Long.toString(plan.seed()))
            .putAllParameters(plan.parameters().asMap())
            .putTags("code_version", codeVersion)
            .build();
    this.id = Calls.unary(() -> stub().createRun(request)).getRun().getRunId();
  }

  String id() {
    return id;
  }

  void logMetrics(SortedMap<String, Double> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    var request = LogRunMetricsRequest.newBuilder().setRunId(id);
    metrics.forEach((name, value) ->
        request.addPoints(MetricPoint.newBuilder().setMetric(name).setValue(value)));
    Calls.unary(() -> stub().logRunMetrics(request.build()));
  }

  void finish(RunStatus status, String reason, Map<String, Double> summary) {
    var request =
        FinishRunRequest.newBuilder()
            .setRunId(id)
            .setStatus(status)
            .setReason(
                reason.length() > REASON_CHARACTERS_MAX
                    ? reason.substring(0, REASON_CHARACTERS_MAX)
                    : reason)
            .putAllSummary(summary)
            .build();
    Calls.unary(() -> stub().finishRun(request));
  }

  /** Records that the training ended without a version; a registry that is away changes nothing. */
  void giveUp(RunStatus status, Exception cause) {
    // The call must go out even if the training's thread was interrupted; the caller sees it again.
    boolean interrupted = Thread.interrupted();
    try {
      finish(status, String.valueOf(cause.getMessage()), Map.of());
    } catch (TidewatchException e) {
      cause.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private RunServiceGrpc.RunServiceBlockingStub stub() {
    return RunServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
