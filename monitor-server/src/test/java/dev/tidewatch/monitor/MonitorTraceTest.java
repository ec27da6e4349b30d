package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.monitor.ingest.FakeIngest;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Records continue the trace that they carry, though their batch came in another. */
class MonitorTraceTest {
  private static final Timestamp START =
      Timestamp.newBuilder()
          .setSeconds(Instant.parse("2026-03-01T00:00:00Z").getEpochSecond())
          .build();
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  /** Keeps what it is given. */
  private static final class KeptSpans implements SpanExporter {
    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> ended) {
      spans.addAll(ended);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }

    SpanData named(String name) {
      return spans.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
    }
  }

  @Test
  void recordsContinueTheTraceThatTheyCarry() {
    var kept = new KeptSpans();
    try (var database = TestDatabase.empty();
        var ingest = new FakeIngest();
        var sdk =
            OpenTelemetrySdk.builder()
                .setTracerProvider(
                    SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(kept))
                        .build())
                .build();
        var server =
            MonitorServer.launch(
                ConfigLoader.with(
                    MonitorConfig.class,
                    Map.of(
                        "grpc.host",
                        "inproc:" + UUID.randomUUID(),
                        "security.auth",
                        "off",
                        "database.url",
                        database.config().url().orElseThrow(),
                        "ingest.target",
                        ingest.target())),
                () -> Instant.ofEpochSecond(START.getSeconds()),
                Telemetry.of(sdk));
        var channel = GrpcChannel.open(ClientConfig.to(server.target()), Telemetry.disabled())) {
      String traceparent = "00-" + TRACE + "-" + PARENT + "-01";
      AnomalyServiceGrpc.newBlockingStub(channel.channel())
          .reportAnomalies(
              ReportAnomaliesRequest.newBuilder()
                  .addAnomalies(
                      Anomaly.newBuilder()
                          .setSeries("hq/co2")
                          .setTime(START)
                          .setSeverity(Severity.SEVERITY_LOW)
                          .setScore(3)
                          .setDetector("zscore")
                          .setDetectorVersion("1.0.0")
                          .setTraceparent(traceparent))
                  .build());
      LedgerServiceGrpc.newBlockingStub(channel.channel())
          .recordPredictions(
              RecordPredictionsRequest.newBuilder()
                  .addPredictions(
                      Prediction.newBuilder()
                          .setSeries("hq/co2")
                          .setGrid(Grid.newBuilder().setStep(Duration.newBuilder().setSeconds(60)))
                          .setModel("load")
                          .setVersion("1.0.0")
                          .setOrigin(START)
                          .addMeans(1)
                          .setTraceparent(traceparent))
                  .build());
      for (String name : List.of("anomaly record", "ledger record")) {
        SpanData span = kept.named(name);
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(PARENT);
        assertThat(span.getStatus()).isEqualTo(StatusData.unset());
        assertThat(span.getAttributes().get(AttributeKey.stringKey("tidewatch.series")))
            .isEqualTo("hq/co2");
        // The call has a trace of its own, and the record points to it.
        assertThat(span.getLinks()).hasSize(1);
        assertThat(span.getLinks().getFirst().getSpanContext().getTraceId()).isNotEqualTo(TRACE);
      }
    }
  }
}
