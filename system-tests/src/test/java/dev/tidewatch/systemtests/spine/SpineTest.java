package dev.tidewatch.systemtests.spine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.RecordingState;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.monitor.v1.AccuracyFigures;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyFilter;
import dev.tidewatch.proto.monitor.v1.AnomalyStatus;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusRequest;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.SettableClock;
import dev.tidewatch.systemtests.fixture.SmallPlant;
import dev.tidewatch.systemtests.fixture.TestFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * One reading's whole way over real sockets: writer, feed, training, registry, forecast, ledger,
 * detection, anomaly log; then everything is stopped, started again, and goes on.
 */
class SpineTest {
  private static final Instant NOW = Instant.parse("2026-02-16T00:00:00Z");
  private static final SmallPlant PLANT = new SmallPlant("spine/power");
  private static final int LIVE_HOURS = 6;

  private final SettableClock clock = new SettableClock(NOW);
  private Path folder = Path.of("");

  @BeforeEach
  void prepare() throws Exception {
    folder = TestFolders.create("spine");
  }

  @AfterEach
  void cleanUp() throws Exception {
    TestFolders.delete(folder);
  }

  @Test
  void aReadingTravelsTheWholeWayAndARestartForgetsNothing() throws Exception {
    long readings;
    List<String> found;
    try (var standalone = launch();
        var client = Tidewatch.connect(standalone.addresses().connection());
        var writer = client.ingest().openWriter("spine")) {
      readings = PLANT.sendHistory(writer, NOW);
      PLANT.trainAndAssign(client, clock);
      Eventually.get("served models", () -> PLANT.isServed(client), served -> served);

      assertForecast(client);
      readings += live(client, writer);
      assertJoined(client);

      var spike = clock.instant();
      PLANT.send(writer, spike, 400);
      writer.flush();
      readings++;
      assertListed(client, spike);
      assertWatched(client, spike);
      found = ids(client);
    }

    try (var standalone = launch();
        var client = Tidewatch.connect(standalone.addresses().connection());
        var writer = client.ingest().openWriter("spine")) {
      assertThat((long) client.ingest().history(PLANT.series(), null, null).readings().size())
          .isEqualTo(readings);
      assertThat(client.registry().getVersionByAlias(PLANT.forecaster(), "champion").getVersion())
          .isNotEmpty();
      assertThat(ids(client)).isEqualTo(found);
      assertJoined(client);
      Eventually.get("served models", () -> PLANT.isServed(client), served -> served);
      assertForecast(client);

      clock.advance(SmallPlant.STEP);
      PLANT.send(writer, clock.instant(), PLANT.value(clock.instant()));
      clock.advance(Duration.ofDays(2));
      var again = clock.instant();
      PLANT.send(writer, again, -300);
      writer.flush();
      assertListed(client, again);
      assertThat(ids(client)).containsAll(found).doesNotHaveDuplicates();
    }
  }

  private Standalone launch() {
    return Standalone.launch(StandaloneConfig.in(folder).withPorts(Ports.FREE), clock);
  }

  /** Readings come as time goes by; returns how many. */
  private int live(Tidewatch client, IngestWriter writer) throws InterruptedException {
    int sent = 0;
    for (int hour = 1; hour <= LIVE_HOURS; hour++) {
      for (int quarter = 0; quarter < 4; quarter++) {
        PLANT.send(writer, clock.instant(), PLANT.value(clock.instant()));
        clock.advance(SmallPlant.STEP);
        sent++;
      }
      writer.flush();
      int wanted = hour;
      Eventually.get(
          "standing forecast " + hour,
          () -> predictions(client),
          predictions -> predictions >= wanted);
    }
    return sent;
  }

  private static long predictions(Tidewatch client) {
    return LedgerServiceGrpc.newBlockingStub(client.monitor().channel())
        .getLedgerStatus(GetLedgerStatusRequest.getDefaultInstance())
        .getPredictions();
  }

