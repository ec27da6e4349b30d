package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import dev.tidewatch.proto.monitor.v1.AccuracyDimension;
import dev.tidewatch.proto.monitor.v1.AccuracyFigures;
import dev.tidewatch.proto.monitor.v1.AcknowledgeAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.ActualState;
import dev.tidewatch.proto.monitor.v1.AnomalyFilter;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.GetAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusRequest;
import dev.tidewatch.proto.monitor.v1.GetPredictionRequest;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ListOutcomesRequest;
import dev.tidewatch.proto.monitor.v1.ListPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.PredictedQuantile;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsResponse;
import dev.tidewatch.proto.monitor.v1.RejectedPrediction;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The ledger and accuracy over gRPC, and what is refused. */
class MonitorServerTest extends MonitorOverGrpc {
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

  @Test
  void deletedReadingsAndSeriesLeaveNoTruthBehind() throws Exception {
    record(prediction("hq/meter", START, 10, 20), prediction("hq/other", START, 10, 20));
    long first = Times.toMicros(START);
    ingest.store("hq/meter", Map.of(first, 11.0, first + HOUR, 22.0));
    ingest.store("hq/other", Map.of(first, 11.0, first + HOUR, 22.0));
    clock.advance(java.time.Duration.ofHours(2));
    awaitJoined(4, 0);
    ingest.delete("hq/meter", first + HOUR, first + 2 * HOUR);
    awaitJoined(3, 1);

    ingest.deleteSeries("hq/meter");
    // Another series takes the name; it was not the one that was predicted.
    ingest.store("hq/meter", Map.of(first, 500.0, first + HOUR, 500.0));
    awaitJoined(2, 0);
    assertThat(
            ledger
                .listPredictions(ListPredictionsRequest.getDefaultInstance())
                .getPredictionsList())
        .extracting(p -> p.getSeries())
        .containsExactly("hq/other");
    assertThat(overall().getMae()).isCloseTo((1 + 2) / 2.0, within(1e-9));

    // What is predicted of the new one is joined with its own readings, also where actuals of the
    // old one were taken.
    record(prediction("hq/meter", START, 501, 501).setFeedPosition(ingest.head()));
    awaitJoined(4, 0);
    assertThat(overall().getMae()).isCloseTo((1 + 2 + 1 + 1) / 4.0, within(1e-9));
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
  }
}
