package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.tuning.Tuning;
import dev.tidewatch.monitor.tuning.TuningChange;
import dev.tidewatch.monitor.tuning.TuningKey;

/** Tunings, in and out of their messages. */
final class TuningMessages {
  private TuningMessages() {}

  /**
   * @param prefix of the fields' names
   */
  static TuningKey key(String prefix, String series, String model, String version) {
    TextField.require(prefix + "model", model, 1, 128);
    TextField.require(prefix + "version", version, 1, 64);
    return new TuningKey(Wire.series(prefix + "series", series), new ModelVersion(model, version));
  }

  static dev.tidewatch.proto.monitor.v1.Tuning write(Tuning tuning) {
    return named(tuning.key())
        .setRevision(tuning.revision())
        .setThresholdFactor(tuning.thresholdFactor())
        .addAllConformalOffsets(tuning.conformalOffsets())
        .setChangedAt(Wire.time(tuning.changedAt()))
        .setReason(tuning.reason())
        .setEtag(tuning.etag())
        .build();
  }

  /** Names what is as trained from here on. */
  static dev.tidewatch.proto.monitor.v1.Tuning writeReset(TuningChange change) {
    return named(change.key()).setRevision(change.revision()).build();
  }

  private static dev.tidewatch.proto.monitor.v1.Tuning.Builder named(TuningKey key) {
    return dev.tidewatch.proto.monitor.v1.Tuning.newBuilder()
        .setSeries(key.series().value())
        .setModel(key.version().model())
        .setVersion(key.version().version());
  }
}