  private void assertForecast(Tidewatch client) throws InterruptedException {
    var request =
        ForecastRequest.newBuilder()
            .addSeries(PLANT.series())
            .setHorizon(SmallPlant.HORIZON_HOURS)
            .addLevels(0.9)
            .build();
    SeriesForecast forecast =
        Eventually.get(
            "a forecast",
            () -> client.inference().forecast(request).getForecasts(0),
            answer -> !answer.hasError());
    assertThat(forecast.getAnsweredBy().getModel()).isEqualTo(PLANT.forecaster());
    assertThat(forecast.getAnsweredBy().getAlias()).isEqualTo("champion");
    assertThat(forecast.getRecording()).isEqualTo(RecordingState.RECORDING_STATE_RECORDED);
    assertThat(forecast.getFallback()).isFalse();
    assertThat(forecast.getMeanCount()).isEqualTo(SmallPlant.HORIZON_HOURS);
    for (int step = 0; step < forecast.getMeanCount(); step++) {
      var middle =
          ProtoTimes.instant(forecast.getOrigin())
              .plus(Duration.ofHours(step))
              .plus(Duration.ofMinutes(30));
      assertThat(Math.abs(forecast.getMean(step) - PLANT.value(middle))).isLessThan(6);
      assertThat(forecast.getMean(step))
          .isBetween(
              forecast.getIntervals(0).getLower(step), forecast.getIntervals(0).getUpper(step));
    }
  }

  private void assertJoined(Tidewatch client) throws InterruptedException {
    AccuracyFigures figures =
        Eventually.get(
            "joined forecasts",
            () ->
                client
                    .monitor()
                    .accuracy(
                        GetAccuracyRequest.newBuilder()
                            .setFilter(PredictionFilter.newBuilder().setSeries(PLANT.series()))
                            .setTrailing(ProtoTimes.duration(Duration.ofDays(1)))
                            .build())
                    .findFirst()
                    .orElseThrow()
                    .getFigures(),
            accuracy -> accuracy.getPairs() >= LIVE_HOURS);
    assertThat(figures.getMae()).isBetween(0.0, 3.0);
    assertThat(figures.getMape()).isBetween(0.0, 5.0);
    assertThat(figures.getRmse()).isGreaterThanOrEqualTo(figures.getMae());
    assertThat(figures.getIntervals(0).getCoverage()).isBetween(0.5, 1.0);
  }

  private static void assertListed(Tidewatch client, Instant time) throws InterruptedException {
    Anomaly anomaly =
        Eventually.get(
                "the anomaly at " + time,
                () ->
                    anomalies(client).stream()
                        .filter(each -> ProtoTimes.instant(each.getTime()).equals(time))
                        .toList(),
                found -> found.size() == 1)
            .getFirst();
    assertThat(anomaly.getDetector()).isEqualTo(PLANT.detector());
    assertThat(anomaly.getDetectorVersion()).isNotEmpty();
    assertThat(anomaly.getStatus()).isEqualTo(AnomalyStatus.ANOMALY_STATUS_OPEN);
    assertThat(anomaly.getScore()).isGreaterThan(6);
    assertThat(anomaly.getExpected()).isBetween(70.0, 130.0);
    assertThat(anomaly.getLower()).isLessThan(anomaly.getUpper());
  }

  private static void assertWatched(Tidewatch client, Instant time) {
    try (var watch =
        client
            .monitor()
            .watchAnomalies(WatchAnomaliesRequest.newBuilder().setFromStart(true).build())) {
      while (watch.hasNext()) {
        var message = watch.next();
        if (message.hasChange()
            && ProtoTimes.instant(message.getChange().getAnomaly().getTime()).equals(time)) {
          return;
        }
      }
    }
    throw new AssertionError("the watch ended");
  }

  private static List<Anomaly> anomalies(Tidewatch client) {
    return client
        .monitor()
        .listAnomalies(
            ListAnomaliesRequest.newBuilder()
                .setFilter(AnomalyFilter.newBuilder().setSeries(PLANT.series()))
                .build())
        .toList();
  }

  private static List<String> ids(Tidewatch client) {
    return anomalies(client).stream().map(Anomaly::getId).toList();
  }
}
