package dev.tidewatch.systemtests.spine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesRequest;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesResponse;
import dev.tidewatch.proto.inference.v1.DetectedAnomaly;
import dev.tidewatch.proto.inference.v1.DetectionRange;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.inference.v1.SeriesContribution;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyFilter;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.SharedStandalone;
import dev.tidewatch.systemtests.fixture.SmallPlant;
import dev.tidewatch.systemtests.fixture.StandaloneExtension;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One detector of three series over real sockets: trained, assigned, asked about a range, found on
 * the feed, told off for a false alarm.
 */
@ExtendWith(StandaloneExtension.class)
class SeveralSeriesTest {
  private static final String MODEL = "several-pump";
  private static final SeriesName CURRENT = new SeriesName("several/pump/current");
  private static final List<SeriesName> SENSORS =
      List.of(
          CURRENT, new SeriesName("several/pump/flow"), new SeriesName("several/pump/pressure"));
  private static final int WINDOW = 10;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant TRAINED = Instant.parse("2025-02-16T00:00:00Z");
  private static final Instant FAULT = TRAINED.plus(Duration.ofHours(1));
  private static final Instant END = FAULT.plus(Duration.ofMinutes(30));

  @Test
  void aFaultOfSeveralSeriesIsFoundOnTheFeedAsInItsRange(SharedStandalone standalone)
      throws Exception {
    Tidewatch client = standalone.client();
    try (IngestWriter writer = client.ingest().openWriter("several")) {
      send(writer, TRAINED.minus(Duration.ofMinutes(400)), TRAINED, 0);
      train(client);

      send(writer, TRAINED, FAULT, 0);
      DetectAnomaliesResponse calm =
          Eventually.get(
              "it is assigned",
              () -> detect(client, TRAINED, FAULT),
              answer -> answer.getValuesScored() == 60);
      assertThat(calm.getAnomaliesList()).isEmpty();
      send(writer, FAULT, END, 2);
    }
    DetectAnomaliesResponse asked = detect(client, TRAINED, END);
    assertThat(asked.getAnsweredBy().getModel()).isEqualTo(MODEL);
    assertThat(asked.getAnsweredBy().getTuningRevision()).isZero();
    assertThat(asked.getAnomaliesList()).hasSize(1);
    DetectedAnomaly found = asked.getAnomalies(0);
    assertThat(ProtoTimes.instant(found.getTime()))
        .isBetween(FAULT, FAULT.plus(MINUTE.multipliedBy(WINDOW)));
    assertThat(found.getContributionsList())
        .extracting(SeriesContribution::getSeries)
        .containsExactlyInAnyOrderElementsOf(SENSORS.stream().map(SeriesName::value).toList());

    Anomaly logged =
        Eventually.get("the anomaly", () -> anomalies(client), each -> each.size() == 1).getFirst();
    assertThat(logged.getSeries()).isEqualTo(CURRENT.value());
    assertThat(logged.getKind()).isEqualTo("multivariate");
    assertThat(logged.getDetector()).isEqualTo(MODEL);
    assertThat(logged.getTime()).isEqualTo(found.getTime());
    assertThat(logged.getScore()).isEqualTo(found.getScore());
    assertThat(logged.getReason()).isEqualTo(found.getReason());
    assertThat(logged.getTraceId()).matches("[0-9a-f]{32}");

    var told = client.monitor().markFalseAlarm(logged.getId(), "tester", "the pump was flushed");
    assertThat(told.getTuningRevision()).isPositive();
    Eventually.get(
        "the tuning is in force",
        () -> detect(client, TRAINED, END).getAnsweredBy().getTuningRevision(),
        revision -> revision == told.getTuningRevision());
  }

  private static void train(Tidewatch client) throws Exception {
    var report =
        new Trainer(client, ModelFamilies.core(), () -> TRAINED, "test")
            .train(
                TrainingPlan.of(MODEL, "multivariate-level", SENSORS, Grid.ofStep(MINUTE), 1)
                    .withParameters(Parameters.of(Map.of("window", Integer.toString(WINDOW)))),
                TrainingProgress.SILENT);
    assertThat(report.series()).containsExactly(CURRENT);
    assertThat(report.covariates()).containsOnlyKeys("flow", "pressure");
    var publication = new Publication(client.registry());
    publication.promote(report);
    publication.assign(MODEL, Task.TASK_DETECT, CURRENT, 0, report.covariates());
    Eventually.get("served", () -> SmallPlant.ready(client, MODEL), ready -> ready);
  }

  /**
   * A reading of each sensor each minute, the first one's last, so that the others' are there when
   * it shows that an interval is over.
   *
   * @param shift of all sensors, in standard deviations of their noise
   */
  private static void send(IngestWriter writer, Instant from, Instant until, double shift)
      throws InterruptedException {
    for (Instant time = from; time.isBefore(until); time = time.plus(MINUTE)) {
      for (int sensor = SENSORS.size() - 1; sensor >= 0; sensor--) {
        var random = new SplittableRandom(31 * time.getEpochSecond() + sensor);
        double value = 10 * (sensor + 1) + random.nextGaussian() + shift;
        writer.append(SENSORS.get(sensor), time, value);
      }
    }
    writer.flush();
  }

  private static DetectAnomaliesResponse detect(Tidewatch client, Instant from, Instant until) {
    return client
        .inference()
        .detect(
            DetectAnomaliesRequest.newBuilder()
                .setSeries(CURRENT.value())
                .setModel(ModelChoice.newBuilder().setModel(MODEL))
                .setRange(
                    DetectionRange.newBuilder()
                        .setFrom(ProtoTimes.timestamp(from))
                        .setTo(ProtoTimes.timestamp(until)))
                .build());
  }

  private static List<Anomaly> anomalies(Tidewatch client) {
    return client
        .monitor()
        .listAnomalies(
            ListAnomaliesRequest.newBuilder()
                .setFilter(AnomalyFilter.newBuilder().setSeries(CURRENT.value()))
                .build())
        .toList();
  }
}
