package dev.tidewatch.sdk;

import dev.tidewatch.proto.monitor.v1.AccuracyGroup;
import dev.tidewatch.proto.monitor.v1.AccuracyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AcknowledgeAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.Anomaly;
import dev.tidewatch.proto.monitor.v1.AnomalyGroup;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AssignAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.CommentAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyResponse;
import dev.tidewatch.proto.monitor.v1.CreateSuppressionWindowRequest;
import dev.tidewatch.proto.monitor.v1.DeleteSuppressionWindowRequest;
import dev.tidewatch.proto.monitor.v1.DriftServiceGrpc;
import dev.tidewatch.proto.monitor.v1.DriftVerdict;
import dev.tidewatch.proto.monitor.v1.EstimateLossRequest;
import dev.tidewatch.proto.monitor.v1.EstimateLossResponse;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.GetAccuracyResponse;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendRequest;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendResponse;
import dev.tidewatch.proto.monitor.v1.GetAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.GetAnomalyResponse;
import dev.tidewatch.proto.monitor.v1.GetAnomalyStatisticsRequest;
import dev.tidewatch.proto.monitor.v1.GetAnomalyStatisticsResponse;
import dev.tidewatch.proto.monitor.v1.GetDriftRequest;
import dev.tidewatch.proto.monitor.v1.GetDriftResponse;
import dev.tidewatch.proto.monitor.v1.GetHealthScoreRequest;
import dev.tidewatch.proto.monitor.v1.GetHealthTrendRequest;
import dev.tidewatch.proto.monitor.v1.GetHealthTrendResponse;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusRequest;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusResponse;
import dev.tidewatch.proto.monitor.v1.HealthScore;
import dev.tidewatch.proto.monitor.v1.HealthScoreServiceGrpc;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesResponse;
import dev.tidewatch.proto.monitor.v1.ListDriftVerdictsRequest;
import dev.tidewatch.proto.monitor.v1.ListDriftVerdictsResponse;
import dev.tidewatch.proto.monitor.v1.ListHealthScoresRequest;
import dev.tidewatch.proto.monitor.v1.ListHealthScoresResponse;
import dev.tidewatch.proto.monitor.v1.ListOutcomesRequest;
import dev.tidewatch.proto.monitor.v1.ListOutcomesResponse;
import dev.tidewatch.proto.monitor.v1.ListSuppressionWindowsRequest;
import dev.tidewatch.proto.monitor.v1.ListSuppressionWindowsResponse;
import dev.tidewatch.proto.monitor.v1.MarkFalseAlarmRequest;
import dev.tidewatch.proto.monitor.v1.MarkFalseAlarmResponse;
import dev.tidewatch.proto.monitor.v1.Outcome;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.RegisterDriftReferenceRequest;
import dev.tidewatch.proto.monitor.v1.SubjectKind;
import dev.tidewatch.proto.monitor.v1.SuppressionWindow;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import io.grpc.Channel;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The monitor server: anomalies, accuracy and drift. Thread-safe. Every method throws {@link
 * TidewatchException} if the call fails; lists fetch their pages while they are read.
 */
public final class MonitorClient {
  private final Channel channel;
  private final Runnable reconnectNow;
  private final AnomalyServiceGrpc.AnomalyServiceBlockingStub anomalies;
  private final AccuracyServiceGrpc.AccuracyServiceBlockingStub accuracy;
  private final HealthScoreServiceGrpc.HealthScoreServiceBlockingStub health;
  private final LedgerServiceGrpc.LedgerServiceBlockingStub ledger;
  private final DriftServiceGrpc.DriftServiceBlockingStub drift;

  MonitorClient(Channel channel, Runnable reconnectNow) {
    this.channel = channel;
    this.reconnectNow = reconnectNow;
    this.anomalies = AnomalyServiceGrpc.newBlockingStub(channel);
    this.accuracy = AccuracyServiceGrpc.newBlockingStub(channel);
    this.health = HealthScoreServiceGrpc.newBlockingStub(channel);
    this.ledger = LedgerServiceGrpc.newBlockingStub(channel);
    this.drift = DriftServiceGrpc.newBlockingStub(channel);
  }

  /** Energy and plant. */
  public AnalyticsClient analytics() {
    return new AnalyticsClient(channel);
  }

  /** For RPCs that have no method here: any stub of the monitor server may be made on it. */
  public Channel channel() {
    return channel;
  }

  /** Trials, decisions, and the story of a model. */
  public DecisionClient decisions() {
    return new DecisionClient(channel);
  }

