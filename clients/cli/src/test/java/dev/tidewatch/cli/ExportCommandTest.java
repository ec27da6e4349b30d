package dev.tidewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.ingest.v1.ExportReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ExportReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExportCommandTest {
  private static final String FILE =
      "series,time,value,quality\n" + "a,2024-01-01T00:00:00Z,1,0\n".repeat(20);
  private static final int CHUNK = 60;

  private record Ran(int code, String out, String err) {}

  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path folder;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Server server;

  private final List<ExportReadingsRequest> requests = new ArrayList<>();

  /** After so many messages the stream fails for good. */
  private volatile int messagesMax;

  private final class Queries extends QueryServiceGrpc.QueryServiceImplBase {
    @Override
    public void exportReadings(
        ExportReadingsRequest request, StreamObserver<ExportReadingsResponse> responses) {
      requests.add(request);
      int from =
          request.getResumeToken().isEmpty() ? 0 : Integer.parseInt(request.getResumeToken());
      for (int message = 0; from < FILE.length(); message++) {
        if (message == messagesMax) {
          responses.onError(Status.DATA_LOSS.asRuntimeException());
          return;
        }
        int to = Math.min(from + CHUNK, FILE.length());
        responses.onNext(
            ExportReadingsResponse.newBuilder()
                .setChunk(ByteString.copyFromUtf8(FILE.substring(from, to)))
                .setResumeToken("" + to)
                .setReadingsExported(to)
                .build());
        from = to;
      }
      responses.onCompleted();
    }
  }

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Queries())
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private Ran run(String... words) {
    List<String> args = new ArrayList<>(List.of("export"));
    args.addAll(List.of(words));
    args.addAll(List.of("--ingest", "localhost:" + server.getPort()));
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Main.run(
            args.toArray(String[]::new),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static String text(Path file) throws IOException {
    if (!file.toString().endsWith(".gz")) {
      return Files.readString(file);
    }
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.csv", "a.csv.gz"})
  void whatWasBrokenOffGoesOn(String name) throws IOException {
    Path file = folder.resolve(name);
    messagesMax = 3;
    Ran broken = run("a", "--from", "now-30d", "-o", file.toString());
    assertThat(broken.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(broken.err()).contains("the same command goes on");
    assertThat(file).doesNotExist();

    messagesMax = Integer.MAX_VALUE;
    Ran ran = run("a", "--from", "now-30d", "-o", file.toString());
    assertThat(ran.err()).contains("Going on after 180 readings.");
    assertThat(ran.out()).contains("Wrote " + FILE.length() + " readings");
    assertThat(text(file)).isEqualTo(FILE);
    assertThat(requests.getLast().getResumeToken()).isEqualTo("180");
    assertThat(requests.getLast().getRange())
        .as("the same moment, though now has moved on")
        .isEqualTo(requests.getFirst().getRange());
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void anotherWishBeginsAgain() throws IOException {
    Path file = folder.resolve("a.jsonl");
    messagesMax = 3;
    run("a", "-o", file.toString());
    messagesMax = Integer.MAX_VALUE;
    assertThat(run("b", "-o", file.toString()).code()).isZero();
    assertThat(requests.getLast().getResumeToken()).isEmpty();
    assertThat(text(file)).isEqualTo(FILE);
  }

  @Test
  void restartBeginsAgain() throws IOException {
    Path file = folder.resolve("a.csv");
    messagesMax = 3;
    run("a", "-o", file.toString());
    messagesMax = Integer.MAX_VALUE;
    assertThat(run("a", "-o", file.toString(), "--restart").code()).isZero();
    assertThat(requests.getLast().getResumeToken()).isEmpty();
    assertThat(text(file)).isEqualTo(FILE);
  }

  @Test
  void nothingIsLeftOfWhatNeverBegan() throws IOException {
    messagesMax = 0;
    assertThat(run("a", "-o", folder.resolve("a.csv").toString()).code())
        .isEqualTo(ExitCode.FAILURE);
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void standardOutputTakesTheBytesAsTheyAre() {
    messagesMax = Integer.MAX_VALUE;
    assertThat(run("a").out()).isEqualTo(FILE);
  }
}
