package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.MetricPoint;
import dev.tidewatch.proto.registry.v1.Run;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.Optional;

/** Runs as messages. */
final class RunMessages {
  private RunMessages() {}

  static Run run(dev.tidewatch.registry.domain.Run run) {
    Run.Builder message =
        Run.newBuilder()
            .setRunId(run.id().toString())
            .setModel(run.model().value())
            .setTitle(run.title())
            .setStatus(RunStatus.valueOf("RUN_STATUS_" + run.status().name()))
            .setStatusReason(run.statusReason())
            .putAllParameters(run.parameters())
            .putAllTags(run.tags())
            .putAllSummary(run.summary())
            .setProgress(run.progress())
            .setCreatedAt(Fields.time(run.createdAt()))
            .setUpdatedAt(Fields.time(run.updatedAt()))
            .setCreatedBy(run.createdBy())
            .addAllVersions(run.versions().stream().map(Object::toString).toList());
    run.finishedAt().map(Fields::time).ifPresent(message::setFinishedAt);
    return message.build();
  }

  static MetricPoint point(dev.tidewatch.registry.domain.MetricPoint point) {
    return MetricPoint.newBuilder()
        .setMetric(point.metric())
        .setStep(point.step())
        .setValue(point.value())
        .setTime(Fields.time(point.measuredAt()))
        .build();
  }

  static dev.tidewatch.registry.domain.MetricPoint point(
      String field, MetricPoint point, Instant now) {
    if (!Double.isFinite(point.getValue())) {
      throw new InvalidArgument(
          "VALUE_NOT_FINITE", field + ".value", point.getValue() + "; it must be finite");
    }
    Instant time =
        point.hasTime()
            ? Fields.time(field + ".time", point.getTime())
            : Times.toInstant(Times.floorToMicros(now));
    return Fields.read(
        field,
        () ->
            new dev.tidewatch.registry.domain.MetricPoint(
                point.getMetric(), point.getStep(), point.getValue(), time));
  }

  /** Empty for unspecified. */
  static Optional<dev.tidewatch.registry.domain.RunStatus> status(RunStatus status) {
    return switch (status) {
      case RUN_STATUS_RUNNING -> Optional.of(dev.tidewatch.registry.domain.RunStatus.RUNNING);
      case RUN_STATUS_SUCCEEDED -> Optional.of(dev.tidewatch.registry.domain.RunStatus.SUCCEEDED);
      case RUN_STATUS_FAILED -> Optional.of(dev.tidewatch.registry.domain.RunStatus.FAILED);
      case RUN_STATUS_CANCELLED -> Optional.of(dev.tidewatch.registry.domain.RunStatus.CANCELLED);
      case RUN_STATUS_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }
}
