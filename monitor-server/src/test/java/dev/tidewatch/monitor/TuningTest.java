package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.Decision;
import dev.tidewatch.proto.monitor.v1.DecisionKind;
import dev.tidewatch.proto.monitor.v1.DecisionServiceGrpc;
import dev.tidewatch.proto.monitor.v1.GetTuningRequest;
import dev.tidewatch.proto.monitor.v1.ListDecisionsRequest;
import dev.tidewatch.proto.monitor.v1.ListTuningsRequest;
import dev.tidewatch.proto.monitor.v1.MarkFalseAlarmRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ResetTuningRequest;
import dev.tidewatch.proto.monitor.v1.RevertDecisionRequest;
import dev.tidewatch.proto.monitor.v1.SetTuningRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.Tuning;
import dev.tidewatch.proto.monitor.v1.TuningServiceGrpc;
import dev.tidewatch.proto.monitor.v1.WatchTuningRequest;
import dev.tidewatch.proto.monitor.v1.WatchTuningResponse;
import dev.tidewatch.proto.monitor.v1.WatchTuningResponse.EventCase;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tunings over gRPC: by hand, by feedback, and as watchers see them. */
class TuningTest extends MonitorOverGrpc {
  private TuningServiceGrpc.TuningServiceBlockingStub tunings;

  @BeforeEach
  void stub() {
    tunings = TuningServiceGrpc.newBlockingStub(channel.channel());
  }

  private static SetTuningRequest.Builder set(String series, double factor, Double... offsets) {
    var request = SetTuningRequest.newBuilder().setReason("noisy");
    request
        .getTuningBuilder()
        .setSeries(series)
        .setModel("zscore")
        .setVersion("1.0.0")
        .setThresholdFactor(factor)
        .addAllConformalOffsets(List.of(offsets));
    return request;
  }

  private GetTuningRequest named(String series) {
    return GetTuningRequest.newBuilder()
        .setSeries(series)
        .setModel("zscore")
        .setVersion("1.0.0")
        .build();
  }

  @Test
  void aTuningIsSetByWhoKnowsItAndReset() {
    Tuning first = tunings.setTuning(set("hq/co2", 2, 0.5, 1.0).build()).getTuning();
    assertThat(first.getRevision()).isEqualTo(1);
    assertThat(tunings.getTuning(named("hq/co2")).getTuning()).isEqualTo(first);
    assertThat(first.getReason()).isEqualTo("by hand: noisy");

    var second = set("hq/co2", 3);
    second.getTuningBuilder().setEtag(first.getEtag());
    assertThat(tunings.setTuning(second.build()).getTuning().getConformalOffsetsList()).isEmpty();
    refused(() -> tunings.setTuning(second.build()), Status.Code.ABORTED, "ETAG_STALE", "etag");
    refused(
        () -> tunings.setTuning(set("hq/co2", 0).build()),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "threshold_factor");
    refused(
        () -> tunings.setTuning(set("hq/co2", 1, Double.NaN).build()),
        Status.Code.INVALID_ARGUMENT,
        "VALUE_NOT_FINITE",
        "conformal_offsets");

    tunings.setTuning(set("hq/temp", 1.5).build());
    var page = tunings.listTunings(ListTuningsRequest.newBuilder().setPageSize(1).build());
    assertThat(page.getTunings(0).getSeries()).isEqualTo("hq/co2");
    var rest =
        tunings.listTunings(
            ListTuningsRequest.newBuilder().setPageToken(page.getNextPageToken()).build());
    assertThat(rest.getTuningsList()).extracting(Tuning::getSeries).containsExactly("hq/temp");
    assertThat(rest.getNextPageToken()).isEmpty();

    var reset =
        ResetTuningRequest.newBuilder()
            .setSeries("hq/co2")
            .setModel("zscore")
            .setVersion("1.0.0")
            .build();
    assertThat(tunings.resetTuning(reset).getRevision()).isEqualTo(4);
    refused(
        () -> tunings.getTuning(named("hq/co2")),
        Status.Code.NOT_FOUND,
        "TUNING_UNKNOWN",
        "hq/co2");
    refused(() -> tunings.resetTuning(reset), Status.Code.NOT_FOUND, "TUNING_UNKNOWN", "hq/co2");
  }

