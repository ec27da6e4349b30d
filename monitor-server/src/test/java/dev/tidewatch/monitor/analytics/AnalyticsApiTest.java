package dev.tidewatch.monitor.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.monitor.SettableClock;
import dev.tidewatch.monitor.api.AnalyticsApi;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.storage.SomePredictions;
import dev.tidewatch.proto.monitor.v1.AnalyticsServiceGrpc;
import dev.tidewatch.proto.monitor.v1.CompareDevicesRequest;
import dev.tidewatch.proto.monitor.v1.Consumption;
import dev.tidewatch.proto.monitor.v1.ConsumptionBucket;
import dev.tidewatch.proto.monitor.v1.Correlation;
import dev.tidewatch.proto.monitor.v1.DeviceMeasure;
import dev.tidewatch.proto.monitor.v1.DeviceRank;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.ExportFormat;
import dev.tidewatch.proto.monitor.v1.GetConsumptionRequest;
import dev.tidewatch.proto.monitor.v1.GetCorrelationRequest;
import dev.tidewatch.proto.monitor.v1.GetDemandRequest;
import dev.tidewatch.proto.monitor.v1.GetEfficiencyRequest;
import dev.tidewatch.proto.monitor.v1.GetRunTimeRequest;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.grpc.GrpcConfig;
import dev.tidewatch.serverkit.grpc.GrpcServer;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All questions about energy and plant over gRPC, with figures worked out by hand. */
class AnalyticsApiTest {
  /** A Monday. */
  private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  private static final long HOUR = Times.MICROS_PER_HOUR;
  private static final long START_MICROS = Times.toMicros(START);

  private final StoredReadings readings = new StoredReadings();
  private final Map<String, Prediction> forecasts = new TreeMap<>();
  private GrpcServer server;
  private GrpcChannel channel;
  private AnalyticsServiceGrpc.AnalyticsServiceBlockingStub analytics;

  @BeforeEach
  void launch() {
    var config =
        ConfigLoader.with(
            GrpcConfig.class, Map.of("host", "inproc:" + UUID.randomUUID(), "port", "0"));
    var records =
        new DeviceRecords() {
          @Override
          public long anomalies(Collection<String> series, Span span) {
            return series.size();
          }

          @Override
          public double health(String device, Span span) {
            return device.length();
          }
        };
    var clock = new SettableClock(START.plusSeconds(400 * 86_400L));
    server =
        GrpcServer.builder(config, SecurityConfig.off(), Telemetry.disabled())
            .service(
                new AnalyticsApi(
                    new Analytics(
                        readings,
                        series -> Optional.ofNullable(forecasts.get(series)),
                        records,
                        clock),
                    4))
            .start();
    channel = GrpcChannel.open(ClientConfig.to(server.target()), Telemetry.disabled());
    analytics = AnalyticsServiceGrpc.newBlockingStub(channel.channel());
  }

  @AfterEach
  void close() {
    channel.close();
    server.close();
  }

  private static Timestamp time(double hours) {
    return Timestamp.newBuilder()
        .setSeconds(START.getEpochSecond() + Math.round(hours * 3600))
        .build();
  }

