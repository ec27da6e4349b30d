package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.DuplicatePolicy;
import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesDescription;
import dev.tidewatch.ingest.catalog.SeriesKind;
import dev.tidewatch.ingest.catalog.Validation;
import dev.tidewatch.ingest.units.UcumUnits;
import dev.tidewatch.proto.ingest.v1.ViolationAction;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Series from and to the contract. */
final class ProtoSeries {
  private static final int LABEL_VALUE_BYTES_MAX = 255;
  private static final Set<String> FIELDS =
      Set.of(
          "device",
          "point",
          "display_name",
          "description",
          "unit",
          "labels",
          "kind",
          "states",
          "duplicate_policy",
          "validation",
          "expected_interval");

  private ProtoSeries() {}

  static dev.tidewatch.proto.ingest.v1.Series toProto(Series series) {
    SeriesDescription description = series.description();
    var proto =
        dev.tidewatch.proto.ingest.v1.Series.newBuilder()
            .setName(series.name())
            .setSeriesId(series.id())
            .setDevice(description.device())
            .setPoint(description.point())
            .setDisplayName(description.displayName())
            .setDescription(description.description())
            .setUnit(description.unit())
            .putAllLabels(description.labels())
            .setKindValue(description.kind().number())
            .putAllStates(description.states())
            .setDuplicatePolicyValue(description.duplicatePolicy().number())
            .setShard(series.shard())
            .setAutoCreated(series.autoCreated())
            .setCreateTime(Protos.timestamp(series.createTime()))
            .setUpdateTime(Protos.timestamp(series.updateTime()))
            .setEtag(series.etag());
    if (!description.validation().equals(Validation.NONE)) {
      proto.setValidation(toProto(description.validation()));
    }
    description
        .expectedInterval()
        .ifPresent(interval -> proto.setExpectedInterval(Protos.duration(interval)));
    return proto.build();
  }

  private static dev.tidewatch.proto.ingest.v1.Validation toProto(Validation validation) {
    var proto = dev.tidewatch.proto.ingest.v1.Validation.newBuilder();
    validation.valueMin().ifPresent(proto::setValueMin);
    validation.valueMax().ifPresent(proto::setValueMax);
    validation.futureSkewMax().ifPresent(skew -> proto.setFutureSkewMax(Protos.duration(skew)));
    validation.changePerSecondMax().ifPresent(proto::setChangePerSecondMax);
    validation.restartBelow().ifPresent(proto::setRestartBelow);
    validation.staleAfter().ifPresent(after -> proto.setStaleAfter(Protos.duration(after)));
    proto.setOnViolation(
        validation.flagViolations()
            ? ViolationAction.VIOLATION_ACTION_FLAG
            : ViolationAction.VIOLATION_ACTION_REJECT);
    return proto.build();
  }

  /** What is said of a new series; what is not said has its default. */
  static SeriesDescription description(dev.tidewatch.proto.ingest.v1.Series proto) {
    SeriesDescription defaults = SeriesDescription.byName(name(proto.getName(), "series.name"));
    SeriesDescription all = apply(defaults, proto, List.copyOf(FIELDS));
    return new SeriesDescription(
        all.name(),
        proto.getDevice().isEmpty() ? defaults.device() : all.device(),
        proto.getPoint().isEmpty() ? defaults.point() : all.point(),
        all.displayName(),
        all.description(),
        all.unit(),
        all.labels(),
        all.kind(),
        all.states(),
        all.duplicatePolicy(),
        all.validation(),
        all.expectedInterval());
  }

