package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.ledger.LedgerCounts;
import dev.tidewatch.monitor.ledger.LedgerStore;
import dev.tidewatch.monitor.ledger.LedgerStore.OutcomeCursor;
import dev.tidewatch.monitor.ledger.LedgerStore.PredictionCursor;
import dev.tidewatch.monitor.ledger.LedgerStore.StepBounds;
import dev.tidewatch.monitor.ledger.Outcome;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusRequest;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusResponse;
import dev.tidewatch.proto.monitor.v1.GetPredictionRequest;
import dev.tidewatch.proto.monitor.v1.GetPredictionResponse;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListOutcomesRequest;
import dev.tidewatch.proto.monitor.v1.ListOutcomesResponse;
import dev.tidewatch.proto.monitor.v1.ListPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.ListPredictionsResponse;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsResponse;
import dev.tidewatch.proto.monitor.v1.RejectedPrediction;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.timeseries.Times;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The truth ledger over gRPC. */
public final class LedgerApi extends LedgerServiceGrpc.LedgerServiceImplBase {
  private static final int PREDICTIONS_MAX = 1_000;
  private static final int STEPS_MAX = 200_000;

  /** A page of predictions is cut short beyond this, so that its message stays below 4 MB. */
  private static final long NUMBERS_PER_PAGE_MAX = 250_000;

  private final LedgerStore store;
  private final InstantSource clock;
  private final RecordSpans spans;
  private final MonitorMetrics metrics;
  private final Supplier<FeedPosition> feedHead;
  private final LongSupplier joinsSinceStart;
  private final Supplier<Optional<Instant>> originMin;

  /**
   * @param clock domain time
   * @param feedHead newest commit that the join has heard of
   * @param originMin earliest origin that is still recorded; empty: any
   */
  public LedgerApi(
      LedgerStore store,
      InstantSource clock,
      RecordSpans spans,
      MonitorMetrics metrics,
      Supplier<FeedPosition> feedHead,
      LongSupplier joinsSinceStart,
      Supplier<Optional<Instant>> originMin) {
    this.store = store;
    this.clock = clock;
    this.spans = spans;
    this.metrics = metrics;
    this.feedHead = feedHead;
    this.joinsSinceStart = joinsSinceStart;
    this.originMin = originMin;
  }

  @Override
  public void recordPredictions(
      RecordPredictionsRequest request, StreamObserver<RecordPredictionsResponse> answer) {
    requireSize(request);
    Instant now = clock.instant();
    var predictions = new ArrayList<Prediction>(request.getPredictionsCount());
    var response = RecordPredictionsResponse.newBuilder();
    for (int i = 0; i < request.getPredictionsCount(); i++) {
      try {
        predictions.add(requireYoung(PredictionMessages.read(request.getPredictions(i), now)));
      } catch (InvalidArgument e) {
        var violation = e.violations().getFirst();
        response.addRejected(
            RejectedPrediction.newBuilder()
                .setIndex(i)
                .setReason(e.reason())
                .setField(violation.field())
                .setMessage(violation.description()));
      }
    }
    int recorded;
    try (var batch = spans.ofPredictions(predictions)) {
      recorded = store.record(predictions, now);
      batch.succeeded();
    }
    int known = predictions.size() - recorded;
    metrics.predictionsRecorded(recorded, known, response.getRejectedCount());
    answer.onNext(response.setRecorded(recorded).setKnown(known).build());
    answer.onCompleted();
  }

  private Prediction requireYoung(Prediction prediction) {
    Instant origin = Times.toInstant(prediction.originMicros());
    Optional<Instant> min = originMin.get();
    if (min.isPresent() && origin.isBefore(min.get())) {
      throw new InvalidArgument(
          "OLDER_THAN_RETENTION",
          "origin",
          "is %s; predictions are kept and recorded from %s on".formatted(origin, min.get()));
    }
    return prediction;
  }

  private static void requireSize(RecordPredictionsRequest request) {
    if (request.getPredictionsCount() == 0) {
      throw InvalidArgument.field("predictions", "is empty; send 1 to 1000");
    }
    long steps = request.getPredictionsList().stream().mapToLong(p -> p.getMeansCount()).sum();
    if (request.getPredictionsCount() > PREDICTIONS_MAX || steps > STEPS_MAX) {
      throw new InvalidArgument(
          "BATCH_TOO_LARGE",
          "predictions",
          "has %d predictions with %d steps; at most %d with %d are allowed, so split the batch"
              .formatted(request.getPredictionsCount(), steps, PREDICTIONS_MAX, STEPS_MAX));
    }
  }

