package dev.tidewatch.monitor.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.analytics.Analytics;
import dev.tidewatch.monitor.analytics.DeviceMeasure;
import dev.tidewatch.monitor.analytics.Span;
import dev.tidewatch.proto.monitor.v1.AnalyticsServiceGrpc;
import dev.tidewatch.proto.monitor.v1.CompareDevicesRequest;
import dev.tidewatch.proto.monitor.v1.CompareDevicesResponse;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsResponse;
import dev.tidewatch.proto.monitor.v1.GetConsumptionRequest;
import dev.tidewatch.proto.monitor.v1.GetConsumptionResponse;
import dev.tidewatch.proto.monitor.v1.GetCorrelationRequest;
import dev.tidewatch.proto.monitor.v1.GetCorrelationResponse;
import dev.tidewatch.proto.monitor.v1.GetDemandRequest;
import dev.tidewatch.proto.monitor.v1.GetDemandResponse;
import dev.tidewatch.proto.monitor.v1.GetEfficiencyRequest;
import dev.tidewatch.proto.monitor.v1.GetEfficiencyResponse;
import dev.tidewatch.proto.monitor.v1.GetRunTimeRequest;
import dev.tidewatch.proto.monitor.v1.GetRunTimeResponse;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/** Energy and building analytics over gRPC. */
public final class AnalyticsApi extends AnalyticsServiceGrpc.AnalyticsServiceImplBase {
  private static final Duration STEP_USUAL = Duration.ofMinutes(15);

  private final Analytics analytics;
  private final Semaphore permits;

  /**
   * @param answersMax how many may be computed at once
   */
  public AnalyticsApi(Analytics analytics, int answersMax) {
    this.analytics = analytics;
    this.permits = new Semaphore(answersMax);
  }

  @Override
  public void getConsumption(
      GetConsumptionRequest request, StreamObserver<GetConsumptionResponse> answer) {
    answer(answer, () -> consumption(request));
  }

  @Override
  public void getDemand(GetDemandRequest request, StreamObserver<GetDemandResponse> answer) {
    answer(answer, () -> demand(request));
  }

  @Override
  public void getEfficiency(
      GetEfficiencyRequest request, StreamObserver<GetEfficiencyResponse> answer) {
    answer(answer, () -> efficiency(request));
  }

  @Override
  public void getRunTime(GetRunTimeRequest request, StreamObserver<GetRunTimeResponse> answer) {
    answer(answer, () -> runTime(request));
  }

  @Override
  public void getCorrelation(
      GetCorrelationRequest request, StreamObserver<GetCorrelationResponse> answer) {
    answer(answer, () -> correlation(request));
  }

  @Override
  public void compareDevices(
      CompareDevicesRequest request, StreamObserver<CompareDevicesResponse> answer) {
    answer(answer, () -> devices(request));
  }

  @Override
  public void exportAnalytics(
      ExportAnalyticsRequest request, StreamObserver<ExportAnalyticsResponse> answer) {
    AnalyticsTable table = exclusively(() -> table(request));
    Function<AnalyticsTable, Iterable<byte[]>> file =
        switch (request.getFormat()) {
          case EXPORT_FORMAT_CSV -> AnalyticsTable::csv;
          case EXPORT_FORMAT_JSON_LINES -> AnalyticsTable::jsonLines;
          case EXPORT_FORMAT_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknownEnum("format");
        };
    for (byte[] chunk : file.apply(table)) {
      answer.onNext(
          ExportAnalyticsResponse.newBuilder().setChunk(ByteString.copyFrom(chunk)).build());
    }
    answer.onCompleted();
  }

  private AnalyticsTable table(ExportAnalyticsRequest request) {
    return switch (request.getQuestionCase()) {
      case CONSUMPTION -> AnalyticsTable.of(consumption(request.getConsumption()));
      case DEMAND -> AnalyticsTable.of(demand(request.getDemand()));
      case EFFICIENCY -> AnalyticsTable.of(efficiency(request.getEfficiency()));
      case RUN_TIME -> AnalyticsTable.of(runTime(request.getRunTime()));
      case CORRELATION -> AnalyticsTable.of(correlation(request.getCorrelation()));
      case DEVICES -> AnalyticsTable.of(devices(request.getDevices()));
      case QUESTION_NOT_SET ->
          throw InvalidArgument.field("question", "is missing; say what to export");
    };
  }

  private <T extends Message> void answer(StreamObserver<T> answer, Supplier<T> work) {
    answer.onNext(exclusively(work));
    answer.onCompleted();
  }