  /** The description with those fields changed that the paths name; no path means every field. */
  static SeriesDescription apply(
      SeriesDescription known, dev.tidewatch.proto.ingest.v1.Series proto, List<String> paths) {
    for (String path : paths) {
      if (!FIELDS.contains(path)) {
        throw InvalidArgument.field(
            "update_mask", "'" + path + "' cannot be changed; known are " + FIELDS);
      }
    }
    Set<String> named = paths.isEmpty() ? FIELDS : Set.copyOf(paths);
    var changed =
        new SeriesDescription(
            known.name(),
            named.contains("device")
                ? Protos.storable(proto.getDevice(), "series.device")
                : known.device(),
            named.contains("point")
                ? Protos.storable(proto.getPoint(), "series.point")
                : known.point(),
            named.contains("display_name")
                ? Protos.storable(proto.getDisplayName(), "series.display_name")
                : known.displayName(),
            named.contains("description")
                ? Protos.storable(proto.getDescription(), "series.description")
                : known.description(),
            named.contains("unit") ? unit(proto.getUnit()) : known.unit(),
            named.contains("labels") ? labels(proto.getLabelsMap()) : known.labels(),
            named.contains("kind") ? kind(proto) : known.kind(),
            named.contains("states") ? states(proto.getStatesMap()) : known.states(),
            named.contains("duplicate_policy") ? policy(proto) : known.duplicatePolicy(),
            named.contains("validation") ? validation(proto) : known.validation(),
            named.contains("expected_interval")
                ? Optional.of(proto)
                    .filter(dev.tidewatch.proto.ingest.v1.Series::hasExpectedInterval)
                    .map(with -> Protos.duration(with.getExpectedInterval()))
                : known.expectedInterval());
    if (changed.kind() == SeriesKind.STATE && changed.states().isEmpty()) {
      throw InvalidArgument.field("series.states", "a series of kind state needs its states");
    }
    if (changed.kind() != SeriesKind.COUNTER && changed.validation().restartBelow().isPresent()) {
      throw InvalidArgument.field(
          "series.validation.restart_below", "is only for a series of kind counter");
    }
    return changed;
  }

  static SeriesName name(String name, String field) {
    try {
      return new SeriesName(name);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, String.valueOf(e.getMessage()));
    }
  }

  private static String unit(String unit) {
    if (!UcumUnits.isKnown(unit)) {
      String hint =
          UcumUnits.nearest(unit).map(near -> "; did you mean '" + near + "'?").orElse("");
      throw new InvalidArgument(
          "UNIT_UNKNOWN",
          "series.unit",
          "'%s' is not a UCUM unit%s"
              .formatted(unit, hint.isEmpty() ? "; leave it empty for none" : hint));
    }
    return unit.equals("1") ? "" : unit;
  }

  private static Map<String, String> labels(Map<String, String> labels) {
    labels.forEach((key, value) -> {
      if (value.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LABEL_VALUE_BYTES_MAX
          || value.indexOf('\0') >= 0) {
        throw InvalidArgument.field(
            "series.labels[\"" + key + "\"]", "at most 255 bytes without NUL are allowed");
      }
    });
    return labels;
  }

  private static Map<Long, String> states(Map<Long, String> states) {
    states.forEach((code, meaning) -> Protos.storable(meaning, "series.states[" + code + "]"));
    return states;
  }

  private static SeriesKind kind(dev.tidewatch.proto.ingest.v1.Series proto) {
    try {
      return proto.getKindValue() == 0 ? SeriesKind.GAUGE : SeriesKind.of(proto.getKindValue());
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("series.kind", String.valueOf(e.getMessage()));
    }
  }

  private static DuplicatePolicy policy(dev.tidewatch.proto.ingest.v1.Series proto) {
    try {
      return proto.getDuplicatePolicyValue() == 0
          ? DuplicatePolicy.KEEP_LAST
          : DuplicatePolicy.of(proto.getDuplicatePolicyValue());
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("series.duplicate_policy", String.valueOf(e.getMessage()));
    }
  }

  private static Validation validation(dev.tidewatch.proto.ingest.v1.Series series) {
    if (!series.hasValidation()) {
      return Validation.NONE;
    }
    dev.tidewatch.proto.ingest.v1.Validation proto = series.getValidation();
    try {
      return new Validation(
          proto.hasValueMin() ? OptionalDouble.of(proto.getValueMin()) : OptionalDouble.empty(),
          proto.hasValueMax() ? OptionalDouble.of(proto.getValueMax()) : OptionalDouble.empty(),
          proto.hasFutureSkewMax()
              ? Optional.of(Protos.duration(proto.getFutureSkewMax()))
              : Optional.empty(),
          proto.hasChangePerSecondMax()
              ? OptionalDouble.of(proto.getChangePerSecondMax())
              : OptionalDouble.empty(),
          proto.hasRestartBelow()
              ? OptionalDouble.of(proto.getRestartBelow())
              : OptionalDouble.empty(),
          proto.hasStaleAfter()
              ? Optional.of(Protos.duration(proto.getStaleAfter()))
              : Optional.empty(),
          proto.getOnViolation() == ViolationAction.VIOLATION_ACTION_FLAG);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("series.validation", String.valueOf(e.getMessage()));
    }
  }
}
