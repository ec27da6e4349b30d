package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DuplicatePolicy;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QuarantineFilter;
import dev.tidewatch.proto.ingest.v1.ReadingCounts;
import dev.tidewatch.proto.ingest.v1.ReadingGap;
import dev.tidewatch.proto.ingest.v1.RejectCount;
import dev.tidewatch.proto.ingest.v1.RejectReason;
import dev.tidewatch.proto.ingest.v1.ReplayQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityRequest;
import dev.tidewatch.proto.ingest.v1.ReportDataQualityResponse;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesDataQuality;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.proto.ingest.v1.ViolationAction;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The report of data quality. The clock stands at minute 1440. */
abstract class DataQualityContract extends IngestContract {
  @Test
  void tellsWhatBecameOfReadings() {
    create(
        Series.newBuilder()
            .setName("fate/keep-last")
            .setExpectedInterval(minutes(1))
            .setValidation(Validation.newBuilder().setValueMax(100)));
    send(column("fate/keep-last", 0, 1, 2, 3, 4, 101));
    send(column("fate/keep-last", 10, 11, 12));
    // Minute 4 comes late, 0 is unchanged, 1 is replaced, and 10 again unchanged.
    send(rows("fate/keep-last", List.of(4L, 0L, 1L, 10L), 5, 1, 22, 11));
    SeriesDataQuality quality = report("fate/keep-last");
    assertThat(quality.getCounts())
        .isEqualTo(
            ReadingCounts.newBuilder()
                .setAccepted(7)
                .setUnchanged(2)
                .setReplaced(1)
                .setRejected(1)
                .build());
    assertThat(quality.getReadingCount()).isEqualTo(7);
    assertThat(quality.getOutOfOrderCount()).isEqualTo(1);
    assertThat(quality.getRejectsList())
        .containsExactly(count(RejectReason.REJECT_REASON_VALUE_OUT_OF_RANGE, 1));
    // 0 to 4 and 10, 11 of twelve.
    assertThat(quality.getInterval()).isEqualTo(minutes(1));
    assertThat(quality.getCompleteness()).isEqualTo(7 / 12.0, within(1e-9));
    assertThat(quality.getGapsList()).containsExactly(gap(4, 10, 5));
    assertThat(quality.getGapCount()).isEqualTo(1);
    assertThat(quality.getFirstTime().getSeconds()).isEqualTo(minute(0) / 1_000_000);
    assertThat(quality.getLastTime().getSeconds()).isEqualTo(minute(11) / 1_000_000);
    // Committed at minute 1440, whenever sent.
    assertThat((double) quality.getLatencyP50().getSeconds())
        .isEqualTo(60.0 * (1440 - 3), within(200.0));
    assertThat((double) quality.getLatencyP99().getSeconds()).isEqualTo(60.0 * 1440, within(200.0));
  }

  @Test
  void countsByPolicyAndFlags() {
    create(
        Series.newBuilder()
            .setName("policy/first")
            .setDuplicatePolicy(DuplicatePolicy.DUPLICATE_POLICY_KEEP_FIRST)
            .setValidation(
                Validation.newBuilder()
                    .setValueMax(5)
                    .setOnViolation(ViolationAction.VIOLATION_ACTION_FLAG)));
    create(
        Series.newBuilder()
            .setName("policy/reject")
            .setDuplicatePolicy(DuplicatePolicy.DUPLICATE_POLICY_REJECT));
    for (String series : List.of("policy/first", "policy/reject")) {
      send(column(series, 0, 1, 2, 9));
      send(column(series, 0, 1, 3, 4));
    }
    SeriesDataQuality first = report("policy/first");
    assertThat(first.getCounts())
        .isEqualTo(ReadingCounts.newBuilder().setAccepted(3).setUnchanged(1).setDropped(2).build());
    assertThat(first.getFlaggedCount()).isEqualTo(1);
    SeriesDataQuality rejecting = report("policy/reject");
    assertThat(rejecting.getRejectsList())
        .containsExactly(count(RejectReason.REJECT_REASON_DUPLICATE, 2));
    assertThat(rejecting.getCounts().getRejected()).isEqualTo(2);
    assertThat(rejecting.getFlaggedCount()).isZero();
  }

