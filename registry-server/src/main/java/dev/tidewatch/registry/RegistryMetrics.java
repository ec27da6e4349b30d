package dev.tidewatch.registry;

import dev.tidewatch.registry.api.WatchEndpoint;
import dev.tidewatch.serverkit.lifecycle.HighWaterMark;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.List;

/** What the registry tells about itself. */
final class RegistryMetrics implements AutoCloseable {
  private final List<ObservableLongGauge> gauges;

  RegistryMetrics(Meter meter, HighWaterMark revisions, WatchEndpoint watch) {
    gauges =
        List.of(
            meter
                .gaugeBuilder("tidewatch.registry.revision")
                .ofLongs()
                .setDescription("Revision of the last change.")
                .buildWithCallback(gauge -> gauge.record(revisions.height())),
            meter
                .gaugeBuilder("tidewatch.registry.watchers")
                .ofLongs()
                .setDescription("Watchers that are connected.")
                .buildWithCallback(gauge -> gauge.record(watch.watchers())));
  }

  @Override
  public void close() {
    gauges.forEach(ObservableLongGauge::close);
  }
}
