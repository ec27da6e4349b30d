package dev.tidewatch.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.inference.batching.InferenceRequest;
import dev.tidewatch.inference.batching.InferenceScheduler;
import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.VersionStatus.State;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.models.all.AllEngines;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.onnx.ExampleModels;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.models.tensor.TensorSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of native engines, which stand their trial in a process of their own. */
class NativeModelsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final AliasKey CHAMPION = new AliasKey("simple", AliasKey.CHAMPION);

  @TempDir Path folder;
  private final FilesInMemory files = new FilesInMemory();
  private InferenceScheduler scheduler;
  private Residency residency;

  @BeforeEach
  void open() {
    scheduler = InferenceScheduler.open(2);
    residency =
        Residency.open(
            new ResidencySettings(
                folder, 64 << 20, 1 << 30, 1 << 30, 2, LONG, LONG, true, Optional.empty()),
            files,
            AllFamilies.create(),
            AllEngines.create(),
            scheduler,
            InstantSource.system());
  }

  @AfterEach
  void close() {
    residency.close();
    scheduler.close();
  }

  @Test
  void brokenFilesDoNotReplaceASoundOne() throws Exception {
    byte[] sound = ExampleModels.file("simple");
    VersionKey first = files.add("simple", "1.0.0", sound, TensorFormat.ONNX);
    residency.follow(files.alias(AliasKey.CHAMPION, first));
    Map<String, Tensor> before = ask();
    assertThat(output(before, "OUTPUT0").ints()).startsWith(10, 11).hasSize(16);
    assertThat(output(before, "OUTPUT1").ints()).startsWith(-10, -9);

    VersionKey cut =
        files.add("simple", "1.1.0", Arrays.copyOf(sound, sound.length / 2), TensorFormat.ONNX);
    assertRefused(cut, "ARTIFACT_DAMAGED", before);
    VersionKey noZip =
        files.add("simple", "1.2.0", new byte[] {1, 2, 3}, TensorFormat.SAVED_MODEL_ZIP);
    assertRefused(noZip, "ARTIFACT_DAMAGED", before);
    VersionKey other =
        files.add("simple", "1.3.0", ExampleModels.file("simple_string"), TensorFormat.ONNX);
    files.register(
        new RegisteredVersion(
            files.artifact(other),
            List.of(
                TensorSpec.of("INPUT0", ElementType.INT32, 1, 16),
                TensorSpec.of("INPUT1", ElementType.INT32, 1, 16)),
            List.of(),
            0));
    assertRefused(other, "SIGNATURE_MISMATCH", before);
  }

  /** TensorFlow itself ends the process that has the model warmed; this one goes on answering. */
  @Test
  void aModelWhoseEngineAbortsInItsWarmUpEndsNothingButItsTrial() throws Exception {
    VersionKey first =
        files.add("simple", "1.0.0", ExampleModels.file("simple"), TensorFormat.ONNX);
    residency.follow(files.alias(AliasKey.CHAMPION, first));
    Map<String, Tensor> before = ask();
    VersionKey aborting =
        files.add("simple", "1.1.0", AbortingSavedModel.zip(), TensorFormat.SAVED_MODEL_ZIP);
    assertRefused(aborting, "MODEL_CRASHED", before);
  }

  private void assertRefused(VersionKey broken, String reason, Map<String, Tensor> before)
      throws Exception {
    residency.follow(files.alias(AliasKey.CHAMPION, broken));
    Await.until(broken + " is refused", () -> status(broken).state() == State.REFUSED);
    assertThat(status(broken).reason()).startsWith(reason + ": ");
    Map<String, Tensor> after = ask();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach((name, tensor) ->
        assertThat(tensor.contents()).as(name).isEqualTo(output(before, name).contents()));
  }

  private static Tensor output(Map<String, Tensor> outputs, String name) {
    return Objects.requireNonNull(outputs.get(name), name);
  }

  private VersionStatus status(VersionKey key) {
    return residency.statuses().stream()
        .filter(status -> status.version().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private Map<String, Tensor> ask() throws Exception {
    var left = new int[16];
    var right = new int[16];
    for (int i = 0; i < left.length; i++) {
      left[i] = i;
      right[i] = 10;
    }
    Shape shape = Shape.of(1, 16);
    Map<String, Tensor> inputs =
        Map.of("INPUT0", Tensor.ofInts(shape, left), "INPUT1", Tensor.ofInts(shape, right));
    try (var use = residency.use(CHAMPION, LONG)) {
      assertThat(use.version().key().version()).isEqualTo("1.0.0");
      assertThat(use.version().platform()).isEqualTo("onnxruntime_onnx");
      var request = new InferenceRequest(inputs, Set.of(), 0, InferenceRequest.NO_DEADLINE);
      return use.version().queue().orElseThrow().submit(request).get().outputs();
    }
  }
}
