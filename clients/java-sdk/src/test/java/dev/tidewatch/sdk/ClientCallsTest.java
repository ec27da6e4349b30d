package dev.tidewatch.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.GetSeriesResponse;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesResponse;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyEvent;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class ClientCallsTest {
  private final List<Metadata> headers = Collections.synchronizedList(new ArrayList<>());

  @SuppressWarnings("NullAway.Init") // set before each test
  private Server server;

  private static final class Catalogue extends SeriesServiceGrpc.SeriesServiceImplBase {
    @Override
    public void getSeries(GetSeriesRequest request, StreamObserver<GetSeriesResponse> responses) {
      if (request.getSeries().equals("slow")) {
        return; // never answered: the deadline must end it
      }
      responses.onNext(
          GetSeriesResponse.newBuilder()
              .setSeries(Series.newBuilder().setName(request.getSeries()))
              .build());
      responses.onCompleted();
    }

    @Override
    public void listSeries(
        ListSeriesRequest request, StreamObserver<ListSeriesResponse> responses) {
      int page = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
      var response = ListSeriesResponse.newBuilder();
      if (page != 1) { // the second page is empty, and not the last
        response.addSeries(Series.newBuilder().setName(request.getPrefix() + page));
      }
      responses.onNext(response.setNextPageToken(page < 3 ? "" + (page + 1) : "").build());
      responses.onCompleted();
    }
  }

  private static final class Readings extends QueryServiceGrpc.QueryServiceImplBase {
    @Override
    public void queryReadings(
        QueryReadingsRequest request, StreamObserver<QueryReadingsResponse> responses) {
      for (int message = 0; message < 3; message++) {
        var column = SeriesReadings.newBuilder().setSeries("s");
        for (int i = 0; i < 1_000; i++) {
          column.addTimesMicros(message * 1_000L + i).addValues(i);
        }
        responses.onNext(
            QueryReadingsResponse.newBuilder()
                .setFeedPosition(FeedToken.newBuilder().setEpoch(2).setPosition(9))
                .addColumns(column)
                .build());
      }
      responses.onCompleted();
    }
  }

  private static final class Log extends AnomalyServiceGrpc.AnomalyServiceImplBase {
    /** Sends two changes a call behind the token, then breaks. */
    @Override
    public synchronized void watchAnomalies(
        WatchAnomaliesRequest request, StreamObserver<WatchAnomaliesResponse> responses) {
      int from =
          request.getResumeToken().isEmpty() ? 0 : Integer.parseInt(request.getResumeToken());
      if (from >= 6) {
        responses.onError(Status.OUT_OF_RANGE.asRuntimeException());
        return;
      }
      for (int i = from; i < from + 2; i++) {
        responses.onNext(
            WatchAnomaliesResponse.newBuilder()
                .setResumeToken("" + (i + 1))
                .setChange(AnomalyEvent.newBuilder().setAnomaly(Anomaly.newBuilder().setId("" + i)))
                .build());
      }
      responses.onError(Status.UNAVAILABLE.asRuntimeException());
    }
  }

  @BeforeEach
  void start() throws IOException {
    ServerInterceptor remember =
        new ServerInterceptor() {
          @Override
          public <Q, A> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
            headers.add(metadata);
            return next.startCall(call, metadata);
          }
        };
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .intercept(remember)
            .addService(new Catalogue())
            .addService(new Readings())
            .addService(new Log())
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private Connection connection() {
    var there = new Endpoint("localhost", server.getPort());
    return Connection.toHost("localhost").withEndpoints(there, there, there, there);
  }

  private String header(String name) {
    return String.valueOf(
        headers.getLast().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
  }

  @Test
  void keyAndTraceTravelWithEachCall() {
    var spans = InMemorySpanExporter.create();
    try (var provider =
            SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(spans))
                .build();
        var tidewatch =
            Tidewatch.connect(
                connection()
                    .withApiKey("secret")
                    .withOpenTelemetry(
                        OpenTelemetrySdk.builder().setTracerProvider(provider).build()))) {
      tidewatch.ingest().getSeries("a");
      assertThat(header("authorization")).isEqualTo("Bearer secret");
      var span = spans.getFinishedSpanItems().getFirst();
      assertThat(header("traceparent"))
          .isEqualTo(
              "00-"
                  + span.getTraceId()
                  + "-"
                  + span.getSpanId()
                  + "-"
                  + span.getSpanContext().getTraceFlags().asHex());
      assertThat(span.getName()).isEqualTo("tidewatch.ingest.v1.SeriesService/GetSeries");
    }
  }

  @Test
  void unansweredCallsEndAtTheDeadline() {
    try (var tidewatch = Tidewatch.connect(connection().withDeadline(Duration.ofMillis(200)))) {
      assertThatThrownBy(() -> tidewatch.ingest().getSeries("slow"))
          .isInstanceOfSatisfying(
              TidewatchException.class,
              e -> assertThat(e.code()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
    }
  }

  @Test
  void listsReadOnOverEmptyPagesAndOnlyAsFarAsAsked() {
    try (var tidewatch = Tidewatch.connect(connection())) {
      assertThat(tidewatch.ingest().listSeries("p", "").map(Series::getName))
          .containsExactly("p0", "p2", "p3");
      headers.clear();
      assertThat(tidewatch.ingest().listSeries("p", "").findFirst()).isPresent();
      assertThat(headers).hasSize(1);
    }
  }

  @Test
  void historiesAreGatheredFromAllMessages() {
    try (var tidewatch = Tidewatch.connect(connection())) {
      var history = tidewatch.ingest().history("s", null, null);
      assertThat(history.readings().size()).isEqualTo(3_000);
      assertThat(history.readings().timeMicros(2_500)).isEqualTo(2_500);
      assertThat(history.readings().value(2_500)).isEqualTo(500);
      assertThat(history.feedPosition()).isEqualTo(new FeedPosition(2, 9));
    }
  }

  @Test
  void watchesGoOnBehindTheLastChange() {
    try (var tidewatch = Tidewatch.connect(connection())) {
      List<String> seen = new ArrayList<>();
      List<TidewatchException> breaks = new ArrayList<>();
      var watch =
          tidewatch
              .monitor()
              .watchAnomaliesResuming(WatchAnomaliesRequest.getDefaultInstance())
              .onBreak(breaks::add);
      assertThatThrownBy(() ->
              watch.forEachRemaining(event -> seen.add(event.getChange().getAnomaly().getId())))
          .isInstanceOfSatisfying(
              TidewatchException.class,
              e -> assertThat(e.code()).isEqualTo(Status.Code.OUT_OF_RANGE));
      assertThat(seen).containsExactly("0", "1", "2", "3", "4", "5");
      assertThat(breaks).hasSize(3);
    }
  }
}
