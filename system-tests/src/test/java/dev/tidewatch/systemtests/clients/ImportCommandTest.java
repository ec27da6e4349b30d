package dev.tidewatch.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.models.onnx.ExampleModels;
import dev.tidewatch.systemtests.clients.CommandShell.Ran;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Models made elsewhere, from a file to ready, tried by a real inference server on the way. */
@ExtendWith(StandaloneExtension.class)
class ImportCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @SuppressWarnings("NullAway.Init") // set by JUnit
  @TempDir
  private Path folder;

  private static Ran run(SharedStandalone standalone, String... words) {
    return new CommandShell(standalone).run(words);
  }

  @Test
  void aModelIsReadyOnceItHasAnsweredItsSmokeInputs(SharedStandalone standalone)
      throws IOException {
    Path model = Files.write(folder.resolve("simple.onnx"), ExampleModels.file("simple_string"));
    Path smoke =
        Files.writeString(
            folder.resolve("smoke.json"),
            """
            {"inputs": [
              {"name": "INPUT0", "datatype": "BYTES", "shape": [1, 16], "data": [%1$s]},
              {"name": "INPUT1", "datatype": "BYTES", "shape": [1, 16], "data": [%1$s]}
            ]}
            """
                .formatted("\"7\", ".repeat(15) + "\"1\""));
    Ran imported =
        run(
            standalone,
            "models",
            "import",
            model.toString(),
            "--model",
            "imported",
            "--smoke",
            smoke.toString(),
            "--tag",
            "source=elsewhere",
            "--alias",
            "champion",
            "--json");
    assertThat(imported.code()).as(imported.err()).isZero();
    JsonNode version = JSON.readTree(imported.out());
    assertThat(version.get("state").asText()).isEqualTo("READY");
    assertThat(version.get("aliases").get(0).asText()).isEqualTo("champion");
    assertThat(version.get("signature").get("inputs")).hasSize(2);

    Ran found =
        run(standalone, "models", "search", "--tag", "source=elsewhere", "--state", "ready");
    assertThat(found.out()).contains("imported", "1.0.0", "champion");
    Path csv = folder.resolve("versions.csv");
    Ran exported = run(standalone, "models", "export", "--model", "imported", "-o", csv.toString());
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(Files.readAllLines(csv)).hasSize(2).last().asString().startsWith("imported,1.0.0,");
  }

  @Test
  void aModelThatCannotBeLoadedFailsItsTrial(SharedStandalone standalone) throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("broken.json"),
            """
            {"learner": {"objective": {"name": "reg:squarederror"},
              "learner_model_param": {"num_feature": "2", "base_score": "0.5"},
              "gradient_booster": {"name": "gbtree", "model": {"trees": [], "tree_info": []}}}}
            """);
    Path smoke =
        Files.writeString(
            folder.resolve("smoke.json"),
            """
            {"inputs": [{"name": "features", "datatype": "FP32", "shape": [1, 2], "data": [[1, 2.5]]}]}
            """);
    Ran imported =
        run(
            standalone,
            "models",
            "import",
            model.toString(),
            "--model",
            "imported-broken",
            "--smoke",
            smoke.toString());
    assertThat(imported.code()).as(imported.err()).isEqualTo(1);
    assertThat(imported.out()).contains("failed its trial", "0 trees");
  }
}
