package dev.tidewatch.monitor;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
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
    return MonitorServer.launch(
        ConfigLoader.with(
            MonitorConfig.class,
            Map.ofEntries(
                entry("grpc.host", "inproc:" + UUID.randomUUID()),
                entry("security.auth", "off"),
                entry("database.url", database.config().url().orElseThrow()),
                entry("telemetry.enabled", "false"),
                entry("ingest.target", ingest.target()),
                entry("join-interval", "5ms"),
                entry("watch-interval", "10ms"),
                entry("alert-interval", "20ms"),
                entry("tuning-interval", "20ms"),
                entry("drift.poll-interval", "10ms"),
                entry("health-interval", healthInterval()))),
        clock);
  }

  @AfterEach
  void close() {
    channel.close();
    server.close();
    ingest.close();
    database.close();
  }

  /** Once, at the start; a test about health wants it often. */
  String healthInterval() {
    return "1h";
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
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
              assertThat(StatusDetails.reason(e)).contains(reason);
              assertThat(e.getMessage()).contains(field);
            });
  }
}
