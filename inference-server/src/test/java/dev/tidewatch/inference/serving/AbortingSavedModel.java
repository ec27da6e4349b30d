package dev.tidewatch.inference.serving;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/**
 * A SavedModel that TensorFlow loads without complaint, and whose first answer ends the process: it
 * runs the operation {@code Abort}.
 */
final class AbortingSavedModel {
  private static final TensorShapeProto SHAPE =
      TensorShapeProto.newBuilder()
          .addDim(TensorShapeProto.Dim.newBuilder().setSize(-1))
          .addDim(TensorShapeProto.Dim.newBuilder().setSize(1))
          .build();
  private static final AttrValue FLOAT = AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();

  private AbortingSavedModel() {}

  static byte[] zip() {
    var graph =
        GraphDef.newBuilder()
            .setVersions(VersionDef.newBuilder().setProducer(1_000))
            .addNode(
                NodeDef.newBuilder()
                    .setName("x")
                    .setOp("Placeholder")
                    .putAttr("dtype", FLOAT)
                    .putAttr("shape", AttrValue.newBuilder().setShape(SHAPE).build()))
            .addNode(NodeDef.newBuilder().setName("abort").setOp("Abort"))
            .addNode(
                NodeDef.newBuilder()
                    .setName("y")
                    .setOp("Identity")
                    .addInput("x")
                    .addInput("^abort")
                    .putAttr("T", FLOAT));
    var model =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(
                MetaGraphDef.newBuilder()
                    .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags("serve"))
                    .setGraphDef(graph)
                    .putSignatureDef(
                        "serving_default",
                        SignatureDef.newBuilder()
                            .setMethodName("tensorflow/serving/predict")
                            .putInputs("x", tensor("x:0"))
                            .putOutputs("y", tensor("y:0"))
                            .build()))
            .build();
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
      zip.putNextEntry(new ZipEntry("saved_model.pb"));
      zip.write(model.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static TensorInfo tensor(String name) {
    return TensorInfo.newBuilder()
        .setName(name)
        .setDtype(DataType.DT_FLOAT)
        .setTensorShape(SHAPE)
        .build();
  }
}
