package dev.tidewatch.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxNetworkTest {
  /** max(0, x A + b) for A = [[1, -1], [2, 0.5], [0, 3]] and b = [0.5, -1]. */
  private static byte[] layer() {
    var writer = new OnnxGraphWriter("layer");
    writer.input("x", -1, 3);
    writer.weights("a", new float[] {1, -1, 2, 0.5f, 0, 3}, 3, 2);
    writer.weights("b", new float[] {0.5f, -1}, 2);
    writer.node("Gemm", List.of("x", "a", "b"), List.of("sum"));
    writer.node("Relu", List.of("sum"), List.of("y"));
    writer.output("y", -1, 2);
    return writer.toBytes();
  }

  @Test
  void computesWhatTheGraphSays() {
    try (OnnxNetwork network = OnnxNetwork.load(layer())) {
      assertThat(network.inputSize()).isEqualTo(3);
      float[] y = network.run(new float[] {1, 2, 3, -1, 0, 0}, 2);
      float[] expected = {5.5f, 8, 0, 0};
      assertThat(y).hasSize(4);
      for (int i = 0; i < y.length; i++) {
        assertThat(y[i]).isCloseTo(expected[i], within(1e-6f));
      }
    }
  }

  @Test
  void theSameGraphIsTheSameBytes() {
    assertThat(layer()).isEqualTo(layer());
  }

  @Test
  void refusesWhatIsNoNetwork() {
    assertThatThrownBy(() -> OnnxNetwork.load(new byte[] {1, 2, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("refuses");
  }

  @Test
  void weightsHaveToFitTheirShape() {
    assertThatThrownBy(() -> new OnnxGraphWriter("x").weights("w", new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("w has 5 values");
  }
}
