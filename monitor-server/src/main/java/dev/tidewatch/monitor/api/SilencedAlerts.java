package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.alert.Alert;
import dev.tidewatch.monitor.alert.Silence;
import dev.tidewatch.monitor.alert.SilenceStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Says of alerts which silences hold back their delivery now. Thread-safe. */
final class SilencedAlerts {
  private static final int SILENCES_MAX = 1_000;

  private final SilenceStore silences;
  private final InstantSource clock;

  /**
   * @param clock domain time
   */
  SilencedAlerts(SilenceStore silences, InstantSource clock) {
    this.silences = silences;
    this.clock = clock;
  }

  /** Silences that are in force. */
  List<Silence> now() {
    return silences.activeAt(clock.instant(), SILENCES_MAX);
  }

  dev.tidewatch.proto.monitor.v1.Alert write(Alert alert) {
    return write(alert, now());
  }

  /**
   * The message of an alert.
   *
   * @param active silences that are in force
   */
  dev.tidewatch.proto.monitor.v1.Alert write(Alert alert, List<Silence> active) {
    Instant now = clock.instant();
    return AlertMessages.write(
        alert,
        active.stream().filter(silence -> silence.silences(alert, now)).map(Silence::id).toList());
  }
}
