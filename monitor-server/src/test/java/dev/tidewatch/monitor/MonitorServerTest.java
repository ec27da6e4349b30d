package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.monitor.ingest.FakeIngest;
import dev.tidewatch.proto.monitor.v1.AccuracyDimension;
import dev.tidewatch.proto.monitor.v1.AccuracyFigures;
import dev.tidewatch.proto.monitor.v1.AccuracyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AcknowledgeAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.ActualState;
import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyAction;
import dev.tidewatch.proto.monitor.v1.AnomalyFilter;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AnomalyStatus;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.GetAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusRequest;
import dev.tidewatch.proto.monitor.v1.GetPredictionRequest;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ListOutcomesRequest;
import dev.tidewatch.proto.monitor.v1.ListPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.PredictedQuantile;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsResponse;
import dev.tidewatch.proto.monitor.v1.RejectedPrediction;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesResponse;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.Times;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole server over gRPC, on a real database, beside a fake ingest. */
class MonitorServerTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final long HOUR = Times.MICROS_PER_HOUR;

  private final TestDatabase database = TestDatabase.empty();
  private final FakeIngest ingest = new FakeIngest();
  private final SettableClock clock = new SettableClock(START);
  private MonitorServer server;
  private GrpcChannel channel;
  private LedgerServiceGrpc.LedgerServiceBlockingStub ledger;
  private AccuracyServiceGrpc.AccuracyServiceBlockingStub accuracy;
  private AnomalyServiceGrpc.AnomalyServiceBlockingStub anomalies;

  @BeforeEach
  void launch() {
    server =
        MonitorServer.launch(
            ConfigLoader.with(
                MonitorConfig.class,
                Map.of(
                    "grpc.host", "inproc:" + UUID.randomUUID(),
                    "security.auth", "off",
                    "database.url", database.config().url().orElseThrow(),
                    "telemetry.enabled", "false",
                    "ingest.target", ingest.target(),
                    "join-interval", "5ms",
                    "watch-interval", "10ms")),
            clock);
    channel = GrpcChannel.open(ClientConfig.to(server.target()), Telemetry.disabled());
    ledger = LedgerServiceGrpc.newBlockingStub(channel.channel());
    accuracy = AccuracyServiceGrpc.newBlockingStub(channel.channel());
    anomalies = AnomalyServiceGrpc.newBlockingStub(channel.channel());
  }

  @AfterEach
  void close() {
    channel.close();
    server.close();
    ingest.close();
    database.close();
  }

  private static Timestamp time(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private static Prediction.Builder prediction(String series, Instant origin, double... means) {
    var prediction =
        Prediction.newBuilder()
            .setSeries(series)
            .setGrid(Grid.newBuilder().setStep(Duration.newBuilder().setSeconds(3600)))
            .setModel("load")
            .setVersion("1.0.0")
            .setAlias("champion")
            .setOrigin(time(origin));
    for (double mean : means) {
      prediction.addMeans(mean);
    }
    return prediction;
  }

  private RecordPredictionsResponse record(Prediction.Builder... predictions) {
    var request = RecordPredictionsRequest.newBuilder();
    for (Prediction.Builder prediction : predictions) {
      request.addPredictions(prediction);
    }
    return ledger.recordPredictions(request.build());
  }

  @Test
  void predictionsMeetTheTruthLateAndCorrectedReadingsToo() throws Exception {
    RecordPredictionsResponse recorded =
        record(
            prediction("hq/meter", START, 10, 20, 30)
                .addQuantiles(
                    PredictedQuantile.newBuilder()
                        .setProbability(0.05)
                        .addAllValues(List.of(8.0, 15.0, 29.0)))
                .addQuantiles(
                    PredictedQuantile.newBuilder()
                        .setProbability(0.95)
                        .addAllValues(List.of(12.0, 25.0, 31.0))));
    assertThat(recorded.getRecorded()).isEqualTo(1);

    var readings = new TreeMap<Long, Double>();
    for (int quarter = 0; quarter < 8; quarter++) {
      readings.put(Times.toMicros(START) + quarter * HOUR / 4, 11.0 + quarter / 4 * 11);
    }
    ingest.store("hq/meter", readings);
    clock.advance(java.time.Duration.ofHours(2));
    awaitJoined(2, 0);

    AccuracyFigures figures = overall();
    assertThat(figures.getPairs()).isEqualTo(2);
    assertThat(figures.getMae()).isCloseTo((1 + 2) / 2.0, within(1e-9));
    assertThat(figures.getRmse()).isCloseTo(Math.sqrt((1 + 4) / 2.0), within(1e-9));
    assertThat(figures.getMape()).isCloseTo((100 / 11.0 + 200 / 22.0) / 2, within(1e-9));
    assertThat(figures.getIntervals(0).getLevel()).isEqualTo(0.9);
    assertThat(figures.getIntervals(0).getCoverage()).isEqualTo(1);
    // The third step starts now, so it is not in the trailing window; nothing of it is known.
    assertThat(figures.getPending()).isZero();

    // The third hour has no reading until one arrives late; then it is corrected.
    clock.advance(java.time.Duration.ofHours(1));
    awaitJoined(2, 1);
    long third = Times.toMicros(START) + 2 * HOUR;
    ingest.store("hq/meter", Map.of(third, 40.0));
    awaitJoined(3, 0);
    ingest.store("hq/meter", Map.of(third, 30.0));
    Eventually.holds("the correction is in", () -> Math.abs(overall().getMae() - 1) < 1e-9);

    var outcomes =
        ledger
            .listOutcomes(
                ListOutcomesRequest.newBuilder()
                    .setFilter(PredictionFilter.newBuilder().setSeries("hq/meter"))
                    .build())
            .getOutcomesList();
    assertThat(outcomes).hasSize(3);
    assertThat(outcomes.getFirst().getActual()).isEqualTo(30);
    assertThat(outcomes.getFirst().getActualRevision()).isEqualTo(3);
    assertThat(outcomes.getFirst().getState()).isEqualTo(ActualState.ACTUAL_STATE_KNOWN);
    assertThat(outcomes.getFirst().getQuantiles(1).getValues(0)).isEqualTo(31);
    var found =
        ledger.getPrediction(
            GetPredictionRequest.newBuilder().setId(outcomes.getFirst().getPredictionId()).build());
    assertThat(found.getPrediction().getMeansList()).containsExactly(10.0, 20.0, 30.0);
    assertThat(found.getOutcomesCount()).isEqualTo(3);
    assertThat(
            ledger
                .listPredictions(ListPredictionsRequest.getDefaultInstance())
                .getPredictionsList())
        .containsExactly(found.getPrediction());
    var steps =
        accuracy.getAccuracy(
            GetAccuracyRequest.newBuilder()
                .setTrailing(Duration.newBuilder().setSeconds(86_400))
                .addGroupBy(AccuracyDimension.ACCURACY_DIMENSION_STEP)
                .addGroupBy(AccuracyDimension.ACCURACY_DIMENSION_SERIES)
                .setPageSize(2)
                .build());
    assertThat(steps.getGroupsList()).extracting(group -> group.getStep()).containsExactly(1, 2);
    var rest =
        accuracy.getAccuracy(
            GetAccuracyRequest.newBuilder()
                .setTrailing(Duration.newBuilder().setSeconds(86_400))
                .addGroupBy(AccuracyDimension.ACCURACY_DIMENSION_STEP)
                .addGroupBy(AccuracyDimension.ACCURACY_DIMENSION_SERIES)
                .setPageSize(2)
                .setPageToken(steps.getNextPageToken())
                .build());
    assertThat(rest.getGroupsList()).extracting(group -> group.getStep()).containsExactly(3);
    assertThat(rest.getNextPageToken()).isEmpty();
    assertThat(rest.getWindow()).isEqualTo(steps.getWindow());
  }

  private AccuracyFigures overall() {
    return accuracy
        .getAccuracy(
            GetAccuracyRequest.newBuilder()
                .setTrailing(Duration.newBuilder().setSeconds(86_400))
                .build())
        .getGroups(0)
        .getFigures();
  }

  private void awaitJoined(long known, long missing) throws Exception {
    Eventually.holds(
        known + " known, " + missing + " missing",
        () -> {
          var status = ledger.getLedgerStatus(GetLedgerStatusRequest.getDefaultInstance());
          return status.getStepsKnown() == known && status.getStepsMissing() == missing;
        });
  }

  @Test
  void aFaultyPredictionIsRejectedAloneAndNamesItsField() {
    Instant ahead = START.plus(java.time.Duration.ofDays(9));
    RecordPredictionsResponse response =
        record(
            prediction("hq/meter", START, 1),
            prediction("hq//meter", START, 1),
            prediction("hq/meter", START.plusSeconds(1), 1),
            prediction("hq/meter", START.plusNanos(1), 1),
            prediction("hq/meter", START, 1, Double.NaN),
            prediction("hq/meter", START),
            prediction("hq/meter", ahead, 1),
            prediction("hq/meter", START, 1).setModel(""),
            prediction("hq/meter", START, 1).clearGrid(),
            prediction("hq/meter", START, 1).clearOrigin(),
            prediction("hq/meter", START, 1).setGrid(Grid.newBuilder().setTimeZone("Mars/Base")),
            prediction("hq/meter", START, 1)
                .setGrid(
                    Grid.newBuilder()
                        .setStep(Duration.newBuilder().setSeconds(3600))
                        .setTimeZone("Mars/Base")),
            prediction("hq/meter", START, 1).setMaseScale(0),
            prediction("hq/meter", START, 1).setRoleValue(77),
            prediction("hq/meter", START, 1)
                .addQuantiles(PredictedQuantile.newBuilder().setProbability(0.5)),
            prediction("hq/meter", START, 1)
                .addQuantiles(PredictedQuantile.newBuilder().setProbability(1).addValues(1)),
            prediction("hq/meter", START, 1).addSeasonalNaive(1).addSeasonalNaive(2),
            prediction("hq/meter", START, 5));

    assertThat(response.getRecorded()).isEqualTo(1);
    assertThat(response.getKnown()).isEqualTo(1);
    assertThat(response.getRejectedList())
        .extracting(RejectedPrediction::getIndex, RejectedPrediction::getReason, r -> r.getField())
        .containsExactly(
            tuple(1, "FIELD_INVALID", "series"),
            tuple(2, "ORIGIN_OFF_GRID", "origin"),
            tuple(3, "TIME_TOO_FINE", "origin"),
            tuple(4, "VALUE_NOT_FINITE", "means[1]"),
            tuple(5, "FIELD_INVALID", "means"),
            tuple(6, "TIME_IN_FUTURE", "origin"),
            tuple(7, "FIELD_INVALID", "model"),
            tuple(8, "FIELD_INVALID", "grid"),
            tuple(9, "FIELD_INVALID", "origin"),
            tuple(10, "FIELD_INVALID", "grid.step"),
            tuple(11, "FIELD_INVALID", "grid.time_zone"),
            tuple(12, "FIELD_INVALID", "mase_scale"),
            tuple(13, "FIELD_INVALID", "role"),
            tuple(14, "FIELD_INVALID", "quantiles[0].values"),
            tuple(15, "FIELD_INVALID", "quantiles[0].probability"),
            tuple(16, "FIELD_INVALID", "seasonal_naive"));
    assertThat(response.getRejectedList()).allMatch(rejected -> !rejected.getMessage().isEmpty());
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.api.Assertions.tuple(values);
  }

  @Test
  void badRequestsAreRefusedWithAReasonThatNamesTheField() {
    refused(() -> record(), Status.Code.INVALID_ARGUMENT, "FIELD_INVALID", "predictions");
    refused(
        () -> record(prediction("s", START, new double[200_001])),
        Status.Code.INVALID_ARGUMENT,
        "BATCH_TOO_LARGE",
        "predictions");
    refused(
        () -> ledger.getPrediction(GetPredictionRequest.getDefaultInstance()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "id");
    refused(
        () -> ledger.getPrediction(GetPredictionRequest.newBuilder().setId("0".repeat(32)).build()),
        Status.Code.NOT_FOUND,
        "PREDICTION_UNKNOWN",
        "id");
    refused(
        () ->
            ledger.listPredictions(
                ListPredictionsRequest.newBuilder().setPageToken("nonsense").build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "page_token");
    refused(
        () -> ledger.listPredictions(ListPredictionsRequest.newBuilder().setPageSize(-1).build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "page_size");
    refused(
        () ->
            ledger.listOutcomes(
                ListOutcomesRequest.newBuilder()
                    .setFilter(PredictionFilter.getDefaultInstance())
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "filter.series");
    refused(
        () ->
            anomalies.listAnomalies(
                ListAnomaliesRequest.newBuilder()
                    .setFilter(AnomalyFilter.newBuilder().setDetector("z\0"))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "filter.detector");
    refused(
        () -> accuracy.getAccuracy(GetAccuracyRequest.getDefaultInstance()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "window");
    refused(
        () ->
            accuracy.getAccuracy(
                GetAccuracyRequest.newBuilder()
                    .setRange(
                        TimeRange.newBuilder()
                            .setFrom(time(START))
                            .setTo(time(START.minusSeconds(1))))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "range.to");
    refused(
        () ->
            accuracy.getAccuracy(
                GetAccuracyRequest.newBuilder()
                    .setRange(TimeRange.newBuilder().setFrom(time(START)))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "range.to");
    refused(
        () -> anomalies.reportAnomalies(ReportAnomaliesRequest.getDefaultInstance()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "anomalies");
    refused(
        () -> anomalies.getAnomaly(GetAnomalyRequest.newBuilder().setId("xyz").build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "id");
    refused(
        () ->
            anomalies.acknowledgeAnomaly(
                AcknowledgeAnomalyRequest.newBuilder().setId("0".repeat(32)).build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "actor");
    refused(
        () ->
            anomalies.listAnomalies(
                ListAnomaliesRequest.newBuilder()
                    .setRange(TimeRange.newBuilder().setFrom(time(START.plusNanos(5))))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "TIME_TOO_FINE",
        "range.from");
    refused(
        () ->
            anomalies
                .watchAnomalies(
                    WatchAnomaliesRequest.newBuilder().setResumeToken("nonsense").build())
                .next(),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "resume_token");
    refused(
        () ->
            anomalies
                .watchAnomalies(WatchAnomaliesRequest.newBuilder().setResumeToken("1-0").build())
                .next(),
        Status.Code.OUT_OF_RANGE,
        "RESUME_TOKEN_EXPIRED",
        "resume_token");
    refused(
        () ->
            AlertServiceGrpc.newBlockingStub(channel.channel())
                .listAlerts(ListAlertsRequest.getDefaultInstance()),
        Status.Code.UNIMPLEMENTED,
        "NOT_BUILT",
        "");
  }

  private static void refused(
      ThrowingCallable call, Status.Code code, String reason, String field) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
              assertThat(StatusDetails.reason(e)).contains(reason);
              assertThat(e.getMessage()).contains(field);
            });
  }

  private static Anomaly.Builder anomaly(int minute, Severity severity) {
    return Anomaly.newBuilder()
        .setSeries("hq/co2")
        .setTime(time(START.plusSeconds(60L * minute)))
        .setValue(900)
        .setExpected(420)
        .setScore(5.5)
        .setSeverity(severity)
        .setDetector("zscore")
        .setDetectorVersion("1.0.0")
        .setTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  private ReportAnomaliesResponse report(Anomaly.Builder... found) {
    var request = ReportAnomaliesRequest.newBuilder();
    for (Anomaly.Builder anomaly : found) {
      request.addAnomalies(anomaly);
    }
    return anomalies.reportAnomalies(request.build());
  }

  @Test
  void anomaliesAreReportedOnceListedAndAcknowledged() {
    ReportAnomaliesResponse first =
        report(
            anomaly(0, Severity.SEVERITY_HIGH),
            anomaly(1, Severity.SEVERITY_LOW).setValue(Double.POSITIVE_INFINITY),
            anomaly(2, Severity.SEVERITY_LOW),
            anomaly(3, Severity.SEVERITY_UNSPECIFIED),
            anomaly(4, Severity.SEVERITY_LOW).setId("0".repeat(32)));
    assertThat(first.getRecorded()).isEqualTo(2);
    assertThat(first.getRejectedList())
        .extracting(rejected -> rejected.getIndex(), r -> r.getReason(), r -> r.getField())
        .containsExactly(
            tuple(1, "VALUE_NOT_FINITE", "value"),
            tuple(3, "FIELD_INVALID", "severity"),
            tuple(4, "FIELD_INVALID", "id"));
    ReportAnomaliesResponse again = report(anomaly(0, Severity.SEVERITY_HIGH));
    assertThat(again.getKnown()).isEqualTo(1);
    assertThat(again.getIds(0)).isEqualTo(first.getIds(0));

    var listed =
        anomalies
            .listAnomalies(
                ListAnomaliesRequest.newBuilder()
                    .setFilter(
                        AnomalyFilter.newBuilder()
                            .setSeries("hq/co2")
                            .setSeverityMin(Severity.SEVERITY_MEDIUM))
                    .build())
            .getAnomaliesList();
    assertThat(listed).hasSize(1);
    Anomaly found = listed.getFirst();
    assertThat(found.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(found.getStatus()).isEqualTo(AnomalyStatus.ANOMALY_STATUS_OPEN);
    assertThat(found.hasLower()).isFalse();

    Anomaly acknowledged =
        anomalies
            .acknowledgeAnomaly(
                AcknowledgeAnomalyRequest.newBuilder()
                    .setId(found.getId())
                    .setEtag(found.getEtag())
                    .setActor("ada")
                    .setComment("the window was open")
                    .build())
            .getAnomaly();
    assertThat(acknowledged.getStatus()).isEqualTo(AnomalyStatus.ANOMALY_STATUS_ACKNOWLEDGED);
    refused(
        () ->
            anomalies.acknowledgeAnomaly(
                AcknowledgeAnomalyRequest.newBuilder()
                    .setId(found.getId())
                    .setEtag(found.getEtag())
                    .setActor("bob")
                    .build()),
        Status.Code.ABORTED,
        "ETAG_STALE",
        "etag");
    var detail = anomalies.getAnomaly(GetAnomalyRequest.newBuilder().setId(found.getId()).build());
    assertThat(detail.getAnomaly()).isEqualTo(acknowledged);
    assertThat(detail.getHistory(1).getComment()).isEqualTo("the window was open");
  }

  @Test
  void aWatchGoesOnWhereItBrokeOffWithoutGapOrRepeat() {
    for (int i = 0; i < 250; i++) {
      report(anomaly(i, i % 2 == 0 ? Severity.SEVERITY_LOW : Severity.SEVERITY_HIGH));
    }
    var times = new ArrayList<Timestamp>();
    String token = "";
    while (times.size() < 125) {
      int before = times.size();
      String resumed = token;
      var last = new String[] {token};
      watching(
          WatchAnomaliesRequest.newBuilder()
              .setFilter(AnomalyFilter.newBuilder().setSeverityMin(Severity.SEVERITY_MEDIUM))
              .setFromStart(resumed.isEmpty())
              .setResumeToken(resumed)
              .build(),
          messages -> {
            // A break after every 40 anomalies, wherever that is.
            while (times.size() < Math.min(125, before + 40)) {
              WatchAnomaliesResponse message = messages.next();
              last[0] = message.getResumeToken();
              if (message.hasChange()) {
                assertThat(message.getChange().getChange().getAction())
                    .isEqualTo(AnomalyAction.ANOMALY_ACTION_REPORTED);
                times.add(message.getChange().getAnomaly().getTime());
              }
            }
          });
      token = last[0];
    }
    var expected = new ArrayList<Timestamp>();
    for (int i = 1; i < 250; i += 2) {
      expected.add(time(START.plusSeconds(60L * i)));
    }
    assertThat(times).isEqualTo(expected);
  }

  @Test
  void aWatchTellsWhatHappensAndIsAliveWhenNothingDoes() {
    watching(
        WatchAnomaliesRequest.getDefaultInstance(),
        messages -> {
          assertThat(messages.next().hasHeartbeat()).isTrue();
          String id = report(anomaly(0, Severity.SEVERITY_HIGH)).getIds(0);
          WatchAnomaliesResponse reported = nextChange(messages);
          assertThat(reported.getChange().getAnomaly().getId()).isEqualTo(id);
          anomalies.acknowledgeAnomaly(
              AcknowledgeAnomalyRequest.newBuilder().setId(id).setActor("ada").build());
          WatchAnomaliesResponse acknowledged = nextChange(messages);
          assertThat(acknowledged.getChange().getChange().getActor()).isEqualTo("ada");
          assertThat(acknowledged.getResumeToken()).isNotEqualTo(reported.getResumeToken());
        });
  }

  @Test
  void aWatcherThatDoesNotReadHoldsUpNobodyAndMissesNothing() throws Exception {
    var received = new ConcurrentLinkedQueue<WatchAnomaliesResponse>();
    var call = new CompletableFuture<ClientCallStreamObserver<WatchAnomaliesRequest>>();
    AnomalyServiceGrpc.newStub(channel.channel())
        .watchAnomalies(
            WatchAnomaliesRequest.newBuilder().setFromStart(true).build(),
            new ClientResponseObserver<WatchAnomaliesRequest, WatchAnomaliesResponse>() {
              @Override
              public void beforeStart(ClientCallStreamObserver<WatchAnomaliesRequest> started) {
                started.disableAutoRequestWithInitial(1);
                call.complete(started);
              }

              @Override
              public void onNext(WatchAnomaliesResponse message) {
                received.add(message);
              }

              @Override
              public void onError(Throwable error) {}

              @Override
              public void onCompleted() {}
            });
    for (int batch = 0; batch < 5; batch++) {
      var found = new Anomaly.Builder[200];
      for (int i = 0; i < found.length; i++) {
        found[i] = anomaly(batch * found.length + i, Severity.SEVERITY_LOW);
      }
      assertThat(report(found).getRecorded()).isEqualTo(found.length);
    }
    assertThat(received.size()).isLessThanOrEqualTo(1);

    call.get().request(Integer.MAX_VALUE);
    Eventually.holds(
        "all are received",
        () -> received.stream().filter(WatchAnomaliesResponse::hasChange).count() >= 1000);
    assertThat(
            received.stream()
                .filter(WatchAnomaliesResponse::hasChange)
                .map(message -> message.getChange().getAnomaly().getId()))
        .hasSize(1000)
        .doesNotHaveDuplicates();
    call.get().cancel("seen enough", null);
  }

  private static WatchAnomaliesResponse nextChange(Iterator<WatchAnomaliesResponse> messages) {
    WatchAnomaliesResponse message = messages.next();
    while (!message.hasChange()) {
      message = messages.next();
    }
    return message;
  }

  /** Watches for as long as the reader reads, then cancels. */
  private void watching(
      WatchAnomaliesRequest request, Consumer<Iterator<WatchAnomaliesResponse>> reader) {
    var context = Context.current().withCancellation();
    context.run(() -> reader.accept(anomalies.watchAnomalies(request)));
    context.cancel(null);
  }
}