  private <T> T exclusively(Supplier<T> work) {
    if (!permits.tryAcquire()) {
      throw new ResourceExhausted(
          "ANALYTICS_BUSY",
          "as many answers as this server allows (analytics-max) are being computed; try again",
          Duration.ofSeconds(1));
    }
    try {
      return work.get();
    } finally {
      permits.release();
    }
  }

  private GetConsumptionResponse consumption(GetConsumptionRequest request) {
    Duration width =
        switch (request.getBucket()) {
          case CONSUMPTION_BUCKET_HOUR -> Duration.ofHours(1);
          case CONSUMPTION_BUCKET_DAY, CONSUMPTION_BUCKET_UNSPECIFIED -> Duration.ofDays(1);
          case UNRECOGNIZED -> throw Wire.unknownEnum("bucket");
        };
    Grid grid = Grid.ofStep(width).withZone(Wire.zone("time_zone", request.getTimeZone()));
    return AnalyticsMessages.consumption(
        analytics.consumption(
            series("series", request.getSeries()), span("range", request.getRange()), grid));
  }

  private GetDemandResponse demand(GetDemandRequest request) {
    return AnalyticsMessages.demand(
        analytics.demand(
            series("series", request.getSeries()),
            span("range", request.getRange()),
            grid("interval", request.getInterval())));
  }

  private GetEfficiencyResponse efficiency(GetEfficiencyRequest request) {
    Optional<String> temperature =
        request.getTemperatureSeries().isEmpty()
            ? Optional.empty()
            : Optional.of(series("temperature_series", request.getTemperatureSeries()));
    Optional<Span> usual =
        request.hasBaselineRange()
            ? Optional.of(span("baseline_range", request.getBaselineRange()))
            : Optional.empty();
    return AnalyticsMessages.efficiency(
        analytics.efficiency(
            series("series", request.getSeries()),
            temperature,
            span("range", request.getRange()),
            usual,
            Wire.zone("time_zone", request.getTimeZone())));
  }

  private GetRunTimeResponse runTime(GetRunTimeRequest request) {
    if (!Double.isFinite(request.getThreshold())) {
      throw new InvalidArgument("VALUE_NOT_FINITE", "threshold", "must be finite");
    }
    Span span = span("range", request.getRange());
    return AnalyticsMessages.runTime(
        analytics.runTime(series("series", request.getSeries()), span, request.getThreshold()),
        span);
  }

  private GetCorrelationResponse correlation(GetCorrelationRequest request) {
    List<String> series =
        request.getSeriesList().stream().map(name -> series("series", name)).toList();
    return AnalyticsMessages.correlation(
        analytics.correlations(
            series,
            span("range", request.getRange()),
            grid("step", request.getStep()),
            Wire.duration(request.getLagMax())),
        grid("step", request.getStep()).step());
  }

  private CompareDevicesResponse devices(CompareDevicesRequest request) {
    DeviceMeasure measure =
        switch (request.getMeasure()) {
          case DEVICE_MEASURE_CONSUMPTION -> DeviceMeasure.CONSUMPTION;
          case DEVICE_MEASURE_PEAK_DEMAND -> DeviceMeasure.PEAK_DEMAND;
          case DEVICE_MEASURE_LOAD_FACTOR -> DeviceMeasure.LOAD_FACTOR;
          case DEVICE_MEASURE_EFFICIENCY -> DeviceMeasure.EFFICIENCY;
          case DEVICE_MEASURE_ANOMALIES -> DeviceMeasure.ANOMALIES;
          case DEVICE_MEASURE_HEALTH -> DeviceMeasure.HEALTH;
          case DEVICE_MEASURE_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknownEnum("measure");
        };
    List<String> devices =
        request.getDevicesList().stream()
            .map(device -> TextField.require("devices", device, 1, 255))
            .toList();
    return AnalyticsMessages.devices(
        analytics.compare(
            devices,
            measure,
            span("range", request.getRange()),
            Wire.zone("time_zone", request.getTimeZone())),
        measure);
  }

  private static String series(String field, String name) {
    return Wire.series(field, name).value();
  }

  private static Span span(String field, TimeRange range) {
    var bounds = Wire.bounds(field, range);
    return new Span(field, Times.toMicros(bounds.from()), Times.toMicros(bounds.to()));
  }

  private static Grid grid(String field, com.google.protobuf.Duration width) {
    Duration step = Wire.duration(width);
    try {
      return Grid.ofStep(step.isZero() ? STEP_USUAL : step);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(
          field, "is %s; it must be whole seconds, from one second to seven days".formatted(step));
    }
  }
}