  private static TimeRange hours(double from, double to) {
    return TimeRange.newBuilder().setFrom(time(from)).setTo(time(to)).build();
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  private void meter(String series, String unit, double... hoursAndValues) {
    readings.create(series, unit, Optional.of(HOUR));
    for (int i = 0; i < hoursAndValues.length; i += 2) {
      put(series, hoursAndValues[i], hoursAndValues[i + 1]);
    }
  }

  private void put(String series, double hours, double value) {
    readings.put(series, START_MICROS + Math.round(hours * HOUR), value);
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

  /** 60 kW by day, 20 by night, and 2 kW for each degree below 15; warmer in the second part. */
  private void building(double factorAfterwards) {
    readings.create("hq/main/power", "kW", Optional.of(HOUR));
    readings.create("hq/outdoor", "Cel", Optional.of(HOUR));
    for (int hour = -8 * 168; hour <= 168; hour++) {
      // A period that is none of a day or a week.
      double degrees = 10 + 8 * Math.sin(hour / 29.0) + (hour >= 0 ? 4 : 0);
      put("hq/outdoor", hour, degrees);
      int hourOfDay = Math.floorMod(hour, 24);
      double usual = (hourOfDay >= 8 && hourOfDay < 18 ? 60 : 20) + 2 * Math.max(0, 15 - degrees);
      double kw = hour >= 0 ? factorAfterwards * usual : usual;
      // Steps: the trapezoids of neighbouring hours must not mix.
      put("hq/main/power", hour, kw);
      put("hq/main/power", hour + 0.999, kw);
    }
  }

  private GetEfficiencyRequest.Builder efficiency() {
    return GetEfficiencyRequest.newBuilder()
        .setSeries("hq/main/power")
        .setTemperatureSeries("hq/outdoor")
        .setRange(hours(0, 168))
        .setBaselineRange(hours(-8 * 168, 0));
  }

  @Test
  void aBuildingThatUsesWhatItUsedScoresFifty() {
    building(1);
    var answer = analytics.getEfficiency(efficiency().build());

    assertThat(answer.getMeasuredKwh())
        .isCloseTo(answer.getBaselineKwh(), within(0.02 * answer.getBaselineKwh()));
    assertThat(answer.getScore()).isBetween(48.0, 52.0);
    assertThat(answer.getBaselineCvRmse()).isBetween(0.0, 5.0);
  }

  @Test
  void aThirdLessScoresTheSixthPartOfTheScaleMore() {
    building(2 / 3.0);
    var answer = analytics.getEfficiency(efficiency().build());

    double ratio = answer.getMeasuredKwh() / answer.getBaselineKwh();
    assertThat(ratio).isCloseTo(2 / 3.0, within(0.01));
    assertThat(answer.getScore()).isCloseTo(100 * (1.5 - ratio), within(1e-9));
  }

  @Test
  void withoutTemperatureAndBaselineTheHoursOfNinetyDaysServe() {
    readings.create("hq/main/power", "kW", Optional.of(HOUR));
    for (int hour = -30 * 24; hour <= 24; hour++) {
      put("hq/main/power", hour, hour < 0 ? 10 : 20);
    }
    var answer =
        analytics.getEfficiency(
            GetEfficiencyRequest.newBuilder()
                .setSeries("hq/main/power")
                .setRange(hours(0, 24))
                .build());

    assertThat(answer.getMeasuredKwh()).isCloseTo(480, within(1e-6));
    // The last hour of the baseline rises to the judged range already.
    assertThat(answer.getBaselineKwh()).isBetween(240.0, 242.0);
    assertThat(answer.getScore()).isZero();
  }

  @Test
  void tooLittleHistoryForABaselineIsSaid() {
    meter("hq/main/power", "kW", -3, 1, -2, 1, -1, 1, 0, 1, 1, 1, 2, 1);
    refused(
        () ->
            analytics.getEfficiency(
                GetEfficiencyRequest.newBuilder()
                    .setSeries("hq/main/power")
                    .setRange(hours(0, 2))
                    .build()),
        Status.Code.FAILED_PRECONDITION,
        "INSUFFICIENT_HISTORY",
        "336");
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

  private String export(ExportAnalyticsRequest request) {
    var file = new StringBuilder();
    analytics
        .exportAnalytics(request)
        .forEachRemaining(part -> {
          assertThat(part.getChunk().size()).isBetween(1, 65_536);
          file.append(part.getChunk().toString(StandardCharsets.UTF_8));
        });
    return file.toString();
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  @Test
  void everyAnswerIsAFileToo() {
    meter("hq/main/power", "kW", 0, 2, 1, 2, 2, 2);
    var consumption =
        GetConsumptionRequest.newBuilder()
            .setSeries("hq/main/power")
            .setRange(hours(0, 2))
            .setBucket(ConsumptionBucket.CONSUMPTION_BUCKET_HOUR);

    assertThat(
            export(
                ExportAnalyticsRequest.newBuilder()
                    .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
                    .setConsumption(consumption)
                    .build()))
        .isEqualTo(
            lines(
                "start,kwh,completeness",
                "2026-03-02T00:00:00Z,2.0,1.0",
                "2026-03-02T01:00:00Z,2.0,1.0"));
    assertThat(
            export(
                ExportAnalyticsRequest.newBuilder()
                    .setFormat(ExportFormat.EXPORT_FORMAT_JSON_LINES)
                    .setRunTime(
                        GetRunTimeRequest.newBuilder()
                            .setSeries("hq/main/power")
                            .setRange(hours(0, 2))
                            .setThreshold(1))
                    .build()))
        .isEqualTo(
            "{\"run_time_seconds\":7200,\"duty\":1.0,\"starts\":0,\"longest_run_seconds\":7200}\n");
    assertThat(
            export(
                ExportAnalyticsRequest.newBuilder()
                    .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
                    .setDemand(
                        GetDemandRequest.newBuilder()
                            .setSeries("hq/main/power")
                            .setRange(hours(0, 2)))
                    .build()))
        .isEqualTo(
            lines(
                "peak_kw,peak_time,forecast_peak_kw,forecast_peak_time,mean_kw,load_factor",
                "2.0,2026-03-02T00:00:00Z,,,2.0,1.0"));
  }

  @Test
  void aLongFileComesInParts() {
    readings.create("hq/main/power", "kW", Optional.of(HOUR));
    for (int hour = 0; hour <= 9_000; hour++) {
      put("hq/main/power", hour, 1 + hour % 7 / 3.0);
    }
    String file =
        export(
            ExportAnalyticsRequest.newBuilder()
                .setFormat(ExportFormat.EXPORT_FORMAT_CSV)
                .setConsumption(
                    GetConsumptionRequest.newBuilder()
                        .setSeries("hq/main/power")
                        .setRange(hours(0, 9_000))
                        .setBucket(ConsumptionBucket.CONSUMPTION_BUCKET_HOUR))
                .build());

    assertThat(file.lines()).hasSize(9_001);
    assertThat(file.length()).isGreaterThan(3 * 65_536);
    assertThat(file).endsWith("\r\n");
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

  private static void refused(
      ThrowingCallable call, Status.Code code, String reason, String detail) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
              assertThat(StatusDetails.reason(e)).contains(reason);
              assertThat(e.getMessage()).contains(detail);
            });
  }
}
