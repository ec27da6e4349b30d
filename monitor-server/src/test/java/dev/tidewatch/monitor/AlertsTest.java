package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.monitor.v1.AcknowledgeAlertRequest;
import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.AlertTransition;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyCondition;
import dev.tidewatch.proto.monitor.v1.CreateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.CreateSilenceRequest;
import dev.tidewatch.proto.monitor.v1.DeleteAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.ExpireSilenceRequest;
import dev.tidewatch.proto.monitor.v1.GetAlertRequest;
import dev.tidewatch.proto.monitor.v1.GetAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.LabelMatcher;
import dev.tidewatch.proto.monitor.v1.ListAlertRulesRequest;
import dev.tidewatch.proto.monitor.v1.ListAlertTransitionsRequest;
import dev.tidewatch.proto.monitor.v1.ListSilencesRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ResolveAlertRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.proto.monitor.v1.UpdateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.WatchAlertsRequest;
import dev.tidewatch.proto.monitor.v1.WatchAlertsResponse;
import io.grpc.Context;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The life of alerts. */
class AlertsTest extends AlertsOverGrpc {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private static com.google.protobuf.Duration minutes(long minutes) {
    return com.google.protobuf.Duration.newBuilder().setSeconds(60 * minutes).build();
  }

  private static AlertRule.Builder anomalies(String name) {
    return AlertRule.newBuilder()
        .setName(name)
        .setAnomaly(AnomalyCondition.getDefaultInstance())
        .setSeverity(Severity.SEVERITY_HIGH);
  }

  private static Anomaly.Builder anomaly(String series, int minute, Severity severity) {
    return Anomaly.newBuilder()
        .setSeries(series)
        .setTime(time(START.plusSeconds(60L * minute)))
        .setValue(900)
        .setExpected(420)
        .setScore(5.5)
        .setSeverity(severity)
        .setDetector("zscore")
        .setDetectorVersion("1.0.0")
        .setTraceparent("00-" + TRACE + "-b7ad6b7169203331-01");
  }

  private void report(Anomaly.Builder... found) {
    var request = ReportAnomaliesRequest.newBuilder();
    for (Anomaly.Builder anomaly : found) {
      request.addAnomalies(anomaly);
    }
    anomalies.reportAnomalies(request.build());
  }

  private List<AlertTransition> transitions(Alert alert) {
    return alerts
        .getAlert(GetAlertRequest.newBuilder().setId(alert.getId()).build())
        .getTransitionsList();
  }

  @Test
  void anAnomalyFiresAnAlertThatSaysWhyAndEndsByItself() throws Exception {
    create(anomalies("odd").setSeriesPattern("hq/*").setAdvice("open a window"));
    report(anomaly("hq/co2", 0, Severity.SEVERITY_LOW));
    report(anomaly("other", 0, Severity.SEVERITY_CRITICAL));

    Alert fired = alert("it fires", AlertState.ALERT_STATE_FIRING);
    assertThat(fired.getSummary()).contains("hq/co2", "900", "420", "zscore 1.0.0");
    assertThat(fired.getFiguresMap()).containsEntry("score", 5.5);
    assertThat(fired.getLabelsMap())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("series", "hq/co2", "model", "zscore", "version", "1.0.0", "device", "hq"));
    assertThat(fired.getTraceId()).isEqualTo(TRACE);
    assertThat(fired.getAdvice()).isEqualTo("open a window");
    assertThat(fired.getAnomalyIdsList()).hasSize(1);

