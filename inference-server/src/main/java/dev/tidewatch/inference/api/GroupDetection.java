package dev.tidewatch.inference.api;

import dev.tidewatch.inference.clients.Wire;
import dev.tidewatch.inference.detection.GroupRows;
import dev.tidewatch.inference.detection.Reasons;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.forecast.AnsweredBy;
import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.RoleSeries;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.inference.tuning.Tuning;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.detection.multivariate.MultivariateDetector;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.models.detection.multivariate.MultivariateVerdict;
import dev.tidewatch.proto.inference.v1.AnomalySeverity;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesRequest;
import dev.tidewatch.proto.inference.v1.DetectAnomaliesResponse;
import dev.tidewatch.proto.inference.v1.DetectedAnomaly;
import dev.tidewatch.proto.inference.v1.ScoredValues;
import dev.tidewatch.proto.inference.v1.SeriesContribution;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code DetectAnomalies} by detectors of several aligned series. Thread-safe. */
final class GroupDetection {
  private final ModelRouter router;
  private final GroupRows rows;
  private final TuningMirror tunings;
  private final Spans spans;

  GroupDetection(ModelRouter router, GroupRows rows, TuningMirror tunings, Spans spans) {
    this.router = router;
    this.rows = rows;
    this.tunings = tunings;
    this.spans = spans;
  }

  DetectAnomaliesResponse detect(
      DetectAnomaliesRequest request,
      String series,
      Choice choice,
      MultivariateDetectorModel trained) {
    Tuning tuning = tunings.of(choice.version().key(), series);
    MultivariateDetectorModel model =
        trained.with(tuning.applyTo(trained.manifest(), choice.parameters()));
    return spans.in(
        "detect",
        span -> {
          span.setAttribute("tidewatch.model", choice.version().key().model());
          span.setAttribute("tidewatch.version", choice.version().key().version());
          DetectAnomaliesResponse.Builder response =
              request.hasRange()
                  ? range(request, series, choice, model)
                  : values(request, series, model);
          response.setAnsweredBy(Answers.answeredBy(AnsweredBy.of(choice, tuning.revision())));
          if (Span.current().getSpanContext().isValid()) {
            response.setTraceId(Span.current().getSpanContext().getTraceId());
          }
          return response.build();
        });
  }

  private DetectAnomaliesResponse.Builder range(
      DetectAnomaliesRequest request,
      String series,
      Choice choice,
      MultivariateDetectorModel model) {
    if (request.getCovariatesCount() > 0) {
      throw InvalidArgument.field("covariates", "are given with a range; give values with them");
    }
    Fields.Range range = Fields.range(request.getRange());
    Grid grid = model.manifest().grid();
    long first = grid.indexAtOrAfter(range.fromMicros());
    long until = grid.indexAt(range.toMicros());
    if (until <= first) {
      throw InvalidArgument.field(
          "range.to",
          "ends before a whole interval (%s) of the model's grid".formatted(grid.step()));
    }
    requireSize("range", until - first, model);
    requireAfterTraining("range.from", first, model);
    Map<String, String> bindings =
        choice.bindings().isEmpty()
            ? router.bindings(Task.DETECT, series, choice.version().key().model())
            : choice.bindings();
    List<SeriesName> all =
        RoleSeries.all(model.manifest(), choice.version().key(), series, bindings);
    HistorySource.@Nullable AsOf asOf = DetectionApi.asOf(request);
    MultivariateDetector detector = rows.warm(model, all, first, asOf);
    var scoring =
        new RowScoring(request, series, names(all), model.manifest().roles(), grid, detector);
    FeedPosition position = rows.read(all, grid, first, until, asOf, scoring::score);
    return scoring.response().setFeedPosition(Wire.token(position));
  }

  private static List<String> names(List<SeriesName> all) {
    return all.stream().map(SeriesName::value).toList();
  }

