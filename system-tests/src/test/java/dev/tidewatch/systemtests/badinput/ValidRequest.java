package dev.tidewatch.systemtests.badinput;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes a message that the rules of its contract take, starting from the empty one: each field that
 * a rule misses gets the first of some likely values that the rule is content with.
 */
final class ValidRequest {
  private static final int ROUNDS_MAX = 40;
  private static final List<Object> TEXTS =
      List.of(
          "x",
          "y",
          "11111111-1111-4111-8111-111111111111",
          "0".repeat(64),
          "0".repeat(32),
          "1.0.0",
          "https://example.org/hook");

  private final Validator validator = ValidatorFactory.newBuilder().build();
  private final Map<String, Object> known;

  /**
   * @param known values of text fields by name, tried first
   */
  ValidRequest(Map<String, Object> known) {
    this.known = known;
  }

  /**
   * A valid message of the type.
   *
   * @throws IllegalStateException if the rules are not met by likely values
   */
  Message of(Descriptor type) {
    var builder = DynamicMessage.newBuilder(type);
    for (int round = 0; round < ROUNDS_MAX; round++) {
      var path = firstViolation(builder);
      if (path.isEmpty()) {
        return builder.build();
      }
      repair(builder, builder, path, 0);
    }
    throw new IllegalStateException("no valid " + type.getFullName() + " was found: " + builder);
  }

  private List<FieldPathElement> firstViolation(DynamicMessage.Builder builder) {
    try {
      return validator.validate(builder.build()).getViolations().stream()
          .map(violation -> violation.toProto().getField().getElementsList())
          .filter(elements -> !elements.isEmpty())
          .findFirst()
          .orElse(List.of());
    } catch (ValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private void repair(
      DynamicMessage.Builder root, Message.Builder at, List<FieldPathElement> path, int depth) {
    var element = path.get(depth);
    var field = at.getDescriptorForType().findFieldByName(element.getFieldName());
    if (field == null) {
      chooseOne(at, element.getFieldName());
      return;
    }
    boolean last = depth == path.size() - 1;
    if (!last) {
      var inner =
          field.isRepeated()
              ? at.getRepeatedFieldBuilder(field, (int) element.getIndex())
              : at.getFieldBuilder(field);
      repair(root, inner, path, depth + 1);
      return;
    }
    var candidates = candidates(field);
    if (field.isRepeated()) {
      // One more; if that is not enough, the next round adds another.
      int count = at.getRepeatedFieldCount(field);
      at.addRepeatedField(field, candidates.get(count % candidates.size()));
      return;
    }
    for (var candidate : candidates) {
      at.setField(field, candidate);
      if (!path.equals(firstViolation(root))) {
        return;
      }
    }
    throw new IllegalStateException("no likely value suits " + field.getFullName());
  }

  private static void chooseOne(Message.Builder at, String oneof) {
    for (var each : at.getDescriptorForType().getOneofs()) {
      if (each.getName().equals(oneof)) {
        var field = each.getFields().getLast();
        at.setField(field, defaultOf(field));
        return;
      }
    }
    throw new IllegalStateException(
        "no field or oneof " + oneof + " in " + at.getDescriptorForType().getFullName());
  }

  private List<Object> candidates(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> texts(field);
      case INT -> List.of(1, 0, 60);
      case LONG -> List.of(1L, 0L, 60L);
      case DOUBLE -> List.of(0.5, 1.0, 60.0);
      case FLOAT -> List.of(0.5f, 1.0f);
      case BOOLEAN -> List.of(true);
      case ENUM -> List.copyOf(field.getEnumType().getValues().subList(1, 2));
      case BYTE_STRING ->
          List.of(ByteString.copyFrom(new byte[1]), ByteString.copyFrom(new byte[64]));
      case MESSAGE -> messages(field);
    };
  }

  private List<Object> texts(FieldDescriptor field) {
    var usual = known.get(field.getName());
    return usual == null ? TEXTS : Stream.concat(Stream.of(usual), TEXTS.stream()).toList();
  }

  private static List<Object> messages(FieldDescriptor field) {
    var type = field.getMessageType();
    var seconds = type.findFieldByName("seconds");
    if (seconds == null) {
      return List.of(DynamicMessage.getDefaultInstance(type));
    }
    return List.of(
        DynamicMessage.newBuilder(type).setField(seconds, 3_600L).build(),
        DynamicMessage.newBuilder(type).setField(seconds, 60L).build(),
        DynamicMessage.newBuilder(type).setField(seconds, 1_767_571_200L).build());
  }

  private static Object defaultOf(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE ->
          field.getMessageType().findFieldByName("seconds") == null
              ? DynamicMessage.getDefaultInstance(field.getMessageType())
              : messages(field).getFirst();
      case STRING -> "x";
      default -> field.getDefaultValue();
    };
  }
}