    clock.advance(Duration.ofMinutes(3));
    report(anomaly("hq/co2", 3, Severity.SEVERITY_LOW));
    Eventually.holds("it counts", () -> listed().stream().anyMatch(a -> a.getOccurrences() == 2));
    clock.advance(Duration.ofMinutes(4));
    assertThat(listed()).hasSize(1);
    clock.advance(Duration.ofMinutes(1));
    Alert ended = alert("it ends", AlertState.ALERT_STATE_RESOLVED);
    assertThat(ended.getId()).isEqualTo(fired.getId());
    assertThat(transitions(ended))
        .extracting(AlertTransition::getFrom, AlertTransition::getTo)
        .containsExactly(
            tuple(AlertState.ALERT_STATE_UNSPECIFIED, AlertState.ALERT_STATE_FIRING),
            tuple(AlertState.ALERT_STATE_FIRING, AlertState.ALERT_STATE_RESOLVED));
    assertThat(listed()).isEmpty();
  }

  @Test
  void severalAnomaliesInATimeAreNeededIfTheRuleSaysSo() throws Exception {
    create(
        anomalies("storm")
            .setAnomaly(
                AnomalyCondition.newBuilder()
                    .setSeverityMin(Severity.SEVERITY_MEDIUM)
                    .setAnomaliesMin(3)
                    .setTrailing(minutes(10))));
    create(anomalies("any"));
    for (int i = 0; i < 2; i++) {
      report(
          anomaly("hq/co2", i, Severity.SEVERITY_HIGH),
          anomaly("hq/co2", 100 + i, Severity.SEVERITY_LOW));
      clock.advance(Duration.ofMinutes(1));
    }
    clock.advance(Duration.ofMinutes(8));
    report(anomaly("hq/co2", 11, Severity.SEVERITY_HIGH));
    Eventually.holds(
        "all are judged",
        () ->
            listed(AlertState.ALERT_STATE_FIRING, AlertState.ALERT_STATE_RESOLVED).stream()
                    .mapToInt(Alert::getOccurrences)
                    .sum()
                == 5);
    // The first of the three has left the window: two are in it.
    assertThat(listed()).extracting(Alert::getRule).doesNotContain("storm");

    report(anomaly("hq/co2", 12, Severity.SEVERITY_HIGH));
    Eventually.holds(
        "the storm", () -> listed().stream().anyMatch(a -> a.getRule().equals("storm")));
    Alert storm = listed().stream().filter(a -> a.getRule().equals("storm")).findFirst().get();
    assertThat(storm.getSummary()).startsWith("3 anomalies within 10 min");
    assertThat(storm.getFiguresMap()).containsEntry("anomalies", 3.0);
  }

  @Test
  void peopleAcknowledgeAndResolve() throws Exception {
    create(anomalies("odd").setCoolDown(minutes(30)));
    report(anomaly("hq/co2", 0, Severity.SEVERITY_LOW));
    Alert fired = alert("it fires", AlertState.ALERT_STATE_FIRING);
    var acknowledge =
        AcknowledgeAlertRequest.newBuilder()
            .setId(fired.getId())
            .setEtag(fired.getEtag())
            .setActor("ada")
            .setComment("mine");
    Alert seen = alerts.acknowledgeAlert(acknowledge.build()).getAlert();
    assertThat(seen.getState()).isEqualTo(AlertState.ALERT_STATE_ACKNOWLEDGED);
    assertThat(seen.getActor()).isEqualTo("ada");
    // Again, as after a lost answer: nothing changes.
    assertThat(alerts.acknowledgeAlert(acknowledge.build()).getAlert()).isEqualTo(seen);
    refused(
        () -> alerts.acknowledgeAlert(acknowledge.setActor("bob").build()),
        Status.Code.ABORTED,
        "ETAG_STALE",
        "etag");
    var resolve =
        ResolveAlertRequest.newBuilder()
            .setId(fired.getId())
            .setEtag(seen.getEtag())
            .setActor("ada")
            .setComment("mended")
            .build();
    Alert done = alerts.resolveAlert(resolve).getAlert();
    assertThat(done.getState()).isEqualTo(AlertState.ALERT_STATE_RESOLVED);
    assertThat(alerts.resolveAlert(resolve).getAlert()).isEqualTo(done);
    assertThat(transitions(done))
        .extracting(AlertTransition::getActor, AlertTransition::getReason)
        .endsWith(tuple("ada", "mine"), tuple("ada", "mended"));
    refused(
        () -> alerts.acknowledgeAlert(acknowledge.clearEtag().build()),
        Status.Code.FAILED_PRECONDITION,
        "ALERT_RESOLVED",
        "id");

    // Within the cool-down nothing begins; behind it something does.
    report(anomaly("hq/co2", 1, Severity.SEVERITY_LOW));
    report(anomaly("hq/temp", 1, Severity.SEVERITY_LOW));
    alert("the other series", AlertState.ALERT_STATE_FIRING);
    assertThat(listed()).extracting(a -> a.getLabelsOrThrow("series")).containsExactly("hq/temp");
    clock.advance(Duration.ofMinutes(30));
    report(anomaly("hq/co2", 2, Severity.SEVERITY_LOW));
    Eventually.holds(
        "it fires anew",
        () ->
            listed().stream()
                .anyMatch(a ->
                    a.getLabelsOrThrow("series").equals("hq/co2")
                        && !a.getId().equals(fired.getId())));
  }

  @Test
  void rulesAreMadeOnceChangedByCompareAndSetAndTakeTheirAlertsAlong() throws Exception {
    String request = UUID.randomUUID().toString();
    var create =
        CreateAlertRuleRequest.newBuilder().setRule(anomalies("odd")).setRequestId(request).build();
    AlertRule rule = alerts.createAlertRule(create).getRule();
    assertThat(alerts.createAlertRule(create).getRule()).isEqualTo(rule);
    refused(() -> create(anomalies("odd")), Status.Code.ALREADY_EXISTS, "RULE_EXISTS", "rule.name");
    refused(
        () -> create(anomalies("x").setAnomaly(AnomalyCondition.newBuilder().setAnomaliesMin(2))),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "rule.anomaly.trailing");
    refused(
        () -> create(anomalies("x").addGroupBy("colour")),
        Status.Code.INVALID_ARGUMENT,
        "FIELD_INVALID",
        "rule.group_by");
    report(anomaly("hq/co2", 0, Severity.SEVERITY_LOW));
    alert("it fires", AlertState.ALERT_STATE_FIRING);

    AlertRule changed =
        alerts
            .updateAlertRule(
                UpdateAlertRuleRequest.newBuilder()
                    .setRule(rule.toBuilder().setHold(minutes(1)))
                    .build())
            .getRule();
    assertThat(changed.getEtag()).isNotEqualTo(rule.getEtag());
    assertThat(
            alerts.getAlertRule(GetAlertRuleRequest.newBuilder().setName("odd").build()).getRule())
        .isEqualTo(changed);
    refused(
        () -> alerts.updateAlertRule(UpdateAlertRuleRequest.newBuilder().setRule(rule).build()),
        Status.Code.ABORTED,
        "ETAG_STALE",
        "etag");
    assertThat(listed(AlertState.ALERT_STATE_FIRING)).hasSize(1);
    alerts.updateAlertRule(
        UpdateAlertRuleRequest.newBuilder().setRule(changed.toBuilder().setDisabled(true)).build());
    assertThat(listed()).isEmpty();
    assertThat(transitions(alert("it is resolved", AlertState.ALERT_STATE_RESOLVED)).getLast())
        .extracting(AlertTransition::getReason)
        .isEqualTo("The rule was switched off.");

    create(anomalies("a.first"));
    var page = alerts.listAlertRules(ListAlertRulesRequest.newBuilder().setPageSize(1).build());
    assertThat(page.getRules(0).getName()).isEqualTo("a.first");
    assertThat(
            alerts
                .listAlertRules(
                    ListAlertRulesRequest.newBuilder()
                        .setPageToken(page.getNextPageToken())
                        .build())
                .getRulesList())
        .extracting(AlertRule::getName)
        .containsExactly("odd");
    alerts.deleteAlertRule(DeleteAlertRuleRequest.newBuilder().setName("odd").build());
    refused(
        () -> alerts.getAlertRule(GetAlertRuleRequest.newBuilder().setName("odd").build()),
        Status.Code.NOT_FOUND,
        "RULE_UNKNOWN",
        "name");
  }

  @Test
  void silencesAreShownOnWhatTheyHoldBack() throws Exception {
    create(anomalies("odd"));
    report(
        anomaly("hq/co2", 0, Severity.SEVERITY_LOW), anomaly("shed/co2", 0, Severity.SEVERITY_LOW));
    Eventually.holds("both fire", () -> listed(AlertState.ALERT_STATE_FIRING).size() == 2);
    var create =
        CreateSilenceRequest.newBuilder()
            .addMatchers(LabelMatcher.newBuilder().setLabel("series").setPattern("hq/*"))
            .addMatchers(LabelMatcher.newBuilder().setLabel("severity").setPattern("high"))
            .setRange(
                TimeRange.newBuilder()
                    .setFrom(time(START))
                    .setTo(time(START.plus(Duration.ofHours(1)))))
            .setActor("ada")
            .setReason("painters")
            .setRequestId(UUID.randomUUID().toString())
            .build();
    String id = alerts.createSilence(create).getSilence().getId();
    assertThat(alerts.createSilence(create).getSilence().getId()).isEqualTo(id);
    assertThat(listed())
        .extracting(a -> a.getLabelsOrThrow("series"), a -> a.getSilenceIdsList())
        .containsExactlyInAnyOrder(tuple("hq/co2", List.of(id)), tuple("shed/co2", List.of()));

    clock.advance(Duration.ofMinutes(1));
    var ended =
        alerts
            .expireSilence(ExpireSilenceRequest.newBuilder().setId(id).setActor("bob").build())
            .getSilence();
    assertThat(ended.getRange().getTo()).isEqualTo(time(clock.instant()));
    assertThat(listed()).allMatch(a -> a.getSilenceIdsCount() == 0);
    assertThat(alerts.listSilences(ListSilencesRequest.getDefaultInstance()).getSilencesList())
        .isEmpty();
    assertThat(
            alerts
                .listSilences(ListSilencesRequest.newBuilder().setIncludeExpired(true).build())
                .getSilencesList())
        .hasSize(1);
  }

  @Test
  void aFlappingAlertIsHeldFiring() throws Exception {
    create(anomalies("odd").setFlapsPerHourMax(4));
    for (int i = 0; i < 3; i++) {
      report(anomaly("hq/co2", i, Severity.SEVERITY_LOW));
      alert("it fires", AlertState.ALERT_STATE_FIRING);
      clock.advance(Duration.ofMinutes(6));
      if (i < 2) {
        Eventually.holds("it ends", () -> listed().isEmpty());
      }
    }
    Eventually.holds("it is held", () -> listed().stream().anyMatch(Alert::getFlapping));
    clock.advance(Duration.ofMinutes(50));
    Eventually.holds("the hour is calm", () -> listed().isEmpty());
  }

  @Test
  void aWatchGoesOnWhereItBrokeOffWithoutGapOrRepeat() throws Exception {
    create(anomalies("odd"));
    var first = new ArrayList<WatchAlertsResponse>();
    watching(
        WatchAlertsRequest.getDefaultInstance(),
        messages -> {
          assertThat(messages.next().hasHeartbeat()).isTrue();
          for (int i = 0; i < 300; i++) {
            report(anomaly("s/" + i, 0, Severity.SEVERITY_LOW));
          }
          while (first.size() < 120) {
            WatchAlertsResponse message = messages.next();
            if (message.hasTransition()) {
              first.add(message);
            }
          }
        });
    var ids = new HashSet<String>();
    first.forEach(m -> ids.add(m.getTransition().getAlert().getId()));
    watching(
        WatchAlertsRequest.newBuilder().setResumeToken(first.getLast().getResumeToken()).build(),
        messages -> {
          while (ids.size() < 300) {
            WatchAlertsResponse message = messages.next();
            if (message.hasTransition()) {
              assertThat(ids.add(message.getTransition().getAlert().getId())).isTrue();
            }
          }
        });
    assertThat(
            alerts
                .listAlertTransitions(
                    ListAlertTransitionsRequest.newBuilder().setPageSize(1000).build())
                .getTransitionsList())
        .hasSize(300)
        .allMatch(t -> t.getTo() == AlertState.ALERT_STATE_FIRING);
    refused(
        () ->
            alerts
                .watchAlerts(WatchAlertsRequest.newBuilder().setResumeToken("1-0").build())
                .next(),
        Status.Code.OUT_OF_RANGE,
        "RESUME_TOKEN_EXPIRED",
        "resume_token");
  }

  @Test
  void twoServersOnOneDatabaseRaiseEachAlertOnce() throws Exception {
    create(anomalies("odd"));
    MonitorServer other = launchAnother();
    try {
      for (int i = 0; i < 20; i++) {
        var batch = new Anomaly.Builder[50];
        for (int k = 0; k < batch.length; k++) {
          batch[k] = anomaly("s/" + (i * batch.length + k), 0, Severity.SEVERITY_LOW);
        }
        report(batch);
      }
      Eventually.holds("all fire", () -> listed(AlertState.ALERT_STATE_FIRING).size() == 1000);
      clock.advance(Duration.ofMinutes(6));
      Eventually.holds("all end", () -> listed().isEmpty());
    } finally {
      other.close();
    }
    assertThat(listed(AlertState.ALERT_STATE_RESOLVED)).hasSize(1000);
    var counted = new HashMap<String, Integer>();
    String token = "";
    do {
      var page =
          alerts.listAlertTransitions(
              ListAlertTransitionsRequest.newBuilder()
                  .setPageSize(1000)
                  .setPageToken(token)
                  .build());
      page.getTransitionsList().forEach(t -> counted.merge(t.getAlertId(), 1, Integer::sum));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(counted).hasSize(1000);
    assertThat(counted.values()).containsOnly(2);
  }

  /** Watches for as long as the reader reads, then cancels. */
  private void watching(
      WatchAlertsRequest request, Consumer<Iterator<WatchAlertsResponse>> reader) {
    var context = Context.current().withCancellation();
    context.run(() -> reader.accept(alerts.watchAlerts(request)));
    context.cancel(null);
  }
}
