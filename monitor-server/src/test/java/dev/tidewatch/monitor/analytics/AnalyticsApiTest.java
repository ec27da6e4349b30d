package dev.tidewatch.monitor.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import dev.tidewatch.monitor.storage.SomePredictions;
import dev.tidewatch.proto.monitor.v1.CompareDevicesRequest;
import dev.tidewatch.proto.monitor.v1.Consumption;
import dev.tidewatch.proto.monitor.v1.ConsumptionBucket;
import dev.tidewatch.proto.monitor.v1.Correlation;
import dev.tidewatch.proto.monitor.v1.DeviceMeasure;
import dev.tidewatch.proto.monitor.v1.DeviceRank;
import dev.tidewatch.proto.monitor.v1.GetConsumptionRequest;
import dev.tidewatch.proto.monitor.v1.GetCorrelationRequest;
import dev.tidewatch.proto.monitor.v1.GetDemandRequest;
import dev.tidewatch.proto.monitor.v1.GetRunTimeRequest;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import io.grpc.Status;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Consumption, demand, run time, correlation and devices over gRPC. */
class AnalyticsApiTest extends AnalyticsOverGrpc {
  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  @Test
  void consumptionOfPowerIsItsIntegral() {
    // 2000 W until 01:00, then falling to nothing at 02:00; a gap from 03:00 on.
    meter("hq/main/power", "W", 0, 2000, 1, 2000, 2, 0, 3, 0, 8, 0);
    var answer =
        analytics.getConsumption(
            GetConsumptionRequest.newBuilder()
                .setSeries("hq/main/power")
                .setRange(hours(0, 4))
                .setBucket(ConsumptionBucket.CONSUMPTION_BUCKET_HOUR)
                .build());

    assertThat(answer.getBucketsList())
        .extracting(
            Consumption::getStart,
            bucket -> Math.round(bucket.getKwh() * 1e9) / 1e9,
            Consumption::getCompleteness)
        .containsExactly(
            tuple(time(0), 2.0, 1.0),
            tuple(time(1), 1.0, 1.0),
            tuple(time(2), 0.0, 1.0),
            tuple(time(3), 0.0, 0.0));
    assertThat(answer.getTotalKwh()).isCloseTo(3, within(1e-9));
  }

  @Test
  void consumptionOfACounterIsWhatItRoseByInLocalDays() {
    readings.create("hq/main/energy", "MJ", Optional.empty());
    for (int hour = -48; hour <= 96; hour++) {
      put("hq/main/energy", hour, 5000 + 36.0 * hour); // 10 kWh an hour
    }
    var answer =
        analytics.getConsumption(
            GetConsumptionRequest.newBuilder()
                .setSeries("hq/main/energy")
                .setRange(hours(0, 48))
                .setTimeZone("Europe/Athens")
                .build());

    // Athens' days begin at 22:00; only what lies in the range is counted.
    assertThat(answer.getBucketsList())
        .extracting(Consumption::getStart)
        .containsExactly(time(-2), time(22), time(46));
    assertThat(answer.getBuckets(0).getKwh()).isCloseTo(220, within(1e-9));
    assertThat(answer.getBuckets(1).getKwh()).isCloseTo(240, within(1e-9));
    assertThat(answer.getBuckets(2).getKwh()).isCloseTo(20, within(1e-9));
    assertThat(answer.getTotalKwh()).isCloseTo(480, within(1e-9));
    assertThat(answer.getBuckets(0).getCompleteness()).isEqualTo(1);
  }

  @Test
  void demandIsTheMeanOfAnIntervalAndTheForecastIsBesideIt() {
    readings.create("hq/main/power", "kW", Optional.empty());
    for (int minute = 0; minute <= 240; minute += 5) {
      put("hq/main/power", minute / 60.0, minute >= 60 && minute < 75 ? 40 : 10);
    }
    forecasts.put(
        "hq/main/power",
        SomePredictions.of("hq/main/power", START.plusSeconds(4 * 3600), 12, 55, 20));
    var answer =
        analytics.getDemand(
            GetDemandRequest.newBuilder().setSeries("hq/main/power").setRange(hours(0, 4)).build());

    // 40 kW at 60, 65 and 70 minutes, falling to 10 at 75: (10 min x 40 + 5 min x 25) / 15 min.
    assertThat(answer.getPeakKw()).isCloseTo(35, within(1e-9));
    assertThat(answer.getPeakTime()).isEqualTo(time(1));
    // 10 kW, and three times 30 kW more for five minutes, as straight lines: 15 min x 30 kW.
    assertThat(answer.getMeanKw()).isCloseTo(10 + 15 * 30 / 240.0, within(1e-9));
    assertThat(answer.getLoadFactor()).isCloseTo(answer.getMeanKw() / 35, within(1e-9));
    assertThat(answer.getForecastPeakKw()).isEqualTo(55);
    assertThat(answer.getForecastPeakTime()).isEqualTo(time(5));
  }

