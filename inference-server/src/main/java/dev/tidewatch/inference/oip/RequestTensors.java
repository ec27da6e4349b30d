package dev.tidewatch.inference.oip;

import com.google.protobuf.ByteString;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferRequest.InferInputTensor;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.Unimplemented;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The inputs of a request as tensors: typed or raw, which give the same. What is thrown names the
 * tensor. Raw contents are views of the message's bytes.
 */
final class RequestTensors {
  private static final String TYPES =
      Stream.of(ElementType.values()).map(Enum::name).collect(Collectors.joining(", "));

  private final ModelInferRequest request;
  private final boolean raw;

  private RequestTensors(ModelInferRequest request) {
    this.request = request;
    this.raw = request.getRawInputContentsCount() > 0;
  }

  /**
   * @return by name, in the request's order
   * @throws InvalidArgument if a tensor is not what its datatype and shape say, a name is there
   *     twice, or raw and typed contents are mixed
   * @throws Unimplemented if an input is in shared memory
   */
  static Map<String, Tensor> decode(ModelInferRequest request) {
    return new RequestTensors(request).decode();
  }

  private Map<String, Tensor> decode() {
    if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
      throw InvalidArgument.field(
          "raw_input_contents",
          "has %d entries for %d inputs; it has one of each, or none at all"
              .formatted(request.getRawInputContentsCount(), request.getInputsCount()));
    }
    var tensors = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      InferInputTensor input = request.getInputs(i);
      if (input.getName().isEmpty()) {
        throw InvalidArgument.field("inputs[%d].name".formatted(i), "is empty; name the input");
      }
      if (tensors.put(input.getName(), tensor(input, i)) != null) {
        throw InvalidArgument.field(field(input), "is there twice");
      }
    }
    return Collections.unmodifiableMap(tensors);
  }

  private Tensor tensor(InferInputTensor input, int index) {
    if (input.containsParameters("shared_memory_region")) {
      throw new Unimplemented(
          "SHARED_MEMORY_NOT_OFFERED",
          field(input) + " is in shared memory, which is not offered; send its contents");
    }
    ElementType type = type(input);
    Shape shape = shape(input);
    if (!raw) {
      ByteBuffer contents = TypedContents.encode(field(input), type, shape, input.getContents());
      return new Tensor(type, shape, contents);
    }
    if (input.hasContents() && input.getContents().getSerializedSize() > 0) {
      throw InvalidArgument.field(
          field(input), "has typed contents beside raw_input_contents; use one of them");
    }
    return raw(input, type, shape, request.getRawInputContents(index));
  }

  private static Tensor raw(
      InferInputTensor input, ElementType type, Shape shape, ByteString bytes) {
    String name = "raw_input_contents of " + input.getName();
    if (type != ElementType.BYTES && bytes.size() != shape.elements() * type.bytes()) {
      throw InvalidArgument.field(
          name,
          "has %d bytes; %s of shape %s has %d"
              .formatted(bytes.size(), type, shape, shape.elements() * type.bytes()));
    }
    if (type == ElementType.BOOL) {
      requireBooleans(name, bytes);
    }
    try {
      return new Tensor(type, shape, bytes.asReadOnlyByteBuffer());
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(name, String.valueOf(e.getMessage()));
    }
  }

  private static void requireBooleans(String name, ByteString bytes) {
    for (int i = 0; i < bytes.size(); i++) {
      if ((bytes.byteAt(i) & ~1) != 0) {
        throw InvalidArgument.field(
            name,
            "element %d is %d; BOOL is one byte, 0 or 1".formatted(i, bytes.byteAt(i) & 0xff));
      }
    }
  }

  private static ElementType type(InferInputTensor input) {
    String datatype = input.getDatatype();
    for (ElementType type : ElementType.values()) {
      if (type.name().equals(datatype)) {
        return type;
      }
    }
    throw InvalidArgument.field(
        field(input), "has datatype '%s'; datatypes are %s".formatted(datatype, TYPES));
  }

  private static Shape shape(InferInputTensor input) {
    try {
      return Shape.of(input.getShapeList());
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field(input), String.valueOf(e.getMessage()));
    }
  }

  private static String field(InferInputTensor input) {
    return "inputs." + input.getName();
  }
}
