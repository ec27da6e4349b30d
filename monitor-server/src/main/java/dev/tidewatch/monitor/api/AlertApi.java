package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.alert.Alert;
import dev.tidewatch.monitor.alert.AlertFilter;
import dev.tidewatch.monitor.alert.AlertRule;
import dev.tidewatch.monitor.alert.AlertRuleStore;
import dev.tidewatch.monitor.alert.AlertState;
import dev.tidewatch.monitor.alert.AlertStore;
import dev.tidewatch.monitor.alert.AlertStore.AlertCursor;
import dev.tidewatch.monitor.alert.AlertTail;
import dev.tidewatch.monitor.alert.AlertTransition;
import dev.tidewatch.monitor.alert.SeriesPattern;
import dev.tidewatch.monitor.alert.Silence;
import dev.tidewatch.monitor.alert.SilenceStore;
import dev.tidewatch.monitor.alert.SilenceStore.SilenceCursor;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.proto.monitor.v1.AcknowledgeAlertRequest;
import dev.tidewatch.proto.monitor.v1.AcknowledgeAlertResponse;
import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.CreateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.CreateAlertRuleResponse;
import dev.tidewatch.proto.monitor.v1.CreateDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.CreateDeliveryTargetResponse;
import dev.tidewatch.proto.monitor.v1.CreateSilenceRequest;
import dev.tidewatch.proto.monitor.v1.CreateSilenceResponse;
import dev.tidewatch.proto.monitor.v1.DeleteAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.DeleteAlertRuleResponse;
import dev.tidewatch.proto.monitor.v1.DeleteDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.DeleteDeliveryTargetResponse;
import dev.tidewatch.proto.monitor.v1.ExpireSilenceRequest;
import dev.tidewatch.proto.monitor.v1.ExpireSilenceResponse;
import dev.tidewatch.proto.monitor.v1.GetAlertRequest;
import dev.tidewatch.proto.monitor.v1.GetAlertResponse;
import dev.tidewatch.proto.monitor.v1.GetAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.GetAlertRuleResponse;
import dev.tidewatch.proto.monitor.v1.ListAlertRulesRequest;
import dev.tidewatch.proto.monitor.v1.ListAlertRulesResponse;
import dev.tidewatch.proto.monitor.v1.ListAlertTransitionsRequest;
import dev.tidewatch.proto.monitor.v1.ListAlertTransitionsResponse;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;
import dev.tidewatch.proto.monitor.v1.ListAlertsResponse;
import dev.tidewatch.proto.monitor.v1.ListDeadLettersRequest;
import dev.tidewatch.proto.monitor.v1.ListDeadLettersResponse;
import dev.tidewatch.proto.monitor.v1.ListDeliveryTargetsRequest;
import dev.tidewatch.proto.monitor.v1.ListDeliveryTargetsResponse;
import dev.tidewatch.proto.monitor.v1.ListSilencesRequest;
import dev.tidewatch.proto.monitor.v1.ListSilencesResponse;
import dev.tidewatch.proto.monitor.v1.ResolveAlertRequest;
import dev.tidewatch.proto.monitor.v1.ResolveAlertResponse;
import dev.tidewatch.proto.monitor.v1.RetryDeadLettersRequest;
import dev.tidewatch.proto.monitor.v1.RetryDeadLettersResponse;
import dev.tidewatch.proto.monitor.v1.TestDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.TestDeliveryTargetResponse;
import dev.tidewatch.proto.monitor.v1.UpdateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.UpdateAlertRuleResponse;
import dev.tidewatch.proto.monitor.v1.UpdateDeliveryTargetRequest;
import dev.tidewatch.proto.monitor.v1.UpdateDeliveryTargetResponse;
import dev.tidewatch.proto.monitor.v1.WatchAlertsRequest;
import dev.tidewatch.proto.monitor.v1.WatchAlertsResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/** Rules, alerts and silences over gRPC. */
public final class AlertApi extends AlertServiceGrpc.AlertServiceImplBase {
  private static final int HISTORY_MAX = 1_000;

  private final AlertRuleStore rules;
  private final AlertStore alerts;
  private final SilenceStore silences;
  private final SilencedAlerts silenced;
  private final AlertTail tail;
  private final DeliveryApi delivery;
  private final InstantSource clock;
  private final WatchPlaces watchPlaces;

  /**
   * @param clock domain time
   * @param watchersMax streams at once
   */
  public AlertApi(
      AlertRuleStore rules,
      AlertStore alerts,
      SilenceStore silences,
      AlertTail tail,
      DeliveryApi delivery,
      InstantSource clock,
      int watchersMax) {
    this.rules = rules;
    this.alerts = alerts;
    this.silences = silences;
    this.silenced = new SilencedAlerts(silences, clock);
    this.tail = tail;
    this.delivery = delivery;
    this.clock = clock;
    this.watchPlaces = new WatchPlaces(watchersMax);
  }

  @Override
  public void createAlertRule(
      CreateAlertRuleRequest request, StreamObserver<CreateAlertRuleResponse> answer) {
    AlertRule rule =
        rules.create(
            AlertMessages.read(request.getRule()), UUID.fromString(request.getRequestId()));
    answer.onNext(CreateAlertRuleResponse.newBuilder().setRule(AlertMessages.write(rule)).build());
    answer.onCompleted();
  }

