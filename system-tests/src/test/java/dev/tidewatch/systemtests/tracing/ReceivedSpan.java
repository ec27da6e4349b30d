package dev.tidewatch.systemtests.tracing;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One span as it came over OTLP.
 *
 * @param service {@code service.name} of the process part that made it
 * @param kind {@code SERVER}, {@code CLIENT}, {@code INTERNAL}, {@code PRODUCER} or {@code
 *     CONSUMER}
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param parentId 16 hexadecimal digits; empty for a root
 * @param linkedSpanIds span ids of its links
 * @param attributes as text
 * @param failed whether its status is ERROR
 */
record ReceivedSpan(
    String service,
    String name,
    String kind,
    String traceId,
    String spanId,
    String parentId,
    List<String> linkedSpanIds,
    Map<String, String> attributes,
    boolean failed) {

  static ReceivedSpan of(Resource resource, Span span) {
    return new ReceivedSpan(
        attributes(resource.getAttributesList()).getOrDefault("service.name", ""),
        span.getName(),
        span.getKind().name().replace("SPAN_KIND_", ""),
        hex(span.getTraceId()),
        hex(span.getSpanId()),
        hex(span.getParentSpanId()),
        span.getLinksList().stream().map(link -> hex(link.getSpanId())).toList(),
        attributes(span.getAttributesList()),
        span.getStatus().getCodeValue() == 2);
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static Map<String, String> attributes(List<KeyValue> pairs) {
    return pairs.stream()
        .collect(
            Collectors.toMap(KeyValue::getKey, pair -> text(pair.getValue()), (one, other) -> one));
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      default -> value.toString();
    };
  }
}
