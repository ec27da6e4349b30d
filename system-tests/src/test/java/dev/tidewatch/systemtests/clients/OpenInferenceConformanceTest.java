package dev.tidewatch.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidewatch.serverkit.testing.NotRun;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What published clients of the Open Inference Protocol rely on, from Node and from Python, over
 * sockets, with the models of clients/oip/models imported as anybody would.
 */
@ExtendWith(StandaloneExtension.class)
class OpenInferenceConformanceTest {
  private static final Path STUBS = Path.of("target", "python-stubs").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  @BeforeAll
  static void importModels(SharedStandalone standalone) throws Exception {
    ExampleModelsImport.into(standalone);
  }

  @Test
  void nodeClients(SharedStandalone standalone) throws Exception {
    Path modules = ClientProcess.root().resolve("target/tools/node_modules");
    var client = new ClientProcess("oip/node", Map.of());
    boolean isThere =
        Files.isDirectory(modules.resolve("@grpc/grpc-js"))
            && client.attempt(List.of("sh", "-c", "command -v node")).exitCode() == 0;
    if (!isThere) {
      NotRun.report(
          "OpenInferenceConformanceTest (Node)",
          "node or @grpc/grpc-js is missing: npm could not install it");
      Assumptions.abort("@grpc/grpc-js is missing");
    }
    NotRun.clear("OpenInferenceConformanceTest (Node)");
    requireAllPassed(
        client.attempt(
            List.of(
                "node",
                "conformance.mjs",
                standalone.addresses().inference().toString(),
                modules.toString())));
  }

  @Test
  void pythonClients(SharedStandalone standalone) throws Exception {
    PythonStubs.require("OpenInferenceConformanceTest (Python)", STUBS);
    var client = new ClientProcess("oip/python", Map.of("PYTHONPATH", STUBS.toString()));
    requireAllPassed(
        client.attempt(
            List.of(
                PythonStubs.PYTHON,
                "-B",
                "conformance.py",
                standalone.addresses().inference().toString())));
  }

  private static void requireAllPassed(ClientProcess.Result result) throws Exception {
    assertThat(result.exitCode()).as(result.output()).isZero();
    JsonNode summary =
        JSON.readTree(
            result.output().strip().lines().reduce((first, second) -> second).orElseThrow());
    assertThat(summary.get("failed").asInt()).as(result.output()).isZero();
    assertThat(summary.get("passed").asInt()).as(result.output()).isGreaterThan(15);
  }
}