  @Override
  public void updateAlertRule(
      UpdateAlertRuleRequest request, StreamObserver<UpdateAlertRuleResponse> answer) {
    AlertRule rule =
        rules.update(
            AlertMessages.read(request.getRule()),
            TextField.require("rule.etag", request.getRule().getEtag(), 1, 64),
            clock.instant());
    tail.look();
    answer.onNext(UpdateAlertRuleResponse.newBuilder().setRule(AlertMessages.write(rule)).build());
    answer.onCompleted();
  }

  @Override
  public void deleteAlertRule(
      DeleteAlertRuleRequest request, StreamObserver<DeleteAlertRuleResponse> answer) {
    rules.delete(
        TextField.require("name", request.getName(), 1, 128),
        Wire.text("etag", request.getEtag()),
        clock.instant());
    tail.look();
    answer.onNext(DeleteAlertRuleResponse.getDefaultInstance());
    answer.onCompleted();
  }

  @Override
  public void getAlertRule(
      GetAlertRuleRequest request, StreamObserver<GetAlertRuleResponse> answer) {
    String name = TextField.require("name", request.getName(), 1, 128);
    AlertRule rule =
        rules
            .find(name)
            .orElseThrow(() ->
                new NotFound("RULE_UNKNOWN", "name: no rule has the name '%s'".formatted(name)));
    answer.onNext(GetAlertRuleResponse.newBuilder().setRule(AlertMessages.write(rule)).build());
    answer.onCompleted();
  }

