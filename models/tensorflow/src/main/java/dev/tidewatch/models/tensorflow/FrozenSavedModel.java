package dev.tidewatch.models.tensorflow;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;

/**
 * Writes the network as a TensorFlow SavedModel whose weights are constants: one file, nothing to
 * initialise when it is loaded or called.
 */
final class FrozenSavedModel {
  /** Where a SavedModel has its graph. */
  static final String FILE_NAME = "saved_model.pb";

  private static final int SCHEMA_VERSION = 1;
  private static final String TAG = "serve";
  private static final String SIGNATURE = "serving_default";
  private static final String METHOD = "tensorflow/serving/predict";
  private static final String INPUT = "window";
  private static final String OUTPUT = "heads";

  private FrozenSavedModel() {}

  /** The content of {@link #FILE_NAME}; the same weights give the same bytes. */
  static byte[] write(LstmShape shape, LstmWeights weights) {
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> window =
          tf.withName(INPUT)
              .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, shape.inputs())));
      List<Shape> shapes = LstmGraph.trainedShapes(shape);
      var trained = new ArrayList<Operand<TFloat32>>();
      for (int i = 0; i < shapes.size(); i++) {
        trained.add(LstmGraph.constant(tf, shapes.get(i), weights.trained().get(i)));
      }
      tf.withName(OUTPUT).identity(LstmGraph.answering(tf, shape, window, trained, weights));
      var signature =
          SignatureDef.newBuilder()
              .setMethodName(METHOD)
              .putInputs(INPUT, tensor(INPUT, -1, shape.inputs()))
              .putOutputs(OUTPUT, tensor(OUTPUT, -1, shape.horizon(), shape.heads()))
              .build();
      return bytes(
          SavedModel.newBuilder()
              .setSavedModelSchemaVersion(SCHEMA_VERSION)
              .addMetaGraphs(
                  MetaGraphDef.newBuilder()
                      .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags(TAG))
                      .setGraphDef(graph.toGraphDef())
                      .putSignatureDef(SIGNATURE, signature))
              .build());
    }
  }

  private static TensorInfo tensor(String name, long... dimensions) {
    var shape = TensorShapeProto.newBuilder();
    for (long dimension : dimensions) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(dimension));
    }
    return TensorInfo.newBuilder()
        .setName(name + ":0")
        .setDtype(DataType.DT_FLOAT)
        .setTensorShape(shape)
        .build();
  }

  private static byte[] bytes(SavedModel model) {
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
