package dev.tidewatch.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/**
 * The contract's messages as JSON for scripts: fields named as in the contract, times as ISO-8601
 * in UTC, durations as seconds, enumerations without their prefix, 64-bit integers as numbers,
 * bytes in Base64. Fields that were not set are left out where the contract can tell.
 */
final class ProtoJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ProtoJson() {}

  static ObjectNode object(Message message) {
    ObjectNode object = NODES.objectNode();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.hasPresence() && !message.hasField(field)) {
        continue;
      }
      put(object, field, message.getField(field));
    }
    return object;
  }

  private static void put(ObjectNode object, FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      ObjectNode map = object.putObject(field.getName());
      for (Object entry : (Collection<?>) value) {
        Message pair = (Message) entry;
        FieldDescriptor key = pair.getDescriptorForType().findFieldByNumber(1);
        FieldDescriptor item = pair.getDescriptorForType().findFieldByNumber(2);
        map.set(String.valueOf(pair.getField(key)), node(item, pair.getField(item)));
      }
    } else if (field.isRepeated()) {
      ArrayNode array = object.putArray(field.getName());
      for (Object item : (Collection<?>) value) {
        array.add(node(field, item));
      }
    } else {
      object.set(field.getName(), node(field, value));
    }
  }

  private static JsonNode node(FieldDescriptor field, Object value) {
    return switch (value) {
      case Timestamp time ->
          NODES.textNode(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString());
      case Duration duration ->
          NODES.numberNode(duration.getSeconds() + duration.getNanos() / 1_000_000_000.0);
      case Struct struct -> struct(struct);
      case Message message -> object(message);
      case EnumValueDescriptor constant -> NODES.textNode(bare(constant));
      case ByteString bytes ->
          NODES.textNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      case Boolean bool -> NODES.booleanNode(bool);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      case Double number -> number(number);
      case Float number -> number(number);
      case String text -> NODES.textNode(text);
      default -> throw new IllegalArgumentException("field " + field.getFullName());
    };
  }

  private static JsonNode number(double value) {
    return Double.isFinite(value) ? NODES.numberNode(value) : NODES.nullNode();
  }

  private static ObjectNode struct(Struct struct) {
    ObjectNode object = NODES.objectNode();
    for (Map.Entry<String, Value> entry : struct.getFieldsMap().entrySet()) {
      object.set(entry.getKey(), value(entry.getValue()));
    }
    return object;
  }

  private static JsonNode value(Value value) {
    return switch (value.getKindCase()) {
      case NUMBER_VALUE -> number(value.getNumberValue());
      case STRING_VALUE -> NODES.textNode(value.getStringValue());
      case BOOL_VALUE -> NODES.booleanNode(value.getBoolValue());
      case STRUCT_VALUE -> struct(value.getStructValue());
      case LIST_VALUE -> list(value.getListValue());
      case NULL_VALUE, KIND_NOT_SET -> NODES.nullNode();
    };
  }

  private static ArrayNode list(ListValue list) {
    ArrayNode array = NODES.arrayNode();
    list.getValuesList().forEach(item -> array.add(value(item)));
    return array;
  }

  /** {@code SERIES_KIND_GAUGE} as {@code GAUGE}; {@code UNSPECIFIED} where nothing was said. */
  static String bare(EnumValueDescriptor constant) {
    String prefix =
        constant
                .getType()
                .getName()
                .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .toUpperCase(Locale.ROOT)
            + "_";
    String name = constant.getName();
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }
}
