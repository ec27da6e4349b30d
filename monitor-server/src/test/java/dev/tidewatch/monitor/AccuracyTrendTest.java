package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import dev.tidewatch.proto.monitor.v1.AccuracyBucket;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendRequest;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendResponse;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusRequest;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.proto.monitor.v1.Trend;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import java.time.Instant;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Trends of accuracy over gRPC. */
class AccuracyTrendTest extends MonitorOverGrpc {
  private static final int DAYS = 8;

  private static GetAccuracyTrendRequest request(String series, long bucketSeconds) {
    return GetAccuracyTrendRequest.newBuilder()
        .setFilter(PredictionFilter.newBuilder().setSeries(series))
        .setRange(
            TimeRange.newBuilder()
                .setFrom(time(START))
                .setTo(time(START.plus(java.time.Duration.ofDays(DAYS)))))
        .setBucket(Duration.newBuilder().setSeconds(bucketSeconds))
        .build();
  }

  /** One series gets worse from day to day, one better, and one stays as it is. */
  @Test
  void theTrendFollowsTheErrorOfTheBuckets() throws Exception {
    var readings = new TreeMap<Long, Double>();
    for (int day = 0; day < DAYS; day++) {
      Instant origin = START.plus(java.time.Duration.ofDays(day));
      var worse = new double[24];
      var better = new double[24];
      var alike = new double[24];
      for (int h = 0; h < 24; h++) {
        readings.put(Times.toMicros(origin) + h * HOUR, 100.0);
        worse[h] = 100 + 1 + day;
        better[h] = 100 - (DAYS - day);
        alike[h] = 100 + (h % 2 == 0 ? 3 : -3);
      }
      clock.advance(java.time.Duration.between(clock.instant(), origin));
      record(
          prediction("hq/worse", origin, worse),
          prediction("hq/better", origin, better),
          prediction("hq/alike", origin, alike));
    }
    for (String series : new String[] {"hq/worse", "hq/better", "hq/alike"}) {
      ingest.store(series, readings);
    }
    clock.advance(java.time.Duration.ofDays(2));
    Eventually.holds(
        "all steps are joined",
        () ->
            ledger.getLedgerStatus(GetLedgerStatusRequest.getDefaultInstance()).getStepsKnown()
                == 3L * DAYS * 24);

    GetAccuracyTrendResponse worse = accuracy.getAccuracyTrend(request("hq/worse", 86_400));

    assertThat(worse.getTrend()).isEqualTo(Trend.TREND_DEGRADING);
    assertThat(worse.getBucketsList()).hasSize(DAYS);
    for (int day = 0; day < DAYS; day++) {
      AccuracyBucket bucket = worse.getBuckets(day);
      assertThat(bucket.getStart()).isEqualTo(time(START.plus(java.time.Duration.ofDays(day))));
      assertThat(bucket.getFigures().getPairs()).isEqualTo(24);
      assertThat(bucket.getFigures().getMae()).isCloseTo(1 + day, within(1e-9));
    }
    assertThat(accuracy.getAccuracyTrend(request("hq/better", 86_400)).getTrend())
        .isEqualTo(Trend.TREND_IMPROVING);
    assertThat(accuracy.getAccuracyTrend(request("hq/alike", 86_400)).getTrend())
        .isEqualTo(Trend.TREND_STABLE);
    assertThat(accuracy.getAccuracyTrend(request("hq/worse", 21_600)).getBucketsList())
        .hasSize(DAYS * 4);
    GetAccuracyTrendResponse unknown = accuracy.getAccuracyTrend(request("hq/none", 86_400));
    assertThat(unknown.getBucketsList()).isEmpty();
    assertThat(unknown.getTrend()).isEqualTo(Trend.TREND_UNKNOWN);
  }

  @Test
  void aTrendNeedsARangeAndWideEnoughBuckets() {
    refused(
        () ->
            accuracy.getAccuracyTrend(
                request("hq/meter", 3600).toBuilder()
                    .setRange(TimeRange.newBuilder().setFrom(time(START)))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "range.to");
    refused(
        () ->
            accuracy.getAccuracyTrend(
                request("hq/meter", 60).toBuilder()
                    .setRange(
                        TimeRange.newBuilder()
                            .setFrom(time(START))
                            .setTo(time(START.plus(java.time.Duration.ofDays(7)))))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "bucket");
    refused(
        () -> accuracy.getAccuracyTrend(request("hq/meter", 59)),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "bucket");
  }
}
