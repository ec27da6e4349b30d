package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.drift.DriftKind;
import dev.tidewatch.monitor.drift.DriftLevel;
import dev.tidewatch.monitor.drift.DriftReference;
import dev.tidewatch.monitor.drift.DriftReference.ReferenceSketch;
import dev.tidewatch.monitor.drift.DriftVerdict;
import dev.tidewatch.proto.monitor.v1.RegisterDriftReferenceRequest;
import dev.tidewatch.proto.monitor.v1.Sketch;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.drift.DistributionSketch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;

/** Between messages and domain types of drift. */
final class DriftMessages {
  private static final int PAYLOAD_BYTES_MAX = 64 * 1024;
  private static final int HOURS_PER_WEEK = 168;

  /** What counts where a reference names no grid. */
  private static final Grid HOURLY = Grid.ofStep(Duration.ofHours(1));

  private DriftMessages() {}

  static DriftReference reference(RegisterDriftReferenceRequest request) {
    var sketches = new ArrayList<ReferenceSketch>();
    var seen = new HashSet<String>();
    var sources = new java.util.HashMap<String, String>();
    for (int i = 0; i < request.getSketchesCount(); i++) {
      String field = "sketches[%d]".formatted(i);
      ReferenceSketch sketch = sketch(field, request.getSketches(i));
      if (!seen.add(sketch.input() + "\n" + sketch.hourOfWeek())) {
        throw InvalidArgument.field(
            field + ".hour_of_week",
            "is %d, which input %s has already; send each hour of an input once"
                .formatted(sketch.hourOfWeek(), sketch.input()));
      }
      String source = sources.putIfAbsent(sketch.input(), sketch.source());
      if (source != null && !source.equals(sketch.source())) {
        throw InvalidArgument.field(
            field + ".series",
            "is '%s', but input %s is read from '%s'; an input has one series"
                .formatted(sketch.source(), sketch.input(), source));
      }
      sketches.add(sketch);
    }
    return new DriftReference(
        new ModelVersion(request.getModel(), request.getVersion()),
        request.getSeries().isEmpty()
            ? Optional.empty()
            : Optional.of(Wire.series("series", request.getSeries()).value()),
        request.hasGrid() ? Wire.grid("grid", request.getGrid()) : HOURLY,
        sketches);
  }

  private static ReferenceSketch sketch(String field, Sketch sketch) {
    String input = Wire.text(field + ".input", sketch.getInput()).orElse("");
    if (input.isEmpty() || input.length() > 128) {
      throw InvalidArgument.field(
          field + ".input", "must have 1 to 128 characters; name the role, such as target");
    }
    if (sketch.getHourOfWeek() < ReferenceSketch.ALL_HOURS
        || sketch.getHourOfWeek() >= HOURS_PER_WEEK) {
      throw InvalidArgument.field(
          field + ".hour_of_week",
          "is %d; it must be 0 (Monday 00:00) to 167, or -1 for all hours together"
              .formatted(sketch.getHourOfWeek()));
    }
    if (!(sketch.getMissingShare() >= 0 && sketch.getMissingShare() <= 1)) {
      throw InvalidArgument.field(
          field + ".missing_share",
          "is %s; it must lie in [0, 1]".formatted(sketch.getMissingShare()));
    }
    byte[] payload = sketch.getPayload().toByteArray();
    requireSketch(field, sketch, payload);
    return new ReferenceSketch(
        input,
        sketch.getHourOfWeek(),
        sketch.getSeries().isEmpty()
            ? ""
            : Wire.series(field + ".series", sketch.getSeries()).value(),
        sketch.getSamples(),
        sketch.getMissingShare(),
        payload);
  }

  private static void requireSketch(String field, Sketch sketch, byte[] payload) {
    if (payload.length > PAYLOAD_BYTES_MAX) {
      throw InvalidArgument.field(
          field + ".payload",
          "has %d bytes; at most %d are allowed".formatted(payload.length, PAYLOAD_BYTES_MAX));
    }
    if (sketch.getSamples() < 0 || (sketch.getSamples() > 0) != (payload.length > 0)) {
      throw InvalidArgument.field(
          field + ".samples",
          "is %d with a payload of %d bytes; it must be 0 without one and positive with one"
              .formatted(sketch.getSamples(), payload.length));
    }
    if (payload.length == 0) {
      return;
    }
    if (!sketch.getFormat().equals(DistributionSketch.FORMAT)) {
      throw InvalidArgument.field(
          field + ".format",
          "is '%s'; %s is read: a KLL sketch of doubles as Apache DataSketches writes it"
              .formatted(sketch.getFormat(), DistributionSketch.FORMAT));
    }
    try {
      if (DistributionSketch.ofBytes(payload).count() == 0) {
        throw InvalidArgument.field(
            field + ".payload", "is an empty sketch; leave payload and samples out instead");
      }
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(
          field + ".payload",
          "is no KLL sketch of doubles; write it with KllDoublesSketch.toByteArray()");
    }
  }

