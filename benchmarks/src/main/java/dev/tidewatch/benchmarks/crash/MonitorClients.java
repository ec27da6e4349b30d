package dev.tidewatch.benchmarks.crash;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.monitor.v1.AcknowledgeAlertRequest;
import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.type.v1.Grid;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What works on the monitor while it is killed: one thread records predictions, one reports
 * anomalies, each on a series of its own, and one acknowledges the alerts that they raise. Each
 * asks again with the same message until it is answered, as the inference server does.
 */
final class MonitorClients {
  static final String SERIES = "crash/";
  static final String MODEL = "crash";
  static final int STEPS = 12;

  private static final int PREDICTIONS_AT_ONCE = 20;
  private static final int ANOMALIES_AT_ONCE = 5;
  private static final long DEADLINE_MILLIS = 10_000;
  private static final long PAUSE_MILLIS = 20;
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  /** Series and origin, in seconds, of the predictions whose record was acknowledged. */
  final Set<String> predictions = ConcurrentHashMap.newKeySet();

  /** Series whose anomaly was acknowledged. */
  final Set<String> anomalies = ConcurrentHashMap.newKeySet();

  /** Alerts whose acknowledgement was answered. */
  final Set<String> acknowledgedAlerts = ConcurrentHashMap.newKeySet();

  private final Channel channel;
  private final MonitorVerdict verdict;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Thread> threads;

  private MonitorClients(Channel channel, MonitorVerdict verdict) {
    this.channel = channel;
    this.verdict = verdict;
    this.threads =
        List.of(
            Thread.ofPlatform().name("recorder").unstarted(this::record),
            Thread.ofPlatform().name("reporter").unstarted(this::report),
            Thread.ofPlatform().name("acknowledger").unstarted(this::acknowledge));
  }

  static MonitorClients start(Channel channel, MonitorVerdict verdict) {
    var clients = new MonitorClients(channel, verdict);
    clients.threads.forEach(Thread::start);
    return clients;
  }

  private void record() {
    var ledger = LedgerServiceGrpc.newBlockingStub(channel);
    for (int batch = 0; !stop.get(); batch++) {
      var request = RecordPredictionsRequest.newBuilder();
      for (int i = 0; i < PREDICTIONS_AT_ONCE; i++) {
        var prediction =
            Prediction.newBuilder()
                .setSeries(SERIES + "load-" + i)
                .setGrid(Grid.newBuilder().setStep(Duration.newBuilder().setSeconds(60)))
                .setModel(MODEL)
                .setVersion("1.0.0")
                .setOrigin(time(BEGIN.plusSeconds(60L * batch)));
        for (int step = 0; step < STEPS; step++) {
          prediction.addMeans(batch + step);
        }
        request.addPredictions(prediction);
      }
      var sent = request.build();
      answered(() ->
              ledger
                  .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                  .recordPredictions(sent))
          .ifPresent(answer -> {
            if (answer.getRejectedCount() > 0) {
              verdict.fault(verdict.oddAnswers, "rejected: %s", answer.getRejected(0));
            }
            sent.getPredictionsList()
                .forEach(prediction ->
                    predictions.add(
                        prediction.getSeries() + " " + prediction.getOrigin().getSeconds()));
          });
    }
  }

  private void report() {
    var log = AnomalyServiceGrpc.newBlockingStub(channel);
    for (int batch = 0; !stop.get(); batch++) {
      var request = ReportAnomaliesRequest.newBuilder();
      for (int i = 0; i < ANOMALIES_AT_ONCE; i++) {
        request.addAnomalies(
            Anomaly.newBuilder()
                .setSeries(SERIES + "odd-" + batch + "-" + i)
                .setTime(time(BEGIN.plusSeconds(batch)))
                .setValue(1)
                .setScore(7)
                .setSeverity(Severity.SEVERITY_CRITICAL)
                .setDetector("zscore")
                .setDetectorVersion("1.0.0"));
      }
      var sent = request.build();
      answered(() ->
              log.withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS).reportAnomalies(sent))
          .ifPresent(answer ->
              sent.getAnomaliesList().forEach(anomaly -> anomalies.add(anomaly.getSeries())));
      pause();
    }
  }

  private void acknowledge() {
    var alerts = AlertServiceGrpc.newBlockingStub(channel);
    var firing =
        ListAlertsRequest.newBuilder()
            .addStates(AlertState.ALERT_STATE_FIRING)
            .setPageSize(3)
            .build();
    while (!stop.get()) {
      var page =
          answered(() ->
              alerts.withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS).listAlerts(firing));
      for (Alert alert : page.map(p -> p.getAlertsList()).orElse(List.of())) {
        var request =
            AcknowledgeAlertRequest.newBuilder().setId(alert.getId()).setActor("crash").build();
        answered(() ->
                alerts
                    .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                    .acknowledgeAlert(request))
            .ifPresent(answer -> acknowledgedAlerts.add(alert.getId()));
      }
      pause();
    }
  }

  /** Asks until there is an answer; empty if it is to stop, or the answer is odd. */
  private <T> java.util.Optional<T> answered(Supplier<T> call) {
    while (true) {
      try {
        return java.util.Optional.of(call.get());
      } catch (StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        if (code != Status.Code.UNAVAILABLE
            && code != Status.Code.DEADLINE_EXCEEDED
            && code != Status.Code.CANCELLED) {
          verdict.fault(verdict.oddAnswers, "%s", e);
          return java.util.Optional.empty();
        }
        // What was asked last is asked until it is answered: its outcome must be known.
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Timestamp time(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }

  /** How much each of them has done: it must grow between kills. */
  Map<String, Integer> progress() {
    var progress = new HashMap<String, Integer>();
    progress.put("predictions", predictions.size());
    progress.put("anomalies", anomalies.size());
    return progress;
  }

  /** Lets each end what it is at; the server must be there. */
  void stop() throws InterruptedException {
    stop.set(true);
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(60));
      if (thread.isAlive()) {
        throw new IllegalStateException(thread.getName() + " does not end");
      }
    }
  }
}
