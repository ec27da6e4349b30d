package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesRequest;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesResponse;
import dev.tidewatch.proto.inference.v1.DetectionServiceGrpc;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.GivenValues;
import dev.tidewatch.proto.inference.v1.Recording;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.monitor.v1.Tuning;
import dev.tidewatch.timeseries.ReadingColumns;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forecasts and detections follow the monitor's tunings, and name them. */
class TuningServingTest {
  private static final String SERIES = "wave/one";

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void start() {
    world = new World(folder).withForecaster().withDetector();
    world.ingest.append(SERIES, TestModels.wave(TestModels.START, 24 * 40));
    world.start();
    Await.until(
        "both models answer",
        () -> {
          try {
            var _ = forecast(Recording.RECORDING_NEVER);
            var _ = detect(0);
            return true;
          } catch (StatusRuntimeException e) {
            return false;
          }
        });
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private static Tuning.Builder tuning(String model, long revision, double factor) {
    return Tuning.newBuilder()
        .setSeries(SERIES)
        .setModel(model)
        .setVersion("1.0.0")
        .setRevision(revision)
        .setThresholdFactor(factor);
  }

  @Test
  void intervalsMoveByTheirOffsets() {
    SeriesForecast untuned = forecast(Recording.RECORDING_NEVER);
    assertThat(untuned.getAnsweredBy().getTuningRevision()).isZero();

    Tuning tuning = tuning("waves", 7, 1).addConformalOffsets(1).addConformalOffsets(2.5).build();
    world.monitor.tune(tuning);
    Await.until(
        "the tuning is applied",
        () -> forecast(Recording.RECORDING_NEVER).getAnsweredBy().getTuningRevision() == 7);
    SeriesForecast tuned = forecast(Recording.RECORDING_DEFAULT);
    assertThat(tuned.getMeanList()).isEqualTo(untuned.getMeanList());
    for (int step = 0; step < untuned.getMeanCount(); step++) {
      double offset = step == 0 ? 1 : 2.5;
      assertThat(tuned.getIntervals(0).getLower(step))
          .isCloseTo(untuned.getIntervals(0).getLower(step) - offset, within(1e-9));
      assertThat(tuned.getIntervals(0).getUpper(step))
          .isCloseTo(untuned.getIntervals(0).getUpper(step) + offset, within(1e-9));
    }
    Await.until("it is recorded", () -> !world.monitor.predictions().isEmpty());
    assertThat(world.monitor.predictions().getFirst().getTuningRevision()).isEqualTo(7);

    world.monitor.untune(tuning);
    Await.until(
        "the reset is applied",
        () -> forecast(Recording.RECORDING_NEVER).getAnsweredBy().getTuningRevision() == 0);
    assertThat(forecast(Recording.RECORDING_NEVER).getIntervals(0))
        .isEqualTo(untuned.getIntervals(0));
  }

  @Test
  void thresholdsMoveByTheirFactorAndKeepWhatWasLearnt() {
    DetectAnomaliesResponse untuned = detect(500);
    assertThat(untuned.getAnomaliesList()).hasSize(1);
    double reach = untuned.getAnomalies(0).getUpper() - untuned.getAnomalies(0).getExpected();

    world.monitor.tune(tuning("spikes", 8, 2).build());
    Await.until(
        "the tuning is applied", () -> detect(500).getAnsweredBy().getTuningRevision() == 8);
    DetectAnomaliesResponse tuned = detect(500);
    assertThat(tuned.getAnomalies(0).getUpper() - tuned.getAnomalies(0).getExpected())
        .isCloseTo(2 * reach, within(1e-6 * reach));
    assertThat(tuned.getAnomalies(0).getScore()).isEqualTo(untuned.getAnomalies(0).getScore());

    var spike = TestModels.wave(TestModels.START.plus(Duration.ofDays(40)), 1);
    world.ingest.append(SERIES, ReadingColumns.of(spike.timesMicros(), new double[] {5_000}));
    Await.until("the spike is reported", () -> !world.monitor.anomalies().isEmpty());
    assertThat(world.monitor.anomalies().getFirst().getTuningRevision()).isEqualTo(8);

    // The detector that has seen the feed goes on under another factor.
    world.monitor.tune(tuning("spikes", 9, 1).build());
    Await.until(
        "the tuning is applied", () -> detect(500).getAnsweredBy().getTuningRevision() == 9);
    var later = TestModels.wave(TestModels.START.plus(Duration.ofDays(44)), 1);
    world.ingest.append(SERIES, ReadingColumns.of(later.timesMicros(), new double[] {50_000}));
    Await.until("the next spike is reported", () -> world.monitor.anomalies().size() == 2);
    assertThat(world.monitor.anomalies().get(1).getTuningRevision()).isEqualTo(9);
  }

  private SeriesForecast forecast(Recording recording) {
    return ForecastServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .forecast(
            ForecastRequest.newBuilder()
                .addSeries(SERIES)
                .addLevels(0.8)
                .setRecord(recording)
                .build())
        .getForecasts(0);
  }

  /** Scores two days of the wave; the last value replaced if the given one is not 0. */
  private DetectAnomaliesResponse detect(double last) {
    var wave = TestModels.wave(TestModels.START, 48);
    var given = GivenValues.newBuilder();
    for (int row = 0; row < wave.size(); row++) {
      boolean isLast = row == wave.size() - 1 && last != 0;
      given.addTimesMicros(wave.timeMicros(row)).addValues(isLast ? last : wave.value(row));
    }
    return DetectionServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .detectAnomalies(
            DetectAnomaliesRequest.newBuilder().setSeries(SERIES).setValues(given).build());
  }
}
