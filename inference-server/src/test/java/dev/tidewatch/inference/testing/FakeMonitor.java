package dev.tidewatch.inference.testing;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsResponse;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesResponse;
import dev.tidewatch.proto.monitor.v1.StreamHeartbeat;
import dev.tidewatch.proto.monitor.v1.Tuning;
import dev.tidewatch.proto.monitor.v1.TuningServiceGrpc;
import dev.tidewatch.proto.monitor.v1.TuningSnapshot;
import dev.tidewatch.proto.monitor.v1.WatchTuningRequest;
import dev.tidewatch.proto.monitor.v1.WatchTuningResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The monitor in memory: keeps each prediction and anomaly once, by the keys of the contract. */
public final class FakeMonitor implements AutoCloseable {
  private final Map<String, Prediction> predictions = new LinkedHashMap<>();
  private final Map<String, Anomaly> anomalies = new LinkedHashMap<>();
  private final FakeServer server = new FakeServer(new Ledger(), new Log(), new Tunings());
  private final List<WatchTuningResponse> tuningChanges = new ArrayList<>();
  private int anomalyReports;
  private boolean loseNextAnswer;

  public String target() {
    return server.target();
  }

  public void stop() {
    server.stop();
  }

  public void start() {
    server.start();
  }

  public synchronized List<Prediction> predictions() {
    return new ArrayList<>(predictions.values());
  }

  public synchronized List<Anomaly> anomalies() {
    return new ArrayList<>(anomalies.values());
  }

  /** Anomalies as they came, repeats included. */
  public synchronized int anomalyReports() {
    return anomalyReports;
  }

  /** The next report is kept, but its sender hears of a failure. */
  public synchronized void loseNextAnswer() {
    loseNextAnswer = true;
  }

  /** Sets a tuning, and tells those who watch. */
  public synchronized void tune(Tuning tuning) {
    tuningChanges.add(
        WatchTuningResponse.newBuilder()
            .setRevision(tuning.getRevision())
            .setChanged(tuning)
            .build());
    notifyAll();
  }

  /** Resets it. */
  public synchronized void untune(Tuning tuning) {
    tuningChanges.add(
        WatchTuningResponse.newBuilder()
            .setRevision(tuning.getRevision() + 1)
            .setReset(tuning)
            .build());
    notifyAll();
  }

  private final class Tunings extends TuningServiceGrpc.TuningServiceImplBase {
    @Override
    public void watchTuning(
        WatchTuningRequest request, StreamObserver<WatchTuningResponse> responses) {
      var watcher = (ServerCallStreamObserver<WatchTuningResponse>) responses;
      watcher.setOnCancelHandler(() -> {});
      responses.onNext(
          WatchTuningResponse.newBuilder()
              .setSnapshot(TuningSnapshot.newBuilder().setLast(true))
              .build());
      Thread.ofVirtual().start(() -> send(watcher));
    }

    private void send(ServerCallStreamObserver<WatchTuningResponse> watcher) {
      int sent = 0;
      while (!watcher.isCancelled()) {
        var next =
            WatchTuningResponse.newBuilder()
                .setHeartbeat(StreamHeartbeat.getDefaultInstance())
                .build();
        synchronized (FakeMonitor.this) {
          if (sent < tuningChanges.size()) {
            next = tuningChanges.get(sent++);
          } else {
            try {
              FakeMonitor.this.wait(500);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return;
            }
          }
        }
        watcher.onNext(next);
      }
    }
  }

  private final class Ledger extends LedgerServiceGrpc.LedgerServiceImplBase {
    @Override
    public void recordPredictions(
        RecordPredictionsRequest request, StreamObserver<RecordPredictionsResponse> responses) {
      synchronized (FakeMonitor.this) {
        for (Prediction prediction : request.getPredictionsList()) {
          predictions.putIfAbsent(
              String.join(
                  "|",
                  prediction.getSeries(),
                  prediction.getGrid().toString(),
                  prediction.getModel(),
                  prediction.getVersion(),
                  prediction.getOrigin().toString(),
                  prediction.getRole().name()),
              prediction);
        }
      }
      responses.onNext(RecordPredictionsResponse.getDefaultInstance());
      responses.onCompleted();
    }
  }

  private final class Log extends AnomalyServiceGrpc.AnomalyServiceImplBase {
    @Override
    public void reportAnomalies(
        ReportAnomaliesRequest request, StreamObserver<ReportAnomaliesResponse> responses) {
      boolean lose;
      synchronized (FakeMonitor.this) {
        lose = loseNextAnswer;
        loseNextAnswer = false;
        for (Anomaly anomaly : request.getAnomaliesList()) {
          anomalyReports++;
          anomalies.putIfAbsent(
              String.join(
                  "|",
                  anomaly.getSeries(),
                  anomaly.getTime().toString(),
                  anomaly.getDetector(),
                  anomaly.getDetectorVersion()),
              anomaly);
        }
      }
      if (lose) {
        responses.onError(io.grpc.Status.INTERNAL.asRuntimeException());
        return;
      }
      responses.onNext(ReportAnomaliesResponse.getDefaultInstance());
      responses.onCompleted();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
