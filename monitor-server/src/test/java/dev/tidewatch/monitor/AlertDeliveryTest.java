package dev.tidewatch.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import dev.tidewatch.monitor.delivery.WebhookReceiver;
import dev.tidewatch.monitor.delivery.WebhookReceiver.Request;
import dev.tidewatch.proto.monitor.v1.AlertEvent;
import dev.tidewatch.proto.monitor.v1.AlertNotification;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyCondition;
import dev.tidewatch.proto.monitor.v1.CreateDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.CreateSilenceRequest;
import dev.tidewatch.proto.monitor.v1.DeadLetter;
import dev.tidewatch.proto.monitor.v1.DeleteDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.DeliveryFormat;
import dev.tidewatch.proto.monitor.v1.DeliveryTarget;
import dev.tidewatch.proto.monitor.v1.LabelMatcher;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;
import dev.tidewatch.proto.monitor.v1.ListDeadLettersRequest;
import dev.tidewatch.proto.monitor.v1.ListDeliveryTargetsRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ResolveAlertRequest;
import dev.tidewatch.proto.monitor.v1.RetryDeadLettersRequest;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.TestDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.proto.monitor.v1.UpdateDeliveryTargetRequest;
import dev.tidewatch.serverkit.testing.Refusal;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Alerts of anomalies, over gRPC, as receivers on sockets hear of them. */
class AlertDeliveryTest extends AlertsOverGrpc {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private WebhookReceiver receiver;
  private int reported;

  @Override
  Map<String, String> settings() {
    return Map.of(
        "delivery.pause-min",
        "10ms",
        "delivery.pause-max",
        "20ms",
        "delivery.group-wait",
        "500ms",
        "delivery.concurrency",
        "2");
  }

  @BeforeEach
  void openReceiver() throws IOException {
    receiver = new WebhookReceiver();
  }

  @AfterEach
  void closeReceiver() {
    receiver.close();
  }

  @Test
  void aSignedWebhookTellsWhyInTheTraceOfTheAnomaly() throws Exception {
    target("ops", DeliveryFormat.DELIVERY_FORMAT_JSON);
    rule(AlertRule.newBuilder().setName("odd").setAdvice("look at the valve"));

    report("hq/co2");
    Request request = await(1).getFirst();

    AlertNotification told = notification(request);
    assertThat(told.getTarget()).isEqualTo("ops");
    assertThat(told.getTest()).isFalse();
    assertThat(told.getDeliveryId()).isEqualTo(request.delivery());
    AlertEvent event = told.getEvents(0);
    assertThat(event.getTransition().getTo()).isEqualTo(AlertState.ALERT_STATE_FIRING);
    assertThat(event.getAlert().getLabelsMap()).containsEntry("series", "hq/co2");
    assertThat(event.getAlert().getAdvice()).isEqualTo("look at the valve");
    assertThat(event.getAlert().getTraceId()).isEqualTo(TRACE);
    assertThat(request.header("Tidewatch-Attempt")).isEqualTo("1");
    String signature = request.header("Tidewatch-Signature");
    long seconds = Long.parseLong(signature.substring(2, signature.indexOf(',')));
    assertThat(Instant.ofEpochSecond(seconds)).isNotNull();
    assertThat(signature).isEqualTo("t=%d,v1=%s".formatted(seconds, hmac(seconds, request)));
  }