  @Test
  void demandWithoutAForecastSaysSo() {
    meter("hq/main/power", "kW", 0, 3, 1, 3, 2, 3);
    var answer =
        analytics.getDemand(
            GetDemandRequest.newBuilder()
                .setSeries("hq/main/power")
                .setRange(hours(0, 2))
                .setInterval(seconds(3600))
                .build());

    assertThat(answer.getPeakKw()).isEqualTo(3);
    assertThat(answer.getLoadFactor()).isEqualTo(1);
    assertThat(answer.hasForecastPeakKw()).isFalse();
    assertThat(answer.hasForecastPeakTime()).isFalse();
  }

  @Test
  void runTimeCountsStartsAndTheLongestRun() {
    readings.create("hq/ahu/fan", "%", Optional.empty());
    double[] changes = {-1, 80, 2, 0, 5, 60, 6, 0, 10, 55};
    for (int i = 0; i < changes.length; i += 2) {
      put("hq/ahu/fan", changes[i], changes[i + 1]);
    }
    var answer =
        analytics.getRunTime(
            GetRunTimeRequest.newBuilder()
                .setSeries("hq/ahu/fan")
                .setRange(hours(0, 12))
                .setThreshold(50)
                .build());

    assertThat(answer.getRunTime()).isEqualTo(seconds(5 * 3600));
    assertThat(answer.getDuty()).isCloseTo(5 / 12.0, within(1e-12));
    assertThat(answer.getStarts()).isEqualTo(2);
    assertThat(answer.getLongestRun()).isEqualTo(seconds(2 * 3600));
  }

  @Test
  void correlationNamesTheLagOfEachPairStrongestFirst() {
    for (String name : new String[] {"a", "b", "c"}) {
      readings.create(name, "", Optional.empty());
    }
    for (int hour = 0; hour < 200; hour++) {
      double source = Math.sin(hour / 5.0) + 0.1 * Math.cos(hour * 1.7);
      put("a", hour, source);
      put("b", hour + 3.0, 7 - 2 * source);
      put("c", hour, (double) (hour * 7919L % 101));
    }
    var answer =
        analytics.getCorrelation(
            GetCorrelationRequest.newBuilder()
                .addSeries("a")
                .addSeries("b")
                .addSeries("c")
                .setRange(hours(0, 200))
                .setStep(seconds(3600))
                .setLagMax(seconds(6 * 3600))
                .build());

    assertThat(answer.getCorrelationsList()).hasSize(3);
    Correlation strongest = answer.getCorrelations(0);
    assertThat(strongest.getFirst()).isEqualTo("a");
    assertThat(strongest.getSecond()).isEqualTo("b");
    assertThat(strongest.getCoefficient()).isCloseTo(-1, within(1e-9));
    assertThat(strongest.getLag()).isEqualTo(seconds(3 * 3600));
    assertThat(strongest.getPairs()).isEqualTo(197);
    assertThat(Math.abs(answer.getCorrelations(2).getCoefficient())).isLessThan(0.5);
  }

