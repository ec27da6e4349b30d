package dev.tidewatch.systemtests.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.inference.v1.Recording;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.monitor.v1.AccuracyFigures;
import dev.tidewatch.proto.monitor.v1.AccuracyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.Decision;
import dev.tidewatch.proto.monitor.v1.DecisionKind;
import dev.tidewatch.proto.monitor.v1.ExplainModelRequest;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.ListDecisionsRequest;
import dev.tidewatch.proto.monitor.v1.ListTuningsRequest;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.Tuning;
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
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A plant becomes three times as restless as it was when its model was trained. The ledger shows
 * that intervals hold less than they say; they are moved; answers name the tuning and are wider by
 * just its offsets; and what comes then is held as often as is said.
 */
class CoverageLoopTest {
  private static final Instant NOW = Instant.parse("2026-02-16T00:00:00Z");
  private static final SmallPlant PLANT = new SmallPlant("coverage/power");
  private static final String MODEL = PLANT.forecaster();
  private static final double LEVEL = 0.9;
  private static final double RESTLESS = 3;
  private static final Duration DAY = Duration.ofDays(1);

  /** Two standard errors of a share over 96 origins: nothing nearer is acted upon. */
  private static final double UNHEEDED = 0.062;

  /** That, and two standard errors of a share over 72 other origins. */
  private static final double OFF_MAX = UNHEEDED + 0.071;

  private final SettableClock clock = new SettableClock(NOW);
  private Path folder = Path.of("");

  @BeforeEach
  void prepare() throws Exception {
    folder = TestFolders.create("coverage");
  }

  @AfterEach
  void cleanUp() throws Exception {
    TestFolders.delete(folder);
  }

  @Test
  void intervalsThatHoldTooLittleAreWidenedUntilTheyHoldWhatTheySay() throws Exception {
    try (var standalone =
            Standalone.launch(
                StandaloneConfig.in(folder)
                    .withPorts(Ports.FREE)
                    .withFlags(
                        List.of("--monitor.tuning-interval=50ms", "--trainer.enabled=false")),
                clock);
        var client = Tidewatch.connect(standalone.addresses().connection());
        var writer = client.ingest().openWriter("coverage")) {
      PLANT.sendHistory(writer, NOW);
      var report =
          new Trainer(client, ModelFamilies.core(), clock, "test")
              .train(
                  TrainingPlan.of(
                          MODEL,
                          "seasonal-naive",
                          List.of(new SeriesName(PLANT.series())),
                          Grid.ofStep(Duration.ofHours(1)),
                          SmallPlant.HORIZON_HOURS)
                      // Else they would grow by themselves when the plant becomes restless.
                      .withParameters(Parameters.of(Map.of("interval_scale", "absolute"))),
                  TrainingProgress.SILENT);
      new Publication(client.registry()).promote(report);
      Eventually.get("served", () -> SmallPlant.ready(client, MODEL), ready -> ready);

      liveRestlessly(writer, 6);
      SeriesForecast untuned = forecast(client, clock.instant(), Recording.RECORDING_NEVER);
      assertThat(untuned.getAnsweredBy().getTuningRevision()).isZero();
      List<SeriesForecast> recorded =
          recordHourly(client, NOW.plus(DAY), NOW.plus(DAY.multipliedBy(5)));
      assertThat(figures(client, NOW, clock.instant(), 96 * 24).getPending()).isZero();

      // Each tuning rests on what was joined by then; the last one on nearly all of it.
      Tuning tuning =
          Eventually.get(
              "offsets that would have held what they say",
              () -> client.monitor().tunings().get(PLANT.series(), MODEL, report.version()),
              now ->
                  Math.abs(coverage(recorded, untuned, now) - LEVEL) < UNHEEDED
                      && inForce(client, now, untuned));
      assertThat(tuning.getReason()).startsWith("coverage: ");
      assertThat(tuning.getConformalOffsetsList()).allMatch(offset -> offset > 0);
      assertThat(tuning.getThresholdFactor()).isEqualTo(1);

      Instant tuned = clock.instant();
      liveRestlessly(writer, 4);
      assertThat(recordHourly(client, tuned, tuned.plus(DAY.multipliedBy(3)))).hasSize(72);
      AccuracyFigures after = figures(client, tuned, tuned.plus(DAY.multipliedBy(4)), 72 * 24);
      assertThat(coverage(after)).as("of what came then").isCloseTo(LEVEL, within(OFF_MAX));
      List<Decision> decisions =
          client
              .monitor()
              .decisions()
              .listDecisions(
                  ListDecisionsRequest.newBuilder()
                      .setModel(MODEL)
                      .setKind(DecisionKind.DECISION_KIND_TUNED)
                      .build())
              .toList();
      assertThat(decisions).as("at most one a day").hasSizeBetween(1, 11);
      assertThat(decisions.getLast().getReason())
          .contains(report.version(), PLANT.series() + ": coverage: ");
      assertThat(decisions.getLast().getFiguresMap().get("coverage"))
          .as("as trained")
          .isLessThan(LEVEL - 0.2);
      assertThat(
              client
                  .monitor()
                  .decisions()
                  .explain(ExplainModelRequest.newBuilder().setModel(MODEL).build())
                  .map(line -> line.getTopic()))
          .contains("alias", "tuning");
      assertThat(
              client
                  .monitor()
                  .tunings()
                  .list(ListTuningsRequest.newBuilder().setModel(MODEL).build()))
          .hasSize(1);
    }
  }

