package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.truth.JoinWatcher;
import dev.tidewatch.monitor.truth.Target;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What the monitor counts. Thread-safe. */
public final class MonitorMetrics implements JoinWatcher {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
  private static final Attributes RECORDED = Attributes.of(OUTCOME, "recorded");
  private static final Attributes KNOWN = Attributes.of(OUTCOME, "known");
  private static final Attributes REJECTED = Attributes.of(OUTCOME, "rejected");
  private static final Attributes CHANGED = Attributes.of(OUTCOME, "changed");
  private static final Attributes UNCHANGED = Attributes.of(OUTCOME, "unchanged");

  private final LongCounter predictions;
  private final LongCounter anomalies;
  private final LongCounter actuals;
  private final AtomicLong changedSinceStart = new AtomicLong();
  private final AtomicLong joinLagMillis = new AtomicLong();

  public MonitorMetrics(Meter meter) {
    predictions =
        meter
            .counterBuilder("tidewatch.monitor.predictions")
            .setDescription("Predictions sent to the ledger, by what became of them.")
            .build();
    anomalies =
        meter
            .counterBuilder("tidewatch.monitor.anomalies")
            .setDescription("Anomalies reported, by what became of them.")
            .build();
    actuals =
        meter
            .counterBuilder("tidewatch.monitor.actuals")
            .setDescription("Actuals taken, by whether they were new or changed.")
            .build();
    meter
        .gaugeBuilder("tidewatch.monitor.join_lag")
        .setUnit("s")
        .setDescription(
            "Domain time from when the oldest actual of the last turn was due to its taking.")
        .buildWithCallback(gauge -> gauge.record(joinLagMillis.get() / 1000.0));
  }

  void predictionsRecorded(int recorded, int known, int rejected) {
    add(predictions, recorded, RECORDED);
    add(predictions, known, KNOWN);
    add(predictions, rejected, REJECTED);
  }

  void anomaliesReported(int recorded, int known, int rejected) {
    add(anomalies, recorded, RECORDED);
    add(anomalies, known, KNOWN);
    add(anomalies, rejected, REJECTED);
  }

  /** Actuals that were new or changed since the server started. */
  public long joinsSinceStart() {
    return changedSinceStart.get();
  }

  @Override
  public void taken(List<Target> due, List<Target> changed, Instant at) {
    changedSinceStart.addAndGet(changed.size());
    add(actuals, changed.size(), CHANGED);
    add(actuals, due.size() - changed.size(), UNCHANGED);
    due.stream()
        .map(Target::dueAt)
        .min(Instant::compareTo)
        .ifPresent(oldest -> joinLagMillis.set(Duration.between(oldest, at).toMillis()));
  }

  @Override
  public void nothingDue() {
    joinLagMillis.set(0);
  }

  private static void add(LongCounter counter, long count, Attributes attributes) {
    if (count > 0) {
      counter.add(count, attributes);
    }
  }
}