  @Test
  void aReplayTakesRejectsBack() {
    var series =
        Series.newBuilder()
            .setName("back/x")
            .setValidation(Validation.newBuilder().setValueMax(10));
    create(series);
    send(column("back/x", 0, 1, 11, 12, 1_000));
    series.getValidationBuilder().setValueMax(100);
    ingest.series().updateSeries(UpdateSeriesRequest.newBuilder().setSeries(series).build());
    var _ =
        ingest
            .quarantine()
            .replayQuarantinedReadings(
                ReplayQuarantinedReadingsRequest.newBuilder()
                    .setFilter(QuarantineFilter.newBuilder().setSeriesPrefix("back/"))
                    .build());
    SeriesDataQuality quality = report("back/x");
    assertThat(quality.getCounts())
        .isEqualTo(ReadingCounts.newBuilder().setAccepted(3).setRejected(1).build());
    assertThat(quality.getRejectsList())
        .containsExactly(count(RejectReason.REJECT_REASON_VALUE_OUT_OF_RANGE, 1));
  }

  @Test
  void whatIsMissingAtTheEndsCountsWithinGivenBounds() {
    create(Series.newBuilder().setName("edges/x"));
    send(column("edges/x", 1400, 1, 2, 3, 4, 5));
    SeriesDataQuality open = report("edges/x");
    assertThat(open.getInterval()).isEqualTo(minutes(1));
    assertThat(open.getCompleteness()).isEqualTo(1);
    assertThat(open.getGapsList()).isEmpty();

    var request = request("edges/x");
    request.getRangeBuilder().setStartTime(time(1390)).setEndTime(time(2000));
    SeriesDataQuality closed = report(request).getSeries(0);
    // Until now, not until the end: fifty minutes, of which five have a reading.
    assertThat(closed.getGapsList()).containsExactly(gap(1404, 1440, 35), gap(1390, 1400, 10));
    assertThat(closed.getGapCount()).isEqualTo(2);
    assertThat(closed.getCompleteness()).isEqualTo(0.1, within(1e-9));

    request.getRangeBuilder().setStartTime(time(1401)).setEndTime(time(1403));
    SeriesDataQuality inner = report(request).getSeries(0);
    assertThat(inner.getReadingCount()).isEqualTo(2);
    assertThat(inner.getCompleteness()).isEqualTo(1);
    assertThat(inner.getLastTime()).isEqualTo(time(1402));
  }

  @Test
  void aSeriesThatIsEmptyHasNothing() {
    create(Series.newBuilder().setName("empty/known").setExpectedInterval(minutes(10)));
    create(Series.newBuilder().setName("empty/unknown"));
    SeriesDataQuality unknown = report("empty/unknown");
    assertThat(unknown)
        .isEqualTo(
            SeriesDataQuality.newBuilder()
                .setSeries("empty/unknown")
                .setCounts(ReadingCounts.getDefaultInstance())
                .build());
    var request = request("empty/known");
    request.getRangeBuilder().setStartTime(time(0)).setEndTime(time(100));
    SeriesDataQuality known = report(request).getSeries(0);
    assertThat(known.getGapsList()).containsExactly(gap(0, 100, 10));
    assertThat(known.getCompleteness()).isZero();
  }

  @Test
  void restoredReadingsHaveNoLatency() throws Exception {
    create(Series.newBuilder().setName("restored/x"));
    send(column("restored/x", 0, 1, 2, 3));
    ingest.execute(
        "UPDATE ingest.reading SET commit_id = 0 WHERE series_id ="
            + " (SELECT series_id FROM ingest.series WHERE name = 'restored/x') AND value < 3");
    SeriesDataQuality some = report("restored/x");
    assertThat((double) some.getLatencyP50().getSeconds()).isEqualTo(60.0 * 1438, within(200.0));
    ingest.execute(
        "UPDATE ingest.reading SET commit_id = 0 WHERE series_id ="
            + " (SELECT series_id FROM ingest.series WHERE name = 'restored/x')");
    SeriesDataQuality none = report("restored/x");
    assertThat(none.getReadingCount()).isEqualTo(3);
    assertThat(none.hasLatencyP50()).isFalse();
    assertThat(none.hasLatencyP99()).isFalse();
  }