  @Test
  void devicesAreRankedByWhatTheirMetersSay() {
    // The counter stands for its device; power beside it would be counted twice.
    meter("d1/energy", "kW.h", 0, 0, 1, 10, 2, 20);
    meter("d1/power", "kW", 0, 10, 1, 10, 2, 10);
    meter("d2/power", "kW", 0, 30, 1, 30, 2, 30);
    meter("d3/left", "kW", 0, 6, 1, 6, 2, 6);
    meter("d3/right", "W", 0, 6000, 1, 6000, 2, 6000);
    var request =
        CompareDevicesRequest.newBuilder()
            .addDevices("d1")
            .addDevices("d2")
            .addDevices("d3")
            .setRange(hours(0, 2));
    var consumption =
        analytics.compareDevices(
            request.setMeasure(DeviceMeasure.DEVICE_MEASURE_CONSUMPTION).build());

    // 60, 24, 20 kWh: median 24, deviations 36, 0 and 4, of which the median is 4.
    assertThat(consumption.getDevicesList())
        .extracting(DeviceRank::getDevice, DeviceRank::getValue, DeviceRank::getDeviation)
        .containsExactly(tuple("d2", 60.0, 9.0), tuple("d3", 24.0, 0.0), tuple("d1", 20.0, -1.0));
    assertThat(consumption.getDevices(0).getUnit()).isEqualTo("kW.h");

    var peak =
        analytics.compareDevices(
            request.setMeasure(DeviceMeasure.DEVICE_MEASURE_PEAK_DEMAND).build());
    assertThat(peak.getDevicesList())
        .extracting(DeviceRank::getDevice, DeviceRank::getValue)
        .containsExactly(tuple("d2", 30.0), tuple("d3", 12.0), tuple("d1", 10.0));

    var factor =
        analytics.compareDevices(
            request.setMeasure(DeviceMeasure.DEVICE_MEASURE_LOAD_FACTOR).build());
    assertThat(factor.getDevicesList())
        .extracting(DeviceRank::getValue, DeviceRank::getDeviation)
        .containsOnly(tuple(1.0, 0.0));

    var anomalies =
        analytics.compareDevices(
            request.setMeasure(DeviceMeasure.DEVICE_MEASURE_ANOMALIES).build());
    assertThat(anomalies.getDevicesList())
        .extracting(DeviceRank::getDevice, DeviceRank::getValue)
        .containsExactly(tuple("d1", 2.0), tuple("d3", 2.0), tuple("d2", 1.0));
  }

  @Test
  void errorsNameTheFieldAndTheSeries() {
    meter("hq/outdoor", "Cel", 0, 1, 1, 2);
    meter("hq/silent", "kW");
    var request = GetConsumptionRequest.newBuilder().setRange(hours(0, 2));

    refused(
        () -> analytics.getConsumption(request.setSeries("hq/nothing").build()),
        Status.Code.NOT_FOUND,
        "SERIES_UNKNOWN",
        "hq/nothing");
    refused(
        () -> analytics.getConsumption(request.setSeries("hq/outdoor").build()),
        Status.Code.FAILED_PRECONDITION,
        "UNIT_UNSUITABLE",
        "'Cel'");
    refused(
        () -> analytics.getConsumption(request.setSeries("hq/silent").build()),
        Status.Code.FAILED_PRECONDITION,
        "INSUFFICIENT_HISTORY",
        "hq/silent");
    refused(
        () ->
            analytics.getConsumption(
                request
                    .setSeries("hq/silent")
                    .setRange(TimeRange.newBuilder().setFrom(time(0)))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "range.to");
    refused(
        () ->
            analytics.getConsumption(
                request
                    .setRange(hours(0, 10_001))
                    .setBucket(ConsumptionBucket.CONSUMPTION_BUCKET_HOUR)
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "range");
    refused(
        () ->
            analytics.getConsumption(
                request.setRange(hours(0, 1)).setTimeZone("Mars/Base").build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "time_zone");
    refused(
        () ->
            analytics.getDemand(
                GetDemandRequest.newBuilder()
                    .setSeries("hq/silent")
                    .setRange(hours(0, 1))
                    .setInterval(Duration.newBuilder().setNanos(5))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "interval");
    refused(
        () ->
            analytics.compareDevices(
                CompareDevicesRequest.newBuilder()
                    .addDevices("nobody")
                    .addDevices("hq")
                    .setMeasure(DeviceMeasure.DEVICE_MEASURE_CONSUMPTION)
                    .setRange(hours(0, 1))
                    .build()),
        Status.Code.NOT_FOUND,
        "DEVICE_UNKNOWN",
        "nobody");
    refused(
        () ->
            analytics.getCorrelation(
                GetCorrelationRequest.newBuilder()
                    .addSeries("hq/silent")
                    .addSeries("hq/outdoor")
                    .setRange(hours(0, 24))
                    .build()),
        Status.Code.FAILED_PRECONDITION,
        "INSUFFICIENT_HISTORY",
        "10");
    refused(
        () ->
            analytics.getCorrelation(
                GetCorrelationRequest.newBuilder()
                    .addSeries("hq/silent")
                    .addSeries("hq/outdoor")
                    .setRange(hours(0, 24 * 366))
                    .setStep(seconds(1))
                    .build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "range");
  }
}
