package dev.tidewatch.registry.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorSignatureTest {
  private static final TensorSpec X = spec("x", TensorType.FP32, -1, 30);
  private static final TensorSpec Y = spec("y", TensorType.FP32, -1, 24);
  private static final TensorSignature CALLERS = new TensorSignature(List.of(X), List.of(Y));

  @Test
  void whatTakesMoreAndGivesMoreBreaksNothing() {
    var more =
        new TensorSignature(
            List.of(spec("x", TensorType.FP32, -1, -1), optional("mask", TensorType.BOOL, -1)),
            List.of(spec("z", TensorType.INT64), spec("y", TensorType.FP32, 1, 24)));
    assertThat(more.breaks(CALLERS)).isEmpty();
    assertThat(CALLERS.breaks(CALLERS)).isEmpty();
    assertThat(CALLERS.breaks(new TensorSignature(List.of(), List.of()))).isPresent();
  }

  @Test
  void whatCallersTripOverIsNamed() {
    breaks(List.of(spec("x2", TensorType.FP32, -1, 30)), List.of(Y), "no input 'x'");
    breaks(List.of(spec("x", TensorType.FP64, -1, 30)), List.of(Y), "FP64");
    breaks(List.of(spec("x", TensorType.FP32, -1, 31)), List.of(Y), "[-1, 31]");
    breaks(List.of(X, spec("mask", TensorType.BOOL, -1)), List.of(Y), "needs an input 'mask");
    breaks(List.of(X), List.of(spec("z", TensorType.FP32, -1, 24)), "no output 'y'");
    breaks(List.of(X), List.of(spec("y", TensorType.FP32, -1, -1)), "gives 'y FP32 [-1, -1]'");
  }

  @Test
  void aStoredSignatureIsReadBack() {
    var stored =
        new Document(
            """
            {"inputs": [{"name": "x", "dataType": "DATA_TYPE_FP32", "shape": ["-1", "30"]}],
             "outputs": [{"name": "y", "dataType": "DATA_TYPE_FP32", "shape": ["-1", "24"]}]}
            """);
    assertThat(TensorSignature.of(stored)).isEqualTo(CALLERS);
    assertThat(TensorSignature.of(Document.EMPTY).isEmpty()).isTrue();
  }

  private static void breaks(List<TensorSpec> inputs, List<TensorSpec> outputs, String how) {
    assertThat(new TensorSignature(inputs, outputs).breaks(CALLERS).orElse("")).contains(how);
  }

  private static TensorSpec spec(String name, TensorType type, long... shape) {
    return new TensorSpec(name, type, Arrays.stream(shape).boxed().toList(), false);
  }

  private static TensorSpec optional(String name, TensorType type, long... shape) {
    return new TensorSpec(name, type, Arrays.stream(shape).boxed().toList(), true);
  }
}
