package dev.tidewatch.models.tensorflow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorModelException.Reason;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What a SavedModel says that it takes and gives, sorted by name, and which tensors of its graph
 * these are.
 *
 * @param key of the signature that is served: {@code serving_default}, or the only one
 * @param inputs graph tensors, in the signature's order
 * @param outputs graph tensors, in the signature's order
 */
record SavedModelSignature(
    String key, TensorSignature signature, List<String> inputs, List<String> outputs) {
  private static final String TAG = "serve";
  private static final String DEFAULT_KEY = "serving_default";

  /** Names in the graph of what initialises; they are no signatures for callers. */
  private static final String INIT_KEY = "__saved_model_init_op";

  /**
   * @param savedModel the content of {@code saved_model.pb}
   * @throws TensorModelException if that is not one, or has no signature that can be served
   */
  static SavedModelSignature read(byte[] savedModel) {
    SavedModel model;
    try {
      model = SavedModel.parseFrom(savedModel);
    } catch (InvalidProtocolBufferException e) {
      throw new TensorModelException(
          Reason.DAMAGED, "saved_model.pb cannot be read: " + e.getMessage(), e);
    }
    MetaGraphDef graph =
        model.getMetaGraphsList().stream()
            .filter(meta -> meta.getMetaInfoDef().getTagsList().contains(TAG))
            .findFirst()
            .orElseThrow(() ->
                new TensorModelException(
                    Reason.DAMAGED, "the SavedModel has no graph with the tag " + TAG));
    Map<String, SignatureDef> signatures = new TreeMap<>(graph.getSignatureDefMap());
    signatures.remove(INIT_KEY);
    String key =
        signatures.containsKey(DEFAULT_KEY) || signatures.size() != 1
            ? DEFAULT_KEY
            : signatures.keySet().iterator().next();
    SignatureDef signature = signatures.get(key);
    if (signature == null) {
      throw new TensorModelException(
          Reason.UNSUPPORTED,
          "the SavedModel has the signatures %s; one must be named %s"
              .formatted(signatures.keySet(), DEFAULT_KEY));
    }
    return of(key, signature);
  }

  private static SavedModelSignature of(String key, SignatureDef signature) {
    var inputTensors = new ArrayList<String>();
    var outputTensors = new ArrayList<String>();
    return new SavedModelSignature(
        key,
        new TensorSignature(
            specs(signature.getInputsMap(), inputTensors),
            specs(signature.getOutputsMap(), outputTensors)),
        inputTensors,
        outputTensors);
  }

  private static List<TensorSpec> specs(Map<String, TensorInfo> tensors, List<String> names) {
    var specs = new ArrayList<TensorSpec>();
    new TreeMap<>(tensors)
        .forEach((name, tensor) -> {
          if (tensor.getEncodingCase() != TensorInfo.EncodingCase.NAME
              || tensor.getTensorShape().getUnknownRank()) {
            throw new TensorModelException(
                Reason.UNSUPPORTED,
                "tensor %s of the SavedModel is sparse or of any rank".formatted(name));
          }
          names.add(tensor.getName());
          specs.add(
              new TensorSpec(
                  name,
                  type(name, tensor.getDtype()),
                  tensor.getTensorShape().getDimList().stream()
                      .map(TensorShapeProto.Dim::getSize)
                      .toList(),
                  false));
        });
    return specs;
  }

  private static ElementType type(String name, DataType type) {
    return switch (type) {
      case DT_BOOL -> ElementType.BOOL;
      case DT_UINT8 -> ElementType.UINT8;
      case DT_UINT16 -> ElementType.UINT16;
      case DT_UINT32 -> ElementType.UINT32;
      case DT_UINT64 -> ElementType.UINT64;
      case DT_INT8 -> ElementType.INT8;
      case DT_INT16 -> ElementType.INT16;
      case DT_INT32 -> ElementType.INT32;
      case DT_INT64 -> ElementType.INT64;
      case DT_HALF -> ElementType.FP16;
      case DT_BFLOAT16 -> ElementType.BF16;
      case DT_FLOAT -> ElementType.FP32;
      case DT_DOUBLE -> ElementType.FP64;
      case DT_STRING -> ElementType.BYTES;
      default ->
          throw new TensorModelException(
              Reason.UNSUPPORTED,
              "tensor %s of the SavedModel has the type %s".formatted(name, type));
    };
  }

  static DataType dataType(ElementType type) {
    return switch (type) {
      case BOOL -> DataType.DT_BOOL;
      case UINT8 -> DataType.DT_UINT8;
      case UINT16 -> DataType.DT_UINT16;
      case UINT32 -> DataType.DT_UINT32;
      case UINT64 -> DataType.DT_UINT64;
      case INT8 -> DataType.DT_INT8;
      case INT16 -> DataType.DT_INT16;
      case INT32 -> DataType.DT_INT32;
      case INT64 -> DataType.DT_INT64;
      case FP16 -> DataType.DT_HALF;
      case BF16 -> DataType.DT_BFLOAT16;
      case FP32 -> DataType.DT_FLOAT;
      case FP64 -> DataType.DT_DOUBLE;
      case BYTES -> DataType.DT_STRING;
    };
  }
}
