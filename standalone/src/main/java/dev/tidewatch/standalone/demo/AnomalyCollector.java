package dev.tidewatch.standalone.demo;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyAction;
import dev.tidewatch.proto.monitor.v1.AnomalyEvent;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import dev.tidewatch.sdk.MonitorClient;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.standalone.figures.Latencies;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the monitor's anomaly log on a thread of its own, keeps what it lists, and measures how
 * long each took since its reading was sent.
 */
final class AnomalyCollector implements AutoCloseable {
  private static final int LATENCIES_MAX = 1_000_000;

  private final BuildingFeed feed;
  private final Consumer<Anomaly> listener;
  private final Latencies latencies = new Latencies(LATENCIES_MAX);
  private final List<ListedAnomaly> listed = new ArrayList<>();
  private final Thread thread;
  private @Nullable String traceId;

  /**
   * @param listener hears of each anomaly on the collector's thread
   */
  AnomalyCollector(MonitorClient monitor, BuildingFeed feed, Consumer<Anomaly> listener) {
    this.feed = feed;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("demo-anomalies").start(() -> follow(monitor));
  }

  private void follow(MonitorClient monitor) {
    var request = WatchAnomaliesRequest.newBuilder().setFromStart(true).build();
    try (var watch = monitor.watchAnomaliesResuming(request)) {
      while (watch.hasNext()) {
        WatchAnomaliesResponse message = watch.next();
        if (message.hasChange()) {
          take(message.getChange());
        }
      }
    } catch (TidewatchException e) {
      if (!Thread.currentThread().isInterrupted()) {
        throw e;
      }
    }
  }

  private void take(AnomalyEvent event) {
    if (event.getChange().getAction() != AnomalyAction.ANOMALY_ACTION_REPORTED) {
      return;
    }
    long arrivedNanos = System.nanoTime();
    var anomaly = event.getAnomaly();
    var time = ProtoTimes.instant(anomaly.getTime());
    var sentNanos = feed.sentNanos(time);
    synchronized (listed) {
      if (sentNanos != null) {
        latencies.record(arrivedNanos - sentNanos);
        traceId = anomaly.getTraceId().isEmpty() ? traceId : anomaly.getTraceId();
      }
      listed.add(
          new ListedAnomaly(
              anomaly.getId(),
              anomaly.getSeries(),
              time,
              ProtoTimes.instant(anomaly.getReportedAt())));
    }
    listener.accept(anomaly);
  }

  /** Everything so far. */
  List<ListedAnomaly> listed() {
    synchronized (listed) {
      return List.copyOf(listed);
    }
  }

  /** From the writer's append to the watcher, of anomalies in live readings. */
  Latencies latencies() {
    return latencies;
  }

  /** The newest trace that an anomaly named. */
  @Nullable String traceId() {
    synchronized (listed) {
      return traceId;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