  /** Whether answers name the tuning, and are wider by its offsets. */
  private boolean inForce(Tidewatch client, Tuning tuning, SeriesForecast untuned) {
    SeriesForecast now = forecast(client, clock.instant(), Recording.RECORDING_NEVER);
    if (now.getAnsweredBy().getTuningRevision() != tuning.getRevision()) {
      return false;
    }
    for (int step = 0; step < SmallPlant.HORIZON_HOURS; step++) {
      double offset = offset(tuning, step);
      assertThat(untuned.getIntervals(0).getLower(step) - now.getIntervals(0).getLower(step))
          .isCloseTo(offset, within(1e-9));
      assertThat(now.getIntervals(0).getUpper(step) - untuned.getIntervals(0).getUpper(step))
          .isCloseTo(offset, within(1e-9));
      assertThat(now.getMean(step)).isEqualTo(untuned.getMean(step));
    }
    return true;
  }

  private static double restless(Instant time) {
    double course = 100 - 20 * Math.cos(2 * Math.PI * time.getEpochSecond() / 86_400.0);
    return course + RESTLESS * (PLANT.value(time) - course);
  }

  /** Share of the truths that forecasts with these offsets would have held. */
  private static double coverage(
      List<SeriesForecast> forecasts, SeriesForecast untuned, Tuning tuning) {
    int held = 0;
    int all = 0;
    for (SeriesForecast forecast : forecasts) {
      for (int step = 0; step < SmallPlant.HORIZON_HOURS; step++) {
        double truth = 0;
        Instant hour = Times.toInstant(forecast.getTargetTimesMicros(step));
        for (int quarter = 0; quarter < 4; quarter++) {
          truth += restless(hour.plus(SmallPlant.STEP.multipliedBy(quarter))) / 4;
        }
        double error = truth - forecast.getMean(step);
        double offset = offset(tuning, step);
        boolean above =
            error >= untuned.getIntervals(0).getLower(step) - untuned.getMean(step) - offset;
        boolean below =
            error <= untuned.getIntervals(0).getUpper(step) - untuned.getMean(step) + offset;
        held += above && below ? 1 : 0;
        all++;
      }
    }
    return (double) held / all;
  }

  private static double offset(Tuning tuning, int step) {
    return tuning.getConformalOffsets(Math.min(step, tuning.getConformalOffsetsCount() - 1));
  }

  /** Days go by in which everything strays three times as far from its course. */
  private void liveRestlessly(IngestWriter writer, int days) throws InterruptedException {
    Instant end = clock.instant().plus(DAY.multipliedBy(days));
    while (clock.instant().isBefore(end)) {
      Instant time = clock.instant();
      PLANT.send(writer, time, restless(time));
      clock.advance(SmallPlant.STEP);
    }
    writer.flush();
  }

  /** The forecasts that would have been made each hour from one time to before another. */
  private static List<SeriesForecast> recordHourly(Tidewatch client, Instant from, Instant to) {
    var recorded = new ArrayList<SeriesForecast>();
    for (Instant origin = from; origin.isBefore(to); origin = origin.plus(Duration.ofHours(1))) {
      SeriesForecast forecast = forecast(client, origin, Recording.RECORDING_ALWAYS);
      assertThat(forecast.hasError()).isFalse();
      recorded.add(forecast);
    }
    return recorded;
  }

  private static SeriesForecast forecast(Tidewatch client, Instant origin, Recording recording) {
    return client
        .inference()
        .forecast(
            ForecastRequest.newBuilder()
                .addSeries(PLANT.series())
                .setModel(ModelChoice.newBuilder().setModel(MODEL))
                .setOrigin(ProtoTimes.timestamp(origin))
                .addLevels(LEVEL)
                .setRecord(recording)
                .build())
        .getForecasts(0);
  }

  /** Over targets in a range, once so many truths are known. */
  private static AccuracyFigures figures(Tidewatch client, Instant from, Instant to, int pairs)
      throws InterruptedException {
    var request =
        GetAccuracyRequest.newBuilder().setFilter(PredictionFilter.newBuilder().setModel(MODEL));
    request.getRangeBuilder().setFrom(ProtoTimes.timestamp(from)).setTo(ProtoTimes.timestamp(to));
    return Eventually.get(
        pairs + " truths",
        () ->
            AccuracyServiceGrpc.newBlockingStub(client.monitor().channel())
                .getAccuracy(request.build())
                .getGroups(0)
                .getFigures(),
        figures -> figures.getPairs() == pairs);
  }

  private static double coverage(AccuracyFigures figures) {
    assertThat(figures.getIntervals(0).getLevel()).isCloseTo(LEVEL, within(1e-9));
    return figures.getIntervals(0).getCoverage();
  }
}
