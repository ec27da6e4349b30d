package dev.tidewatch.monitor.delivery;

import dev.tidewatch.monitor.alert.AlertStore.ChangedAlert;
import java.util.List;

/** Writes notifications. */
public interface NotificationFormats {
  /** The contract's AlertEvent as JSON. */
  String event(ChangedAlert changed);

  /**
   * The body of a delivery.
   *
   * @param events AlertEvents of the contract as JSON, oldest first
   * @param test whether it only tries the target
   */
  String body(
      DeliveryFormat format, String delivery, String target, List<String> events, boolean test);

  /** An AlertEvent that only tries a target. */
  String testEvent();
}
