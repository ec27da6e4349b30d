package dev.tidewatch.registry.signature;

import com.google.protobuf.CodedInputStream;
import dev.tidewatch.registry.domain.TensorSignature;
import dev.tidewatch.registry.domain.TensorSpec;
import dev.tidewatch.registry.domain.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Inputs and outputs of the graph of an ONNX file (onnx.proto of ONNX 1.x). Inputs that the file
 * gives a value of its own are constants, not inputs.
 */
final class OnnxSignature {
  private static final int MODEL_GRAPH = Wire.delimited(7);
  private static final int GRAPH_INITIALIZER = Wire.delimited(5);
  private static final int GRAPH_INPUT = Wire.delimited(11);
  private static final int GRAPH_OUTPUT = Wire.delimited(12);
  private static final int TENSOR_NAME = Wire.delimited(8);
  private static final int VALUE_NAME = Wire.delimited(1);
  private static final int VALUE_TYPE = Wire.delimited(2);
  private static final int TYPE_TENSOR = Wire.delimited(1);
  private static final int TENSOR_ELEMENT = Wire.varint(1);
  private static final int TENSOR_SHAPE = Wire.delimited(2);
  private static final int SHAPE_DIMENSION = Wire.delimited(1);
  private static final int DIMENSION_VALUE = Wire.varint(1);

  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final Set<String> constants = new HashSet<>();

  /** One value in the making. */
  private static final class Value {
    private String name = "";
    private int element;
    private @Nullable List<Long> shape;
  }

  private OnnxSignature() {}

  static TensorSignature read(InputStream file) throws IOException {
    OnnxSignature found = new OnnxSignature();
    Wire.file(file, (tag, in) -> tag == MODEL_GRAPH && Wire.nested(in, found::graph));
    return new TensorSignature(
        found.inputs.stream()
            .filter(value -> !found.constants.contains(value.name))
            .map(OnnxSignature::spec)
            .toList(),
        found.outputs.stream().map(OnnxSignature::spec).toList());
  }

  private boolean graph(int tag, CodedInputStream in) throws IOException {
    if (tag == GRAPH_INPUT) {
      inputs.add(value(in));
      return true;
    }
    if (tag == GRAPH_OUTPUT) {
      outputs.add(value(in));
      return true;
    }
    return tag == GRAPH_INITIALIZER && Wire.nested(in, this::constant);
  }

  private boolean constant(int tag, CodedInputStream in) throws IOException {
    if (tag == TENSOR_NAME) {
      constants.add(in.readString());
      return true;
    }
    return false;
  }

  private static Value value(CodedInputStream in) throws IOException {
    Value value = new Value();
    boolean _ =
        Wire.nested(
            in,
            (tag, its) -> {
              if (tag == VALUE_NAME) {
                value.name = its.readString();
                return true;
              }
              return tag == VALUE_TYPE
                  && Wire.nested(
                      its,
                      (kind, tensor) ->
                          kind == TYPE_TENSOR
                              && Wire.nested(tensor, (inner, form) -> form(value, inner, form)));
            });
    return value;
  }

  private static boolean form(Value value, int tag, CodedInputStream in) throws IOException {
    if (tag == TENSOR_ELEMENT) {
      value.element = in.readInt32();
      return true;
    }
    if (tag == TENSOR_SHAPE) {
      List<Long> shape = new ArrayList<>();
      value.shape = shape;
      return Wire.nested(
          in, (inner, dimensions) -> inner == SHAPE_DIMENSION && shape.add(dimension(dimensions)));
    }
    return false;
  }

  private static long dimension(CodedInputStream in) throws IOException {
    long[] size = {TensorSpec.ANY};
    boolean _ =
        Wire.nested(
            in,
            (tag, its) -> {
              if (tag == DIMENSION_VALUE) {
                size[0] = its.readInt64();
                return true;
              }
              return false;
            });
    return size[0];
  }

  private static TensorSpec spec(Value value) {
    if (value.shape == null) {
      throw new UnreadableModelException(
          "'" + value.name + "' of the ONNX graph is no tensor of a known number of dimensions");
    }
    return new TensorSpec(value.name, type(value), value.shape, false);
  }

  /** By the numbers of TensorProto.DataType. */
  private static TensorType type(Value value) {
    return switch (value.element) {
      case 1 -> TensorType.FP32;
      case 2 -> TensorType.UINT8;
      case 3 -> TensorType.INT8;
      case 4 -> TensorType.UINT16;
      case 5 -> TensorType.INT16;
      case 6 -> TensorType.INT32;
      case 7 -> TensorType.INT64;
      case 8 -> TensorType.BYTES;
      case 9 -> TensorType.BOOL;
      case 10 -> TensorType.FP16;
      case 11 -> TensorType.FP64;
      case 12 -> TensorType.UINT32;
      case 13 -> TensorType.UINT64;
      case 16 -> TensorType.BF16;
      default ->
          throw new UnreadableModelException(
              "'%s' of the ONNX graph has element type %d, which is not served"
                  .formatted(value.name, value.element));
    };
  }
}
