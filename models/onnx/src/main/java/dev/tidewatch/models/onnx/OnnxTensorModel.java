package dev.tidewatch.models.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorModelException.Reason;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An ONNX graph in ONNX Runtime. Thread-safe; a call's natives end with it. */
final class OnnxTensorModel implements TensorModel {
  private static final int BATCH_ROWS_MAX = 64;
  private static final long OVERHEAD_BYTES = 1 << 20;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final TensorSignature signature;
  private final Set<String> outputNames;
  private final long bytes;

  private OnnxTensorModel(OrtEnvironment environment, OrtSession session, long bytes)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    this.signature =
        new TensorSignature(specs(session.getInputInfo()), specs(session.getOutputInfo()));
    this.outputNames = session.getOutputNames();
    this.bytes = bytes;
  }

  /**
   * @throws OrtException if ONNX Runtime refuses the file
   * @throws TensorModelException if it takes or gives what the protocol has no type for
   */
  static OnnxTensorModel load(byte[] onnx) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      OrtSession session = environment.createSession(onnx, options);
      boolean isSound = false;
      try {
        var model = new OnnxTensorModel(environment, session, 2L * onnx.length + OVERHEAD_BYTES);
        isSound = true;
        return model;
      } finally {
        if (!isSound) {
          session.close();
        }
      }
    }
  }

  private static List<TensorSpec> specs(Map<String, NodeInfo> nodes) {
    var specs = new ArrayList<TensorSpec>();
    nodes.forEach((name, node) -> {
      if (!(node.getInfo() instanceof TensorInfo tensor)) {
        throw new TensorModelException(
            Reason.UNSUPPORTED, "%s of the ONNX graph is no tensor".formatted(name));
      }
      specs.add(
          new TensorSpec(
              name, type(name, tensor), Arrays.stream(tensor.getShape()).boxed().toList(), false));
    });
    return specs;
  }

  private static ElementType type(String name, TensorInfo tensor) {
    return switch (tensor.type) {
      case BOOL -> ElementType.BOOL;
      case UINT8 -> ElementType.UINT8;
      case INT8 -> ElementType.INT8;
      case INT16 -> ElementType.INT16;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      case FLOAT16 -> ElementType.FP16;
      case BFLOAT16 -> ElementType.BF16;
      case FLOAT -> ElementType.FP32;
      case DOUBLE -> ElementType.FP64;
      case STRING -> ElementType.BYTES;
      case UNKNOWN ->
          throw new TensorModelException(
              Reason.UNSUPPORTED,
              "tensor %s of the ONNX graph has the type %s".formatted(name, tensor.onnxType));
    };
  }

  private static OnnxJavaType javaType(ElementType type) {
    return switch (type) {
      case BOOL -> OnnxJavaType.BOOL;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT8 -> OnnxJavaType.INT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case FP16 -> OnnxJavaType.FLOAT16;
      case BF16 -> OnnxJavaType.BFLOAT16;
      case FP32 -> OnnxJavaType.FLOAT;
      case FP64 -> OnnxJavaType.DOUBLE;
      case BYTES -> OnnxJavaType.STRING;
      case UINT16, UINT32, UINT64 ->
          throw new IllegalArgumentException("ONNX Runtime takes no " + type);
    };
  }

  @Override
  public TensorSignature signature() {
    return signature;
  }

  @Override
  public boolean batches() {
    return signature.hasAnyRows();
  }

  @Override
  public int batchRowsMax() {
    return batches() ? BATCH_ROWS_MAX : 1;
  }

  @Override
  public SortedMap<String, Tensor> infer(Map<String, Tensor> inputs, Set<String> wanted) {
    var given = HashMap.<String, OnnxTensor>newHashMap(inputs.size());
    try (Arena memory = Arena.ofConfined()) {
      try {
        for (TensorSpec spec : signature.inputs()) {
          @Nullable Tensor tensor = inputs.get(spec.name());
          if (tensor == null || tensor.type() != spec.type()) {
            throw new TensorMismatchException(spec.name(), "is not there as " + spec.type());
          }
          given.put(spec.name(), write(tensor, memory));
        }
        if (!wanted.isEmpty()) {
          signature.requireOutputs(wanted);
        }
        try (OrtSession.Result result =
            session.run(given, wanted.isEmpty() ? outputNames : wanted)) {
          return read(result);
        }
      } finally {
        given.values().forEach(OnnxTensor::close);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  private OnnxTensor write(Tensor tensor, Arena memory) throws OrtException {
    long[] dimensions = tensor.shape().dimensions();
    if (tensor.type() == ElementType.BYTES) {
      String[] texts =
          tensor.byteStrings().stream()
              .map(text -> new String(text, StandardCharsets.UTF_8))
              .toArray(String[]::new);
      return OnnxTensor.createTensor(environment, texts, dimensions);
    }
    ByteBuffer contents = tensor.contents();
    int size = contents.remaining();
    // Native memory that ends with the call: a direct buffer would wait for the garbage collector.
    ByteBuffer direct =
        memory
            .allocate(Math.max(1, size), Long.BYTES)
            .asByteBuffer()
            .order(ByteOrder.nativeOrder());
    MemorySegment.ofBuffer(direct).asSlice(0, size).copyFrom(MemorySegment.ofBuffer(contents));
    return OnnxTensor.createTensor(
        environment, direct.limit(size), dimensions, javaType(tensor.type()));
  }

  private static SortedMap<String, Tensor> read(OrtSession.Result result) throws OrtException {
    var outputs = new TreeMap<String, Tensor>();
    for (var output : result) {
      if (!(output.getValue() instanceof OnnxTensor tensor)) {
        throw new IllegalStateException(
            "output %s of the ONNX graph is no tensor".formatted(output.getKey()));
      }
      TensorInfo form = tensor.getInfo();
      Shape shape = Shape.of(form.getShape());
      ElementType type = type(output.getKey(), form);
      outputs.put(
          output.getKey(),
          type == ElementType.BYTES
              ? Tensor.ofStrings(shape, strings(tensor.getValue()))
              : new Tensor(type, shape, tensor.getByteBuffer()));
    }
    return outputs;
  }

  /** Texts of an array of arrays of any depth, in order. */
  private static String[] strings(Object value) {
    var flat = new ArrayList<String>();
    flatten(value, flat);
    return flat.toArray(String[]::new);
  }

  private static void flatten(Object value, List<String> into) {
    if (value instanceof Object[] several) {
      for (Object one : several) {
        flatten(one, into);
      }
    } else {
      into.add((String) value);
    }
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime does not let go: " + e.getMessage(), e);
    }
  }
}
