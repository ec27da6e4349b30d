package dev.tidewatch.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.serverkit.testing.NotRun;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every script of clients/grpcurl against real servers, through reflection, with buf's curl. */
@ExtendWith(StandaloneExtension.class)
class GrpcurlScriptsTest {
  private final TreeSet<String> ran = new TreeSet<>();
  private final ClientProcess client;

  GrpcurlScriptsTest(SharedStandalone standalone) {
    var environment = new HashMap<>(ClientProcess.addresses(standalone.addresses()));
    environment.put("TIDEWATCH_GRPC_CURL", buf() + " curl");
    client = new ClientProcess("grpcurl", environment);
  }

  @BeforeEach
  void needsBuf() {
    if (!Files.isExecutable(Path.of(buf()))) {
      NotRun.report("GrpcurlScriptsTest", "buf is missing: npm could not install it");
      Assumptions.abort("buf is missing");
    }
    NotRun.clear("GrpcurlScriptsTest");
  }

  @Test
  void eachScriptDoesItsTask() throws Exception {
    assertThat(script("health.sh", "ingest")).contains("SERVING");
    assertThat(script("series-create.sh", "grpcurl/temp", "Cel")).contains("grpcurl/temp");
    assertThat(script("series-list.sh", "grpcurl/")).contains("grpcurl/temp");
    assertThat(script("ingest-rows.sh", "grpcurl/temp", "21.5", "2026-01-31T11:00:00Z"))
        .contains("\"accepted\": \"1\"");
    assertThat(script("stream-rows.sh", "grpcurl/temp", "grpcurl-writer"))
        .contains("\"throughSequence\": \"2\"");
    assertThat(script("stream-rows.sh", "grpcurl/temp", "grpcurl-writer"))
        .as("the same sequences again")
        .contains("\"replayed\": true");
    assertThat(script("query.sh", "grpcurl/temp", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"))
        .contains("21.5")
        .contains("1.5")
        .contains("2.5");
    assertThat(script("latest.sh", "grpcurl/")).contains("2.5");
    String day = "2026-01-31T00:00:00Z";
    assertThat(script("aggregate.sh", "grpcurl/temp", day, "2026-02-01T00:00:00Z"))
        .contains("BUCKET_FUNCTION_MEAN")
        .contains("21.5");
    assertThat(script("quality.sh", "grpcurl/")).contains("\"readingCount\": \"3\"");
    assertThat(script("export.sh", "grpcurl/temp"))
        .startsWith("series,time,value,quality")
        .contains("grpcurl/temp,2026-01-31T11:00:00Z,21.5,0");
    script("ingest-rows.sh", "grpcurl/no name", "1", "2026-01-31T11:00:00Z");
    assertThat(script("quarantine.sh", "grpcurl/")).contains("REJECT_REASON_SERIES_NAME_INVALID");
    assertThat(script("feed-status.sh")).contains("\"head\"");
    script("models.sh");
    script("assignments.sh");
    assertThat(script("anomalies.sh", "grpcurl/")).doesNotContain("grpcurl/temp");
    assertThat(script("oip-server.sh")).contains("\"live\": true").contains("tidewatch");

    var unknown = client.attempt(List.of("./oip-model.sh", "no-such-model"));
    ran.add("oip-model.sh");
    assertThat(unknown.output()).contains("Request for unknown model");

    var early = client.attempt(List.of("./forecast.sh", "grpcurl/temp", "3"));
    ran.add("forecast.sh");
    assertThat(early.output()).contains("grpcurl/temp");

    try (Stream<Path> files =
        Files.list(ClientProcess.root().resolve("clients").resolve("grpcurl"))) {
      var scripts =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".sh") && !name.equals("call.sh"))
              .toList();
      assertThat(ran).as("every script is run here").containsExactlyInAnyOrderElementsOf(scripts);
    }
  }

  private String script(String name, String... arguments) throws Exception {
    ran.add(name);
    var command = new java.util.ArrayList<String>();
    command.add("./" + name);
    command.addAll(List.of(arguments));
    return client.run(command.toArray(String[]::new));
  }

  private static String buf() {
    String given = System.getenv("TIDEWATCH_BUF");
    return given != null
        ? given
        : ClientProcess.root().resolve("target/tools/node_modules/.bin/buf").toString();
  }
}
