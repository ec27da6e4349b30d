package dev.tidewatch.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExampleModelsTest {
  private static final Path FILES =
      Path.of("").toAbsolutePath().resolve("../../clients/oip/models").normalize();

  @Test
  void theFilesInTheRepositoryAreWhatThisReleaseWrites() throws IOException {
    var models = ExampleModels.all();
    try (Stream<Path> files = Files.list(FILES)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith(".onnx")))
          .containsExactlyInAnyOrderElementsOf(
              models.keySet().stream().map(name -> name + ".onnx").toList());
    }
    for (var model : models.entrySet()) {
      assertThat(Files.readAllBytes(FILES.resolve(model.getKey() + ".onnx")))
          .as("%s.onnx; write it again with ExampleModels.main", model.getKey())
          .isEqualTo(model.getValue());
    }
  }

  @Test
  void identityGivesBackEveryTypeBitByBit() {
    long seed = 20261121;
    var random = new Random(seed);
    TensorModel model = IdentityGraph.of(ExampleModels.file("simple_identity_all")).orElseThrow();
    var inputs = new HashMap<String, Tensor>();
    for (ElementType type : ElementType.values()) {
      inputs.put("INPUT_" + type, random(type, 1 + random.nextInt(20), random));
    }
    var outputs = model.infer(inputs, Set.of());
    assertThat(outputs).as("seed %d", seed).hasSize(ElementType.values().length);
    inputs.forEach(
        (name, input) -> assertThat(outputs.get(name.replace("INPUT", "OUTPUT"))).isEqualTo(input));
    assertThat(model.infer(inputs, Set.of("OUTPUT_BF16"))).containsOnlyKeys("OUTPUT_BF16");
  }

  private static Tensor random(ElementType type, int elements, Random random) {
    if (type == ElementType.BYTES) {
      return Tensor.ofByteStrings(
          Shape.of(elements),
          Stream.generate(
                  () -> {
                    var bytes = new byte[random.nextInt(10)];
                    random.nextBytes(bytes);
                    return bytes;
                  })
              .limit(elements)
              .toList());
    }
    var bytes = new byte[elements * type.bytes()];
    random.nextBytes(bytes);
    return new Tensor(type, Shape.of(elements), ByteBuffer.wrap(bytes));
  }

  @Test
  void identityRefusesWhatItsSignatureDoesNotSay() {
    TensorModel model = IdentityGraph.of(ExampleModels.file("simple_identity")).orElseThrow();
    assertThat(model.batches()).isTrue();
    assertThatThrownBy(
            () -> model.infer(Map.of("INPUT0", Tensor.ofInts(Shape.of(1, 1), 7)), Set.of()))
        .isInstanceOf(TensorMismatchException.class)
        .hasMessage("INPUT0 is INT32; the model takes BYTES");
  }

  @Test
  void aGraphThatComputesIsNoIdentity() {
    assertThat(IdentityGraph.of(ExampleModels.file("simple"))).isEmpty();
    assertThat(IdentityGraph.of(new byte[] {1, 2, 3})).isEmpty();
    assertThat(IdentityGraph.of(new byte[0])).isEmpty();
  }
}
