package dev.tidewatch.systemtests.clients;

import dev.tidewatch.serverkit.testing.NotRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Stubs of the contracts for Debian's Python. */
final class PythonStubs {
  /** Not the first python3 on the path: grpcio belongs to this one. */
  static final String PYTHON = "/usr/bin/python3";

  /** Beside the compiler, where it looks for them. */
  private static final String HAS_WELL_KNOWN_TYPES =
      "test -f \"$(dirname \"$(readlink -f \"$(command -v protoc)\")\")"
          + "/../include/google/protobuf/descriptor.proto\"";

  private PythonStubs() {}

  /** Makes them in a folder; without the packages that this needs the test is NOT RUN. */
  static void require(String test, Path folder) throws Exception {
    var client = new ClientProcess("python", Map.of());
    boolean installed =
        client.attempt(List.of("sh", "-c", "test -x " + PYTHON)).exitCode() == 0
            && client.attempt(List.of(PYTHON, "-c", "import grpc, google.protobuf")).exitCode() == 0
            && client
                    .attempt(
                        List.of("sh", "-c", "command -v protoc && command -v grpc_python_plugin"))
                    .exitCode()
                == 0
            && client.attempt(List.of("sh", "-c", HAS_WELL_KNOWN_TYPES)).exitCode() == 0;
    if (!installed) {
      String missing =
          "python3-grpcio, python3-protobuf, protobuf-compiler, libprotobuf-dev or"
              + " protobuf-compiler-grpc is missing";
      NotRun.report(test, missing);
      Assumptions.abort(missing);
    }
    NotRun.clear(test);
    client.run("./stubs.sh", folder.toString());
  }
}
