package dev.tidewatch.sdk;

import dev.tidewatch.proto.monitor.v1.AnalyticsServiceGrpc;
import dev.tidewatch.proto.monitor.v1.CompareDevicesRequest;
import dev.tidewatch.proto.monitor.v1.Correlation;
import dev.tidewatch.proto.monitor.v1.DeviceRank;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsRequest;
import dev.tidewatch.proto.monitor.v1.ExportAnalyticsResponse;
import dev.tidewatch.proto.monitor.v1.GetConsumptionRequest;
import dev.tidewatch.proto.monitor.v1.GetConsumptionResponse;
import dev.tidewatch.proto.monitor.v1.GetCorrelationRequest;
import dev.tidewatch.proto.monitor.v1.GetDemandRequest;
import dev.tidewatch.proto.monitor.v1.GetDemandResponse;
import dev.tidewatch.proto.monitor.v1.GetEfficiencyRequest;
import dev.tidewatch.proto.monitor.v1.GetEfficiencyResponse;
import dev.tidewatch.proto.monitor.v1.GetRunTimeRequest;
import dev.tidewatch.proto.monitor.v1.GetRunTimeResponse;
import io.grpc.Channel;
import java.util.List;

/**
 * What readings say about energy and plant. Thread-safe. Every method throws {@link
 * TidewatchException} if the call fails.
 */
public final class AnalyticsClient {
  private final AnalyticsServiceGrpc.AnalyticsServiceBlockingStub analytics;

  AnalyticsClient(Channel channel) {
    this.analytics = AnalyticsServiceGrpc.newBlockingStub(channel);
  }

  public GetConsumptionResponse consumption(GetConsumptionRequest request) {
    return Calls.unary(() -> analytics.getConsumption(request));
  }

  public GetDemandResponse demand(GetDemandRequest request) {
    return Calls.unary(() -> analytics.getDemand(request));
  }

  public GetEfficiencyResponse efficiency(GetEfficiencyRequest request) {
    return Calls.unary(() -> analytics.getEfficiency(request));
  }

  public GetRunTimeResponse runTime(GetRunTimeRequest request) {
    return Calls.unary(() -> analytics.getRunTime(request));
  }

  /** Each pair once, strongest first. */
  public List<Correlation> correlations(GetCorrelationRequest request) {
    return Calls.unary(() -> analytics.getCorrelation(request)).getCorrelationsList();
  }

  /** Largest first. */
  public List<DeviceRank> compare(CompareDevicesRequest request) {
    return Calls.unary(() -> analytics.compareDevices(request)).getDevicesList();
  }

  /** Any of the answers as a file. */
  public ServerStream<ExportAnalyticsResponse> export(ExportAnalyticsRequest request) {
    return Calls.stream(() -> analytics.exportAnalytics(request));
  }
}
