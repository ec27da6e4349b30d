package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.AnomalySeverity;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesRequest;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesResponse;
import dev.tidewatch.proto.inference.v1.DetectedAnomaly;
import dev.tidewatch.proto.inference.v1.DetectionRange;
import dev.tidewatch.proto.inference.v1.DetectionServiceGrpc;
import dev.tidewatch.proto.inference.v1.GivenValues;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.inference.v1.StreamDetectBatch;
import dev.tidewatch.proto.inference.v1.StreamDetectOpen;
import dev.tidewatch.proto.inference.v1.StreamDetectRequest;
import dev.tidewatch.proto.inference.v1.StreamDetectResponse;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.testing.Refusal;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionTest {
  private static final String SERIES = "wave/one";
  private static final ModelChoice SPIKES = ModelChoice.newBuilder().setModel("spikes").build();

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void start() {
    world = new World(folder).withForecaster().withDetector();
    var wave = TestModels.wave(TestModels.START, 24 * 40);
    double[] values = wave.values();
    values[24 * 30] = 300;
    world.ingest.append(SERIES, ReadingColumns.of(wave.timesMicros(), values));
    world.start();
    Await.until(
        "both models answer",
        () -> {
          try {
            var _ = detect(values(48).build());
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

  @Test
  void aStoredRangeIsScoredByTheAssignedDetector() {
    DetectAnomaliesResponse response =
        detect(range(24 * 28, 24 * 35).setIncludeScores(true).build());
    assertThat(response.getValuesScored()).isEqualTo(24 * 7);
    assertThat(response.getScores().getScoresCount()).isEqualTo(24 * 7);
    assertThat(response.getAnomaliesList())
        .extracting(DetectedAnomaly::getValue)
        .containsExactly(300.0);
    assertThat(response.getAnomalies(0).getSeverity())
        .isEqualTo(AnomalySeverity.ANOMALY_SEVERITY_CRITICAL);
    assertThat(response.getAnsweredBy().getAssignment()).isEqualTo("spikes-everywhere");
    assertThat(response.getFeedPosition().getPosition()).isEqualTo(1);
    assertThat(detect(range(24 * 31, 24 * 35).build()).getAnomaliesList()).isEmpty();
  }

  @Test
  void givenValuesAreScoredAndNothingIsReported() {
    var request = values(48);
    request.getValuesBuilder().setValues(40, 500);
    DetectAnomaliesResponse response = detect(request.build());
    assertThat(response.getAnomaliesList())
        .extracting(DetectedAnomaly::getValue)
        .containsExactly(500.0);
    assertThat(response.hasFeedPosition()).isFalse();
    assertThat(world.monitor.anomalies()).noneMatch(anomaly -> anomaly.getValue() == 500);
  }

  @Test
  void badInputIsRefusedByName() {
    refused(
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "input",
        DetectAnomaliesRequest.newBuilder().setSeries(SERIES));
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", "range.to", range(10, 10));
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", "series", range(1, 2).setSeries("a//b"));
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", "series", range(1, 2).clearSeries());
    refused(
        Status.Code.NOT_FOUND, "SERIES_UNKNOWN", "wave/none", range(1, 2).setSeries("wave/none"));
    refused(
        Status.Code.NOT_FOUND, "ASSIGNMENT_MISSING", "other", range(1, 2).setSeries("other/one"));
    refused(
        Status.Code.FAILED_PRECONDITION,
        "TASK_MISMATCH",
        "waves",
        range(1, 2).setModel(ModelChoice.newBuilder().setModel("waves")));
    var nan = values(3);
    nan.getValuesBuilder().setValues(1, Double.NaN);
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", "values.values[1]", nan);
    var backwards = values(3);
    backwards.getValuesBuilder().setTimesMicros(2, 0);
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", "values.times_micros[2]", backwards);
  }

  @Test
  void aStreamAnswersEachBatchInOrderAndKeepsTheStateOfEachName() throws Exception {
    var caller = new Caller();
    StreamObserver<StreamDetectRequest> requests = caller.open(world);
    requests.onNext(open(SPIKES));
    for (int day = 0; day < 10; day++) {
      requests.onNext(batch("a", day, day == 9 ? 700 : 0));
      requests.onNext(batch("b", day, 0));
    }
    requests.onCompleted();
    List<StreamDetectResponse> responses = caller.done.get(30, TimeUnit.SECONDS);
    assertThat(responses).hasSize(21);
    assertThat(responses.getFirst().getOpened().getAnsweredBy().getVersion()).isEqualTo("1.0.0");
    for (int i = 1; i < responses.size(); i++) {
      assertThat(responses.get(i).getResult().getSequence()).isEqualTo((i - 1) / 2);
      assertThat(responses.get(i).getResult().getValuesScored()).isEqualTo(24);
    }
    assertThat(
            responses.stream()
                .flatMap(response -> response.getResult().getAnomaliesList().stream())
                .map(anomaly -> anomaly.getSeries() + " " + anomaly.getValue()))
        .containsExactly("a 700.0");
  }

  @Test
  void aStreamWithoutAnOpeningOrOutOfOrderEndsWithTheReason() {
    var noOpening = new Caller();
    noOpening.open(world).onNext(batch("a", 0, 0));
    ended(noOpening, "FIELD_INVALID", "open");

    var backwards = new Caller();
    StreamObserver<StreamDetectRequest> requests = backwards.open(world);
    requests.onNext(open(SPIKES));
    requests.onNext(batch("a", 1, 0));
    requests.onNext(batch("a", 0, 0));
    ended(backwards, "FIELD_INVALID", "times_micros");

    var unknown = new Caller();
    unknown.open(world).onNext(open(ModelChoice.newBuilder().setModel("nobody").build()));
    ended(unknown, "MODEL_UNKNOWN", "nobody");
  }

  private static void ended(Caller caller, String reason, String text) {
    assertThatThrownBy(() -> caller.done.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .satisfies(e -> {
          assertThat(StatusDetails.reason(e)).contains(reason);
          assertThat(e.getMessage()).contains(text);
        });
  }

  private static final class Caller implements StreamObserver<StreamDetectResponse> {
    private final List<StreamDetectResponse> responses = new ArrayList<>();
    private final CompletableFuture<List<StreamDetectResponse>> done = new CompletableFuture<>();

    StreamObserver<StreamDetectRequest> open(World world) {
      return DetectionServiceGrpc.newStub(world.channel()).streamDetect(this);
    }

    @Override
    public void onNext(StreamDetectResponse response) {
      responses.add(response);
    }

    @Override
    public void onError(Throwable t) {
      done.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {
      done.complete(responses);
    }
  }

  private static StreamDetectRequest open(ModelChoice model) {
    return StreamDetectRequest.newBuilder()
        .setOpen(StreamDetectOpen.newBuilder().setModel(model))
        .build();
  }

  /** A day of the wave; the last value replaced if the given one is not 0. */
  private static StreamDetectRequest batch(String series, int day, double last) {
    var wave = TestModels.wave(TestModels.START.plus(Duration.ofDays(day)), 24);
    var batch = StreamDetectBatch.newBuilder().setSeries(series).setSequence(day);
    for (int row = 0; row < wave.size(); row++) {
      boolean isLast = row == wave.size() - 1 && last != 0;
      batch.addTimesMicros(wave.timeMicros(row)).addValues(isLast ? last : wave.value(row));
    }
    return StreamDetectRequest.newBuilder().setBatch(batch).build();
  }

  private static DetectAnomaliesRequest.Builder values(int hours) {
    var wave = TestModels.wave(TestModels.START, hours);
    var given = GivenValues.newBuilder();
    for (int row = 0; row < wave.size(); row++) {
      given.addTimesMicros(wave.timeMicros(row)).addValues(wave.value(row));
    }
    return DetectAnomaliesRequest.newBuilder().setModel(SPIKES).setValues(given);
  }

  private static DetectAnomaliesRequest.Builder range(int fromHour, int toHour) {
    return DetectAnomaliesRequest.newBuilder()
        .setSeries(SERIES)
        .setRange(DetectionRange.newBuilder().setFrom(hour(fromHour)).setTo(hour(toHour)));
  }

  private static Timestamp hour(int hour) {
    long micros = Times.toMicros(TestModels.START) + hour * Times.MICROS_PER_HOUR;
    return Timestamp.newBuilder().setSeconds(micros / Times.MICROS_PER_SECOND).build();
  }

  private DetectAnomaliesResponse detect(DetectAnomaliesRequest request) {
    return DetectionServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .detectAnomalies(request);
  }

  private void refused(
      Status.Code code, String reason, String text, DetectAnomaliesRequest.Builder request) {
    Refusal.of(() -> detect(request.build())).is(code, reason).says(text);
  }
}
