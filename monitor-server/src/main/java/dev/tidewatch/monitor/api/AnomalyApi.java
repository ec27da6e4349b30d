package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.AnomalyFilter;
import dev.tidewatch.monitor.anomaly.AnomalyStatistics;
import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.AnomalyStore.AnomalyCursor;
import dev.tidewatch.monitor.anomaly.AnomalyStore.FalseAlarm;
import dev.tidewatch.monitor.anomaly.AnomalyStore.Head;
import dev.tidewatch.monitor.anomaly.AnomalyTail;
import dev.tidewatch.monitor.anomaly.LoggedAnomaly;
import dev.tidewatch.monitor.anomaly.SuppressionStore;
import dev.tidewatch.monitor.anomaly.SuppressionStore.WindowCursor;
import dev.tidewatch.monitor.anomaly.SuppressionWindow;
import dev.tidewatch.proto.monitor.v1.AcknowledgeAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.AcknowledgeAnomalyResponse;
import dev.tidewatch.proto.monitor.v1.AnomalyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AssignAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.AssignAnomalyResponse;
import dev.tidewatch.proto.monitor.v1.CommentAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.CommentAnomalyResponse;
import dev.tidewatch.proto.monitor.v1.CreateSuppressionWindowRequest;
import dev.tidewatch.proto.monitor.v1.CreateSuppressionWindowResponse;
import dev.tidewatch.proto.monitor.v1.DeleteSuppressionWindowRequest;
import dev.tidewatch.proto.monitor.v1.DeleteSuppressionWindowResponse;
import dev.tidewatch.proto.monitor.v1.GetAnomalyRequest;
import dev.tidewatch.proto.monitor.v1.GetAnomalyResponse;
import dev.tidewatch.proto.monitor.v1.GetAnomalyStatisticsRequest;
import dev.tidewatch.proto.monitor.v1.GetAnomalyStatisticsResponse;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ListAnomaliesResponse;
import dev.tidewatch.proto.monitor.v1.ListSuppressionWindowsRequest;
import dev.tidewatch.proto.monitor.v1.ListSuppressionWindowsResponse;
import dev.tidewatch.proto.monitor.v1.MarkFalseAlarmRequest;
import dev.tidewatch.proto.monitor.v1.MarkFalseAlarmResponse;
import dev.tidewatch.proto.monitor.v1.RejectedAnomaly;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.ReportAnomaliesResponse;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The anomaly log over gRPC. */
public final class AnomalyApi extends AnomalyServiceGrpc.AnomalyServiceImplBase {
  private static final int ANOMALIES_MAX = 1_000;
  private static final int HISTORY_MAX = 1_000;

  private final AnomalyStore store;
  private final AnomalyStatistics statistics;
  private final SuppressionStore suppressions;
  private final AnomalyTail tail;
  private final InstantSource clock;
  private final RecordSpans spans;
  private final MonitorMetrics metrics;
  private final WatchPlaces watchPlaces;

  /**
   * @param clock domain time
   * @param watchersMax streams at once
   */
  public AnomalyApi(
      AnomalyStore store,
      AnomalyStatistics statistics,
      SuppressionStore suppressions,
      AnomalyTail tail,
      InstantSource clock,
      RecordSpans spans,
      MonitorMetrics metrics,
      int watchersMax) {
    this.store = store;
    this.statistics = statistics;
    this.suppressions = suppressions;
    this.tail = tail;
    this.clock = clock;
    this.spans = spans;
    this.metrics = metrics;
    this.watchPlaces = new WatchPlaces(watchersMax);
  }

