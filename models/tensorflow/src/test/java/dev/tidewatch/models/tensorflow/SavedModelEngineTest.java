package dev.tidewatch.models.tensorflow;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorRows;
import dev.tidewatch.models.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TString;

class SavedModelEngineTest {
  private static final LstmShape SHAPE = new LstmShape(12, 16, 6, 4, 5, 3);

  @TempDir private Path folder;

  private static byte[] network() {
    TensorFlowRuntime.start();
    return FrozenSavedModel.write(
        SHAPE,
        LstmWeights.initial(
            SHAPE,
            new SplittableRandom(7),
            new float[SHAPE.outputs()],
            new float[SHAPE.linearInputs() * SHAPE.horizon()],
            new float[SHAPE.horizon()]));
  }

  private Path zip(String prefix, byte[] graph) throws IOException {
    Path file = folder.resolve("model.zip");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry(prefix + "saved_model.pb"));
      zip.write(graph);
      zip.closeEntry();
    }
    return file;
  }

  private static Tensor windows(long seed, int rows) {
    var random = new SplittableRandom(seed);
    var values = new float[rows * SHAPE.inputs()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return Tensor.ofFloats(Shape.of(rows, SHAPE.inputs()), values);
  }

  @Test
  void answersAsDjlDoesFromAFolderAndFromAZip() throws IOException {
    byte[] graph = network();
    Files.write(folder.resolve("saved_model.pb"), graph);
    Tensor given = windows(1, 3);
    try (DjlNetwork djl = DjlNetwork.load(graph)) {
      float[] expected = djl.answers(given.floats(), 3);
      for (String prefix : List.of("folder", "", "model/")) {
        Path artifact = prefix.equals("folder") ? folder : zip(prefix, graph);
        try (TensorModel model = new SavedModelEngine().load(artifact)) {
          assertThat(model.signature().inputs())
              .containsExactly(TensorSpec.of("window", ElementType.FP32, -1, SHAPE.inputs()));
          assertThat(model.signature().outputs())
              .containsExactly(
                  TensorSpec.of("heads", ElementType.FP32, -1, SHAPE.horizon(), SHAPE.heads()));
          Tensor heads =
              requireNonNull(model.infer(Map.of("window", given), Set.of()).get("heads"));
          assertThat(heads.shape()).isEqualTo(Shape.of(3, SHAPE.horizon(), SHAPE.heads()));
          assertThat(heads.floats()).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void rowsAreAnsweredTheSameAloneAndTogether() throws IOException {
    try (TensorModel model = new SavedModelEngine().load(zip("", network()))) {
      assertThat(model.batches()).isTrue();
      Tensor all = windows(2, 32);
      Tensor together =
          requireNonNull(model.infer(Map.of("window", all), Set.of("heads")).get("heads"));
      int[] one = new int[32];
      Arrays.fill(one, 1);
      List<Tensor> alone =
          TensorRows.split(all, one).stream()
              .map(row -> requireNonNull(model.infer(Map.of("window", row), Set.of()).get("heads")))
              .toList();
      float[] joined = TensorRows.join(alone).floats();
      float[] batch = together.floats();
      for (int i = 0; i < batch.length; i++) {
        assertThat(Math.abs(batch[i] - joined[i])).isLessThanOrEqualTo(1e-6f);
      }
    }
  }

  @Test
  void byteStringsGoThroughAsTheyAre() throws IOException {
    Files.write(folder.resolve("saved_model.pb"), stringIdentity());
    var long40 = new byte[40];
    Arrays.fill(long40, (byte) 0xFF);
    Tensor given =
        Tensor.ofByteStrings(Shape.of(3), List.of(new byte[0], new byte[] {0, -1, 65}, long40));
    try (TensorModel model = new SavedModelEngine().load(folder)) {
      for (int call = 0; call < 100; call++) {
        Tensor back = requireNonNull(model.infer(Map.of("text", given), Set.of()).get("same"));
        assertThat(back.byteStrings())
            .usingElementComparator(Arrays::compare)
            .containsExactlyElementsOf(given.byteStrings());
      }
    }
  }

  private static byte[] stringIdentity() {
    TensorFlowRuntime.start();
    try (var graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TString> text = tf.withName("text").placeholder(TString.class);
      tf.withName("same").identity(text);
      var signature =
          SignatureDef.newBuilder()
              .putInputs("text", strings("text:0"))
              .putOutputs("same", strings("same:0"));
      return SavedModel.newBuilder()
          .setSavedModelSchemaVersion(1)
          .addMetaGraphs(
              MetaGraphDef.newBuilder()
                  .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags("serve"))
                  .setGraphDef(graph.toGraphDef())
                  .putSignatureDef("own", signature.build()))
          .build()
          .toByteArray();
    }
  }

  private static TensorInfo strings(String name) {
    return TensorInfo.newBuilder()
        .setName(name)
        .setDtype(DataType.DT_STRING)
        .setTensorShape(
            TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dim.newBuilder().setSize(-1)))
        .build();
  }

  @Test
  void refusesWhatIsNoSavedModel() throws IOException {
    Path noZip = Files.write(folder.resolve("no.zip"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> new SavedModelEngine().load(noZip))
        .isInstanceOf(TensorModelException.class);
    assertThatThrownBy(() -> new SavedModelEngine().load(zip("../", network())))
        .isInstanceOf(TensorModelException.class)
        .hasMessageContaining("outside");
    byte[] graph = network();
    Path cut = zip("", Arrays.copyOf(graph, graph.length / 2));
    assertThatThrownBy(() -> new SavedModelEngine().load(cut))
        .isInstanceOf(TensorModelException.class);
  }
}
