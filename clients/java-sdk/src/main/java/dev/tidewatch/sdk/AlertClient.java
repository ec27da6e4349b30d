package dev.tidewatch.sdk;

import dev.tidewatch.proto.monitor.v1.AcknowledgeAlertRequest;
import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AlertTransition;
import dev.tidewatch.proto.monitor.v1.CreateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.CreateSilenceRequest;
import dev.tidewatch.proto.monitor.v1.DeleteAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.ExpireSilenceRequest;
import dev.tidewatch.proto.monitor.v1.GetAlertRequest;
import dev.tidewatch.proto.monitor.v1.GetAlertResponse;
import dev.tidewatch.proto.monitor.v1.GetAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.ListAlertRulesRequest;
import dev.tidewatch.proto.monitor.v1.ListAlertRulesResponse;
import dev.tidewatch.proto.monitor.v1.ListAlertTransitionsRequest;
import dev.tidewatch.proto.monitor.v1.ListAlertTransitionsResponse;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;
import dev.tidewatch.proto.monitor.v1.ListAlertsResponse;
import dev.tidewatch.proto.monitor.v1.ListSilencesRequest;
import dev.tidewatch.proto.monitor.v1.ListSilencesResponse;
import dev.tidewatch.proto.monitor.v1.ResolveAlertRequest;
import dev.tidewatch.proto.monitor.v1.Silence;
import dev.tidewatch.proto.monitor.v1.UpdateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.WatchAlertsRequest;
import dev.tidewatch.proto.monitor.v1.WatchAlertsResponse;
import io.grpc.Channel;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Rules, alerts and silences. Thread-safe. Every method throws {@link TidewatchException} if the
 * call fails; lists fetch their pages while they are read.
 */
public final class AlertClient {
  private static final int PAGE_SIZE = 1_000;

  private final AlertServiceGrpc.AlertServiceBlockingStub alerts;
  private final Runnable reconnectNow;

  AlertClient(Channel channel, Runnable reconnectNow) {
    this.alerts = AlertServiceGrpc.newBlockingStub(channel);
    this.reconnectNow = reconnectNow;
  }

  /** Rules by name. */
  public Stream<AlertRule> rules() {
    return Calls.pages(
        token ->
            alerts.listAlertRules(
                ListAlertRulesRequest.newBuilder()
                    .setPageSize(PAGE_SIZE)
                    .setPageToken(token)
                    .build()),
        ListAlertRulesResponse::getRulesList,
        ListAlertRulesResponse::getNextPageToken);
  }

  public AlertRule rule(String name) {
    var request = GetAlertRuleRequest.newBuilder().setName(name).build();
    return Calls.unary(() -> alerts.getAlertRule(request)).getRule();
  }

  /** Makes a rule, once, however often the call is repeated inside. */
  public AlertRule createRule(AlertRule rule) {
    var request =
        CreateAlertRuleRequest.newBuilder()
            .setRule(rule)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    return Calls.unary(() -> alerts.createAlertRule(request)).getRule();
  }

  /** Replaces the rule that was read with its etag. */
  public AlertRule updateRule(AlertRule rule) {
    var request = UpdateAlertRuleRequest.newBuilder().setRule(rule).build();
    return Calls.unary(() -> alerts.updateAlertRule(request)).getRule();
  }

  /** Removes a rule; its alerts are resolved. */
  public void deleteRule(String name) {
    var request = DeleteAlertRuleRequest.newBuilder().setName(name).build();
    var _ = Calls.unary(() -> alerts.deleteAlertRule(request));
  }

  /** Alerts that match, newest first. The page token of the request is ignored. */
  public Stream<Alert> list(ListAlertsRequest first) {
    return Calls.pages(
        token -> alerts.listAlerts(first.toBuilder().setPageToken(token).build()),
        ListAlertsResponse::getAlertsList,
        ListAlertsResponse::getNextPageToken);
  }

  /** One alert with its transitions. */
  public GetAlertResponse get(String id) {
    var request = GetAlertRequest.newBuilder().setId(id).build();
    return Calls.unary(() -> alerts.getAlert(request));
  }

  /**
   * Says that somebody takes care.
   *
   * @param comment may be empty
   */
  public Alert acknowledge(String id, String actor, String comment) {
    var request =
        AcknowledgeAlertRequest.newBuilder().setId(id).setActor(actor).setComment(comment).build();
    return Calls.unary(() -> alerts.acknowledgeAlert(request)).getAlert();
  }

  /**
   * Resolves by hand.
   *
   * @param comment may be empty
   */
  public Alert resolve(String id, String actor, String comment) {
    var request =
        ResolveAlertRequest.newBuilder().setId(id).setActor(actor).setComment(comment).build();
    return Calls.unary(() -> alerts.resolveAlert(request)).getAlert();
  }

  /** Transitions that match, newest first. The page token of the request is ignored. */
  public Stream<AlertTransition> transitions(ListAlertTransitionsRequest first) {
    return Calls.pages(
        token -> alerts.listAlertTransitions(first.toBuilder().setPageToken(token).build()),
        ListAlertTransitionsResponse::getTransitionsList,
        ListAlertTransitionsResponse::getNextPageToken);
  }

  /** Follows the transitions; see {@link #watchResuming} for one that reconnects. */
  public ServerStream<WatchAlertsResponse> watch(WatchAlertsRequest request) {
    return Calls.stream(() -> alerts.watchAlerts(request));
  }

  /** As {@link #watch}, over broken connections, without gap or repeat. */
  public ResumableStream<WatchAlertsResponse> watchResuming(WatchAlertsRequest request) {
    return ResumableStream.watch(
        token -> watch(request.toBuilder().setResumeToken(token).build()),
        WatchAlertsResponse::getResumeToken,
        request.getResumeToken(),
        reconnectNow);
  }

  /** Makes a silence, once; the request's id is made here if it has none. */
  public Silence silence(CreateSilenceRequest silence) {
    var request =
        silence.getRequestId().isEmpty()
            ? silence.toBuilder().setRequestId(UUID.randomUUID().toString()).build()
            : silence;
    return Calls.unary(() -> alerts.createSilence(request)).getSilence();
  }

  /** Ends a silence now. */
  public Silence expireSilence(String id, String actor) {
    var request = ExpireSilenceRequest.newBuilder().setId(id).setActor(actor).build();
    return Calls.unary(() -> alerts.expireSilence(request)).getSilence();
  }

  /** Silences, latest end first. */
  public Stream<Silence> silences(boolean includeExpired) {
    return Calls.pages(
        token ->
            alerts.listSilences(
                ListSilencesRequest.newBuilder()
                    .setIncludeExpired(includeExpired)
                    .setPageSize(PAGE_SIZE)
                    .setPageToken(token)
                    .build()),
        ListSilencesResponse::getSilencesList,
        ListSilencesResponse::getNextPageToken);
  }
}
