package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesRequest;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesResponse;
import dev.tidewatch.proto.inference.v1.DetectedAnomaly;
import dev.tidewatch.proto.inference.v1.DetectionRange;
import dev.tidewatch.proto.inference.v1.DetectionServiceGrpc;
import dev.tidewatch.proto.inference.v1.GivenCovariate;
import dev.tidewatch.proto.inference.v1.GivenValues;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.inference.v1.SeriesContribution;
import dev.tidewatch.proto.inference.v1.StreamDetectOpen;
import dev.tidewatch.proto.inference.v1.StreamDetectRequest;
import dev.tidewatch.proto.inference.v1.StreamDetectResponse;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.Tuning;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A detector of several aligned series: over ranges, on values, on the feed. */
class GroupDetectionTest {
  private static final String CURRENT = "plant/a/current";
  private static final List<String> SENSORS = List.of(CURRENT, "plant/a/pressure", "plant/a/flow");
  private static final int TRAINED_HOURS = 24 * 30;

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void prepare() {
    world = new World(folder).withPumps();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aFaultThatNoSeriesShowsAloneIsFoundInAStoredRange() {
    append(0, 24 * 40, 24 * 35);
    startReady();
    DetectAnomaliesResponse response =
        detect(range(TRAINED_HOURS, 24 * 40).setIncludeScores(true).build());
    assertThat(response.getValuesScored()).isEqualTo(24 * 10);
    assertThat(response.getScores().getScoresList()).hasSize(24 * 10);
    assertThat(response.getScores().getValuesList())
        .startsWith(TestModels.sensorAt(0, TRAINED_HOURS));
    assertThat(response.getFeedPosition().getPosition()).isEqualTo(3);
    assertThat(response.getAnsweredBy().getAssignment()).isEqualTo("pumps-everywhere");
    assertThat(response.getAnomaliesList()).hasSize(1);
    DetectedAnomaly anomaly = response.getAnomalies(0);
    assertThat(anomaly.getSeries()).isEqualTo(CURRENT);
    assertThat(hour(anomaly.getTime())).isBetween(24 * 35L, 24 * 35L + 12);
    assertThat(anomaly.getContributionsList())
        .extracting(SeriesContribution::getSeries)
        .containsExactlyInAnyOrderElementsOf(SENSORS);
    assertThat(anomaly.getContributionsList())
        .extracting(SeriesContribution::getScore)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(anomaly.getContributionsList()).allMatch(SeriesContribution::hasValue);
    assertThat(anomaly.getReason()).startsWith("3 series together").contains("plant/a/");
    // What lies behind the fault knows it by the rows before.
    assertThat(detect(range(TRAINED_HOURS, 24 * 35).build()).getAnomaliesList()).isEmpty();
  }

  @Test
  void givenRowsAreScoredWithoutAnythingStored() {
    startReady();
    DetectAnomaliesRequest.Builder request = values(24 * 10, 24 * 5);
    DetectAnomaliesResponse response = detect(request.build());
    assertThat(response.getValuesScored()).isEqualTo(24 * 10);
    assertThat(response.getAnomaliesList()).hasSize(1);
    assertThat(response.getAnomalies(0).getContributions(0).getSeries()).isEmpty();
    assertThat(response.getAnomalies(0).getReason()).contains("pressure");
    assertThat(response.hasFeedPosition()).isFalse();
    assertThat(world.monitor.anomalies()).isEmpty();
  }

  @Test
  void whatCannotBeScoredIsRefusedByName() throws Exception {
    append(0, 24 * 32, Integer.MAX_VALUE);
    startReady();
    refused(Status.Code.OUT_OF_RANGE, "RANGE_BEFORE_TRAINING_END", range(10, 24 * 31));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        DetectAnomaliesRequest.newBuilder()
            .setSeries(CURRENT)
            .setRange(
                DetectionRange.newBuilder()
                    .setFrom(time(24 * 31))
                    .setTo(time(24 * 31).toBuilder().setSeconds(time(24 * 31).getSeconds() + 60))));
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", values(48, 99).removeCovariates(0));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        values(48, 99)
            .addCovariates(values(48, 99).getCovariates(0).toBuilder().setRole("unheard_of")));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        range(24 * 31, 24 * 32).addCovariates(values(48, 99).getCovariates(0)));
    refused(
        Status.Code.OUT_OF_RANGE, "RANGE_TOO_LARGE", range(TRAINED_HOURS, TRAINED_HOURS + 40_000));
    // Nobody binds the roles for another series.
    refused(
        Status.Code.FAILED_PRECONDITION,
        "COVARIATE_MISSING",
        range(24 * 31, 24 * 32)
            .setSeries("plant/a/flow")
            .setModel(ModelChoice.newBuilder().setModel("pumps")));
    StatusRuntimeException refusal = streamRefusal();
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(StatusDetails.reason(refusal)).hasValue("TASK_MISMATCH");
    assertThat(refusal.getStatus().getDescription())
        .isEqualTo(
            "pumps 1.0.0 is a detector of several series; ask DetectionService.DetectAnomalies");
  }

  @Test
  void aRoleThatIngestDoesNotKnowIsSaidAndHoldsNobodyUp() {
    world.withDetector();
    world.registry.assign(World.pumpAssignment("{parent}/pressure", "{parent}/unheard-of").build());
    append(0, 24 * 32, Integer.MAX_VALUE);
    world.ingest.append("wave/a", TestModels.wave(TestModels.START, 24 * 32));
    startReady();
    refused(Status.Code.FAILED_PRECONDITION, "COVARIATE_MISSING", range(24 * 31, 24 * 32));
    long later = Times.toMicros(TestModels.START) + 24 * 32 * Times.MICROS_PER_HOUR;
    world.ingest.append("wave/a", ReadingColumns.of(new long[] {later}, new double[] {500}));
    Await.until("the other's spike is reported", () -> world.monitor.anomalies().size() == 1);
  }

  @Test
  void onTheFeedAFaultIsReportedOnceInTheNameOfTheFirstSeries() {
    append(0, 24 * 31, Integer.MAX_VALUE);
    startReady();
    world.awaitThrough(world.ingest.head());
    assertThat(world.monitor.anomalies()).isEmpty();
    append(24 * 31, 24 * 34, 24 * 32);
    world.awaitThrough(world.ingest.head());
    assertThat(world.monitor.anomalies()).hasSize(1);
    Anomaly anomaly = world.monitor.anomalies().getFirst();
    assertThat(anomaly.getSeries()).isEqualTo(CURRENT);
    assertThat(anomaly.getKind()).isEqualTo("multivariate");
    assertThat(anomaly.getDetector()).isEqualTo("pumps");
    assertThat(anomaly.getDetectorVersion()).isEqualTo("1.0.0");
    assertThat(anomaly.getAlias()).isEqualTo("champion");
    assertThat(anomaly.hasExpected()).isFalse();
    assertThat(anomaly.getReason()).startsWith("3 series together");
    assertThat(anomaly.getFeedPosition().getPosition()).isEqualTo(world.ingest.head());
    // It is what the same rows say when they are asked for.
    DetectedAnomaly asked =
        detect(range(TRAINED_HOURS, 24 * 34).build()).getAnomaliesList().getFirst();
    assertThat(anomaly.getTime()).isEqualTo(asked.getTime());
    assertThat(anomaly.getScore()).isEqualTo(asked.getScore());
  }

  @Test
  void thresholdsMoveByTheTuningOfTheFirstSeriesAndKeepWhatWasLearnt() {
    append(0, 24 * 31, Integer.MAX_VALUE);
    startReady();
    world.awaitThrough(world.ingest.head());
    tune(8, 100);
    assertThat(detect(values(24 * 10, 24 * 5).build()).getAnomaliesList()).isEmpty();
    append(24 * 31, 24 * 33, 24 * 32);
    world.awaitThrough(world.ingest.head());
    assertThat(world.monitor.anomalies()).isEmpty();

    // The detector that runs goes on under another factor; the fault goes on, too.
    tune(9, 1);
    assertThat(detect(values(24 * 10, 24 * 5).build()).getAnomaliesList()).hasSize(1);
    append(24 * 33, 24 * 34, 24 * 33);
    world.awaitThrough(world.ingest.head());
    assertThat(world.monitor.anomalies()).hasSize(1);
    Anomaly anomaly = world.monitor.anomalies().getFirst();
    assertThat(hour(anomaly.getTime())).isBetween(24 * 33L - 2, 24 * 33L + 2);
    assertThat(anomaly.getTuningRevision()).isEqualTo(9);
  }

  @Test
  void anAssignmentSetsTheThresholdAndNothingThatWasTrained() {
    startReady();
    assertThat(detect(values(24 * 10, 24 * 5).build()).getAnomaliesList()).hasSize(1);
    assign("threshold", 1_000);
    Await.until(
        "the threshold is applied",
        () -> detect(values(24 * 10, 24 * 5).build()).getAnomaliesCount() == 0);
    assign("window", 12);
    Await.until(
        "the window is refused",
        () -> {
          try {
            var _ = detect(values(24 * 10, 24 * 5).build());
            return false;
          } catch (StatusRuntimeException e) {
            return StatusDetails.reason(e).orElse("").equals("FIELD_INVALID")
                && String.valueOf(e.getStatus().getDescription())
                    .contains("parameter window is unknown; known are threshold");
          }
        });
  }

  private void tune(long revision, double factor) {
    world.monitor.tune(
        Tuning.newBuilder()
            .setSeries(CURRENT)
            .setModel("pumps")
            .setVersion("1.0.0")
            .setRevision(revision)
            .setThresholdFactor(factor)
            .build());
    Await.until(
        "the tuning is applied",
        () -> detect(values(24, 99).build()).getAnsweredBy().getTuningRevision() == revision);
  }

  private void assign(String parameter, double value) {
    world.registry.assign(
        World.pumpAssignment("{parent}/pressure", "{parent}/flow")
            .setParameters(
                Struct.newBuilder()
                    .putFields(parameter, Value.newBuilder().setNumberValue(value).build()))
            .build());
  }

  /**
   * Each sensor commits by itself, some late, and the server is stopped at random places: what is
   * found is what one undisturbed run finds, each once.
   */
  @Test
  void restartsNeitherLoseNorDoubleAnomalies() {
    long seed = Long.getLong("seed", 5);
    System.out.println("seed " + seed);
    Map<Long, Double> undisturbed = run(seed, false);
    world.close();
    world = new World(folder.resolve("second")).withPumps();
    Map<Long, Double> disturbed = run(seed, true);
    assertThat(undisturbed).hasSizeGreaterThan(2);
    assertThat(disturbed).isEqualTo(undisturbed);
  }

  private Map<Long, Double> run(long seed, boolean restarts) {
    var random = new SplittableRandom(seed);
    append(0, TRAINED_HOURS, Integer.MAX_VALUE);
    startReady();
    world.awaitThrough(world.ingest.head());
    int hours = 24 * 10;
    for (int hour = TRAINED_HOURS; hour < TRAINED_HOURS + hours; hour++) {
      boolean isFaulty = Math.floorMod(hour, 60) >= 50;
      boolean isLate = random.nextInt(10) == 0;
      for (int sensor : isLate ? new int[] {0, 1, 2} : new int[] {2, 1, 0}) {
        append(sensor, hour, hour + 1, isFaulty ? hour : Integer.MAX_VALUE);
      }
      if (restarts && hour % 60 == 37) {
        long reached = world.ingest.head() - random.nextInt(60);
        Await.until(
            "some of it is done", () -> world.status().getFeedHead().getPosition() >= reached);
        world.stop();
        world.start();
      }
    }
    world.awaitThrough(world.ingest.head());
    var found = new TreeMap<Long, Double>();
    for (Anomaly anomaly : world.monitor.anomalies()) {
      assertThat(found.put(hour(anomaly.getTime()), anomaly.getScore())).isNull();
    }
    return found;
  }

  private void startReady() {
    world.start();
    Await.until(
        "the model answers",
        () -> {
          try {
            var _ = detect(values(24, 99).build());
            return true;
          } catch (StatusRuntimeException e) {
            return false;
          }
        });
  }

  /** Every sensor's hours, in a commit of its own, the first sensor's last. */
  private void append(int fromHour, int untilHour, int faultFrom) {
    for (int sensor = SENSORS.size() - 1; sensor >= 0; sensor--) {
      append(sensor, fromHour, untilHour, faultFrom);
    }
  }

  private void append(int sensor, int fromHour, int untilHour, int faultFrom) {
    world.ingest.append(SENSORS.get(sensor), readings(sensor, fromHour, untilHour, faultFrom));
  }

  /** The fault is two and a half standard deviations in each sensor. */
  private static ReadingColumns readings(int sensor, int fromHour, int untilHour, int faultFrom) {
    var columns = ReadingColumns.builder(untilHour - fromHour);
    for (int hour = fromHour; hour < untilHour; hour++) {
      double fault = hour >= faultFrom ? 2.5 * (sensor + 1) : 0;
      columns.add(
          Times.toMicros(TestModels.START) + hour * Times.MICROS_PER_HOUR,
          TestModels.sensorAt(sensor, hour) + fault);
    }
    return columns.build();
  }

  private static DetectAnomaliesRequest.Builder values(int hours, int faultFrom) {
    return DetectAnomaliesRequest.newBuilder()
        .setSeries(CURRENT)
        .setValues(given(0, hours, faultFrom))
        .addCovariates(
            GivenCovariate.newBuilder().setRole("pressure").setValues(given(1, hours, faultFrom)))
        .addCovariates(
            GivenCovariate.newBuilder().setRole("flow").setValues(given(2, hours, faultFrom)));
  }

  private static GivenValues given(int sensor, int hours, int faultFrom) {
    ReadingColumns readings =
        readings(sensor, TRAINED_HOURS, TRAINED_HOURS + hours, TRAINED_HOURS + faultFrom);
    var given = GivenValues.newBuilder();
    for (int row = 0; row < readings.size(); row++) {
      given.addTimesMicros(readings.timeMicros(row)).addValues(readings.value(row));
    }
    return given.build();
  }

  private static DetectAnomaliesRequest.Builder range(int fromHour, int untilHour) {
    return DetectAnomaliesRequest.newBuilder()
        .setSeries(CURRENT)
        .setRange(DetectionRange.newBuilder().setFrom(time(fromHour)).setTo(time(untilHour)));
  }

  private static Timestamp time(int hour) {
    return Timestamp.newBuilder()
        .setSeconds(TestModels.START.getEpochSecond() + hour * 3_600L)
        .build();
  }

  private static long hour(Timestamp time) {
    return (time.getSeconds() - TestModels.START.getEpochSecond()) / 3_600;
  }

  private DetectAnomaliesResponse detect(DetectAnomaliesRequest request) {
    return DetectionServiceGrpc.newBlockingStub(world.channel()).detectAnomalies(request);
  }

  private void refused(Status.Code code, String reason, DetectAnomaliesRequest.Builder request) {
    assertThatThrownBy(() -> detect(request.build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(StatusDetails.reason(e)).hasValue(reason);
            });
  }

  private StatusRuntimeException streamRefusal() throws Exception {
    var ended = new CompletableFuture<Throwable>();
    StreamObserver<StreamDetectRequest> requests =
        DetectionServiceGrpc.newStub(world.channel())
            .streamDetect(
                new StreamObserver<StreamDetectResponse>() {
                  @Override
                  public void onNext(StreamDetectResponse response) {}

                  @Override
                  public void onError(Throwable t) {
                    ended.complete(t);
                  }

                  @Override
                  public void onCompleted() {
                    ended.complete(new AssertionError("the stream ended well"));
                  }
                });
    requests.onNext(
        StreamDetectRequest.newBuilder()
            .setOpen(
                StreamDetectOpen.newBuilder().setModel(ModelChoice.newBuilder().setModel("pumps")))
            .build());
    return (StatusRuntimeException) ended.get(30, TimeUnit.SECONDS);
  }
}
