package dev.tidewatch.models.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Puts an ONNX graph together, node by node, in the order of evaluation. The same calls give the
 * same bytes. Operators are those of the ONNX specification, operator set 14. Not thread-safe.
 */
public final class OnnxGraphWriter {
  /** Of the file format; the one that goes with the operator set. */
  private static final int IR_VERSION = 7;

  private static final int OPERATOR_SET = 14;

  private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder();

  public OnnxGraphWriter(String name) {
    graph.setName(name);
  }

  /**
   * Declares an input of float32.
   *
   * @param dimensions sizes; -1 may have any size, and is the batch if it is the first
   */
  public void input(String name, long... dimensions) {
    input(name, OnnxMl.TensorProto.DataType.FLOAT, dimensions);
  }

  /** Declares an input of any type. */
  public void input(String name, OnnxMl.TensorProto.DataType type, long... dimensions) {
    graph.addInput(value(name, type, dimensions));
  }

  /** Declares an output of float32, which a node computes. */
  public void output(String name, long... dimensions) {
    output(name, OnnxMl.TensorProto.DataType.FLOAT, dimensions);
  }

  /** Declares an output of any type, which a node computes. */
  public void output(String name, OnnxMl.TensorProto.DataType type, long... dimensions) {
    graph.addOutput(value(name, type, dimensions));
  }

  private static OnnxMl.ValueInfoProto value(
      String name, OnnxMl.TensorProto.DataType type, long... dimensions) {
    var shape = OnnxMl.TensorShapeProto.newBuilder();
    for (int i = 0; i < dimensions.length; i++) {
      var size = OnnxMl.TensorShapeProto.Dimension.newBuilder();
      String free = i == 0 ? "batch" : name + "_" + i;
      shape.addDim(dimensions[i] < 0 ? size.setDimParam(free) : size.setDimValue(dimensions[i]));
    }
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(shape)))
        .build();
  }

  /**
   * Adds weights.
   *
   * @param values row by row
   * @return the name
   */
  public String weights(String name, float[] values, long... dimensions) {
    requireSize(name, values.length, dimensions);
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return constant(name, OnnxMl.TensorProto.DataType.FLOAT, bytes.array(), dimensions);
  }

  /**
   * Adds whole numbers, such as axes and shapes.
   *
   * @return the name
   */
  public String integers(String name, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return constant(name, OnnxMl.TensorProto.DataType.INT64, bytes.array(), values.length);
  }

  private static void requireSize(String name, int count, long... dimensions) {
    if (Arrays.stream(dimensions).reduce(1, Math::multiplyExact) != count) {
      throw new IllegalArgumentException(
          "%s has %d values, not %s".formatted(name, count, Arrays.toString(dimensions)));
    }
  }

  private String constant(
      String name, OnnxMl.TensorProto.DataType type, byte[] bytes, long... dimensions) {
    var tensor = OnnxMl.TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor.setRawData(ByteString.copyFrom(bytes)));
    return name;
  }

  /**
   * Adds a node.
   *
   * @param operator such as {@code Gemm}
   * @param inputs names; empty for an optional input that is left out
   * @param outputs names; empty for an output that nobody reads
   */
  public void node(
      String operator, List<String> inputs, List<String> outputs, Attribute... attributes) {
    var node =
        OnnxMl.NodeProto.newBuilder()
            .setOpType(operator)
            .setName(operator + "_" + graph.getNodeCount())
            .addAllInput(inputs)
            .addAllOutput(outputs);
    for (Attribute attribute : attributes) {
      node.addAttribute(attribute.proto());
    }
    graph.addNode(node);
  }

  /**
   * A whole number, or several, that a node is told by name.
   *
   * @param isList true for an attribute that is a list even with one value
   */
  public record Attribute(String name, boolean isList, List<Long> values) {
    public Attribute {
      values = List.copyOf(values);
    }

    public static Attribute of(String name, long value) {
      return new Attribute(name, false, List.of(value));
    }

    public static Attribute list(String name, Long... values) {
      return new Attribute(name, true, List.of(values));
    }

    private OnnxMl.AttributeProto proto() {
      var proto = OnnxMl.AttributeProto.newBuilder().setName(name);
      return isList
          ? proto.setType(OnnxMl.AttributeProto.AttributeType.INTS).addAllInts(values).build()
          : proto.setType(OnnxMl.AttributeProto.AttributeType.INT).setI(values.getFirst()).build();
    }
  }

  /** The file. */
  public byte[] toBytes() {
    var model =
        OnnxMl.ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("tidewatch")
            .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
            .setGraph(graph)
            .build();
    var out = new ByteArrayOutputStream(model.getSerializedSize());
    try {
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      coded.useDeterministicSerialization();
      model.writeTo(coded);
      coded.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory does not fail", e);
    }
    return out.toByteArray();
  }
}
