package dev.tidewatch.inference.history;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;

/** What is to be seen of the windows in memory. */
public final class WindowMetrics {
  private static final AttributeKey<String> RESULT = AttributeKey.stringKey("tidewatch.result");

  private WindowMetrics() {}

  /** Reads the memory whenever metrics are collected. */
  public static void register(WindowMemory memory, Meter meter) {
    meter
        .gaugeBuilder("tidewatch.windows.size")
        .setDescription("Readings of series in memory.")
        .setUnit("By")
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(memory.bytes()));
    meter
        .gaugeBuilder("tidewatch.windows.series")
        .setDescription("Series whose readings are in memory.")
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(memory.series()));
    meter
        .counterBuilder("tidewatch.windows.reads")
        .setDescription("Windows that were asked for, by whether memory had them.")
        .buildWithCallback(counter -> {
          counter.record(memory.hits(), Attributes.of(RESULT, "hit"));
          counter.record(memory.misses(), Attributes.of(RESULT, "miss"));
        });
  }
}
