package dev.tidewatch.monitor;

import dev.tidewatch.serverkit.config.Setting;
import java.time.Duration;

/** Settings of how the ledger is kept. */
public record LedgerConfig(
    @Setting(
            description =
                "How often days that are over are looked for, whose accuracy is then summed up.",
            defaultValue = "5s")
        Duration rollupInterval,
    @Setting(
            description =
                "How long predictions and actuals are kept after their time, 0 for ever, otherwise 35 days or more."
                    + " The sums per day, which long windows of accuracy are answered from, stay.",
            defaultValue = "0s")
        Duration retention) {
  /** Shorter would cut into windows of 30 days. */
  static final Duration RETENTION_MIN = Duration.ofDays(35);

  public LedgerConfig {
    if (rollupInterval.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          "rollup-interval: " + rollupInterval + ", expected 1ms or more");
    }
    if (!retention.isZero() && retention.compareTo(RETENTION_MIN) < 0) {
      throw new IllegalArgumentException(
          "retention: " + retention + ", expected 0 or " + RETENTION_MIN + " or more");
    }
  }
}