  @Override
  public void getPrediction(
      GetPredictionRequest request, StreamObserver<GetPredictionResponse> answer) {
    UUID id = Wire.id("id", request.getId());
    Prediction prediction =
        store
            .find(id)
            .orElseThrow(() ->
                new NotFound(
                    "PREDICTION_UNKNOWN", "id: no prediction has the id " + request.getId()));
    var response =
        GetPredictionResponse.newBuilder().setPrediction(PredictionMessages.write(prediction));
    store.outcomesOf(id).forEach(o -> response.addOutcomes(PredictionMessages.write(o)));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void listPredictions(
      ListPredictionsRequest request, StreamObserver<ListPredictionsResponse> answer) {
    TimeSpan origins = Wire.span("origins", request.getOrigins());
    Optional<PredictionCursor> after =
        Paging.readTimeAndId(request.getPageToken(), "predictions", PredictionCursor::new);
    Page<Prediction, PredictionCursor> page =
        cut(
            store.page(
                PredictionMessages.filter(request.getFilter()),
                origins,
                after,
                Paging.size(request.getPageSize())));
    var response = ListPredictionsResponse.newBuilder();
    page.items().forEach(p -> response.addPredictions(PredictionMessages.write(p)));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(Paging.token("predictions", next.origin(), next.id())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  private static Page<Prediction, PredictionCursor> cut(Page<Prediction, PredictionCursor> page) {
    long numbers = 0;
    List<Prediction> items = page.items();
    for (int i = 0; i < items.size(); i++) {
      numbers += PredictionMessages.numbersIn(items.get(i));
      if (i > 0 && numbers > NUMBERS_PER_PAGE_MAX) {
        Prediction last = items.get(i - 1);
        return new Page<>(
            items.subList(0, i),
            Optional.of(new PredictionCursor(Times.toInstant(last.originMicros()), last.id())));
      }
    }
    return page;
  }

  @Override
  public void listOutcomes(
      ListOutcomesRequest request, StreamObserver<ListOutcomesResponse> answer) {
    if (request.getFilter().getSeries().isEmpty()) {
      throw InvalidArgument.field("filter.series", "is missing; outcomes are listed by series");
    }
    if (request.getStepMax() > 0 && request.getStepMax() < request.getStepMin()) {
      throw InvalidArgument.field("step_max", "is less than step_min");
    }
    Optional<OutcomeCursor> after =
        Paging.read(
            request.getPageToken(),
            "outcomes",
            3,
            parts ->
                new OutcomeCursor(
                    Instant.parse(parts.get(0)),
                    Integer.parseInt(parts.get(1)),
                    UUID.fromString(parts.get(2))));
    Page<Outcome, OutcomeCursor> page =
        store.outcomes(
            PredictionMessages.filter(request.getFilter()),
            Wire.span("targets", request.getTargets()),
            new StepBounds(request.getStepMin(), request.getStepMax()),
            PredictionMessages.state(request.getState()),
            after,
            Paging.size(request.getPageSize()));
    var response = ListOutcomesResponse.newBuilder();
    page.items().forEach(o -> response.addOutcomes(PredictionMessages.write(o)));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(
                Paging.token("outcomes", next.targetTime(), next.step(), next.predictionId())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void getLedgerStatus(
      GetLedgerStatusRequest request, StreamObserver<GetLedgerStatusResponse> answer) {
    LedgerCounts counts = store.counts();
    Instant now = clock.instant();
    Duration lag =
        counts
            .oldestDue()
            .filter(due -> due.isBefore(now))
            .map(due -> Duration.between(due, now))
            .orElse(Duration.ZERO);
    answer.onNext(
        GetLedgerStatusResponse.newBuilder()
            .setPredictions(counts.predictions())
            .setStepsPending(counts.stepsPending())
            .setStepsKnown(counts.stepsKnown())
            .setStepsMissing(counts.stepsMissing())
            .setJoinedThrough(Wire.token(counts.joinedThrough()))
            .setFeedHead(Wire.token(feedHead.get()))
            .setJoinLag(Wire.duration(lag))
            .setJoinsSinceStart(joinsSinceStart.getAsLong())
            .build());
    answer.onCompleted();
  }
}
