package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Timestamp;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.GivenValues;
import dev.tidewatch.proto.inference.v1.ListServedModelsRequest;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.inference.v1.Recording;
import dev.tidewatch.proto.inference.v1.RecordingState;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.testing.Refusal;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastTest {
  private static final String SERIES = "wave/one";

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void start() {
    world = new World(folder).withForecaster();
    world.ingest.append(SERIES, TestModels.wave(TestModels.START, 24 * 40));
    world.start();
    awaitReady("waves", "1.0.0");
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void theAssignedChampionAnswersWithIntervalsAndSaysWhoItWas() {
    SeriesForecast forecast = forecast(request().build());
    assertThat(forecast.getMeanCount()).isEqualTo(TestModels.HORIZON);
    assertThat(forecast.getTargetTimesMicrosCount()).isEqualTo(TestModels.HORIZON);
    assertThat(micros(forecast.getOrigin())).isEqualTo(Times.toMicros(world.clock.instant()));
    for (int step = 0; step < TestModels.HORIZON; step++) {
      assertThat(forecast.getMean(step))
          .isCloseTo(TestModels.waveAt(forecast.getTargetTimesMicros(step)), within(1.0));
      assertThat(forecast.getIntervals(0).getLower(step)).isLessThan(forecast.getMean(step));
      assertThat(forecast.getIntervals(0).getUpper(step)).isGreaterThan(forecast.getMean(step));
    }
    assertThat(forecast.getIntervals(0).getLevel()).isEqualTo(0.9);
    assertThat(forecast.getAnsweredBy().getModel()).isEqualTo("waves");
    assertThat(forecast.getAnsweredBy().getVersion()).isEqualTo("1.0.0");
    assertThat(forecast.getAnsweredBy().getAlias()).isEqualTo("champion");
    assertThat(forecast.getAnsweredBy().getAssignment()).isEqualTo("waves-everywhere");
    assertThat(forecast.getAnsweredBy().getBundleSha256()).hasSize(64);
    assertThat(forecast.getFeedPosition().getPosition()).isEqualTo(1);
    assertThat(micros(forecast.getLastReadingTime()))
        .isEqualTo(Times.toMicros(world.clock.instant()) - Times.MICROS_PER_HOUR);
    assertThat(forecast.getFallback()).isFalse();
  }

  @Test
  void theLedgerGetsTheSameNumbersOnce() {
    SeriesForecast forecast = forecast(request().addLevels(0.8).addLevels(0.5).build());
    assertThat(forecast.getRecording()).isEqualTo(RecordingState.RECORDING_STATE_RECORDED);
    var _ = forecast(request().build());
    Await.until("the prediction is recorded", () -> world.monitor.predictions().size() == 1);
    Prediction prediction = world.monitor.predictions().getFirst();
    assertThat(prediction.getMeansList()).isEqualTo(forecast.getMeanList());
    assertThat(prediction.getOrigin()).isEqualTo(forecast.getOrigin());
    assertThat(prediction.getQuantilesList()).hasSize(4);
    assertThat(prediction.getQuantiles(0).getProbability()).isCloseTo(0.1, within(1e-12));
    assertThat(prediction.getQuantiles(0).getValuesList())
        .isEqualTo(forecast.getIntervals(0).getLowerList());
    assertThat(prediction.getQuantiles(3).getValuesList())
        .isEqualTo(forecast.getIntervals(0).getUpperList());
    assertThat(prediction.getSeasonalNaive(0))
        .isEqualTo(
            TestModels.waveAt(forecast.getTargetTimesMicros(0) - 24 * Times.MICROS_PER_HOUR));
    assertThat(prediction.getMaseScale()).isPositive();
  }

  @Test
  void whatIfAndPastOriginsAreRecordedOnlyWhenAsked() {
    Timestamp past = timestamp(Times.toMicros(world.clock.instant()) - 5 * Times.MICROS_PER_HOUR);
    assertThat(forecast(request().setOrigin(past).build()).getRecording())
        .isEqualTo(RecordingState.RECORDING_STATE_NOT_REQUESTED);
    assertThat(
            forecast(request().setOrigin(past).setRecord(Recording.RECORDING_ALWAYS).build())
                .getRecording())
        .isEqualTo(RecordingState.RECORDING_STATE_RECORDED);
    assertThat(forecast(request().setRecord(Recording.RECORDING_NEVER).build()).getRecording())
        .isEqualTo(RecordingState.RECORDING_STATE_NOT_REQUESTED);
  }

  @Test
  void aPastOriginSeesNothingBehindIt() {
    long origin = Times.toMicros(world.clock.instant()) - 48 * Times.MICROS_PER_HOUR;
    SeriesForecast before = forecast(request().setOrigin(timestamp(origin)).build());
    var changed = ReadingColumns.builder(2);
    changed.add(origin, 1e6).add(origin + Times.MICROS_PER_HOUR, -1e6);
    world.ingest.append(SERIES, changed.build());
    SeriesForecast after = forecast(request().setOrigin(timestamp(origin)).build());
    assertThat(after.getMeanList()).isEqualTo(before.getMeanList());
    assertThat(micros(after.getLastReadingTime())).isLessThan(origin);
  }

  @Test
  void aSeriesThatEndedLongAgoIsForecastFromItsEnd() {
    world.ingest.append(
        "wave/old", TestModels.wave(TestModels.START.minus(Duration.ofDays(900)), 24 * 30));
    SeriesForecast forecast = forecast(request("wave/old").build());
    assertThat(micros(forecast.getOrigin()))
        .isEqualTo(
            Times.toMicros(TestModels.START.minus(Duration.ofDays(900)))
                + 24 * 30 * Times.MICROS_PER_HOUR);
  }

  @Test
  void minFeedPositionWaitsForTheCommit() throws Exception {
    var waiting =
        CompletableFuture.supplyAsync(() ->
            forecast(
                request()
                    .setMinFeedPosition(FeedToken.newBuilder().setEpoch(7).setPosition(2))
                    .build()));
    Thread.sleep(100);
    assertThat(waiting).isNotDone();
    world.ingest.appendNothing();
    assertThat(waiting.get(30, TimeUnit.SECONDS).getFeedPosition().getPosition()).isEqualTo(2);
  }

  @Test
  void minFeedPositionEndsWithTheDeadline() {
    var blocking =
        ForecastServiceGrpc.newBlockingStub(world.channel())
            .withDeadlineAfter(400, TimeUnit.MILLISECONDS);
    var request =
        request().setMinFeedPosition(FeedToken.newBuilder().setEpoch(7).setPosition(99)).build();
    assertThatThrownBy(() -> blocking.forecast(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
  }

  @Test
  void manySeriesHaveTheirOwnErrors() {
    var response =
        stub()
            .forecast(
                ForecastRequest.newBuilder()
                    .addSeries(SERIES)
                    .addSeries("wave/unknown")
                    .addSeries("elsewhere/x")
                    .build());
    assertThat(response.getForecasts(0).hasError()).isFalse();
    assertThat(response.getForecasts(1).getError().getReason()).isEqualTo("SERIES_UNKNOWN");
    assertThat(response.getForecasts(1).getError().getCode())
        .isEqualTo(Status.Code.NOT_FOUND.value());
    assertThat(response.getForecasts(2).getError().getReason()).isEqualTo("ASSIGNMENT_MISSING");
  }

  @Test
  void errorsNameTheReason() {
    refused(Status.Code.NOT_FOUND, "SERIES_UNKNOWN", request("wave/unknown"));
    refused(Status.Code.NOT_FOUND, "ASSIGNMENT_MISSING", request("elsewhere/x"));
    refused(Status.Code.NOT_FOUND, "MODEL_UNKNOWN", request().setModel(model("nobody")));
    refused(
        Status.Code.NOT_FOUND,
        "ALIAS_UNKNOWN",
        request().setModel(ModelChoice.newBuilder().setModel("waves").setAlias("canary")));
    refused(
        Status.Code.NOT_FOUND,
        "VERSION_UNKNOWN",
        request().setModel(ModelChoice.newBuilder().setModel("waves").setVersion("9.9.9")));
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", request().setHorizon(25));
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", request().setHorizon(-1));
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", request().addLevels(1.0));
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", request().addLevels(Double.NaN));
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", ForecastRequest.newBuilder());
    refused(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", request("not a name"));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        request()
            .setOrigin(timestamp(Times.toMicros(world.clock.instant()) + Times.MICROS_PER_DAY)));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "TIME_TOO_FINE",
        request().setOrigin(Timestamp.newBuilder().setSeconds(1).setNanos(1)));
    refused(
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        request().setHistory(GivenValues.newBuilder().addTimesMicros(1).addValues(Double.NaN)));
  }

  @Test
  void tooLittleHistoryIsSaidAndNoStandInIsMadeUpFromNothing() {
    world.ingest.append("wave/empty", TestModels.wave(world.clock.instant().plusSeconds(7_200), 1));
    refused(Status.Code.FAILED_PRECONDITION, "INSUFFICIENT_HISTORY", request("wave/empty"));
    refused(
        Status.Code.FAILED_PRECONDITION,
        "INSUFFICIENT_HISTORY",
        request("wave/empty").setAllowFallback(true));
  }

  @Test
  void givenHistoryNeedsNoSeriesAndNoAssignment() {
    var given = GivenValues.newBuilder();
    var wave = TestModels.wave(TestModels.START, 24 * 10);
    for (int row = 0; row < wave.size(); row++) {
      given.addTimesMicros(wave.timeMicros(row)).addValues(wave.value(row));
    }
    SeriesForecast forecast =
        forecast(
            request("made/up")
                .setModel(ModelChoice.newBuilder().setModel("waves").setVersion("1.0.0"))
                .setHistory(given)
                .build());
    assertThat(forecast.getAnsweredBy().getAlias()).isEmpty();
    assertThat(micros(forecast.getOrigin()))
        .isEqualTo(Times.toMicros(TestModels.START) + 24 * 10 * Times.MICROS_PER_HOUR);
    assertThat(forecast.getRecording()).isEqualTo(RecordingState.RECORDING_STATE_NOT_REQUESTED);
  }

  @Test
  void ingestAwayIsAPassingCondition() {
    world.ingest.stop();
    refused(Status.Code.UNAVAILABLE, "HISTORY_UNAVAILABLE", request());
    world.ingest.start();
    Await.until("ingest is back", () -> forecastSucceeds());
  }

  @Test
  void standingForecastsAreIssuedByScheduleAndNotDoubledByARestart() {
    world.registry.assign(World.forecastAssignment("waves-everywhere", "wave", 6));
    Await.until("the first is recorded", () -> world.monitor.predictions().size() == 1);
    Prediction first = world.monitor.predictions().getFirst();
    assertThat(first.getCause().name()).isEqualTo("PREDICTION_CAUSE_STANDING");
    world.clock.advance(Duration.ofHours(5));
    world.stop();
    world.start();
    awaitReady("waves", "1.0.0");
    world.clock.advance(Duration.ofHours(1));
    Await.until("the next is recorded", () -> world.monitor.predictions().size() == 2);
    Prediction second = world.monitor.predictions().get(1);
    assertThat(second.getOrigin().getSeconds() - first.getOrigin().getSeconds())
        .isEqualTo(6 * 3_600);
  }

  private boolean forecastSucceeds() {
    try {
      var _ = forecast(request().build());
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private void awaitReady(String model, String version) {
    var models = ServedModelServiceGrpc.newBlockingStub(world.channel());
    Await.until(
        model + " " + version + " is ready",
        () ->
            models
                .listServedModels(ListServedModelsRequest.getDefaultInstance())
                .getModelsList()
                .stream()
                .anyMatch(served ->
                    served.getModel().equals(model)
                        && served.getVersion().equals(version)
                        && served.getState() == ServedState.SERVED_STATE_READY));
  }

  private ForecastServiceGrpc.ForecastServiceBlockingStub stub() {
    return ForecastServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private SeriesForecast forecast(ForecastRequest request) {
    return stub().forecast(request).getForecasts(0);
  }

  private void refused(Status.Code code, String reason, ForecastRequest.Builder request) {
    Refusal.of(() -> stub().forecast(request.build())).is(code, reason);
  }

  private static ForecastRequest.Builder request() {
    return request(SERIES);
  }

  private static ForecastRequest.Builder request(String series) {
    return ForecastRequest.newBuilder().addAllSeries(List.of(series));
  }

  private static ModelChoice model(String name) {
    return ModelChoice.newBuilder().setModel(name).build();
  }

  private static long micros(Timestamp time) {
    return Times.toMicros(time.getSeconds(), time.getNanos());
  }

  private static Timestamp timestamp(long micros) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(micros, 1_000_000L))
        .setNanos((int) Math.floorMod(micros, 1_000_000L) * 1_000)
        .build();
  }
}
