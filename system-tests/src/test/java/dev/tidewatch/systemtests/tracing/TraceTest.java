package dev.tidewatch.systemtests.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.telemetry.TelemetryConfig;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.SettableClock;
import dev.tidewatch.systemtests.fixture.SmallPlant;
import dev.tidewatch.systemtests.fixture.TestFolders;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The two traces that a user looks up, as a collector receives them over OTLP. */
class TraceTest {
  private static final Instant NOW = Instant.parse("2026-02-16T00:00:00Z");
  private static final SmallPlant PLANT = new SmallPlant("trace/power");
  private static final SettableClock CLOCK = new SettableClock(NOW);

  private static Path folder = Path.of("");
  private static OtlpReceiver collector;
  private static Standalone standalone;
  private static Telemetry telemetry;
  private static Tidewatch client;

  @BeforeAll
  static void start() throws Exception {
    folder = TestFolders.create("trace");
    collector = OtlpReceiver.open();
    var exporting =
        List.of(
            "otel.traces.exporter=otlp",
            "otel.exporter.otlp.endpoint=" + collector.endpoint(),
            "otel.bsp.schedule.delay=100");
    var flags =
        Stream.of("ingest", "registry", "inference", "monitor")
            .map(server -> "--" + server + ".telemetry.properties=" + String.join(",", exporting))
            .toList();
    standalone =
        Standalone.launch(
            StandaloneConfig.in(folder).withPorts(Ports.FREE).withFlags(flags), CLOCK);
    telemetry =
        Telemetry.open(
            new TelemetryConfig(true, "127.0.0.1", Optional.empty(), exporting), "plant");
    client =
        Tidewatch.connect(
            standalone.addresses().connection().withOpenTelemetry(telemetry.openTelemetry()));
    try (var writer = client.ingest().openWriter("trace-history")) {
      PLANT.sendHistory(writer, NOW);
    }
    PLANT.trainAndAssign(client, CLOCK);
    Eventually.get("served models", () -> PLANT.isServed(client), served -> served);
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    telemetry.close();
    standalone.close();
    collector.close();
    TestFolders.delete(folder);
  }

  @Test
  void fromTheClientsBatchToTheAnomalyRecord() throws Exception {
    try (var writer = client.ingest().openWriter("trace-live")) {
      PLANT.send(writer, NOW, 500);
      writer.flush();
    }
    Anomaly anomaly =
        Eventually.get(
                "the anomaly",
                () ->
                    client
                        .monitor()
                        .listAnomalies(ListAnomaliesRequest.getDefaultInstance())
                        .toList(),
                found -> found.size() == 1)
            .getFirst();
    var trace = trace(anomaly.getTraceId(), "anomaly record");

    var batch = trace.only("plant", "tidewatch.ingest.batch");
    assertThat(batch.parentId()).isEmpty();
    assertThat(batch.kind()).isEqualTo("CLIENT");
    assertThat(batch.attributes()).containsEntry("tidewatch.batch.readings", "1");

    var taken = trace.only("ingest", "ingest batch");
    assertThat(taken.parentId()).isEqualTo(batch.spanId());
    assertThat(taken.attributes())
        .containsEntry("tidewatch.writer", "trace-live")
        .containsEntry("tidewatch.sequence", "1");

    var commit = trace.only("ingest", "ingest commit");
    assertThat(commit.parentId()).isEqualTo(taken.spanId());
    assertThat(commit.linkedSpanIds()).contains(taken.spanId());

    var detect = trace.only("inference", "detect");
    assertThat(trace.isBelow(detect, batch)).isTrue();
    assertThat(detect.attributes())
        .containsEntry("tidewatch.series", PLANT.series())
        .containsEntry("tidewatch.model", PLANT.detector())
        .containsEntry("tidewatch.anomalies", "1");

    var record = trace.only("monitor", "anomaly record");
    assertThat(record.parentId()).isEqualTo(detect.spanId());
    assertThat(record.linkedSpanIds()).hasSize(1);
    assertThat(record.attributes())
        .containsEntry("tidewatch.series", PLANT.series())
        .containsEntry("tidewatch.anomaly_id", anomaly.getId());
    assertThat(trace.spans()).noneMatch(ReceivedSpan::failed);
  }

  @Test
  void fromForecastThroughHistoryAndModelToTheLedger() throws Exception {
    // One that no standing forecast was made with: what is in the ledger is not sent there again.
    PLANT.trainAside(client, CLOCK);
    Eventually.get(
        "the model", () -> SmallPlant.ready(client, PLANT.aside()), Boolean::booleanValue);
    var answer =
        client
            .inference()
            .forecast(
                ForecastRequest.newBuilder()
                    .addSeries(PLANT.series())
                    .setModel(ModelChoice.newBuilder().setModel(PLANT.aside()))
                    .build());
    assertThat(answer.getTraceId()).hasSize(32);
    var trace = trace(answer.getTraceId(), "ledger record");

    var called = trace.only("plant", name -> name.contains("ForecastService/Forecast"));
    assertThat(called.kind()).isEqualTo("CLIENT");
    var served = trace.only("inference", name -> name.contains("ForecastService/Forecast"));
    assertThat(served.kind()).isEqualTo("SERVER");
    assertThat(served.parentId()).isEqualTo(called.spanId());

    var history = trace.only("inference", "history");
    assertThat(trace.isBelow(history, served)).isTrue();
    assertThat(history.attributes()).containsEntry("tidewatch.series", PLANT.series());

    var model = trace.only("inference", "model");
    assertThat(trace.isBelow(model, served)).isTrue();
    assertThat(model.attributes())
        .containsEntry("tidewatch.model", PLANT.aside())
        .containsKey("tidewatch.version");

    var ledger = trace.only("inference", "ledger");
    assertThat(trace.isBelow(ledger, served)).isTrue();
    var record = trace.only("monitor", "ledger record");
    assertThat(record.parentId()).isEqualTo(ledger.spanId());
    assertThat(record.attributes()).containsEntry("tidewatch.series", PLANT.series());
    assertThat(trace.spans()).noneMatch(ReceivedSpan::failed);
  }

  @Test
  void databaseWorkIsPartOfTheTrace() throws Exception {
    var series = client.ingest().getSeries(PLANT.series());
    assertThat(series.getName()).isEqualTo(PLANT.series());
    Eventually.get(
        "a span of SQL below GetSeries",
        () -> {
          var all = new SpanTree(collector.spans());
          return all.spans().stream()
              .filter(span -> span.name().contains("SeriesService/GetSeries"))
              .filter(span -> span.kind().equals("SERVER"))
              .anyMatch(call ->
                  all.spans().stream()
                      .filter(span -> span.attributes().containsKey("db.query.text"))
                      .anyMatch(sql -> all.isBelow(sql, call)));
        },
        Boolean::booleanValue);
  }

  private static SpanTree trace(String traceId, String lastName) throws InterruptedException {
    assertThat(traceId).hasSize(32);
    Predicate<SpanTree> complete =
        tree ->
            tree.spans().stream().anyMatch(span -> span.name().equals(lastName))
                && tree.spans().stream()
                    .allMatch(span -> span.parentId().isEmpty() || tree.holds(span.parentId()));
    return Eventually.get(
        "trace " + traceId + " with all its spans",
        () ->
            new SpanTree(
                collector.spans().stream().filter(span -> span.traceId().equals(traceId)).toList()),
        complete);
  }
}
