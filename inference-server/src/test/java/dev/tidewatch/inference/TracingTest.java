package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastResponse;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";

  @TempDir Path folder;
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private @Nullable World world;

  private World start() {
    var provider =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
    var telemetry = Telemetry.of(OpenTelemetrySdk.builder().setTracerProvider(provider).build());
    world = new World(folder).with(telemetry).withForecaster().withDetector();
    world.ingest.append("wave/one", TestModels.wave(TestModels.START, 24 * 40));
    return world.start();
  }

  @AfterEach
  void stop() {
    if (world != null) {
      world.close();
    }
  }

  @Test
  void aForecastIsOneTraceFromTheCallThroughHistoryAndModelToTheLedger() {
    World own = start();
    var stub = ForecastServiceGrpc.newBlockingStub(own.channel());
    var request = ForecastRequest.newBuilder().addSeries("wave/one").build();
    var answered = new AtomicReference<@Nullable ForecastResponse>();
    // The first one: later windows are in memory, and ask ingest for nothing.
    Await.until("the model answers", () -> answers(stub, request, answered));
    ForecastResponse response = Objects.requireNonNull(answered.get());
    String trace = response.getTraceId();
    assertThat(trace).hasSize(32);
    Await.until("the call's span ended", () -> of(trace, "Forecast") != null);
    SpanData call = span(trace, "Forecast");
    SpanData history = span(trace, "history");
    assertThat(history.getParentSpanId()).isEqualTo(call.getSpanId());
    assertThat(span(trace, "QueryReadings").getParentSpanId()).isEqualTo(history.getSpanId());
    SpanData model = span(trace, "model");
    assertThat(model.getParentSpanId()).isEqualTo(call.getSpanId());
    assertThat(model.getAttributes().get(AttributeKey.stringKey("tidewatch.version")))
        .isEqualTo("1.0.0");
    SpanData ledger = span(trace, "ledger");
    assertThat(ledger.getParentSpanId()).isEqualTo(call.getSpanId());
    Await.until("a prediction is recorded", () -> !own.monitor.predictions().isEmpty());
    assertThat(own.monitor.predictions().getFirst().getTraceparent()).hasSize(55);
  }

  @Test
  void aDetectionGoesOnWithTheTraceThatItsReadingsCameWith() {
    World own = start();
    var spike =
        ReadingColumns.of(
            new long[] {Times.toMicros(TestModels.START.plus(Duration.ofDays(40)))},
            new double[] {300});
    own.ingest.append("wave/one", spike, "00-%s-%s-01".formatted(TRACE, PARENT));
    Await.until("the spike is reported", () -> own.monitor.anomalies().size() == 1);
    Await.until("the detection's span ended", () -> of(TRACE, "detect") != null);
    SpanData detection = span(TRACE, "detect");
    assertThat(detection.getParentSpanId()).isEqualTo(PARENT);
    assertThat(own.monitor.anomalies().getFirst().getTraceparent())
        .isEqualTo("00-%s-%s-01".formatted(TRACE, detection.getSpanId()));
  }

  private static boolean answers(
      ForecastServiceGrpc.ForecastServiceBlockingStub stub,
      ForecastRequest request,
      AtomicReference<@Nullable ForecastResponse> answered) {
    try {
      answered.set(stub.forecast(request));
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private SpanData span(String trace, String name) {
    SpanData span = of(trace, name);
    assertThat(span).as("%s in %s", name, spans.getFinishedSpanItems()).isNotNull();
    return Objects.requireNonNull(span);
  }

  private @Nullable SpanData of(String trace, String name) {
    List<SpanData> found =
        spans.getFinishedSpanItems().stream()
            .filter(span -> span.getTraceId().equals(trace) && span.getName().endsWith(name))
            .toList();
    return found.isEmpty() ? null : found.getFirst();
  }
}
