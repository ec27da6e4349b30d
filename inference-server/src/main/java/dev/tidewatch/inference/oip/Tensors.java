package dev.tidewatch.inference.oip;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.oip.InferTensorContents;
import dev.tidewatch.proto.oip.ModelInferRequest;
import dev.tidewatch.proto.oip.ModelInferRequest.InferInputTensor;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The inputs of a request: typed or raw, which give the same. What it throws names the tensor. */
final class Tensors {
  static final int ELEMENTS_MAX = 1_000_000;

  private final ModelInferRequest request;
  private final Map<String, Integer> indexes = new HashMap<>();

  /**
   * @throws InvalidArgument if a name is there twice, or raw and typed contents are mixed
   */
  Tensors(ModelInferRequest request) {
    this.request = request;
    boolean raw = request.getRawInputContentsCount() > 0;
    if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
      throw InvalidArgument.field(
          "raw_input_contents",
          "has %d entries for %d inputs; it has one of each, or none at all"
              .formatted(request.getRawInputContentsCount(), request.getInputsCount()));
    }
    for (int i = 0; i < request.getInputsCount(); i++) {
      InferInputTensor input = request.getInputs(i);
      if (indexes.put(input.getName(), i) != null) {
        throw InvalidArgument.field(field(input), "is there twice");
      }
      if (raw && input.hasContents()) {
        throw InvalidArgument.field(
            field(input), "has typed contents beside raw_input_contents; use one of them");
      }
    }
  }

  private static String field(InferInputTensor input) {
    return "inputs." + input.getName();
  }

  void requireKnown(List<String> names) {
    indexes
        .keySet()
        .forEach(name -> {
          if (!names.contains(name)) {
            throw InvalidArgument.field(
                "inputs." + name,
                "is no input of the model; it takes %s".formatted(String.join(", ", names)));
          }
        });
  }

  /** Empty if the tensor is not there. */
  OptionalInt find(String name) {
    Integer index = indexes.get(name);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  InferInputTensor required(String name, String datatype) {
    int index =
        find(name)
            .orElseThrow(
                () -> InvalidArgument.field("inputs." + name, "is missing; the model needs it"));
    InferInputTensor input = request.getInputs(index);
    if (!input.getDatatype().equals(datatype)) {
      throw InvalidArgument.field(
          field(input), "is %s; it must be %s".formatted(input.getDatatype(), datatype));
    }
    return input;
  }

  /** Elements of a tensor of shape [n] or [1, n]. */
  double[] fp64(String name) {
    InferInputTensor input = required(name, "FP64");
    int count = elements(input);
    var values = new double[count];
    if (request.getRawInputContentsCount() > 0) {
      raw(name, count, Double.BYTES).asDoubleBuffer().get(values);
    } else {
      List<Double> typed = input.getContents().getFp64ContentsList();
      requireCount(input, count, typed.size());
      for (int i = 0; i < count; i++) {
        values[i] = typed.get(i);
      }
    }
    return values;
  }

  /** Elements of a tensor of shape [n] or [1, n]. */
  long[] int64(String name) {
    InferInputTensor input = required(name, "INT64");
    int count = elements(input);
    var values = new long[count];
    if (request.getRawInputContentsCount() > 0) {
      raw(name, count, Long.BYTES).asLongBuffer().get(values);
    } else {
      InferTensorContents contents = input.getContents();
      requireCount(input, count, contents.getInt64ContentsCount());
      for (int i = 0; i < count; i++) {
        values[i] = contents.getInt64Contents(i);
      }
    }
    return values;
  }

  /** How many dimensions the tensor was sent with. */
  int rank(String name) {
    return request.getInputs(find(name).orElseThrow()).getShapeCount();
  }

  private ByteBuffer raw(String name, int count, int elementBytes) {
    ByteString bytes = request.getRawInputContents(find(name).orElseThrow());
    if (bytes.size() != (long) count * elementBytes) {
      throw InvalidArgument.field(
          "raw_input_contents." + name,
          "has %d bytes; its shape needs %d".formatted(bytes.size(), (long) count * elementBytes));
    }
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void requireCount(InferInputTensor input, int wanted, int found) {
    if (wanted != found) {
      throw InvalidArgument.field(
          field(input), "has %d elements; its shape needs %d".formatted(found, wanted));
    }
  }

  private static int elements(InferInputTensor input) {
    List<Long> shape = input.getShapeList();
    boolean isVector = shape.size() == 1 || (shape.size() == 2 && shape.get(0) == 1);
    long count = shape.isEmpty() ? 0 : shape.getLast();
    if (!isVector || count < 1 || count > ELEMENTS_MAX) {
      throw InvalidArgument.field(
          field(input),
          "has shape %s; it must be [n] or [1, n] with n from 1 to %d"
              .formatted(shape, ELEMENTS_MAX));
    }
    return (int) count;
  }

  static ByteString raw(double[] values) {
    var bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return ByteString.copyFrom(bytes);
  }
}
