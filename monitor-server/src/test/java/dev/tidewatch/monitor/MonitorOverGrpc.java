package dev.tidewatch.monitor;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.monitor.ingest.FakeIngest;
import dev.tidewatch.proto.monitor.v1.AccuracyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsResponse;
import dev.tidewatch.proto.type.v1.Grid;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.Refusal;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A server over gRPC, on a real database, beside a fake ingest, with a clock that the test sets.
 */
abstract class MonitorOverGrpc {
  static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  static final long HOUR = Times.MICROS_PER_HOUR;

  final TestDatabase database = TestDatabase.empty();
  final FakeIngest ingest = new FakeIngest();
  final SettableClock clock = new SettableClock(START);
  MonitorServer server;
  GrpcChannel channel;
  LedgerServiceGrpc.LedgerServiceBlockingStub ledger;
  AccuracyServiceGrpc.AccuracyServiceBlockingStub accuracy;
  AnomalyServiceGrpc.AnomalyServiceBlockingStub anomalies;

  @BeforeEach
  void launch() {
    server = launchAnother();
    channel = GrpcChannel.open(ClientConfig.to(server.target()), Telemetry.disabled());
    ledger = LedgerServiceGrpc.newBlockingStub(channel.channel());
    accuracy = AccuracyServiceGrpc.newBlockingStub(channel.channel());
    anomalies = AnomalyServiceGrpc.newBlockingStub(channel.channel());
  }

  /** Another replica on the same database, or the first one. */
  MonitorServer launchAnother() {
    var all = new HashMap<String, String>();
    all.put("grpc.host", "inproc:" + UUID.randomUUID());
    all.put("security.auth", "off");
    all.put("database.url", database.config().url().orElseThrow());
    all.put("telemetry.enabled", "false");
    all.put("ingest.target", ingest.target());
    all.put("join-interval", "5ms");
    all.put("watch-interval", "10ms");
    all.put("alert-interval", "20ms");
    all.put("tuning-interval", "20ms");
    all.put("drift.poll-interval", "10ms");
    all.put("health-interval", "1h"); // once, at the start
    all.putAll(settings());
    return MonitorServer.launch(ConfigLoader.with(MonitorConfig.class, all), clock);
  }

  /** Beside those of this class, or in their place. */
  Map<String, String> settings() {
    return Map.of();
  }

  @AfterEach
  void close() {
    stop();
    ingest.close();
    database.close();
  }

  final void stop() {
    channel.close();
    server.close();
  }

  static Timestamp time(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static Prediction.Builder prediction(String series, Instant origin, double... means) {
    var prediction =
        Prediction.newBuilder()
            .setSeries(series)
            .setGrid(Grid.newBuilder().setStep(Duration.newBuilder().setSeconds(3600)))
            .setModel("load")
            .setVersion("1.0.0")
            .setAlias("champion")
            .setOrigin(time(origin));
    for (double mean : means) {
      prediction.addMeans(mean);
    }
    return prediction;
  }

  RecordPredictionsResponse record(Prediction.Builder... predictions) {
    var request = RecordPredictionsRequest.newBuilder();
    for (Prediction.Builder prediction : predictions) {
      request.addPredictions(prediction);
    }
    return ledger.recordPredictions(request.build());
  }

  static Tuple tuple(Object... values) {
    return Assertions.tuple(values);
  }

  static void refused(ThrowingCallable call, Status.Code code, String reason, String field) {
    Refusal.of(call).is(code, reason).says(field);
  }
}
