package dev.tidewatch.registry.api;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.VersionDifference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is not the same in all of some versions, by the names of the contract. Lists count as one
 * thing; what merely tells one version from another does not count.
 */
final class VersionDifferences {
  private static final Set<String> NAMES =
      Set.of("model", "version", "revision", "created_at", "created_by");
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace().preservingProtoFieldNames();

  private VersionDifferences() {}

  /** By path, ascending. */
  static List<VersionDifference> of(List<ModelVersion> versions) {
    List<Map<String, String>> flat = new ArrayList<>();
    Set<String> paths = new TreeSet<>();
    for (ModelVersion version : versions) {
      Map<String, String> values = new TreeMap<>();
      version
          .getAllFields()
          .forEach((field, value) -> {
            if (!NAMES.contains(field.getName())) {
              flatten(field.getName(), field, value, values);
            }
          });
      flat.add(values);
      paths.addAll(values.keySet());
    }
    List<VersionDifference> differences = new ArrayList<>();
    for (String path : paths) {
      List<String> values = flat.stream().map(one -> one.getOrDefault(path, "")).toList();
      if (values.stream().distinct().count() > 1) {
        differences.add(VersionDifference.newBuilder().setPath(path).addAllValues(values).build());
      }
    }
    return differences;
  }

  private static void flatten(
      String path, FieldDescriptor field, Object value, Map<String, String> into) {
    if (field.isMapField()) {
      for (Object entry : (List<?>) value) {
        MapEntry<?, ?> pair = (MapEntry<?, ?>) entry;
        into.put(path + "." + pair.getKey(), String.valueOf(pair.getValue()));
      }
    } else if (field.isRepeated()) {
      List<String> items = ((List<?>) value).stream().map(VersionDifferences::text).toList();
      into.put(path, "[" + String.join(", ", items) + "]");
    } else if (value instanceof Message nested && !isValue(nested)) {
      nested
          .getAllFields()
          .forEach((inner, it) -> flatten(path + "." + inner.getName(), inner, it, into));
    } else {
      into.put(path, text(value));
    }
  }

  private static boolean isValue(Message message) {
    return message instanceof Timestamp || message instanceof Duration;
  }

  private static String text(Object value) {
    return switch (value) {
      case Timestamp time -> Timestamps.toString(time);
      case Duration duration -> Durations.toString(duration);
      case EnumValueDescriptor constant -> bare(constant);
      case MessageOrBuilder message -> json(message);
      default -> value.toString();
    };
  }

  /** Without the name of the enum before it. */
  static String bare(EnumValueDescriptor constant) {
    String prefix =
        constant.getType().getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT)
            + "_";
    return constant.getName().startsWith(prefix)
        ? constant.getName().substring(prefix.length())
        : constant.getName();
  }

  private static String json(MessageOrBuilder message) {
    try {
      return JSON.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored message has a JSON form", e);
    }
  }
}
