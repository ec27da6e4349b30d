package dev.tidewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

final class CommandLineTest {
  private record Ran(int code, String out, String err) {}

  private static Surroundings surroundings(PrintStream out, PrintStream err) {
    var clock = InstantSource.fixed(Instant.parse("2024-03-01T12:00:00Z"));
    return new Surroundings(out, err, Map.of(), clock, false, 100);
  }

  private static Ran run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Main.run(
            args,
            surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)));
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  static List<List<String>> commands() {
    var stream = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    var session = new Session(surroundings(stream, stream), new GlobalOptions());
    List<List<String>> paths = new ArrayList<>();
    collect(CommandTree.of(session), List.of(), paths);
    assertThat(paths).hasSizeGreaterThan(20);
    return paths;
  }

  private static void collect(CommandLine command, List<String> path, List<List<String>> to) {
    boolean leaf = command.getSubcommands().isEmpty();
    if (leaf || path.isEmpty()) {
      to.add(path);
    }
    command
        .getSubcommands()
        .forEach((name, child) -> {
          List<String> longer = new ArrayList<>(path);
          longer.add(name);
          collect(child, List.copyOf(longer), to);
        });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItselfWithExamples(List<String> path) {
    List<String> args = new ArrayList<>(path);
    args.add("--help");
    Ran ran = run(args.toArray(String[]::new));
    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    String examples = ran.out().substring(ran.out().indexOf("Examples:"));
    assertThat(examples).contains("  tidewatch " + String.join(" ", path));
    assertThat(ran.out()).startsWith("Usage: tidewatch");
    assertThat(ran.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void theRootListsWhatTheScriptRuns() {
    Ran ran = run("--help");
    assertThat(ran.out()).contains("\n  up ", "\n  demo ", "\n  bench ", "\n  test ");
    assertThat(ran.out()).contains("Exit codes:", "130");
    assertThat(run("help", "forecast").out()).contains("tidewatch forecast AP-AP");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense                                | Unmatched argument",
        "''                                      | name a command",
        "series                                  | name one of: list, get, create, set",
        "latest --timeout soon                   | --timeout: 'soon' is not a duration",
        "latest --ingest host:port               | not host:port",
        "query a --from tomorrow                 | --from: time 'tomorrow'",
        "query a --from now --to now-1h          | is before --from",
        "query a --limit 0                       | --limit: 0",
        "query a --time-zone Mars                | --time-zone: 'Mars' is no zone",
        "latest a* b                             | one NAME* can be given",
        "latest --host example.org --api-key k   | use TLS",
        "export --format xml                     | none of csv, jsonl, parquet",
        "export a -o a.parquet.gz                | leave out .gz",
        "detect                                  | give a SERIES",
        "detect a --severity awful               | low, medium, high, critical",
        "monitor accuracy --window 1d --to now   | --window: give it, or --from and --to",
        "monitor trend --to now                  | --from: missing; --to needs one",
        "models promote load                     | name the version",
        "models promote load@1.0.0 --force       | --reason",
        "train a --task sing                     | neither forecast nor detect",
        "train a --family prophet                | seasonal-naive",
        "train a b                               | --model: name the model",
        "series create a --kind dial             | gauge, counter, boolean, state",
        "series create a --on-violation weep     | reject, flag",
        "series set a --stale-after soon         | --stale-after: 'soon' is not a duration",
        "aggregate a                             | --from",
        "aggregate a --from now-1d --functions q | mean, min, max",
        "aggregate a --from now-1d --functions percentile | say which percentile",
        "aggregate a --from now-1d --fill zero   | none, previous, linear",
        "aggregate a --from now --to now-1h      | is before --from",
        "quality a --limit 0                     | --limit: 0",
        "changes --after 7                       | is not written like 1:4711",
        "writers a --id b                        | leave PREFIX out",
        "delete readings                         | name the series, or say --every-series",
        "delete readings a --every-series        | cannot be combined",
        "delete series a                         | --yes",
        "quarantine replay                       | give ids, or say which",
        "quarantine replay 7 --all               | give ids, or say which",
        "quarantine delete 7                     | --yes",
        "quarantine list --reason bad-luck       | value-out-of-range",
        "ingest csv x.csv --delimiter ;;         | no such file",
      })
  void wrongUseIsExplained(String line, String expected) {
    Ran ran = run(line.isEmpty() ? new String[0] : line.split(" +"));
    assertThat(ran.err()).contains(expected);
    assertThat(ran.code()).isIn(ExitCode.USAGE, ExitCode.NOT_FOUND);
    assertThat(ran.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, 2",
    "OUT_OF_RANGE, 2",
    "UNAVAILABLE, 3",
    "RESOURCE_EXHAUSTED, 3",
    "DEADLINE_EXCEEDED, 3",
    "NOT_FOUND, 4",
    "UNAUTHENTICATED, 6",
    "PERMISSION_DENIED, 6",
    "FAILED_PRECONDITION, 7",
    "ABORTED, 7",
    "UNIMPLEMENTED, 8",
    "INTERNAL, 1"
  })
  void eachStatusHasItsExitCode(Code status, int expected) throws IOException {
    var answer =
        com.google.rpc.Status.newBuilder()
            .setCode(status.getNumber())
            .setMessage("selection.names[0] is too long")
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("FIELD_INVALID").build()))
            .addDetails(
                Any.pack(
                    BadRequest.newBuilder()
                        .addFieldViolations(
                            BadRequest.FieldViolation.newBuilder()
                                .setField("selection.names[0]")
                                .setDescription("at most 255 bytes"))
                        .build()))
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(Duration.newBuilder().setSeconds(2))
                        .build()))
            .build();
    Server server = failing(answer);
    try {
      String address = "localhost:" + server.getPort();
      Ran words = run("latest", "a", "--ingest", address);
      assertThat(words.code()).isEqualTo(expected);
      assertThat(words.out()).isEmpty();
      assertThat(words.err())
          .startsWith("error: selection.names[0] is too long (FIELD_INVALID)")
          .contains("selection.names[0]: at most 255 bytes")
          .contains("Try again in 2s.");
      Ran json = run("--json", "latest", "a", "--ingest", address);
      assertThat(json.code()).isEqualTo(expected);
      assertThat(json.err().strip())
          .isEqualTo(
              ("{\"error\":{\"exit_code\":%d,\"code\":\"%s\",\"reason\":\"FIELD_INVALID\","
                      + "\"message\":\"selection.names[0] is too long\",\"fields\":[{\"field\":"
                      + "\"selection.names[0]\",\"message\":\"at most 255 bytes\"}],"
                      + "\"retry_after_seconds\":2.0}}")
                  .formatted(expected, status));
    } finally {
      server.shutdownNow();
    }
  }

  private static Server failing(com.google.rpc.Status answer) throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(
            new QueryServiceGrpc.QueryServiceImplBase() {
              @Override
              public void getLatestReadings(
                  GetLatestReadingsRequest request,
                  StreamObserver<GetLatestReadingsResponse> responses) {
                responses.onError(StatusProto.toStatusRuntimeException(answer));
              }
            })
        .build()
        .start();
  }

  @Test
  void anUnreachableServerIsNamed() throws IOException {
    Server gone = failing(com.google.rpc.Status.getDefaultInstance());
    String address = "localhost:" + gone.getPort();
    gone.shutdownNow();
    Ran ran = run("latest", "--ingest", address, "--timeout", "5s");
    assertThat(ran.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(ran.err())
        .contains(address.substring(address.indexOf(':')))
        .contains("tidewatch up");
  }
}
