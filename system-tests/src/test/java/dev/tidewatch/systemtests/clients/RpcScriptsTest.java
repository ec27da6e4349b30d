package dev.tidewatch.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.ValidatorFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.DynamicMessage;
import dev.tidewatch.serverkit.testing.NotRun;
import dev.tidewatch.systemtests.badinput.Rpc;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The scripts of clients/grpcurl/rpc, one a service: a line for every RPC there is. */
@ExtendWith(StandaloneExtension.class)
class RpcScriptsTest {
  private static final Path FOLDER = ClientProcess.root().resolve("clients/grpcurl/rpc");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Stands for grpcurl: prints what it was to send, as {@code SERVICE/RPC}. */
  private static final Map<String, String> ECHO = Map.of("TIDEWATCH_GRPC_CURL", "echo");

  @Test
  void everyRpcOfEveryServiceHasALineWithARequestThatIsSound() throws Exception {
    Map<String, Rpc> rpcs = new TreeMap<>();
    Rpc.all().forEach(rpc -> rpcs.put(rpc.name(), rpc));
    var found = new TreeSet<String>();
    for (Map.Entry<String, Map<String, String>> service : examples().entrySet()) {
      for (Map.Entry<String, String> line : service.getValue().entrySet()) {
        String name = service.getKey() + "/" + line.getKey();
        assertThat(found.add(name)).as("%s is there twice", name).isTrue();
        Rpc rpc = rpcs.get(name);
        if (rpc == null) {
          throw new AssertionError(name + " is no RPC");
        }
        requireSound(rpc, line.getValue());
      }
    }
    assertThat(found).as("each RPC has a line").containsExactlyElementsOf(rpcs.keySet());
  }

  private static void requireSound(Rpc rpc, String example) throws Exception {
    var validator = ValidatorFactory.newBuilder().build();
    int messages = 0;
    try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(example)) {
      while (values.hasNext()) {
        var message =
            DynamicMessage.parseFrom(
                rpc.proto().getInputType(), rpc.request(values.next().toString()));
        var verdict = validator.validate(message);
        assertThat(verdict.isSuccess()).as("%s %s: %s", rpc, example, verdict).isTrue();
        messages++;
      }
    }
    if (rpc.proto().isClientStreaming()) {
      assertThat(messages).as(rpc.name()).isPositive();
    } else {
      assertThat(messages).as(rpc.name()).isEqualTo(1);
    }
  }

  /** By service, then by RPC. */
  private static Map<String, Map<String, String>> examples() throws Exception {
    var examples = new TreeMap<String, Map<String, String>>();
    for (String script : scripts()) {
      var lines = new TreeMap<String, String>();
      for (String line : echo("./" + script).lines().toList()) {
        int blank = line.indexOf(' ');
        assertThat(lines.put(line.substring(0, blank), line.substring(blank + 1)))
            .as("%s: %s is there twice", script, line)
            .isNull();
      }
      String sent = echo("./" + script, lines.keySet().iterator().next(), "{}").strip();
      String method = sent.substring(sent.lastIndexOf(' ') + 1);
      examples.put(method.substring(0, method.indexOf('/')), lines);
    }
    return examples;
  }

  private static String echo(String... command) throws Exception {
    return new ClientProcess("grpcurl/rpc", ECHO).run(command);
  }

  private static List<String> scripts() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anUnknownRpcIsSaidToBeOne() throws Exception {
    var result =
        new ClientProcess("grpcurl/rpc", ECHO).attempt(List.of("./series-service.sh", "Sing"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.output()).contains("tidewatch.ingest.v1.SeriesService has no RPC 'Sing'");
  }

  /** One question of each server, and of the protocol that others made. */
  @Test
  void theyAskRealServers(SharedStandalone standalone) throws Exception {
    String buf = buf();
    if (!Files.isExecutable(Path.of(buf))) {
      NotRun.report("RpcScriptsTest", "buf is missing: npm could not install it");
      Assumptions.abort("buf is missing");
    }
    NotRun.clear("RpcScriptsTest");
    var environment = new HashMap<>(ClientProcess.addresses(standalone.addresses()));
    environment.put("TIDEWATCH_GRPC_CURL", buf + " curl");
    var client = new ClientProcess("grpcurl/rpc", environment);
    var calls = new ArrayList<List<String>>();
    calls.add(List.of("./feed-service.sh", "GetFeedStatus", "\"head\""));
    calls.add(List.of("./run-service.sh", "ListRuns", "{"));
    calls.add(List.of("./served-model-service.sh", "GetServingStatus", "{"));
    calls.add(List.of("./ledger-service.sh", "GetLedgerStatus", "{"));
    calls.add(List.of("./open-inference-service.sh", "ServerLive", "\"live\": true"));
    calls.add(List.of("./open-inference-service.sh", "TraceSetting", "\"trace_rate\""));
    for (List<String> call : calls) {
      assertThat(client.run(call.get(0), call.get(1))).as("%s", call).contains(call.get(2));
    }
    assertThat(
            client.run(
                "./open-inference-service.sh",
                "TraceSetting",
                "{\"settings\": {\"trace_rate\": {\"value\": []}}}"))
        .contains("trace_rate");
    assertThat(client.attempt(List.of("./model-service.sh", "GetModel")).output())
        .contains("load-forecast");
  }

  private static String buf() {
    String given = System.getenv("TIDEWATCH_BUF");
    return given != null
        ? given
        : ClientProcess.root().resolve("target/tools/node_modules/.bin/buf").toString();
  }
}