  private static String hmac(long seconds, Request request) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("a secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signed = seconds + "." + request.delivery() + "." + request.body();
    return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aReceiverThatFailsIsAskedAgainUnderTheSameIdUntilTheDeliveryIsADeadLetter()
      throws Exception {
    target("ops", DeliveryFormat.DELIVERY_FORMAT_JSON, target -> target.setAttemptsMax(3));
    rule(AlertRule.newBuilder().setName("odd"));
    receiver.answer(503);

    report("hq/co2");
    Eventually.holds("it is given up", () -> !deadLetters().isEmpty());

    List<Request> requests = receiver.requests();
    assertThat(requests).hasSize(3);
    assertThat(requests.stream().map(Request::delivery)).containsOnly(requests.get(0).delivery());
    assertThat(requests.stream().map(r -> r.header("Tidewatch-Attempt")))
        .containsExactly("1", "2", "3");
    assertThat(requests.stream().map(Request::body)).containsOnly(requests.get(0).body());
    DeadLetter letter = deadLetters().getFirst();
    assertThat(letter.getDeliveryId()).isEqualTo(requests.get(0).delivery());
    assertThat(letter.getTarget()).isEqualTo("ops");
    assertThat(letter.getAttempts()).isEqualTo(3);
    assertThat(letter.getError()).isEqualTo("HTTP 503: answer 503");
    assertThat(letter.getTransition().getTo()).isEqualTo(AlertState.ALERT_STATE_FIRING);

    receiver.answer(200);
    var unknown =
        RetryDeadLettersRequest.newBuilder()
            .addDeliveryIds(letter.getDeliveryId())
            .addDeliveryIds("0123456789abcdef0123456789abcdef")
            .build();
    Refusal.of(() -> alerts.retryDeadLetters(unknown))
        .is(Status.Code.NOT_FOUND, "DELIVERY_UNKNOWN");
    assertThat(
            alerts
                .retryDeadLetters(
                    RetryDeadLettersRequest.newBuilder()
                        .addDeliveryIds(letter.getDeliveryId())
                        .build())
                .getQueued())
        .isEqualTo(1);
    assertThat(await(4).get(3).delivery()).isEqualTo(letter.getDeliveryId());
    Eventually.holds("it is no dead letter", () -> deadLetters().isEmpty());
  }

  @Test
  void aSlowReceiverHoldsUpOnlyItself() throws Exception {
    try (var slow = new WebhookReceiver()) {
      slow.hold();
      target("slow", DeliveryFormat.DELIVERY_FORMAT_JSON, target -> target.setUrl(slow.url()));
      target("ops", DeliveryFormat.DELIVERY_FORMAT_JSON);
      rule(AlertRule.newBuilder().setName("odd"));
      for (int i = 0; i < 10; i++) {
        report("hq/co2-" + i);
      }
      await(10);
      assertThat(slow.requests()).as("places of one target").hasSize(2);
      slow.letGo();
      Eventually.holds("the slow one has all", () -> slow.requests().size() == 10);
    }
  }

  @Test
  void whatIsSilencedIsToldAfterwardsIfItStillFires() throws Exception {
    target("ops", DeliveryFormat.DELIVERY_FORMAT_JSON);
    rule(AlertRule.newBuilder().setName("odd"));
    var _ =
        alerts.createSilence(
            CreateSilenceRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .addMatchers(LabelMatcher.newBuilder().setLabel("series").setPattern("hq/co2*"))
                .setRange(
                    TimeRange.newBuilder().setFrom(time(START)).setTo(time(START.plusSeconds(60))))
                .setActor("ada")
                .setReason("maintenance")
                .build());

    report("hq/co2");
    report("hq/co2-short");
    report("hq/temp");
    assertThat(series(await(1))).containsExactly("hq/temp");
    resolve("hq/co2-short");
    report("hq/power");
    assertThat(series(await(2))).containsExactlyInAnyOrder("hq/temp", "hq/power");

    clock.advance(Duration.ofSeconds(61));
    assertThat(series(await(3))).contains("hq/co2").doesNotContain("hq/co2-short");
    resolve("hq/co2");
    assertThat(notification(await(4).get(3)).getEvents(0).getTransition().getTo())
        .isEqualTo(AlertState.ALERT_STATE_RESOLVED);
  }

  @Test
  void anAlertIsHeldBackWhileAnotherExplainsIt() throws Exception {
    rule(AlertRule.newBuilder().setName("outage").setSeriesPattern("hq/co2"));
    report("hq/co2");
    Eventually.holds("the outage is known", () -> open("outage") == 1);
    target("ops", DeliveryFormat.DELIVERY_FORMAT_JSON);
    rule(AlertRule.newBuilder().setName("odd").addInhibitedBy("outage"));

    report("hq/co2");
    report("hq/temp");
    Eventually.holds("both are known", () -> open("odd") == 2);
    Eventually.holds(
        "the other series' alerts are told of",
        () -> rules(receiver.requests()).contains("odd hq/temp"));
    assertThat(rules(receiver.requests())).doesNotContain("odd hq/co2");

    resolve("outage", "hq/co2");
    Eventually.holds(
        "it is told of when the outage is over",
        () -> rules(receiver.requests()).contains("odd hq/co2"));
  }

  @Test
  void alertsOfAGroupAreDeliveredAsOne() throws Exception {
    target("ops", DeliveryFormat.DELIVERY_FORMAT_JSON);
    rule(AlertRule.newBuilder().setName("odd").addGroupBy("model"));
    report("hq/co2-0", "hq/co2-1", "hq/co2-2", "hq/co2-3", "hq/co2-4");
    Eventually.holds("all five are told of", () -> series(receiver.requests()).size() == 5);
    assertThat(receiver.requests()).hasSizeLessThan(5);
  }

  @Test
  void slackAndAlertmanagerGetTheirOwnForms() throws Exception {
    target("slack", DeliveryFormat.DELIVERY_FORMAT_SLACK);
    rule(AlertRule.newBuilder().setName("odd").setAdvice("valve <3> & pump"));
    report("hq/co2");
    String slack = await(1).getFirst().body();
    assertThat(slack)
        .contains("\"text\":\":rotating_light: *FIRING* high odd: ")
        .contains("\"type\":\"section\"")
        .contains("valve \\u0026lt;3\\u0026gt; \\u0026amp; pump");

    target("am", DeliveryFormat.DELIVERY_FORMAT_ALERTMANAGER);
    resolve("hq/co2");
    await(3);
    String alertmanager =
        receiver.requests().stream()
            .map(Request::body)
            .filter(body -> body.startsWith("["))
            .findFirst()
            .orElseThrow();
    assertThat(alertmanager)
        .contains("\"alertname\":\"odd\"")
        .contains("\"severity\":\"high\"")
        .contains("\"series\":\"hq/co2\"")
        .contains("\"startsAt\":\"2026-03-01T00:00:00Z\"")
        .contains("\"endsAt\":\"2026-03-01T00:00:00Z\"");
  }

  @Test
  void whatWasQueuedIsSentAfterARestart() throws Exception {
    target("ops", DeliveryFormat.DELIVERY_FORMAT_JSON);
    rule(AlertRule.newBuilder().setName("odd"));
    receiver.answer(500);
    report("hq/co2");
    await(1);
    stop();
    receiver.answer(200);
    int before = receiver.requests().size();
    launch();
    connect();
    Eventually.holds("it is sent again", () -> receiver.requests().size() > before);
    assertThat(receiver.requests().stream().map(Request::delivery).distinct()).hasSize(1);
    assertThat(deadLetters()).isEmpty();
  }

  @Test
  void targetsAreMadeOnceReplacedByEtagAndNeverShowTheirSecret() {
    var request =
        CreateDeliveryTargetRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setTarget(some("ops", DeliveryFormat.DELIVERY_FORMAT_JSON))
            .build();
    DeliveryTarget made = alerts.createDeliveryTarget(request).getTarget();
    assertThat(made.getSecret()).isEmpty();
    assertThat(made.getAttemptsMax()).isEqualTo(10);
    assertThat(alerts.createDeliveryTarget(request).getTarget()).isEqualTo(made);
    Refusal.of(() ->
            alerts.createDeliveryTarget(
                request.toBuilder().setRequestId(UUID.randomUUID().toString()).build()))
        .is(Status.Code.ALREADY_EXISTS, "TARGET_EXISTS");
    Refusal.of(
            () -> target("bad", DeliveryFormat.DELIVERY_FORMAT_JSON, t -> t.setUrl("ftp://host/x")))
        .is(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
    Refusal.of(() ->
            target("bad", DeliveryFormat.DELIVERY_FORMAT_JSON, t -> t.setUrl("http://u:p@h/x")))
        .is(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");

    DeliveryTarget changed =
        alerts
            .updateDeliveryTarget(
                UpdateDeliveryTargetRequest.newBuilder()
                    .setTarget(made.toBuilder().setDisabled(true))
                    .build())
            .getTarget();
    assertThat(changed.getDisabled()).isTrue();
    assertThat(changed.getEtag()).isNotEqualTo(made.getEtag());
    Refusal.of(() ->
            alerts.updateDeliveryTarget(
                UpdateDeliveryTargetRequest.newBuilder().setTarget(made).build()))
        .is(Status.Code.ABORTED, "ETAG_STALE");
    var list = ListDeliveryTargetsRequest.getDefaultInstance();
    assertThat(alerts.listDeliveryTargets(list).getTargetsList()).containsExactly(changed);
    // The replacement without a secret kept the one it had.
    receiver.answer(418);
    var answer =
        alerts.testDeliveryTarget(TestDeliveryTargetRequest.newBuilder().setName("ops").build());
    assertThat(answer.getStatus()).isEqualTo(418);
    assertThat(answer.getDetail()).isEqualTo("answer 418");
    Request test = receiver.requests().getFirst();
    assertThat(test.header("Tidewatch-Signature")).startsWith("t=");
    assertThat(notification(test).getTest()).isTrue();

    var byEtag = DeleteDeliveryTargetRequest.newBuilder().setName("ops");
    Refusal.of(() -> alerts.deleteDeliveryTarget(byEtag.setEtag(made.getEtag()).build()))
        .is(Status.Code.ABORTED, "ETAG_STALE");
    var _ = alerts.deleteDeliveryTarget(byEtag.setEtag(changed.getEtag()).build());
    Refusal.of(() -> alerts.deleteDeliveryTarget(byEtag.build()))
        .is(Status.Code.NOT_FOUND, "TARGET_UNKNOWN");
    Refusal.of(() ->
            alerts.testDeliveryTarget(
                TestDeliveryTargetRequest.newBuilder().setName("ops").build()))
        .is(Status.Code.NOT_FOUND, "TARGET_UNKNOWN");
    assertThat(alerts.listDeliveryTargets(list).getTargetsList()).isEmpty();
  }

  private List<Request> await(int requests) throws Exception {
    Eventually.holds(
        requests + " webhooks have come", () -> receiver.requests().size() >= requests);
    return receiver.requests();
  }

  private List<DeadLetter> deadLetters() {
    return alerts.listDeadLetters(ListDeadLettersRequest.getDefaultInstance()).getDeadLettersList();
  }

  private static AlertNotification notification(Request request) {
    try {
      var message = AlertNotification.newBuilder();
      JsonFormat.parser().merge(request.body(), message);
      return message.build();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(request.body(), e);
    }
  }

  private static Set<String> series(List<Request> requests) {
    Set<String> series = new HashSet<>();
    requests.forEach(request ->
        notification(request)
            .getEventsList()
            .forEach(event -> series.add(event.getAlert().getLabelsOrThrow("series"))));
    return series;
  }

  private static Set<String> rules(List<Request> requests) {
    Set<String> rules = new HashSet<>();
    requests.forEach(request ->
        notification(request)
            .getEventsList()
            .forEach(event ->
                rules.add(
                    event.getAlert().getRule()
                        + " "
                        + event.getAlert().getLabelsOrThrow("series"))));
    return rules;
  }

  private int open(String rule) {
    return alerts.listAlerts(ListAlertsRequest.newBuilder().setRule(rule).build()).getAlertsCount();
  }

  private void resolve(String series) throws Exception {
    resolve("odd", series);
  }

  private void resolve(String rule, String series) throws Exception {
    var request = ListAlertsRequest.newBuilder().setRule(rule).setSeries(series).build();
    Eventually.holds("it is open", () -> alerts.listAlerts(request).getAlertsCount() == 1);
    var _ =
        alerts.resolveAlert(
            ResolveAlertRequest.newBuilder()
                .setId(alerts.listAlerts(request).getAlerts(0).getId())
                .setActor("ada")
                .build());
  }

  private void target(String name, DeliveryFormat format) {
    target(name, format, target -> target);
  }

  private void target(
      String name,
      DeliveryFormat format,
      java.util.function.UnaryOperator<DeliveryTarget.Builder> change) {
    var _ =
        alerts.createDeliveryTarget(
            CreateDeliveryTargetRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setTarget(change.apply(some(name, format)))
                .build());
  }

  private DeliveryTarget.Builder some(String name, DeliveryFormat format) {
    return DeliveryTarget.newBuilder()
        .setName(name)
        .setUrl(receiver.url())
        .setFormat(format)
        .setSecret("a secret");
  }

  private void rule(AlertRule.Builder rule) {
    if (rule.getSeverity() == Severity.SEVERITY_UNSPECIFIED) {
      rule.setSeverity(Severity.SEVERITY_HIGH);
    }
    var _ = create(rule.setAnomaly(AnomalyCondition.getDefaultInstance()));
  }

  private void report(String... series) {
    var request = ReportAnomaliesRequest.newBuilder();
    for (String one : series) {
      request.addAnomalies(
          Anomaly.newBuilder()
              .setSeries(one)
              .setTime(time(START.plusMillis(reported++)))
              .setValue(42)
              .setScore(6)
              .setSeverity(Severity.SEVERITY_HIGH)
              .setDetector("zscore")
              .setDetectorVersion("1.0.0")
              .setTraceparent("00-" + TRACE + "-b7ad6b7169203331-01"));
    }
    var _ = anomalies.reportAnomalies(request.build());
  }
}
