package dev.tidewatch.registry.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.registry.domain.ArtifactFormat;
import dev.tidewatch.registry.domain.TensorSignature;
import dev.tidewatch.registry.domain.TensorSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files in {@code signatures/} were saved by TensorFlow 2.16, XGBoost and Tribuo 4.3; the ONNX ones
 * are this project's example models. What they should say is what those libraries say of them.
 */
class SignatureReaderTest {
  @Test
  void aSavedModelSaysWhatItsDefaultSignatureIs() throws IOException {
    for (String folder : List.of("", "model/")) {
      var found = read(ArtifactFormat.SAVED_MODEL_ZIP, zip(folder, file("saved_model.pb")));
      assertThat(texts(found.inputs())).containsExactly("window FP32 [-1, 7]");
      assertThat(texts(found.outputs())).containsExactly("heads FP32 [-1, 2, 1]");
    }
  }

  @Test
  void anOnnxFileSaysWhatItsGraphTakesAndGives() throws IOException {
    var strings = read(ArtifactFormat.ONNX, file("simple_string.onnx"));
    assertThat(texts(strings.inputs()))
        .containsExactly("INPUT0 BYTES [-1, 16]", "INPUT1 BYTES [-1, 16]");
    assertThat(texts(strings.outputs()))
        .containsExactly("OUTPUT0 BYTES [-1, 16]", "OUTPUT1 BYTES [-1, 16]");
    var all = read(ArtifactFormat.ONNX, file("simple_identity_all.onnx"));
    assertThat(all.inputs()).hasSize(14).extracting(TensorSpec::type).doesNotHaveDuplicates();
    assertThat(all.inputs())
        .allSatisfy(spec -> assertThat(spec.name()).contains(spec.type().name()));
  }

  @Test
  void xgboostsJsonSaysHowWideItIs() throws IOException {
    var found = read(ArtifactFormat.XGBOOST_JSON, file("trees.json"));
    assertThat(texts(found.inputs())).containsExactly("features FP32 [-1, 4]");
    assertThat(texts(found.outputs())).containsExactly("prediction FP32 [-1, 3]");
  }

  @Test
  void tribuosFilesSayTheirDomains() throws IOException {
    var regressor = read(ArtifactFormat.TRIBUO_PROTOBUF, file("regressor.pb"));
    assertThat(texts(regressor.inputs())).containsExactly("features FP64 [-1, 4]");
    assertThat(texts(regressor.outputs())).containsExactly("prediction FP64 [-1, 1]");
    var detector = read(ArtifactFormat.TRIBUO_PROTOBUF, file("detector.pb"));
    assertThat(texts(detector.inputs())).containsExactly("features FP64 [-1, 3]");
    assertThat(texts(detector.outputs())).containsExactly("score FP64 [-1, 1]");
  }

  /** Whatever comes is read or refused, and in no other way. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BUNDLE")
  void damagedFilesAreRefused(ArtifactFormat format) throws IOException {
    long seed = 11;
    var random = new Random(seed);
    byte[] sound =
        switch (format) {
          case SAVED_MODEL_ZIP -> zip("", file("saved_model.pb"));
          case ONNX -> file("simple_string.onnx");
          case XGBOOST_JSON -> file("trees.json");
          case TRIBUO_PROTOBUF, BUNDLE -> file("regressor.pb");
        };
    assertThatThrownBy(() -> read(format, new byte[0]))
        .isInstanceOf(UnreadableModelException.class);
    assertThatThrownBy(() -> read(format, "no model at all".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(UnreadableModelException.class);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] damaged =
          random.nextBoolean() ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
      for (int hit = random.nextInt(8); hit > 0 && damaged.length > 0; hit--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        TensorSignature found = read(format, damaged);
        assertThat(found.inputs()).as("seed %d, file %d", seed, i).isNotEmpty();
      } catch (UnreadableModelException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  private static List<String> texts(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::toString).toList();
  }

  private static TensorSignature read(ArtifactFormat format, byte[] file) throws IOException {
    return SignatureReader.read(format, new ByteArrayInputStream(file));
  }

  private static byte[] file(String name) throws IOException {
    try (InputStream in = SignatureReaderTest.class.getResourceAsStream("/signatures/" + name)) {
      return java.util.Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static byte[] zip(String folder, byte[] graph) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(folder + "variables/variables.index"));
      zip.write(new byte[100]);
      zip.putNextEntry(new ZipEntry(folder + "saved_model.pb"));
      zip.write(graph);
    }
    return bytes.toByteArray();
  }
}
