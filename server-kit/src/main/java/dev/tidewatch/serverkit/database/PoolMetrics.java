package dev.tidewatch.serverkit.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;

/** How busy the connections of a pool are, by the names of OpenTelemetry's database conventions. */
final class PoolMetrics {
  private static final AttributeKey<String> POOL =
      AttributeKey.stringKey("db.client.connection.pool.name");
  private static final AttributeKey<String> STATE =
      AttributeKey.stringKey("db.client.connection.state");

  private PoolMetrics() {}

  static BatchCallback register(HikariDataSource pool, String name, Meter meter) {
    ObservableLongMeasurement count =
        meter
            .upDownCounterBuilder("db.client.connection.count")
            .setUnit("{connection}")
            .buildObserver();
    ObservableLongMeasurement max =
        meter
            .upDownCounterBuilder("db.client.connection.max")
            .setUnit("{connection}")
            .buildObserver();
    ObservableLongMeasurement pending =
        meter
            .upDownCounterBuilder("db.client.connection.pending_requests")
            .setUnit("{request}")
            .buildObserver();
    Attributes all = Attributes.of(POOL, name);
    Attributes idle = Attributes.of(POOL, name, STATE, "idle");
    Attributes used = Attributes.of(POOL, name, STATE, "used");
    return meter.batchCallback(
        () -> {
          HikariPoolMXBean state = pool.getHikariPoolMXBean();
          count.record(state.getIdleConnections(), idle);
          count.record(state.getActiveConnections(), used);
          max.record(pool.getMaximumPoolSize(), all);
          pending.record(state.getThreadsAwaitingConnection(), all);
        },
        count,
        max,
        pending);
  }
}
