package dev.tidewatch.trainer;

import dev.tidewatch.proto.registry.v1.CreateRunRequest;
import dev.tidewatch.proto.registry.v1.FinishRunRequest;
import dev.tidewatch.proto.registry.v1.LogRunMetricsRequest;
import dev.tidewatch.proto.registry.v1.MetricPoint;
import dev.tidewatch.proto.registry.v1.RunServiceGrpc;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.proto.registry.v1.UpdateRunRequest;
import dev.tidewatch.sdk.Calls;
import dev.tidewatch.sdk.TidewatchException;
import io.grpc.Channel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One training, as the registry remembers it. Points of curves and progress are sent every two
 * seconds at most. Not thread-safe.
 */
final class RunRecord {
  private static final int DEADLINE_SECONDS = 30;
  private static final int REASON_CHARACTERS_MAX = 4_000;
  private static final int VALUE_CHARACTERS_MAX = 1_000;
  private static final int POINTS_MAX = 2_000;

  /** While the registry is away; the oldest are lost first. */
  private static final int WAITING_MAX = 100_000;

  private static final long SEND_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Channel channel;
  private final LongSupplier nanoTime;
  private final String id;
  private final ArrayDeque<MetricPoint> waiting = new ArrayDeque<>();
  private long sentNanos;

  RunRecord(Channel channel, TrainingPlan plan, String codeVersion, LongSupplier nanoTime) {
    this.channel = channel;
    this.nanoTime = nanoTime;
    var request =
        CreateRunRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setModel(plan.model())
            .setTitle(plan.family() + " over " + plan.series().size() + " series")
            .putParameters("family", plan.family())
            .putParameters("horizon", Integer.toString(plan.horizon()))
            .putParameters("step", plan.grid().step().toString())
            .putParameters("seed", Long.toString(plan.seed()))
            .putParameters("evaluation", plan.evaluation().text())
            .putAllParameters(plan.parameters().asMap())
            .putTags("code_version", codeVersion);
    if (!plan.description().isEmpty()) {
      request.putParameters("description", plan.description());
    }
    plan.covariates()
        .forEach((role, name) -> request.putParameters("covariate_" + role, name.value()));
    if (plan.tuning() != null) {
      request
          .putParameters("tuning", plan.tuning().method().name().toLowerCase(java.util.Locale.ROOT))
          .putParameters("tuning_trials", Integer.toString(plan.tuning().trials()));
      plan.tuning()
          .spaces()
          .forEach((name, space) -> request.putParameters("tune_" + name, space.text()));
    }
    // Else an interrupt might leave a run that nobody here knows of, and nobody ends.
    var created = Uninterrupted.call(() -> Calls.unary(() -> stub().createRun(request.build())));
    this.id = created.getRun().getRunId();
    this.sentNanos = nanoTime.getAsLong();
  }

  String id() {
    return id;
  }

  /** Keeps a point of a curve for the next time something is sent; what is not finite is lost. */
  void log(String metric, long step, double value) {
    if (!Double.isFinite(value) || step < 0) {
      return;
    }
    if (waiting.size() >= WAITING_MAX) {
      waiting.removeFirst();
    }
    waiting.addLast(
        MetricPoint.newBuilder().setMetric(metric).setStep(step).setValue(value).build());
  }

  void log(SortedMap<String, Double> metrics) {
    metrics.forEach((name, value) -> log(name, 0, value));
  }

  /** Sends the points that wait; those that did not arrive wait on. */
  private void flush() {
    while (!waiting.isEmpty()) {
      List<MetricPoint> points = waiting.stream().limit(POINTS_MAX).toList();
      var request = LogRunMetricsRequest.newBuilder().setRunId(id).addAllPoints(points).build();
      Calls.unary(() -> stub().logRunMetrics(request));
      points.forEach(point -> waiting.removeFirst());
    }
  }

  /**
   * Tells how far it is, now and then. A registry that is away for a while is no reason to stop.
   */
  void progress(double fraction) {
    if (nanoTime.getAsLong() - sentNanos < SEND_NANOS) {
      return;
    }
    sentNanos = nanoTime.getAsLong();
    try {
      flush();
      update(UpdateRunRequest.newBuilder().setRunId(id).setProgress(fraction));
    } catch (TidewatchException e) {
      if (!e.isTransient()) {
        throw e;
      }
    }
  }

  void tag(Map<String, String> tags) {
    var request = UpdateRunRequest.newBuilder().setRunId(id);
    tags.forEach((name, value) -> request.putTags(name, shortened(value, VALUE_CHARACTERS_MAX)));
    update(request);
  }

  private void update(UpdateRunRequest.Builder request) {
    Calls.unary(() -> stub().updateRun(request.build()));
  }

  void finish(RunStatus status, String reason, Map<String, Double> summary) {
    flush();
    var request =
        FinishRunRequest.newBuilder()
            .setRunId(id)
            .setStatus(status)
            .setReason(shortened(reason, REASON_CHARACTERS_MAX))
            .putAllSummary(summary)
            .build();
    Calls.unary(() -> stub().finishRun(request));
  }

  private static String shortened(String text, int charactersMax) {
    return text.length() > charactersMax ? text.substring(0, charactersMax) : text;
  }

  /**
   * Records that the training ended without a version, even if its thread is interrupted; a
   * registry that is away changes nothing.
   */
  void giveUp(RunStatus status, Exception cause) {
    try {
      Uninterrupted.call(() -> {
        finish(status, String.valueOf(cause.getMessage()), Map.of());
        return status;
      });
    } catch (TidewatchException e) {
      cause.addSuppressed(e);
    }
  }

  private RunServiceGrpc.RunServiceBlockingStub stub() {
    return RunServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