  @Override
  public void reportAnomalies(
      ReportAnomaliesRequest request, StreamObserver<ReportAnomaliesResponse> answer) {
    if (request.getAnomaliesCount() == 0) {
      throw InvalidArgument.field("anomalies", "is empty; send 1 to 1000");
    }
    if (request.getAnomaliesCount() > ANOMALIES_MAX) {
      throw new InvalidArgument(
          "BATCH_TOO_LARGE",
          "anomalies",
          "has %d anomalies; at most %d are allowed, so split the batch"
              .formatted(request.getAnomaliesCount(), ANOMALIES_MAX));
    }
    var anomalies = new ArrayList<Anomaly>(request.getAnomaliesCount());
    var response = ReportAnomaliesResponse.newBuilder();
    for (int i = 0; i < request.getAnomaliesCount(); i++) {
      try {
        Anomaly anomaly = AnomalyMessages.read(request.getAnomalies(i));
        anomalies.add(anomaly);
        response.addIds(ContentId.toText(anomaly.id()));
      } catch (InvalidArgument e) {
        var violation = e.violations().getFirst();
        response
            .addIds("")
            .addRejected(
                RejectedAnomaly.newBuilder()
                    .setIndex(i)
                    .setReason(e.reason())
                    .setField(violation.field())
                    .setMessage(violation.description()));
      }
    }
    int recorded;
    try (var batch = spans.ofAnomalies(anomalies)) {
      recorded = store.report(anomalies, clock.instant()).size();
      batch.succeeded();
    }
    if (recorded > 0) {
      tail.look();
    }
    int known = anomalies.size() - recorded;
    metrics.anomaliesReported(recorded, known, response.getRejectedCount());
    answer.onNext(response.setRecorded(recorded).setKnown(known).build());
    answer.onCompleted();
  }