  @Test
  void feedbackRaisesTheThresholdAndWearsOff() throws Exception {
    String id =
        anomalies
            .reportAnomalies(
                ReportAnomaliesRequest.newBuilder()
                    .addAnomalies(
                        Anomaly.newBuilder()
                            .setSeries("hq/co2")
                            .setTime(time(START))
                            .setValue(900)
                            .setScore(5.5)
                            .setSeverity(Severity.SEVERITY_HIGH)
                            .setDetector("zscore")
                            .setDetectorVersion("1.0.0"))
                    .build())
            .getIds(0);
    assertThat(
            anomalies
                .markFalseAlarm(
                    MarkFalseAlarmRequest.newBuilder().setId(id).setActor("ada").build())
                .getTuningRevision())
        .isEqualTo(1);
    assertThat(tunings.getTuning(named("hq/co2")).getTuning().getThresholdFactor()).isEqualTo(1.25);

    clock.advance(Duration.ofDays(30));
    Eventually.holds(
        "half of the raise is left",
        () -> tunings.getTuning(named("hq/co2")).getTuning().getThresholdFactor() == 1.125);
    clock.advance(Duration.ofDays(270));
    Eventually.holds(
        "nothing is left",
        () -> tunings.listTunings(ListTuningsRequest.getDefaultInstance()).getTuningsCount() == 0);

    var decisions = DecisionServiceGrpc.newBlockingStub(channel.channel());
    var told =
        decisions
            .listDecisions(
                ListDecisionsRequest.newBuilder()
                    .setModel("zscore")
                    .setKind(DecisionKind.DECISION_KIND_TUNED)
                    .build())
            .getDecisionsList();
    assertThat(told).extracting(Decision::getActor).containsExactly("", "ada");
    assertThat(told.getLast().getFiguresMap()).containsEntry("threshold_factor", 1.25);
    refused(
        () ->
            decisions.revertDecision(
                RevertDecisionRequest.newBuilder()
                    .setId(told.getLast().getId())
                    .setActor("ada")
                    .setReason("of no use")
                    .setRequestId(UUID.randomUUID().toString())
                    .build()),
        Status.Code.FAILED_PRECONDITION,
        "DECISION_NOT_REVERSIBLE",
        "ResetTuning");
  }

  @Test
  void aWatcherKnowsTheStateAndThenEachChange() {
    for (int i = 0; i < 5; i++) {
      tunings.setTuning(set("hq/" + i, 2).build());
    }
    var context = Context.current().withCancellation();
    context.run(() -> {
      Iterator<WatchTuningResponse> messages =
          tunings.watchTuning(WatchTuningRequest.newBuilder().setModel("zscore").build());
      WatchTuningResponse snapshot = messages.next();
      assertThat(snapshot.getRevision()).isEqualTo(5);
      assertThat(snapshot.getSnapshot().getLast()).isTrue();
      assertThat(snapshot.getSnapshot().getTuningsList())
          .extracting(Tuning::getSeries)
          .containsExactly("hq/0", "hq/1", "hq/2", "hq/3", "hq/4");

      var other = set("hq/0", 2);
      other.getTuningBuilder().setModel("other");
      tunings.setTuning(other.build());
      tunings.setTuning(set("hq/1", 4).build());
      WatchTuningResponse changed = next(messages);
      assertThat(changed.getRevision()).isEqualTo(7);
      assertThat(changed.getChanged().getThresholdFactor()).isEqualTo(4);

      tunings.resetTuning(
          ResetTuningRequest.newBuilder()
              .setSeries("hq/2")
              .setModel("zscore")
              .setVersion("1.0.0")
              .build());
      WatchTuningResponse reset = next(messages);
      assertThat(reset.getEventCase()).isEqualTo(EventCase.RESET);
      assertThat(reset.getReset().getSeries()).isEqualTo("hq/2");
      assertThat(messages.next().hasHeartbeat()).isTrue();
    });
    context.cancel(null);
  }

  private static WatchTuningResponse next(Iterator<WatchTuningResponse> messages) {
    WatchTuningResponse message = messages.next();
    while (message.hasHeartbeat()) {
      message = messages.next();
    }
    return message;
  }
}