  private static DetectAnomaliesResponse.Builder values(
      DetectAnomaliesRequest request, String series, MultivariateDetectorModel model) {
    Grid grid = model.manifest().grid();
    ReadingColumns target = Fields.values("values", request.getValues());
    Map<String, ReadingColumns> covariates = Fields.covariates(request.getCovariatesList());
    long first = grid.indexAt(target.timeMicros(0));
    long count = grid.indexAt(target.timeMicros(target.size() - 1)) + 1 - first;
    requireSize("values", count, model);
    requireAfterTraining("values.times_micros[0]", first, model);
    List<Role> roles = model.manifest().roles();
    List<String> known = roles.stream().skip(1).map(Role::name).toList();
    for (String role : covariates.keySet()) {
      if (!known.contains(role)) {
        throw InvalidArgument.field(
            "covariates",
            "role '%s' is not read; give %s".formatted(role, String.join(", ", known)));
      }
    }
    var windows = new ArrayList<GridWindow>();
    windows.add(GridWindow.resample(grid, target, first, (int) count));
    for (String role : known) {
      ReadingColumns given = covariates.get(role);
      if (given == null) {
        throw InvalidArgument.field(
            "covariates",
            "role '%s' is missing; a row has values of %s"
                .formatted(role, String.join(", ", known)));
      }
      windows.add(GridWindow.resample(grid, given, first, (int) count));
    }
    var scoring =
        new RowScoring(
            request, series, roles.stream().map(_ -> "").toList(), roles, grid, model.start());
    for (int offset = 0; offset < count; offset++) {
      int at = offset;
      scoring.score(
          first + offset, windows.stream().mapToDouble(window -> window.value(at)).toArray());
    }
    return scoring.response();
  }

  private static void requireSize(String field, long rows, MultivariateDetectorModel model) {
    if (rows * model.inputs() > Fields.GIVEN_VALUES_MAX) {
      throw new OutOfRange(
          "RANGE_TOO_LARGE",
          "%s: holds %d rows of %d values, at most %d values are scored in a call; ask in parts"
              .formatted(field, rows, model.inputs(), Fields.GIVEN_VALUES_MAX));
    }
  }

  private static void requireAfterTraining(
      String field, long first, MultivariateDetectorModel model) {
    long trained = model.start().newestIndex();
    if (first <= trained) {
      throw new OutOfRange(
          "RANGE_BEFORE_TRAINING_END",
          "%s: begins before %s, where the training of the model ended; ask for a later range"
              .formatted(field, Times.toInstant(model.manifest().grid().startMicros(trained + 1))));
    }
  }

  /** One answer's rows. Not thread-safe. */
  private static final class RowScoring {
    private final AnomalySeverity severityMin;
    private final String series;
    private final List<String> names;
    private final List<Role> roles;
    private final Grid grid;
    private final MultivariateDetector detector;
    private final ScoredValues.@Nullable Builder scores;
    private final DetectAnomaliesResponse.Builder response = DetectAnomaliesResponse.newBuilder();
    private int scored;

    RowScoring(
        DetectAnomaliesRequest request,
        String series,
        List<String> names,
        List<Role> roles,
        Grid grid,
        MultivariateDetector detector) {
      this.severityMin = request.getSeverityMin();
      this.series = series;
      this.names = names;
      this.roles = roles;
      this.grid = grid;
      this.detector = detector;
      this.scores = request.getIncludeScores() ? ScoredValues.newBuilder() : null;
    }

    void score(long index, double[] row) {
      MultivariateVerdict verdict = detector.score(index, row);
      AnomalySeverity severity = Scoring.severity(verdict.severity());
      scored++;
      if (verdict.anomaly() && severity.getNumber() >= severityMin.getNumber()) {
        response.addAnomalies(anomaly(index, row, verdict, severity));
      }
      if (scores != null) {
        scores
            .addTimesMicros(grid.startMicros(index))
            .addValues(row[0])
            .addScores(verdict.score())
            .addExpected(Double.NaN)
            .addLower(Double.NaN)
            .addUpper(Double.NaN)
            .addSeverities(severity);
      }
    }

    private DetectedAnomaly anomaly(
        long index, double[] row, MultivariateVerdict verdict, AnomalySeverity severity) {
      List<String> labels = new ArrayList<>();
      for (int input = 0; input < names.size(); input++) {
        labels.add(names.get(input).isEmpty() ? roles.get(input).name() : names.get(input));
      }
      var anomaly =
          DetectedAnomaly.newBuilder()
              .setSeries(series)
              .setTime(Wire.timestamp(grid.startMicros(index)))
              .setValue(row[0])
              .setScore(verdict.score())
              .setSeverity(severity)
              .setReason(Reasons.of(verdict, labels));
      for (int input : Reasons.furthestFirst(verdict)) {
        var contribution =
            SeriesContribution.newBuilder()
                .setRole(roles.get(input).name())
                .setSeries(names.get(input))
                .setScore(verdict.contributions().get(input));
        if (!Double.isNaN(row[input])) {
          contribution.setValue(row[input]);
        }
        anomaly.addContributions(contribution);
      }
      return anomaly.build();
    }

    DetectAnomaliesResponse.Builder response() {
      response.setValuesScored(scored);
      if (scores != null) {
        response.setScores(scores);
      }
      return response;
    }
  }
}
