package dev.tidewatch.inference.spool;

import io.opentelemetry.api.metrics.Meter;

/** What a spool holds, as metrics. */
public final class SpoolMetrics {
  private SpoolMetrics() {}

  /** Reads the spool whenever metrics are collected. */
  public static void register(PredictionSpool spool, Meter meter) {
    var _ =
        meter
            .gaugeBuilder("tidewatch.spool.size")
            .ofLongs()
            .setUnit("By")
            .setDescription("Bytes of the prediction spool on disk.")
            .buildWithCallback(gauge -> gauge.record(spool.bytes()));
    var _ =
        meter
            .gaugeBuilder("tidewatch.spool.predictions")
            .ofLongs()
            .setDescription("Predictions that the monitor has not taken yet.")
            .buildWithCallback(gauge -> gauge.record(spool.pendingRecords()));
    var _ =
        meter
            .counterBuilder("tidewatch.spool.refused")
            .setDescription("Predictions that the spool could not keep.")
            .buildWithCallback(counter -> counter.record(spool.refusedRecords()));
  }
}
