package dev.tidewatch.monitor.delivery;

import dev.tidewatch.monitor.alert.AlertState;
import dev.tidewatch.monitor.alert.AlertTransition;
import java.util.Arrays;

/** What a target takes. Codes are kept in the database. */
public enum DeliveryFormat {
  /** The contract's AlertNotification as JSON. */
  JSON(1),
  /** Slack's incoming webhooks. */
  SLACK(2),
  /** Prometheus Alertmanager, {@code POST /api/v2/alerts}. */
  ALERTMANAGER(3);

  private final int code;

  DeliveryFormat(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public static DeliveryFormat ofCode(int code) {
    return Arrays.stream(values())
        .filter(format -> format.code == code)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("delivery format " + code));
  }

  /**
   * Whether a transition means something to the receiver. Slack and Alertmanager know no pending
   * alerts, so neither these nor their end without having fired are sent to them.
   */
  boolean takes(AlertTransition transition) {
    boolean endsUnfired =
        transition.to() == AlertState.RESOLVED
            && !transition.from().map(AlertState::isFiring).orElse(false);
    return this == JSON || !(transition.to() == AlertState.PENDING || endsUnfired);
  }
}