  /** Where alerts are delivered to. */
  public DeliveryClient delivery() {
    return new DeliveryClient(channel);
  }

  /** Rules, alerts and silences. */
  public AlertClient alerts() {
    return new AlertClient(channel, reconnectNow);
  }

  /** Policies of retraining, and its tasks. */
  public RetrainClient retrain() {
    return new RetrainClient(channel);
  }

  /** What adapts per series after training. */
  public TuningClient tunings() {
    return new TuningClient(channel);
  }

  /** Anomalies that match, newest first. The page token of the request is ignored. */
  public Stream<Anomaly> listAnomalies(ListAnomaliesRequest first) {
    return Calls.pages(
        token -> anomalies.listAnomalies(first.toBuilder().setPageToken(token).build()),
        ListAnomaliesResponse::getAnomaliesList,
        ListAnomaliesResponse::getNextPageToken);
  }

  /** One anomaly with its history. */
  public GetAnomalyResponse getAnomaly(String id) {
    var request = GetAnomalyRequest.newBuilder().setId(id).build();
    return Calls.unary(() -> anomalies.getAnomaly(request));
  }

  /**
   * Says that somebody has seen it.
   *
   * @param comment may be empty
   */
  public Anomaly acknowledge(String id, String actor, String comment) {
    var request =
        AcknowledgeAnomalyRequest.newBuilder()
            .setId(id)
            .setActor(actor)
            .setComment(comment)
            .build();
    return Calls.unary(() -> anomalies.acknowledgeAnomaly(request)).getAnomaly();
  }

  /**
   * Gives it to somebody.
   *
   * @param assignee empty: nobody
   */
  public Anomaly assign(String id, String actor, String assignee) {
    var request =
        AssignAnomalyRequest.newBuilder().setId(id).setActor(actor).setAssignee(assignee).build();
    return Calls.unary(() -> anomalies.assignAnomaly(request)).getAnomaly();
  }

  /** Adds a comment, once, however often the call is retried beneath. */
  public Anomaly comment(String id, String actor, String comment) {
    var request =
        CommentAnomalyRequest.newBuilder()
            .setId(id)
            .setActor(actor)
            .setComment(comment)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    return Calls.unary(() -> anomalies.commentAnomaly(request)).getAnomaly();
  }

  /**
   * Says that it was none, which raises the detector's threshold for the series.
   *
   * @param comment may be empty
   */
  public MarkFalseAlarmResponse markFalseAlarm(String id, String actor, String comment) {
    var request =
        MarkFalseAlarmRequest.newBuilder().setId(id).setActor(actor).setComment(comment).build();
    return Calls.unary(() -> anomalies.markFalseAlarm(request));
  }

  /** Counts, most anomalies first. The page token of the request is ignored. */
  public Stream<AnomalyGroup> anomalyStatistics(GetAnomalyStatisticsRequest first) {
    return Calls.pages(
        token -> anomalies.getAnomalyStatistics(first.toBuilder().setPageToken(token).build()),
        GetAnomalyStatisticsResponse::getGroupsList,
        GetAnomalyStatisticsResponse::getNextPageToken);
  }

  /** Makes a maintenance window; the same request again gives the same window. */
  public SuppressionWindow suppress(CreateSuppressionWindowRequest request) {
    return Calls.unary(() -> anomalies.createSuppressionWindow(request)).getSuppressionWindow();
  }

  /** Maintenance windows, latest start first. The page token of the request is ignored. */
  public Stream<SuppressionWindow> suppressionWindows(ListSuppressionWindowsRequest first) {
    return Calls.pages(
        token -> anomalies.listSuppressionWindows(first.toBuilder().setPageToken(token).build()),
        ListSuppressionWindowsResponse::getSuppressionWindowsList,
        ListSuppressionWindowsResponse::getNextPageToken);
  }

  /** Ends a maintenance window. */
  public void removeSuppression(String id, String actor) {
    var request = DeleteSuppressionWindowRequest.newBuilder().setId(id).setActor(actor).build();
    var _ = Calls.unary(() -> anomalies.deleteSuppressionWindow(request));
  }

  /** Newest scores, worst first. The page token of the request is ignored. */
  public Stream<HealthScore> healthScores(ListHealthScoresRequest first) {
    return Calls.pages(
        token -> health.listHealthScores(first.toBuilder().setPageToken(token).build()),
        ListHealthScoresResponse::getHealthScoresList,
        ListHealthScoresResponse::getNextPageToken);
  }

