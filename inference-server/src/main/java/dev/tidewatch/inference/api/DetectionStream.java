package dev.tidewatch.inference.api;

import dev.tidewatch.inference.detection.FreshDetectors;
import dev.tidewatch.inference.forecast.AnsweredBy;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.proto.inference.v1.GivenValues;
import dev.tidewatch.proto.inference.v1.ScoredValues;
import dev.tidewatch.proto.inference.v1.StreamDetectBatch;
import dev.tidewatch.proto.inference.v1.StreamDetectOpen;
import dev.tidewatch.proto.inference.v1.StreamDetectOpened;
import dev.tidewatch.proto.inference.v1.StreamDetectRequest;
import dev.tidewatch.proto.inference.v1.StreamDetectResponse;
import dev.tidewatch.proto.inference.v1.StreamDetectResult;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import dev.tidewatch.timeseries.ReadingColumns;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One {@code StreamDetect}: batches are scored one after the other, as fast as the caller takes the
 * answers. gRPC calls it from one thread at a time.
 */
final class DetectionStream implements StreamObserver<StreamDetectRequest> {
  static final int SERIES_MAX = 1_000;
  static final int BATCH_VALUES_MAX = 10_000;

  private final ModelRouter router;
  private final FreshDetectors detectors;
  private final TuningMirror tunings;
  private final Spans spans;
  private final ServerCallStreamObserver<StreamDetectResponse> responses;
  private final Map<String, Detector> bySeries = new HashMap<>();

  private @Nullable Choice choice;
  private StreamDetectOpen open = StreamDetectOpen.getDefaultInstance();
  private boolean waiting;

  DetectionStream(
      ModelRouter router,
      FreshDetectors detectors,
      TuningMirror tunings,
      Spans spans,
      ServerCallStreamObserver<StreamDetectResponse> responses) {
    this.router = router;
    this.detectors = detectors;
    this.tunings = tunings;
    this.spans = spans;
    this.responses = responses;
    responses.disableAutoRequest();
    responses.request(1);
    responses.setOnReadyHandler(this::readOn);
    responses.setOnCancelHandler(this::release);
  }

  private void readOn() {
    if (waiting) {
      waiting = false;
      responses.request(1);
    }
  }

  @Override
  public void onNext(StreamDetectRequest request) {
    try {
      responses.onNext(
          switch (request.getMessageCase()) {
            case OPEN -> open(request.getOpen());
            case BATCH -> batch(request.getBatch());
            case MESSAGE_NOT_SET ->
                throw InvalidArgument.field("message", "is missing; send open, then batches");
          });
    } catch (RuntimeException e) {
      release();
      throw e;
    }
    if (responses.isReady()) {
      responses.request(1);
    } else {
      waiting = true;
    }
  }

  private StreamDetectResponse open(StreamDetectOpen request) {
    if (choice != null) {
      throw InvalidArgument.field("open", "came twice; open a stream of its own");
    }
    var question = Fields.model(request.getModel());
    String series =
        request.getSeries().isEmpty() ? "" : Fields.series("open.series", request.getSeries());
    if (series.isEmpty() && question.model().isEmpty()) {
      throw InvalidArgument.field(
          "open.model", "is empty; name a model, or a series whose detector is to be taken");
    }
    Choice chosen = router.choose(Task.DETECT, series, question);
    choice = chosen;
    open = request;
    var _ = chosen.version().detector();
    return StreamDetectResponse.newBuilder()
        .setOpened(
            StreamDetectOpened.newBuilder()
                .setAnsweredBy(
                    Answers.answeredBy(
                        AnsweredBy.of(
                            chosen, tunings.of(chosen.version().key(), series).revision()))))
        .build();
  }

  private StreamDetectResponse batch(StreamDetectBatch batch) {
    Choice chosen = choice;
    if (chosen == null) {
      throw InvalidArgument.field("open", "is missing; the first message opens the stream");
    }
    if (batch.getValuesCount() > BATCH_VALUES_MAX) {
      throw InvalidArgument.field(
          "batch.values",
          "has %d values; at most %d a batch".formatted(batch.getValuesCount(), BATCH_VALUES_MAX));
    }
    ReadingColumns values =
        Fields.values(
            "batch",
            GivenValues.newBuilder()
                .addAllTimesMicros(batch.getTimesMicrosList())
                .addAllValues(batch.getValuesList())
                .build());
    String parent =
        batch.getTraceparent().isEmpty() ? TraceParents.current() : batch.getTraceparent();
    return spans.under(
        parent,
        "detect",
        span -> {
          span.setAttribute("tidewatch.model", chosen.version().key().model());
          span.setAttribute("tidewatch.version", chosen.version().key().version());
          Detector detector = detector(batch.getSeries(), values, chosen);
          var scoring = new Scoring(open.getSeverityMin(), open.getIncludeScores());
          scoring.score(batch.getSeries(), detector, values);
          chosen.version().countAnswer();
          var result =
              StreamDetectResult.newBuilder()
                  .setSeries(batch.getSeries())
                  .setSequence(batch.getSequence())
                  .setValuesScored(values.size())
                  .addAllAnomalies(scoring.anomalies());
          ScoredValues scores = scoring.scores();
          if (scores != null) {
            result.setScores(scores);
          }
          if (span.getSpanContext().isValid()) {
            result.setTraceId(span.getSpanContext().getTraceId());
          }
          return StreamDetectResponse.newBuilder().setResult(result).build();
        });
  }

  private Detector detector(String series, ReadingColumns values, Choice chosen) {
    Detector known = bySeries.get(series);
    if (known == null) {
      if (bySeries.size() >= SERIES_MAX) {
        throw new ResourceExhausted(
            "SERIES_TOO_MANY",
            "batch.series: more than %d names on one stream; open another".formatted(SERIES_MAX),
            Duration.ofSeconds(1));
      }
      known =
          detectors.forValues(
              chosen.version().detector(),
              series,
              tunings
                  .of(chosen.version().key(), series)
                  .applyTo(chosen.version().manifest(), chosen.parameters()),
              values.timeMicros(0));
      bySeries.put(series, known);
    } else if (values.timeMicros(0) <= known.newestMicros()) {
      throw InvalidArgument.field(
          "batch.times_micros[0]", "is not after the newest time of series '" + series + "'");
    }
    return known;
  }

  @Override
  public void onError(Throwable t) {
    release();
  }

  @Override
  public void onCompleted() {
    release();
    responses.onCompleted();
  }

  private void release() {
    Choice chosen = choice;
    choice = null;
    if (chosen != null) {
      chosen.close();
    }
  }
}
