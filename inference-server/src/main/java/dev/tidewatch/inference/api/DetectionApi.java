package dev.tidewatch.inference.api;

import dev.tidewatch.inference.clients.Wire;
import dev.tidewatch.inference.detection.FreshDetectors;
import dev.tidewatch.inference.detection.GroupRows;
import dev.tidewatch.inference.forecast.AnsweredBy;
import dev.tidewatch.inference.history.History;
import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.inference.tuning.Tuning;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesRequest;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesResponse;
import dev.tidewatch.proto.inference.v1.DetectionServiceGrpc;
import dev.tidewatch.proto.inference.v1.ScoredValues;
import dev.tidewatch.proto.inference.v1.StreamDetectRequest;
import dev.tidewatch.proto.inference.v1.StreamDetectResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.timeseries.ReadingColumns;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Span;
import org.jspecify.annotations.Nullable;

/** {@code tidewatch.inference.v1.DetectionService}. */
public final class DetectionApi extends DetectionServiceGrpc.DetectionServiceImplBase {
  private final ModelRouter router;
  private final HistorySource history;
  private final FreshDetectors detectors;
  private final GroupDetection groups;
  private final TuningMirror tunings;
  private final Spans spans;

  public DetectionApi(
      ModelRouter router,
      HistorySource history,
      FreshDetectors detectors,
      GroupRows rows,
      TuningMirror tunings,
      Spans spans) {
    this.router = router;
    this.history = history;
    this.detectors = detectors;
    this.groups = new GroupDetection(router, rows, tunings, spans);
    this.tunings = tunings;
    this.spans = spans;
  }

  @Override
  public void detectAnomalies(
      DetectAnomaliesRequest request, StreamObserver<DetectAnomaliesResponse> responses) {
    String series =
        request.getSeries().isEmpty() ? "" : Fields.series("series", request.getSeries());
    var question = Fields.model(request.getModel());
    if (series.isEmpty() && (request.hasRange() || question.model().isEmpty())) {
      throw InvalidArgument.field(
          "series", "is empty; a range or an assignment needs the name of a series");
    }
    try (Choice choice = router.choose(Task.DETECT, series, question)) {
      if (request.getInputCase() == DetectAnomaliesRequest.InputCase.INPUT_NOT_SET) {
        throw InvalidArgument.field("input", "is missing; give a range or values");
      }
      MultivariateDetectorModel rows = choice.version().rows().orElse(null);
      responses.onNext(
          rows != null
              ? groups.detect(request, series, choice, rows)
              : single(request, series, choice));
      responses.onCompleted();
      choice.version().countAnswer();
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("model", String.valueOf(e.getMessage()));
    }
  }

  private DetectAnomaliesResponse single(
      DetectAnomaliesRequest request, String series, Choice choice) {
    if (request.getCovariatesCount() > 0) {
      throw InvalidArgument.field(
          "covariates",
          "are not read by %s, a detector of one series".formatted(choice.version().key()));
    }
    return request.hasRange() ? range(request, series, choice) : values(request, series, choice);
  }

  private DetectAnomaliesResponse range(
      DetectAnomaliesRequest request, String series, Choice choice) {
    Fields.Range range = Fields.range(request.getRange());
    long from = range.fromMicros();
    long to = range.toMicros();
    HistorySource.@Nullable AsOf asOf = asOf(request);
    var _ = choice.version().detector();
    History stored = spans.in("history", span -> history.read(series, from, to, asOf));
    if (stored.readings().size() > Fields.GIVEN_VALUES_MAX) {
      throw new OutOfRange(
          "RANGE_TOO_LARGE",
          "range: holds %d readings, at most %d are scored in a call; ask in parts"
              .formatted(stored.readings().size(), Fields.GIVEN_VALUES_MAX));
    }
    Tuning tuning = tunings.of(choice.version().key(), series);
    Detector detector =
        detectors.forRange(
            choice.version(),
            series,
            tuning.applyTo(choice.version().manifest(), choice.parameters()),
            from,
            asOf);
    return score(request, series, choice, tuning, detector, stored.readings())
        .setFeedPosition(Wire.token(stored.position()))
        .build();
  }

  static HistorySource.@Nullable AsOf asOf(DetectAnomaliesRequest request) {
    return request.hasAsOfPosition()
        ? new HistorySource.AsOfPosition(
            Fields.position("as_of_position", request.getAsOfPosition()))
        : null;
  }

  private DetectAnomaliesResponse values(
      DetectAnomaliesRequest request, String series, Choice choice) {
    ReadingColumns values = Fields.values("values", request.getValues());
    Tuning tuning = tunings.of(choice.version().key(), series);
    Detector detector =
        detectors.forValues(
            choice.version().detector(),
            series,
            tuning.applyTo(choice.version().manifest(), choice.parameters()),
            values.timeMicros(0));
    return score(request, series, choice, tuning, detector, values).build();
  }

  private DetectAnomaliesResponse.Builder score(
      DetectAnomaliesRequest request,
      String series,
      Choice choice,
      Tuning tuning,
      Detector detector,
      ReadingColumns readings) {
    var scoring = new Scoring(request.getSeverityMin(), request.getIncludeScores());
    return spans.in(
        "detect",
        span -> {
          span.setAttribute("tidewatch.model", choice.version().key().model());
          span.setAttribute("tidewatch.version", choice.version().key().version());
          scoring.score(series, detector, readings);
          var response =
              DetectAnomaliesResponse.newBuilder()
                  .setAnsweredBy(Answers.answeredBy(AnsweredBy.of(choice, tuning.revision())))
                  .addAllAnomalies(scoring.anomalies())
                  .setValuesScored(readings.size());
          ScoredValues scores = scoring.scores();
          if (scores != null) {
            response.setScores(scores);
          }
          if (Span.current().getSpanContext().isValid()) {
            response.setTraceId(Span.current().getSpanContext().getTraceId());
          }
          return response;
        });
  }

  @Override
  public StreamObserver<StreamDetectRequest> streamDetect(
      StreamObserver<StreamDetectResponse> responses) {
    return new DetectionStream(
        router,
        detectors,
        tunings,
        spans,
        (ServerCallStreamObserver<StreamDetectResponse>) responses);
  }
}