  /** The newest score of a model, series or device. */
  public HealthScore healthScore(SubjectKind kind, String subject) {
    var request = GetHealthScoreRequest.newBuilder().setKind(kind).setSubject(subject).build();
    return Calls.unary(() -> health.getHealthScore(request)).getHealthScore();
  }

  /** Scores of one subject over time. */
  public GetHealthTrendResponse healthTrend(GetHealthTrendRequest request) {
    return Calls.unary(() -> health.getHealthTrend(request));
  }

  /** Follows the log; see {@link #watchAnomaliesResuming} for one that reconnects. */
  public ServerStream<WatchAnomaliesResponse> watchAnomalies(WatchAnomaliesRequest request) {
    return Calls.stream(() -> anomalies.watchAnomalies(request));
  }

  /** As {@link #watchAnomalies}, over broken connections, without gap or repeat. */
  public ResumableStream<WatchAnomaliesResponse> watchAnomaliesResuming(
      WatchAnomaliesRequest request) {
    return ResumableStream.watch(
        token -> watchAnomalies(request.toBuilder().setResumeToken(token).build()),
        WatchAnomaliesResponse::getResumeToken,
        request.getResumeToken(),
        reconnectNow);
  }

  /**
   * Registers what a version's inputs looked like when it was trained, once.
   *
   * @return false: it was registered before
   */
  public boolean registerDriftReference(RegisterDriftReferenceRequest request) {
    return Calls.unary(() -> drift.registerDriftReference(request)).getRegistered();
  }

  /** The newest verdicts about a version, strongest first. The page token is ignored. */
  public Stream<DriftVerdict> drift(GetDriftRequest first) {
    return Calls.pages(
        token -> drift.getDrift(first.toBuilder().setPageToken(token).build()),
        GetDriftResponse::getVerdictsList,
        GetDriftResponse::getNextPageToken);
  }

  /** Verdicts over time, newest first. The page token is ignored. */
  public Stream<DriftVerdict> driftVerdicts(ListDriftVerdictsRequest first) {
    return Calls.pages(
        token -> drift.listDriftVerdicts(first.toBuilder().setPageToken(token).build()),
        ListDriftVerdictsResponse::getVerdictsList,
        ListDriftVerdictsResponse::getNextPageToken);
  }

  /** What the error of a version probably is where truths are late. */
  public EstimateLossResponse estimateLoss(EstimateLossRequest request) {
    return Calls.unary(() -> drift.estimateLoss(request));
  }

  /** The figures per group. The page token of the request is ignored. */
  public Stream<AccuracyGroup> accuracy(GetAccuracyRequest first) {
    return Calls.pages(
        token -> accuracy.getAccuracy(first.toBuilder().setPageToken(token).build()),
        GetAccuracyResponse::getGroupsList,
        GetAccuracyResponse::getNextPageToken);
  }

  /** The figures per bucket of time. */
  public GetAccuracyTrendResponse accuracyTrend(GetAccuracyTrendRequest request) {
    return Calls.unary(() -> accuracy.getAccuracyTrend(request));
  }

  /**
   * The figures per bucket of time.
   *
   * @param request its range is ignored
   * @param window so long up to the server's domain time
   */
  public GetAccuracyTrendResponse accuracyTrend(GetAccuracyTrendRequest request, Duration window) {
    return Calls.unary(() -> {
      // Nothing has this alias: it is the server's time that is asked for.
      var now =
          accuracy.getAccuracy(
              GetAccuracyRequest.newBuilder()
                  .setFilter(PredictionFilter.newBuilder().setSeries("-").setAlias("-"))
                  .setTrailing(ProtoTimes.duration(window))
                  .build());
      return accuracy.getAccuracyTrend(request.toBuilder().setRange(now.getWindow()).build());
    });
  }

  /** Two versions on the steps that both predicted, with a significance test. */
  public CompareAccuracyResponse compareAccuracy(CompareAccuracyRequest request) {
    return Calls.unary(() -> accuracy.compareAccuracy(request));
  }

  /** What was predicted for a series and what came, newest target first. */
  public Stream<Outcome> outcomes(ListOutcomesRequest first) {
    return Calls.pages(
        token -> ledger.listOutcomes(first.toBuilder().setPageToken(token).build()),
        ListOutcomesResponse::getOutcomesList,
        ListOutcomesResponse::getNextPageToken);
  }

  /** How much the ledger holds and how far the join of actuals has come. */
  public GetLedgerStatusResponse ledgerStatus() {
    return Calls.unary(() -> ledger.getLedgerStatus(GetLedgerStatusRequest.getDefaultInstance()));
  }
}
