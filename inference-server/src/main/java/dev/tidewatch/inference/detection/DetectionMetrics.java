package dev.tidewatch.inference.detection;

import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts of detection on the feed. Thread-safe. */
public final class DetectionMetrics {
  private final LongAdder readingsScored = new LongAdder();
  private final LongAdder anomaliesReported = new LongAdder();
  private final AtomicLong lag = new AtomicLong();
  private final LongCounter readings;
  private final LongCounter anomalies;

  public DetectionMetrics(Meter meter) {
    readings =
        meter
            .counterBuilder("tidewatch.detection.readings")
            .setDescription("Readings of the feed that a detector scored.")
            .build();
    anomalies =
        meter
            .counterBuilder("tidewatch.detection.anomalies")
            .setDescription("Anomalies that the monitor acknowledged, repeats included.")
            .build();
    var _ =
        meter
            .gaugeBuilder("tidewatch.detection.lag")
            .ofLongs()
            .setDescription("Commits of the feed that are not yet scored.")
            .buildWithCallback(gauge -> gauge.record(lag.get()));
  }

  void scored(int count) {
    readingsScored.add(count);
    readings.add(count);
  }

  void reported(int count) {
    anomaliesReported.add(count);
    anomalies.add(count);
  }

  void lag(long commits) {
    lag.set(commits);
  }

  public long readingsScored() {
    return readingsScored.sum();
  }

  public long anomaliesReported() {
    return anomaliesReported.sum();
  }
}
