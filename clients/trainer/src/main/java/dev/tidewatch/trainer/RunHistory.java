package dev.tidewatch.trainer;

import dev.tidewatch.proto.registry.v1.GetRunRequest;
import dev.tidewatch.proto.registry.v1.ListRunMetricsRequest;
import dev.tidewatch.proto.registry.v1.MetricPoint;
import dev.tidewatch.proto.registry.v1.Run;
import dev.tidewatch.proto.registry.v1.RunServiceGrpc;
import dev.tidewatch.sdk.Calls;
import dev.tidewatch.sdk.RegistryClient;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What the registry remembers of runs. Thread-safe. */
public final class RunHistory {
  private static final int DEADLINE_SECONDS = 30;
  private static final int PAGE_POINTS = 1_000;

  /** A longer curve is cut. */
  private static final int POINTS_MAX = 100_000;

  private final RegistryClient registry;

  public RunHistory(RegistryClient registry) {
    this.registry = registry;
  }

  /**
   * @throws dev.tidewatch.sdk.TidewatchException {@code NOT_FOUND / RUN_UNKNOWN}
   */
  public Run get(String runId) {
    var request = GetRunRequest.newBuilder().setRunId(runId).build();
    return Calls.unary(() -> stub().getRun(request)).getRun();
  }

  /** Curves of all metrics, by name; points by step. */
  public SortedMap<String, List<MetricPoint>> curves(String runId) {
    var curves = new TreeMap<String, List<MetricPoint>>();
    String token = "";
    int points = 0;
    do {
      var request =
          ListRunMetricsRequest.newBuilder()
              .setRunId(runId)
              .setPageSize(PAGE_POINTS)
              .setPageToken(token)
              .build();
      var page = Calls.unary(() -> stub().listRunMetrics(request));
      for (MetricPoint point : page.getPointsList()) {
        curves.computeIfAbsent(point.getMetric(), metric -> new ArrayList<>()).add(point);
        points++;
      }
      token = page.getNextPageToken();
    } while (!token.isEmpty() && points < POINTS_MAX);
    return curves;
  }

  private RunServiceGrpc.RunServiceBlockingStub stub() {
    return RunServiceGrpc.newBlockingStub(registry.channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
