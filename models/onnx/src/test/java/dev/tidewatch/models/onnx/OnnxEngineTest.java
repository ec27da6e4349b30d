package dev.tidewatch.models.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxEngineTest {
  @TempDir private Path folder;

  /** y = max(0, x A) and z = x A, for A = [[1, -1], [2, 0.5]]. */
  private Path layer() throws IOException {
    var writer = new OnnxGraphWriter("layer");
    writer.input("x", -1, 2);
    writer.weights("a", new float[] {1, -1, 2, 0.5f}, 2, 2);
    writer.node("MatMul", List.of("x", "a"), List.of("z"));
    writer.node("Relu", List.of("z"), List.of("y"));
    writer.output("y", -1, 2);
    writer.output("z", -1, 2);
    return Files.write(folder.resolve("layer.onnx"), writer.toBytes());
  }

  @Test
  void computesWhatTheGraphSays() throws IOException {
    try (TensorModel model = new OnnxEngine().load(layer())) {
      assertThat(model.signature().inputs())
          .containsExactly(TensorSpec.of("x", ElementType.FP32, -1, 2));
      assertThat(model.signature().outputs())
          .containsExactly(
              TensorSpec.of("y", ElementType.FP32, -1, 2),
              TensorSpec.of("z", ElementType.FP32, -1, 2));
      assertThat(model.batches()).isTrue();
      Map<String, Tensor> given = Map.of("x", Tensor.ofFloats(Shape.of(2, 2), 1, 2, -1, 0));
      Map<String, Tensor> both = model.infer(given, Set.of());
      assertThat(both.keySet()).containsExactly("y", "z");
      assertThat(floats(both, "y")).containsExactly(5, 0, 0, 1);
      assertThat(floats(both, "z")).containsExactly(5, 0, -1, 1);
      assertThat(model.infer(given, Set.of("z")).keySet()).containsExactly("z");
    }
  }

  private static float[] floats(Map<String, Tensor> outputs, String name) {
    return requireNonNull(outputs.get(name)).floats();
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    try (TensorModel model = new OnnxEngine().load(layer())) {
      assertThatThrownBy(() -> model.infer(Map.of(), Set.of()))
          .isInstanceOf(TensorMismatchException.class)
          .hasMessageContaining("x ");
      assertThatThrownBy(() ->
              model.infer(Map.of("x", Tensor.ofFloats(Shape.of(1, 2), 1, 2)), Set.of("nothing")))
          .isInstanceOf(TensorMismatchException.class)
          .hasMessageContaining("it gives y, z");
    }
  }

  @Test
  void refusesWhatIsNoGraph() throws IOException {
    Path file = Files.write(folder.resolve("no.onnx"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> new OnnxEngine().load(file))
        .isInstanceOf(TensorModelException.class)
        .hasMessageContaining("refuses");
  }
}