  @Test
  void keepsTheHundredLongestGaps() {
    var column = SeriesReadings.newBuilder().setSeries("gaps/x");
    // Gap number k is k intervals long.
    long at = 0;
    for (int k = 0; k <= 130; k++) {
      column.addTimesMicros(minute(0) + at * 1_000_000).addValues(k);
      column.addTimesMicros(minute(0) + (at + 1) * 1_000_000).addValues(k);
      at += 2 + k + 1;
    }
    create(
        Series.newBuilder()
            .setName("gaps/x")
            .setExpectedInterval(Duration.newBuilder().setSeconds(1)));
    send(column.build());
    SeriesDataQuality quality = report("gaps/x");
    assertThat(quality.getGapCount()).isEqualTo(130);
    assertThat(quality.getGapsList())
        .extracting(ReadingGap::getIntervalCount)
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(i -> 130L - i).toList());
  }

  @Test
  void pagesInTheOrderOfNamesFromOneSnapshotEach() {
    for (int i = 0; i < 7; i++) {
      send(column("pages/s" + i, 0, 1, 2));
    }
    var names = new ArrayList<String>();
    var request =
        ReportDataQualityRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setPrefix("pages/"))
            .setPageSize(3);
    int pages = 0;
    do {
      ReportDataQualityResponse page = report(request);
      page.getSeriesList().forEach(series -> names.add(series.getSeries()));
      assertThat(page.getFeedPosition().getPosition()).isPositive();
      request.setPageToken(page.getNextPageToken());
      pages++;
    } while (!request.getPageToken().isEmpty());
    assertThat(pages).isEqualTo(3);
    assertThat(names)
        .containsExactlyElementsOf(IntStream.range(0, 7).mapToObj(i -> "pages/s" + i).toList());
  }

  @Test
  void refusesWhatIsMalformed() {
    assertFails(request("nowhere"), Status.Code.NOT_FOUND);
    assertFails(ReportDataQualityRequest.newBuilder(), Status.Code.INVALID_ARGUMENT);
    assertFails(request("nowhere").setPageToken("?"), Status.Code.INVALID_ARGUMENT);
    assertFails(request("nowhere").setPageSize(-1), Status.Code.INVALID_ARGUMENT);
    var backwards = request("nowhere");
    backwards.getRangeBuilder().setStartTime(time(1)).setEndTime(time(0));
    assertFails(backwards, Status.Code.INVALID_ARGUMENT);
  }

  private void assertFails(ReportDataQualityRequest.Builder request, Status.Code code) {
    assertThatThrownBy(() -> report(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            error -> assertThat(error.getStatus().getCode()).isEqualTo(code));
  }

  private void create(Series.Builder series) {
    var _ =
        ingest.series().createSeries(CreateSeriesRequest.newBuilder().setSeries(series).build());
  }

  private void send(SeriesReadings column) {
    var _ =
        ingest
            .ingest()
            .ingestReadings(IngestReadingsRequest.newBuilder().addColumns(column).build());
  }

  private SeriesDataQuality report(String series) {
    ReportDataQualityResponse response = report(request(series));
    assertThat(response.getSeriesList()).hasSize(1);
    assertThat(response.getNextPageToken()).isEmpty();
    return response.getSeries(0);
  }

  private ReportDataQualityResponse report(ReportDataQualityRequest.Builder request) {
    return ingest.query().reportDataQuality(request.build());
  }

  private static ReportDataQualityRequest.Builder request(String series) {
    return ReportDataQualityRequest.newBuilder()
        .setSelection(SeriesSelection.newBuilder().addNames(series));
  }

  private static SeriesReadings rows(String series, List<Long> minutes, double... values) {
    var column = SeriesReadings.newBuilder().setSeries(series);
    for (int i = 0; i < values.length; i++) {
      column.addTimesMicros(minute(minutes.get(i))).addValues(values[i]);
    }
    return column.build();
  }

  private static ReadingGap gap(long startMinute, long endMinute, long intervals) {
    return ReadingGap.newBuilder()
        .setStartTime(time(startMinute))
        .setEndTime(time(endMinute))
        .setIntervalCount(intervals)
        .build();
  }

  private static com.google.protobuf.Timestamp time(long minute) {
    return com.google.protobuf.Timestamp.newBuilder()
        .setSeconds(minute(minute) / Times.MICROS_PER_SECOND)
        .build();
  }

  private static RejectCount count(RejectReason reason, long readings) {
    return RejectCount.newBuilder().setReason(reason).setReadingCount(readings).build();
  }

  private static Duration minutes(long minutes) {
    return Duration.newBuilder().setSeconds(60 * minutes).build();
  }
}
