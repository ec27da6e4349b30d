package dev.tidewatch.monitor;

import dev.tidewatch.monitor.api.DeliveryApi;
import dev.tidewatch.monitor.api.Notifications;
import dev.tidewatch.monitor.delivery.Delivery;
import dev.tidewatch.monitor.storage.PostgresDeliveryStore;
import dev.tidewatch.monitor.storage.PostgresTargetStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Delivery of alerts to webhooks.
 *
 * @param api its part of AlertService
 */
record Delivering(DeliveryApi api) {
  /**
   * Starts to follow the transitions of alerts and to send.
   *
   * @param opened closes it
   * @param clock domain time
   */
  static Delivering open(
      MonitorConfig config,
      Database database,
      Alerting alerting,
      InstantSource clock,
      Telemetry telemetry,
      CloseStack opened) {
    var targets = new PostgresTargetStore(database);
    var store = new PostgresDeliveryStore(database);
    var delivery =
        opened.push(
            new Delivery(
                    alerting.alerts(),
                    alerting.rules(),
                    alerting.silences(),
                    alerting.tail(),
                    targets,
                    store,
                    new Notifications(clock),
                    config.delivery(),
                    telemetry,
                    clock,
                    InstantSource.system(),
                    new SecureRandom(),
                    config.watchInterval())
                .start());
    return new Delivering(new DeliveryApi(targets, store, delivery, InstantSource.system()));
  }
}