  @Override
  public void listAnomalies(
      ListAnomaliesRequest request, StreamObserver<ListAnomaliesResponse> answer) {
    Optional<AnomalyCursor> after =
        Paging.readTimeAndId(request.getPageToken(), "anomalies", AnomalyCursor::new);
    Page<LoggedAnomaly, AnomalyCursor> page =
        store.page(
            AnomalyMessages.filter(request.getFilter()),
            Wire.span("range", request.getRange()),
            after,
            Paging.size(request.getPageSize()));
    var response = ListAnomaliesResponse.newBuilder();
    page.items().forEach(logged -> response.addAnomalies(AnomalyMessages.write(logged)));
    page.next()
        .ifPresent(
            next -> response.setNextPageToken(Paging.token("anomalies", next.time(), next.id())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void getAnomaly(GetAnomalyRequest request, StreamObserver<GetAnomalyResponse> answer) {
    UUID id = Wire.id("id", request.getId());
    LoggedAnomaly logged =
        store
            .find(id)
            .orElseThrow(() ->
                new NotFound("ANOMALY_UNKNOWN", "id: no anomaly has the id " + request.getId()));
    var response = GetAnomalyResponse.newBuilder().setAnomaly(AnomalyMessages.write(logged));
    store.history(id, HISTORY_MAX).forEach(c -> response.addHistory(AnomalyMessages.write(c)));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void acknowledgeAnomaly(
      AcknowledgeAnomalyRequest request, StreamObserver<AcknowledgeAnomalyResponse> answer) {
    LoggedAnomaly logged =
        store.acknowledge(
            Wire.id("id", request.getId()),
            Wire.text("etag", request.getEtag()),
            TextField.require("actor", request.getActor(), 1, 128),
            TextField.require("comment", request.getComment(), 0, 4000),
            clock.instant());
    tail.look();
    answer.onNext(
        AcknowledgeAnomalyResponse.newBuilder().setAnomaly(AnomalyMessages.write(logged)).build());
    answer.onCompleted();
  }

  @Override
  public void assignAnomaly(
      AssignAnomalyRequest request, StreamObserver<AssignAnomalyResponse> answer) {
    LoggedAnomaly logged =
        store.assign(
            Wire.id("id", request.getId()),
            Wire.text("etag", request.getEtag()),
            TextField.require("actor", request.getActor(), 1, 128),
            TextField.require("assignee", request.getAssignee(), 0, 128),
            clock.instant());
    tail.look();
    answer.onNext(
        AssignAnomalyResponse.newBuilder().setAnomaly(AnomalyMessages.write(logged)).build());
    answer.onCompleted();
  }

  @Override
  public void commentAnomaly(
      CommentAnomalyRequest request, StreamObserver<CommentAnomalyResponse> answer) {
    LoggedAnomaly logged =
        store.comment(
            Wire.id("id", request.getId()),
            TextField.require("actor", request.getActor(), 1, 128),
            TextField.require("comment", request.getComment(), 1, 4000),
            Wire.uuid("request_id", request.getRequestId()),
            clock.instant());
    tail.look();
    answer.onNext(
        CommentAnomalyResponse.newBuilder().setAnomaly(AnomalyMessages.write(logged)).build());
    answer.onCompleted();
  }

  @Override
  public void markFalseAlarm(
      MarkFalseAlarmRequest request, StreamObserver<MarkFalseAlarmResponse> answer) {
    FalseAlarm marked =
        store.markFalseAlarm(
            Wire.id("id", request.getId()),
            Wire.text("etag", request.getEtag()),
            TextField.require("actor", request.getActor(), 1, 128),
            TextField.require("comment", request.getComment(), 0, 4000),
            clock.instant());
    tail.look();
    answer.onNext(
        MarkFalseAlarmResponse.newBuilder()
            .setAnomaly(AnomalyMessages.write(marked.anomaly()))
            .setTuningRevision(marked.tuningRevision())
            .build());
    answer.onCompleted();
  }

  @Override
  public void getAnomalyStatistics(
      GetAnomalyStatisticsRequest request, StreamObserver<GetAnomalyStatisticsResponse> answer) {
    int size = Paging.size(request.getPageSize());
    int skipped =
        Paging.read(
                request.getPageToken(),
                "anomaly-groups",
                1,
                parts -> Integer.parseUnsignedInt(parts.getFirst()))
            .orElse(0);
    List<AnomalyStatistics.Group> groups =
        statistics.answer(AnomalyMessages.statistics(request, skipped, size));
    var response = GetAnomalyStatisticsResponse.newBuilder();
    groups.stream().limit(size).forEach(group -> response.addGroups(AnomalyMessages.write(group)));
    if (groups.size() > size) {
      response.setNextPageToken(Paging.token("anomaly-groups", skipped + size));
    }
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void createSuppressionWindow(
      CreateSuppressionWindowRequest request,
      StreamObserver<CreateSuppressionWindowResponse> answer) {
    UUID requestId = Wire.uuid("request_id", request.getRequestId());
    var range = Wire.bounds("range", request.getRange());
    SuppressionWindow window =
        suppressions.create(
            new SuppressionWindow(
                ContentId.of("suppression-window", requestId.toString()),
                request.getSeriesPattern(),
                range.from(),
                range.to(),
                request.getReason(),
                request.getActor(),
                clock.instant().truncatedTo(ChronoUnit.MICROS)));
    answer.onNext(
        CreateSuppressionWindowResponse.newBuilder()
            .setSuppressionWindow(AnomalyMessages.write(window))
            .build());
    answer.onCompleted();
  }

  @Override
  public void listSuppressionWindows(
      ListSuppressionWindowsRequest request,
      StreamObserver<ListSuppressionWindowsResponse> answer) {
    Optional<WindowCursor> after =
        Paging.readTimeAndId(request.getPageToken(), "suppression-windows", WindowCursor::new);
    Page<SuppressionWindow, WindowCursor> page =
        suppressions.page(
            Wire.span("range", request.getRange()), after, Paging.size(request.getPageSize()));
    var response = ListSuppressionWindowsResponse.newBuilder();
    page.items().forEach(window -> response.addSuppressionWindows(AnomalyMessages.write(window)));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(Paging.token("suppression-windows", next.from(), next.id())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void deleteSuppressionWindow(
      DeleteSuppressionWindowRequest request,
      StreamObserver<DeleteSuppressionWindowResponse> answer) {
    suppressions.remove(
        Wire.id("id", request.getId()),
        TextField.require("actor", request.getActor(), 1, 128),
        clock.instant());
    answer.onNext(DeleteSuppressionWindowResponse.getDefaultInstance());
    answer.onCompleted();
  }

  @Override
  public void watchAnomalies(
      WatchAnomaliesRequest request, StreamObserver<WatchAnomaliesResponse> answer) {
    AnomalyFilter filter = AnomalyMessages.filter(request.getFilter());
    Head head = store.head();
    long position = head.position();
    if (!request.getResumeToken().isEmpty()) {
      position = ResumeToken.position(request.getResumeToken(), head);
    } else if (request.getFromStart()) {
      position = 0;
    }
    watchPlaces.start(
        "anomaly-watch",
        answer,
        "connect again with the newest resume_token",
        new LogWatch<>(new AnomalyLog(store, filter, head.epoch()), tail, clock, position));
  }
}
