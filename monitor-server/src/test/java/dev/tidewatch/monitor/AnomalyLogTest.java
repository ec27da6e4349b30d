package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.monitor.v1.AcknowledgeAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyAction;
import dev.tidewatch.proto.monitor.v1.AnomalyFilter;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AnomalyStatus;
import dev.tidewatch.proto.monitor.v1.GetAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesResponse;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The anomaly log over gRPC: reports, acknowledgements, watches. */
class AnomalyLogTest extends MonitorOverGrpc {
  private static Anomaly.Builder anomaly(int minute, Severity severity) {
    return Anomaly.newBuilder()
        .setSeries("hq/co2")
        .setTime(time(START.plusSeconds(60L * minute)))
        .setValue(900)
        .setExpected(420)
        .setScore(5.5)
        .setSeverity(severity)
        .setDetector("zscore")
        .setDetectorVersion("1.0.0")
        .setTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }

  private ReportAnomaliesResponse report(Anomaly.Builder... found) {
    var request = ReportAnomaliesRequest.newBuilder();
    for (Anomaly.Builder anomaly : found) {
      request.addAnomalies(anomaly);
    }
    return anomalies.reportAnomalies(request.build());
  }

  @Test
  void anomaliesAreReportedOnceListedAndAcknowledged() {
    ReportAnomaliesResponse first =
        report(
            anomaly(0, Severity.SEVERITY_HIGH),
            anomaly(1, Severity.SEVERITY_LOW).setValue(Double.POSITIVE_INFINITY),
            anomaly(2, Severity.SEVERITY_LOW),
            anomaly(3, Severity.SEVERITY_UNSPECIFIED),
            anomaly(4, Severity.SEVERITY_LOW).setId("0".repeat(32)));
    assertThat(first.getRecorded()).isEqualTo(2);
    assertThat(first.getRejectedList())
        .extracting(rejected -> rejected.getIndex(), r -> r.getReason(), r -> r.getField())
        .containsExactly(
            tuple(1, "VALUE_NOT_FINITE", "value"),
            tuple(3, "FIELD_INVALID", "severity"),
            tuple(4, "FIELD_INVALID", "id"));
    ReportAnomaliesResponse again = report(anomaly(0, Severity.SEVERITY_HIGH));
    assertThat(again.getKnown()).isEqualTo(1);
    assertThat(again.getIds(0)).isEqualTo(first.getIds(0));

    var listed =
        anomalies
            .listAnomalies(
                ListAnomaliesRequest.newBuilder()
                    .setFilter(
                        AnomalyFilter.newBuilder()
                            .setSeries("hq/co2")
                            .setSeverityMin(Severity.SEVERITY_MEDIUM))
                    .build())
            .getAnomaliesList();
    assertThat(listed).hasSize(1);
    Anomaly found = listed.getFirst();
    assertThat(found.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(found.getStatus()).isEqualTo(AnomalyStatus.ANOMALY_STATUS_OPEN);
    assertThat(found.hasLower()).isFalse();

    Anomaly acknowledged =
        anomalies
            .acknowledgeAnomaly(
                AcknowledgeAnomalyRequest.newBuilder()
                    .setId(found.getId())
                    .setEtag(found.getEtag())
                    .setActor("ada")
                    .setComment("the window was open")
                    .build())
            .getAnomaly();
    assertThat(acknowledged.getStatus()).isEqualTo(AnomalyStatus.ANOMALY_STATUS_ACKNOWLEDGED);
    refused(
        () ->
            anomalies.acknowledgeAnomaly(
                AcknowledgeAnomalyRequest.newBuilder()
                    .setId(found.getId())
                    .setEtag(found.getEtag())
                    .setActor("bob")
                    .build()),
        Status.Code.ABORTED,
        "ETAG_STALE",
        "etag");
    var detail = anomalies.getAnomaly(GetAnomalyRequest.newBuilder().setId(found.getId()).build());
    assertThat(detail.getAnomaly()).isEqualTo(acknowledged);
    assertThat(detail.getHistory(1).getComment()).isEqualTo("the window was open");
  }

  @Test
  void aWatchGoesOnWhereItBrokeOffWithoutGapOrRepeat() {
    for (int i = 0; i < 250; i++) {
      report(anomaly(i, i % 2 == 0 ? Severity.SEVERITY_LOW : Severity.SEVERITY_HIGH));
    }
    var times = new ArrayList<Timestamp>();
    String token = "";
    while (times.size() < 125) {
      int before = times.size();
      String resumed = token;
      var last = new String[] {token};
      watching(
          WatchAnomaliesRequest.newBuilder()
              .setFilter(AnomalyFilter.newBuilder().setSeverityMin(Severity.SEVERITY_MEDIUM))
              .setFromStart(resumed.isEmpty())
              .setResumeToken(resumed)
              .build(),
          messages -> {
            // A break after every 40 anomalies, wherever that is.
            while (times.size() < Math.min(125, before + 40)) {
              WatchAnomaliesResponse message = messages.next();
              last[0] = message.getResumeToken();
              if (message.hasChange()) {
                assertThat(message.getChange().getChange().getAction())
                    .isEqualTo(AnomalyAction.ANOMALY_ACTION_REPORTED);
                times.add(message.getChange().getAnomaly().getTime());
              }
            }
          });
      token = last[0];
    }
    var expected = new ArrayList<Timestamp>();
    for (int i = 1; i < 250; i += 2) {
      expected.add(time(START.plusSeconds(60L * i)));
    }
    assertThat(times).isEqualTo(expected);
  }

  @Test
  void aWatchTellsWhatHappensAndIsAliveWhenNothingDoes() {
    watching(
        WatchAnomaliesRequest.getDefaultInstance(),
        messages -> {
          assertThat(messages.next().hasHeartbeat()).isTrue();
          String id = report(anomaly(0, Severity.SEVERITY_HIGH)).getIds(0);
          WatchAnomaliesResponse reported = nextChange(messages);
          assertThat(reported.getChange().getAnomaly().getId()).isEqualTo(id);
          anomalies.acknowledgeAnomaly(
              AcknowledgeAnomalyRequest.newBuilder().setId(id).setActor("ada").build());
          WatchAnomaliesResponse acknowledged = nextChange(messages);
          assertThat(acknowledged.getChange().getChange().getActor()).isEqualTo("ada");
          assertThat(acknowledged.getResumeToken()).isNotEqualTo(reported.getResumeToken());
        });
  }

  @Test
  void aWatcherThatDoesNotReadHoldsUpNobodyAndMissesNothing() throws Exception {
    var received = new ConcurrentLinkedQueue<WatchAnomaliesResponse>();
    var call = new CompletableFuture<ClientCallStreamObserver<WatchAnomaliesRequest>>();
    AnomalyServiceGrpc.newStub(channel.channel())
        .watchAnomalies(
            WatchAnomaliesRequest.newBuilder().setFromStart(true).build(),
            new ClientResponseObserver<WatchAnomaliesRequest, WatchAnomaliesResponse>() {
              @Override
              public void beforeStart(ClientCallStreamObserver<WatchAnomaliesRequest> started) {
                started.disableAutoRequestWithInitial(1);
                call.complete(started);
              }

              @Override
              public void onNext(WatchAnomaliesResponse message) {
                received.add(message);
              }

              @Override
              public void onError(Throwable error) {}

              @Override
              public void onCompleted() {}
            });
    for (int batch = 0; batch < 5; batch++) {
      var found = new Anomaly.Builder[200];
      for (int i = 0; i < found.length; i++) {
        found[i] = anomaly(batch * found.length + i, Severity.SEVERITY_LOW);
      }
      assertThat(report(found).getRecorded()).isEqualTo(found.length);
    }
    assertThat(received.size()).isLessThanOrEqualTo(1);

    call.get().request(Integer.MAX_VALUE);
    Eventually.holds(
        "all are received",
        () -> received.stream().filter(WatchAnomaliesResponse::hasChange).count() >= 1000);
    assertThat(
            received.stream()
                .filter(WatchAnomaliesResponse::hasChange)
                .map(message -> message.getChange().getAnomaly().getId()))
        .hasSize(1000)
        .doesNotHaveDuplicates();
    call.get().cancel("seen enough", null);
  }

  private static WatchAnomaliesResponse nextChange(Iterator<WatchAnomaliesResponse> messages) {
    WatchAnomaliesResponse message = messages.next();
    while (!message.hasChange()) {
      message = messages.next();
    }
    return message;
  }

  /** Watches for as long as the reader reads, then cancels. */
  private void watching(
      WatchAnomaliesRequest request, Consumer<Iterator<WatchAnomaliesResponse>> reader) {
    var context = Context.current().withCancellation();
    context.run(() -> reader.accept(anomalies.watchAnomalies(request)));
    context.cancel(null);
  }
}
