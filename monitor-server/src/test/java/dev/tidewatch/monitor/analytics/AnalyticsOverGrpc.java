package dev.tidewatch.monitor.analytics;

import com.google.protobuf.Timestamp;
import dev.tidewatch.monitor.SettableClock;
import dev.tidewatch.monitor.api.AnalyticsApi;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.proto.monitor.v1.AnalyticsServiceGrpc;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.grpc.GrpcConfig;
import dev.tidewatch.serverkit.grpc.GrpcServer;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.Refusal;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Analytics over gRPC, of readings and forecasts that a test makes up. */
abstract class AnalyticsOverGrpc {
  /** A Monday. */
  static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  static final long HOUR = Times.MICROS_PER_HOUR;
  static final long START_MICROS = Times.toMicros(START);

  final StoredReadings readings = new StoredReadings();
  final Map<String, Prediction> forecasts = new TreeMap<>();
  GrpcServer server;
  GrpcChannel channel;
  AnalyticsServiceGrpc.AnalyticsServiceBlockingStub analytics;

  @BeforeEach
  void launch() {
    var config =
        ConfigLoader.with(
            GrpcConfig.class, Map.of("host", "inproc:" + UUID.randomUUID(), "port", "0"));
    var records =
        new DeviceRecords() {
          @Override
          public long anomalies(Collection<String> series, Span span) {
            return series.size();
          }

          @Override
          public double health(String device, Span span) {
            return device.length();
          }
        };
    var clock = new SettableClock(START.plusSeconds(400 * 86_400L));
    server =
        GrpcServer.builder(config, SecurityConfig.off(), Telemetry.disabled())
            .service(
                new AnalyticsApi(
                    new Analytics(
                        readings,
                        series -> Optional.ofNullable(forecasts.get(series)),
                        records,
                        clock),
                    4))
            .start();
    channel = GrpcChannel.open(ClientConfig.to(server.target()), Telemetry.disabled());
    analytics = AnalyticsServiceGrpc.newBlockingStub(channel.channel());
  }

  @AfterEach
  void close() {
    channel.close();
    server.close();
  }

  static Timestamp time(double hours) {
    return Timestamp.newBuilder()
        .setSeconds(START.getEpochSecond() + Math.round(hours * 3600))
        .build();
  }

  static TimeRange hours(double from, double to) {
    return TimeRange.newBuilder().setFrom(time(from)).setTo(time(to)).build();
  }

  void meter(String series, String unit, double... hoursAndValues) {
    readings.create(series, unit, Optional.of(HOUR));
    for (int i = 0; i < hoursAndValues.length; i += 2) {
      put(series, hoursAndValues[i], hoursAndValues[i + 1]);
    }
  }

  void put(String series, double hours, double value) {
    readings.put(series, START_MICROS + Math.round(hours * HOUR), value);
  }

  static void refused(ThrowingCallable call, Status.Code code, String reason, String detail) {
    Refusal.of(call).is(code, reason).says(detail);
  }
}
