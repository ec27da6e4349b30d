package dev.tidewatch.models.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An ONNX graph whose outputs are its inputs: nothing but {@code Identity} nodes. It is answered
 * without ONNX Runtime, whose Java interface lacks some element types and changes byte strings that
 * are no text. Holds nothing outside the heap.
 */
public final class IdentityGraph implements TensorModel {
  private static final int BATCH_ROWS_MAX = 64;

  private final TensorSignature signature;

  /** Input by output. */
  private final Map<String, String> sources;

  private final long bytes;

  private IdentityGraph(TensorSignature signature, Map<String, String> sources, long bytes) {
    this.signature = signature;
    this.sources = Map.copyOf(sources);
    this.bytes = bytes;
  }

  /**
   * @param onnx the file
   * @return empty if the graph computes anything, or cannot be read as ONNX
   */
  public static Optional<TensorModel> of(byte[] onnx) {
    try {
      return of(OnnxMl.ModelProto.parseFrom(onnx).getGraph(), onnx.length);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static Optional<TensorModel> of(OnnxMl.GraphProto graph, int fileBytes) {
    var sources = new HashMap<String, String>();
    graph.getInputList().forEach(input -> sources.put(input.getName(), input.getName()));
    boolean isIdentity =
        graph.getNodeCount() > 0
            && graph.getInitializerCount() == 0
            && graph.getNodeList().stream()
                .allMatch(node ->
                    node.getOpType().equals("Identity")
                        && (node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx"))
                        && node.getInputCount() == 1
                        && node.getOutputCount() == 1);
    if (!isIdentity) {
      return Optional.empty();
    }
    for (OnnxMl.NodeProto node : graph.getNodeList()) {
      String source = sources.get(node.getInput(0));
      if (source == null) {
        return Optional.empty();
      }
      sources.put(node.getOutput(0), source);
    }
    Optional<List<TensorSpec>> inputs = specs(graph.getInputList());
    Optional<List<TensorSpec>> outputs = specs(graph.getOutputList());
    if (inputs.isEmpty()
        || outputs.isEmpty()
        || !outputs.get().stream().allMatch(output -> sources.containsKey(output.name()))) {
      return Optional.empty();
    }
    sources.keySet().retainAll(outputs.get().stream().map(TensorSpec::name).toList());
    return Optional.of(
        new IdentityGraph(new TensorSignature(inputs.get(), outputs.get()), sources, fileBytes));
  }

  private static Optional<List<TensorSpec>> specs(List<OnnxMl.ValueInfoProto> values) {
    var specs = new ArrayList<TensorSpec>();
    for (OnnxMl.ValueInfoProto value : values) {
      OnnxMl.TypeProto.Tensor tensor = value.getType().getTensorType();
      Optional<ElementType> type = type(tensor.getElemType());
      if (!value.getType().hasTensorType() || !tensor.hasShape() || type.isEmpty()) {
        return Optional.empty();
      }
      List<Long> shape =
          tensor.getShape().getDimList().stream()
              .map(dimension -> dimension.hasDimValue() ? dimension.getDimValue() : TensorSpec.ANY)
              .toList();
      specs.add(new TensorSpec(value.getName(), type.get(), shape, false));
    }
    return Optional.of(specs);
  }

  private static Optional<ElementType> type(int onnxType) {
    OnnxMl.TensorProto.DataType type = OnnxMl.TensorProto.DataType.forNumber(onnxType);
    if (type == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        switch (type) {
          case BOOL -> ElementType.BOOL;
          case UINT8 -> ElementType.UINT8;
          case UINT16 -> ElementType.UINT16;
          case UINT32 -> ElementType.UINT32;
          case UINT64 -> ElementType.UINT64;
          case INT8 -> ElementType.INT8;
          case INT16 -> ElementType.INT16;
          case INT32 -> ElementType.INT32;
          case INT64 -> ElementType.INT64;
          case FLOAT16 -> ElementType.FP16;
          case BFLOAT16 -> ElementType.BF16;
          case FLOAT -> ElementType.FP32;
          case DOUBLE -> ElementType.FP64;
          case STRING -> ElementType.BYTES;
          default -> null;
        });
  }

  @Override
  public TensorSignature signature() {
    return signature;
  }

  /** Only with one input: several may have rows of different number. */
  @Override
  public boolean batches() {
    return signature.hasAnyRows() && signature.inputs().size() == 1;
  }

  @Override
  public int batchRowsMax() {
    return batches() ? BATCH_ROWS_MAX : 1;
  }

  @Override
  public SortedMap<String, Tensor> infer(Map<String, Tensor> inputs, Set<String> wanted) {
    signature.requireInputs(inputs);
    signature.requireOutputs(wanted);
    var outputs = new TreeMap<String, Tensor>();
    sources.forEach((output, source) -> {
      Tensor tensor = inputs.get(source);
      if (tensor != null && (wanted.isEmpty() || wanted.contains(output))) {
        outputs.put(output, tensor);
      }
    });
    return outputs;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {}
}