  @Override
  public void listAlertRules(
      ListAlertRulesRequest request, StreamObserver<ListAlertRulesResponse> answer) {
    Page<AlertRule, String> page =
        rules.page(
            Paging.read(request.getPageToken(), "alert-rules", 1, List::getFirst),
            Paging.size(request.getPageSize()));
    var response = ListAlertRulesResponse.newBuilder();
    page.items().forEach(rule -> response.addRules(AlertMessages.write(rule)));
    page.next().ifPresent(next -> response.setNextPageToken(Paging.token("alert-rules", next)));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void listAlerts(ListAlertsRequest request, StreamObserver<ListAlertsResponse> answer) {
    Set<AlertState> states = new HashSet<>();
    request
        .getStatesList()
        .forEach(state ->
            states.add(
                AlertMessages.state("states", state)
                    .orElseThrow(() ->
                        InvalidArgument.field("states", "holds a state that is not specified"))));
    var filter =
        new AlertFilter(
            states,
            Wire.severity("severity_min", request.getSeverityMin()),
            Wire.text("series", request.getSeries()),
            Wire.text("model", request.getModel()),
            Wire.text("rule", request.getRule()));
    Page<Alert, AlertCursor> page =
        alerts.page(
            filter,
            Wire.span("range", request.getRange()),
            Paging.readTimeAndId(request.getPageToken(), "alerts", AlertCursor::new),
            Paging.size(request.getPageSize()));
    List<Silence> active = silenced.now();
    var response = ListAlertsResponse.newBuilder();
    page.items().forEach(alert -> response.addAlerts(silenced.write(alert, active)));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(Paging.token("alerts", next.pendingSince(), next.id())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void getAlert(GetAlertRequest request, StreamObserver<GetAlertResponse> answer) {
    UUID id = Wire.id("id", request.getId());
    Alert alert =
        alerts
            .find(id)
            .orElseThrow(() ->
                new NotFound("ALERT_UNKNOWN", "id: no alert has the id " + ContentId.toText(id)));
    var response = GetAlertResponse.newBuilder().setAlert(silenced.write(alert));
    alerts
        .history(id, HISTORY_MAX)
        .forEach(transition -> response.addTransitions(AlertMessages.write(transition)));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void acknowledgeAlert(
      AcknowledgeAlertRequest request, StreamObserver<AcknowledgeAlertResponse> answer) {
    Alert alert =
        alerts.acknowledge(
            Wire.id("id", request.getId()),
            Wire.text("etag", request.getEtag()),
            TextField.require("actor", request.getActor(), 1, 128),
            TextField.require("comment", request.getComment(), 0, 4000),
            clock.instant());
    tail.look();
    answer.onNext(AcknowledgeAlertResponse.newBuilder().setAlert(silenced.write(alert)).build());
    answer.onCompleted();
  }

  @Override
  public void resolveAlert(
      ResolveAlertRequest request, StreamObserver<ResolveAlertResponse> answer) {
    Alert alert =
        alerts.resolve(
            Wire.id("id", request.getId()),
            Wire.text("etag", request.getEtag()),
            TextField.require("actor", request.getActor(), 1, 128),
            TextField.require("comment", request.getComment(), 0, 4000),
            clock.instant());
    tail.look();
    answer.onNext(ResolveAlertResponse.newBuilder().setAlert(silenced.write(alert)).build());
    answer.onCompleted();
  }

  @Override
  public void listAlertTransitions(
      ListAlertTransitionsRequest request, StreamObserver<ListAlertTransitionsResponse> answer) {
    Optional<UUID> alert =
        request.getAlertId().isEmpty()
            ? Optional.empty()
            : Optional.of(Wire.id("alert_id", request.getAlertId()));
    Page<AlertTransition, Long> page =
        alerts.transitions(
            alert,
            Wire.span("range", request.getRange()),
            Paging.read(
                request.getPageToken(),
                "alert-transitions",
                1,
                parts -> Long.parseLong(parts.getFirst())),
            Paging.size(request.getPageSize()));
    var response = ListAlertTransitionsResponse.newBuilder();
    page.items().forEach(transition -> response.addTransitions(AlertMessages.write(transition)));
    page.next()
        .ifPresent(next -> response.setNextPageToken(Paging.token("alert-transitions", next)));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void watchAlerts(WatchAlertsRequest request, StreamObserver<WatchAlertsResponse> answer) {
    Optional<Severity> severityMin = Wire.severity("severity_min", request.getSeverityMin());
    var pattern = new SeriesPattern(request.getSeriesPattern());
    Predicate<Alert> filter =
        alert ->
            severityMin.map(min -> alert.severity().compareTo(min) >= 0).orElse(true)
                && pattern.matches(alert.labels().series());
    AlertStore.Head head = alerts.head();
    long position =
        request.getResumeToken().isEmpty()
            ? head.position()
            : ResumeToken.position(request.getResumeToken(), head.epoch(), head.position());
    watchPlaces.start(
        "alert-watch",
        answer,
        "connect again with the newest resume_token",
        new LogWatch<>(
            new AlertLog(alerts, silenced, filter, head.epoch()), tail, clock, position));
  }

  @Override
  public void createSilence(
      CreateSilenceRequest request, StreamObserver<CreateSilenceResponse> answer) {
    var range = Wire.bounds("range", request.getRange());
    if (!range.from().isBefore(range.to())) {
      throw InvalidArgument.field("range.to", "equals from; a silence needs some time");
    }
    Silence silence =
        silences.create(
            new Silence(
                UUID.fromString(request.getRequestId()),
                AlertMessages.matchers(request.getMatchersList()),
                range.from(),
                range.to(),
                request.getActor(),
                request.getReason()));
    answer.onNext(
        CreateSilenceResponse.newBuilder().setSilence(AlertMessages.write(silence)).build());
    answer.onCompleted();
  }

  @Override
  public void expireSilence(
      ExpireSilenceRequest request, StreamObserver<ExpireSilenceResponse> answer) {
    Silence silence =
        silences.expire(
            Wire.id("id", request.getId()),
            TextField.require("actor", request.getActor(), 1, 128),
            clock.instant());
    answer.onNext(
        ExpireSilenceResponse.newBuilder().setSilence(AlertMessages.write(silence)).build());
    answer.onCompleted();
  }

  @Override
  public void listSilences(
      ListSilencesRequest request, StreamObserver<ListSilencesResponse> answer) {
    Page<Silence, SilenceCursor> page =
        silences.page(
            request.getIncludeExpired() ? Optional.empty() : Optional.of(clock.instant()),
            Paging.readTimeAndId(request.getPageToken(), "silences", SilenceCursor::new),
            Paging.size(request.getPageSize()));
    var response = ListSilencesResponse.newBuilder();
    page.items().forEach(silence -> response.addSilences(AlertMessages.write(silence)));
    page.next()
        .ifPresent(
            next -> response.setNextPageToken(Paging.token("silences", next.to(), next.id())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void createDeliveryTarget(
      CreateDeliveryTargetRequest request, StreamObserver<CreateDeliveryTargetResponse> answer) {
    answer.onNext(delivery.create(request));
    answer.onCompleted();
  }

  @Override
  public void updateDeliveryTarget(
      UpdateDeliveryTargetRequest request, StreamObserver<UpdateDeliveryTargetResponse> answer) {
    answer.onNext(delivery.update(request));
    answer.onCompleted();
  }

  @Override
  public void deleteDeliveryTarget(
      DeleteDeliveryTargetRequest request, StreamObserver<DeleteDeliveryTargetResponse> answer) {
    answer.onNext(delivery.delete(request));
    answer.onCompleted();
  }

  @Override
  public void listDeliveryTargets(
      ListDeliveryTargetsRequest request, StreamObserver<ListDeliveryTargetsResponse> answer) {
    answer.onNext(delivery.list(request));
    answer.onCompleted();
  }

  @Override
  public void testDeliveryTarget(
      TestDeliveryTargetRequest request, StreamObserver<TestDeliveryTargetResponse> answer) {
    answer.onNext(delivery.test(request));
    answer.onCompleted();
  }

  @Override
  public void listDeadLetters(
      ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> answer) {
    answer.onNext(delivery.deadLetters(request));
    answer.onCompleted();
  }

  @Override
  public void retryDeadLetters(
      RetryDeadLettersRequest request, StreamObserver<RetryDeadLettersResponse> answer) {
    answer.onNext(delivery.retry(request));
    answer.onCompleted();
  }
}
