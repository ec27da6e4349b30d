package dev.tidewatch.monitor.api;

import com.google.protobuf.Timestamp;
import dev.tidewatch.monitor.analytics.Analytics.Consumption;
import dev.tidewatch.monitor.analytics.Demand;
import dev.tidewatch.monitor.analytics.DeviceMeasure;
import dev.tidewatch.monitor.analytics.DeviceRank;
import dev.tidewatch.monitor.analytics.Efficiency;
import dev.tidewatch.monitor.analytics.SeriesCorrelation;
import dev.tidewatch.monitor.analytics.Span;
import dev.tidewatch.proto.monitor.v1.CompareDevicesResponse;
import dev.tidewatch.proto.monitor.v1.Correlation;
import dev.tidewatch.proto.monitor.v1.GetConsumptionResponse;
import dev.tidewatch.proto.monitor.v1.GetCorrelationResponse;
import dev.tidewatch.proto.monitor.v1.GetDemandResponse;
import dev.tidewatch.proto.monitor.v1.GetEfficiencyResponse;
import dev.tidewatch.proto.monitor.v1.GetRunTimeResponse;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.energy.RunTime;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Answers about energy and plant as messages. */
final class AnalyticsMessages {
  private AnalyticsMessages() {}

  static GetConsumptionResponse consumption(List<Consumption> buckets) {
    var response = GetConsumptionResponse.newBuilder();
    double total = 0;
    for (Consumption bucket : buckets) {
      total += bucket.kwh();
      response.addBuckets(
          dev.tidewatch.proto.monitor.v1.Consumption.newBuilder()
              .setStart(time(bucket.startMicros()))
              .setKwh(bucket.kwh())
              .setCompleteness(bucket.completeness()));
    }
    return response.setTotalKwh(total).build();
  }

  static GetDemandResponse demand(Demand demand) {
    var response =
        GetDemandResponse.newBuilder()
            .setPeakKw(demand.peakKw())
            .setPeakTime(time(demand.peakMicros()))
            .setMeanKw(demand.meanKw())
            .setLoadFactor(demand.loadFactor());
    demand
        .forecast()
        .ifPresent(forecast ->
            response
                .setForecastPeakKw(forecast.peakKw())
                .setForecastPeakTime(time(forecast.peakMicros())));
    return response.build();
  }

  static GetEfficiencyResponse efficiency(Efficiency efficiency) {
    return GetEfficiencyResponse.newBuilder()
        .setMeasuredKwh(efficiency.measuredKwh())
        .setBaselineKwh(efficiency.baselineKwh())
        .setScore(efficiency.score())
        .setBaselineCvRmse(efficiency.baselineCvRmse())
        .build();
  }

  static GetRunTimeResponse runTime(RunTime runTime, Span span) {
    return GetRunTimeResponse.newBuilder()
        .setRunTime(micros(runTime.runMicros()))
        .setDuty((double) runTime.runMicros() / (span.toMicros() - span.fromMicros()))
        .setStarts(runTime.starts())
        .setLongestRun(micros(runTime.longestMicros()))
        .build();
  }

  static GetCorrelationResponse correlation(List<SeriesCorrelation> correlations, Duration step) {
    var response = GetCorrelationResponse.newBuilder();
    for (SeriesCorrelation each : correlations) {
      response.addCorrelations(
          Correlation.newBuilder()
              .setFirst(each.first())
              .setSecond(each.second())
              .setCoefficient(each.at().coefficient())
              .setLag(Wire.duration(step.multipliedBy(each.at().lag())))
              .setPairs(each.at().pairs()));
    }
    return response.build();
  }

  static CompareDevicesResponse devices(List<DeviceRank> ranks, DeviceMeasure measure) {
    var response = CompareDevicesResponse.newBuilder();
    for (DeviceRank rank : ranks) {
      response.addDevices(
          dev.tidewatch.proto.monitor.v1.DeviceRank.newBuilder()
              .setDevice(rank.device())
              .setValue(rank.value())
              .setUnit(measure.unit())
              .setDeviation(rank.deviation()));
    }
    return response.build();
  }

  private static Timestamp time(long micros) {
    return Wire.time(Times.toInstant(micros));
  }

  private static com.google.protobuf.Duration micros(long micros) {
    return Wire.duration(Duration.of(micros, ChronoUnit.MICROS));
  }
}
