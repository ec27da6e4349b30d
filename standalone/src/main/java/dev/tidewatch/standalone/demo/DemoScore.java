package dev.tidewatch.standalone.demo;

import dev.tidewatch.proto.monitor.v1.AccuracyDimension;
import dev.tidewatch.proto.monitor.v1.AccuracyFigures;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusRequest;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusResponse;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.sdk.MonitorClient;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The figures of a run, asked of the monitor and of the demo's own measurements. */
final class DemoScore {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final MonitorClient monitor;
  private final BuildingFeed feed;
  private final AnomalyCollector anomalies;
  private final ForecastProbe probe;
  private final DemoTimeline timeline;

  DemoScore(
      MonitorClient monitor,
      BuildingFeed feed,
      AnomalyCollector anomalies,
      ForecastProbe probe,
      DemoTimeline timeline) {
    this.monitor = monitor;
    this.feed = feed;
    this.anomalies = anomalies;
    this.probe = probe;
    this.timeline = timeline;
  }

  /**
   * Waits until the ledger has joined every reading that was sent, and no new anomaly comes.
   *
   * @param most how long at most; then what is there counts
   */
  void awaitSettled(Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    long sent = feed.writer().feedPosition().position();
    int listed = -1;
    while (System.nanoTime() < deadline) {
      int now = anomalies.listed().size();
      if (ledger().getJoinedThrough().getPosition() >= sent && now == listed) {
        return;
      }
      listed = now;
      Thread.sleep(PAUSE.multipliedBy(5));
    }
  }

  GetLedgerStatusResponse ledger() {
    return LedgerServiceGrpc.newBlockingStub(monitor.channel())
        .getLedgerStatus(GetLedgerStatusRequest.getDefaultInstance());
  }

  /** A line for people; the figures that are not there yet are left out. */
  String line() {
    var status = ledger();
    var meter = accuracy(BuildingPoint.ELECTRIC_POWER.series());
    return "%,d readings · %,d forecasts · %,d steps joined · %d anomalies%s"
        .formatted(
            feed.writer().totals().accepted(),
            status.getPredictions(),
            status.getStepsKnown(),
            anomalies.listed().size(),
            meter
                .filter(AccuracyFigures::hasMape)
                .map(found -> " · meter MAPE %.1f %%".formatted(found.getMape()))
                .orElse(""));
  }

  /** Everything, after the end of the scenario. */
  Figures figures(FaultVerdict verdict) {
    var status = ledger();
    var figures =
        new Figures()
            .put("readings_stored", feed.writer().totals().accepted())
            .put("forecasts_made", status.getPredictions())
            .put("forecasts_joined", forecastsJoined())
            .put("forecast_steps_joined", status.getStepsKnown());
    accuracy(BuildingPoint.ELECTRIC_POWER.series())
        .ifPresent(meter -> figures.put("mae", meter.getMae()).put("energy_mape", meter.getMape()));
    accuracy("")
        .filter(all -> all.getIntervalsCount() > 0)
        .ifPresent(all -> figures.put("coverage", all.getIntervals(0).getCoverage()));
    figures
        .put("faults_planted", verdict.planted())
        .put("faults_found", verdict.found())
        .put("faults_missed", verdict.planted() - verdict.found())
        .put("false_alarms", verdict.falseAlarms())
        .put("anomalies_listed", anomalies.listed().size())
        .put("forecast_failures", probe.failures());
    put(figures, "forecast_ms", probe.latencies());
    put(figures, "reading_to_anomaly_ms", anomalies.latencies());
    return figures;
  }

  private static void put(Figures figures, String key, Latencies latencies) {
    if (latencies.count() > 0) {
      figures.put(key + "_p50", latencies.millis(0.5)).put(key + "_p99", latencies.millis(0.99));
    }
  }

  /** Forecasts of which at least the first step has met its truth. */
  private long forecastsJoined() {
    return monitor
        .accuracy(
            request("")
                .addGroupBy(AccuracyDimension.ACCURACY_DIMENSION_STEP)
                .setPageSize(1_000)
                .build())
        .filter(group -> group.getStep() == 1)
        .mapToLong(group -> group.getFigures().getPairs())
        .sum();
  }

  /** Over the live part; of all series where {@code series} is empty. */
  private Optional<AccuracyFigures> accuracy(String series) {
    List<AccuracyFigures> groups =
        monitor.accuracy(request(series).build()).map(group -> group.getFigures()).toList();
    return groups.stream().filter(figures -> figures.getPairs() > 0).findFirst();
  }

  private GetAccuracyRequest.Builder request(String series) {
    return GetAccuracyRequest.newBuilder()
        .setFilter(PredictionFilter.newBuilder().setSeries(series))
        .setRange(
            TimeRange.newBuilder()
                .setFrom(ProtoTimes.timestamp(timeline.liveStart()))
                .setTo(ProtoTimes.timestamp(timeline.liveEnd())));
  }
}