  static dev.tidewatch.proto.monitor.v1.DriftVerdict write(DriftVerdict verdict) {
    var message =
        dev.tidewatch.proto.monitor.v1.DriftVerdict.newBuilder()
            .setModel(verdict.version().model())
            .setVersion(verdict.version().version())
            .setSeries(verdict.series())
            .setInput(verdict.input())
            .setKind(kind(verdict.kind()))
            .setLevel(level(verdict.level()))
            .setWindow(Wire.range(verdict.windowFrom(), verdict.windowTo()))
            .setSamples(verdict.samples())
            .setReason(verdict.reason())
            .setTime(Wire.time(verdict.time()));
    verdict.psi().ifPresent(message::setPsi);
    verdict.kolmogorovSmirnov().ifPresent(message::setKolmogorovSmirnov);
    verdict.wasserstein().ifPresent(message::setWasserstein);
    verdict.jensenShannon().ifPresent(message::setJensenShannon);
    return message.build();
  }

  static dev.tidewatch.proto.monitor.v1.DriftKind kind(DriftKind kind) {
    return switch (kind) {
      case INPUT -> dev.tidewatch.proto.monitor.v1.DriftKind.DRIFT_KIND_INPUT;
      case PREDICTION -> dev.tidewatch.proto.monitor.v1.DriftKind.DRIFT_KIND_PREDICTION;
      case RESIDUAL -> dev.tidewatch.proto.monitor.v1.DriftKind.DRIFT_KIND_RESIDUAL;
      case MISSING -> dev.tidewatch.proto.monitor.v1.DriftKind.DRIFT_KIND_MISSING;
      case UNIT -> dev.tidewatch.proto.monitor.v1.DriftKind.DRIFT_KIND_UNIT;
    };
  }

  /** Empty for an unspecified kind. */
  static Optional<DriftKind> kind(String field, dev.tidewatch.proto.monitor.v1.DriftKind kind) {
    return switch (kind) {
      case DRIFT_KIND_UNSPECIFIED -> Optional.empty();
      case DRIFT_KIND_INPUT -> Optional.of(DriftKind.INPUT);
      case DRIFT_KIND_PREDICTION -> Optional.of(DriftKind.PREDICTION);
      case DRIFT_KIND_RESIDUAL -> Optional.of(DriftKind.RESIDUAL);
      case DRIFT_KIND_MISSING -> Optional.of(DriftKind.MISSING);
      case DRIFT_KIND_UNIT -> Optional.of(DriftKind.UNIT);
      case UNRECOGNIZED -> throw Wire.unknownEnum(field);
    };
  }

  static dev.tidewatch.proto.monitor.v1.DriftLevel level(DriftLevel level) {
    return switch (level) {
      case UNKNOWN -> dev.tidewatch.proto.monitor.v1.DriftLevel.DRIFT_LEVEL_UNKNOWN;
      case NONE -> dev.tidewatch.proto.monitor.v1.DriftLevel.DRIFT_LEVEL_NONE;
      case MODERATE -> dev.tidewatch.proto.monitor.v1.DriftLevel.DRIFT_LEVEL_MODERATE;
      case STRONG -> dev.tidewatch.proto.monitor.v1.DriftLevel.DRIFT_LEVEL_STRONG;
    };
  }

  /** Empty for an unspecified level. */
  static Optional<DriftLevel> level(String field, dev.tidewatch.proto.monitor.v1.DriftLevel level) {
    return switch (level) {
      case DRIFT_LEVEL_UNSPECIFIED -> Optional.empty();
      case DRIFT_LEVEL_UNKNOWN -> Optional.of(DriftLevel.UNKNOWN);
      case DRIFT_LEVEL_NONE -> Optional.of(DriftLevel.NONE);
      case DRIFT_LEVEL_MODERATE -> Optional.of(DriftLevel.MODERATE);
      case DRIFT_LEVEL_STRONG -> Optional.of(DriftLevel.STRONG);
      case UNRECOGNIZED -> throw Wire.unknownEnum(field);
    };
  }
}
