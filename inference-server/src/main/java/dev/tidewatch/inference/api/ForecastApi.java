package dev.tidewatch.inference.api;

import dev.tidewatch.inference.clients.Wire;
import dev.tidewatch.inference.forecast.ExplainQuestion;
import dev.tidewatch.inference.forecast.Explaining;
import dev.tidewatch.inference.forecast.ForecastAnswer;
import dev.tidewatch.inference.forecast.ForecastQuestion;
import dev.tidewatch.inference.forecast.Forecasting;
import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.proto.inference.v1.ExplainRequest;
import dev.tidewatch.proto.inference.v1.ExplainResponse;
import dev.tidewatch.proto.inference.v1.ForecastInterval;
import dev.tidewatch.proto.inference.v1.ForecastQuantile;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastResponse;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.Recording;
import dev.tidewatch.proto.inference.v1.RecordingState;
import dev.tidewatch.proto.inference.v1.SeriesError;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.errors.PermissionDenied;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unauthenticated;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.errors.Unimplemented;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Span;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@code tidewatch.inference.v1.ForecastService}. */
public final class ForecastApi extends ForecastServiceGrpc.ForecastServiceImplBase {
  private static final double LEVEL = 0.9;

  private final Forecasting forecasting;
  private final Explaining explaining;

  public ForecastApi(Forecasting forecasting, Explaining explaining) {
    this.forecasting = forecasting;
    this.explaining = explaining;
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<ExplainResponse> responses) {
    var question =
        new ExplainQuestion(
            Fields.series("series", request.getSeries()),
            Fields.model(request.getModel()),
            switch (request.getMethod()) {
              case EXPLAIN_METHOD_PERMUTATION -> ExplainQuestion.Method.PERMUTATION;
              case EXPLAIN_METHOD_GAIN -> ExplainQuestion.Method.GAIN;
              case EXPLAIN_METHOD_PARTS -> ExplainQuestion.Method.PARTS;
              case EXPLAIN_METHOD_UNSPECIFIED, UNRECOGNIZED -> ExplainQuestion.Method.OWN;
            },
            request.getHorizon(),
            request.hasOrigin()
                ? OptionalLong.of(Fields.micros("origin", request.getOrigin()))
                : OptionalLong.empty(),
            request.getSeed());
    responses.onNext(Explanations.message(explaining.explain(question)));
    responses.onCompleted();
  }

  @Override
  public void forecast(ForecastRequest request, StreamObserver<ForecastResponse> responses) {
    List<ForecastQuestion> questions = questions(request);
    var response = ForecastResponse.newBuilder();
    if (Span.current().getSpanContext().isValid()) {
      response.setTraceId(Span.current().getSpanContext().getTraceId());
    }
    List<Forecasting.Outcome> outcomes = forecasting.answerAll(questions);
    for (int i = 0; i < questions.size(); i++) {
      ForecastAnswer answer = outcomes.get(i).answer();
      ServiceException failure = outcomes.get(i).failure();
      if (answer != null) {
        response.addForecasts(forecast(answer));
      } else if (failure != null && questions.size() == 1) {
        throw failure;
      } else if (failure != null) {
        response.addForecasts(
            SeriesForecast.newBuilder()
                .setSeries(questions.get(i).series())
                .setError(error(failure)));
      }
    }
    responses.onNext(response.build());
    responses.onCompleted();
  }

  private static List<ForecastQuestion> questions(ForecastRequest request) {
    OptionalLong origin =
        request.hasOrigin()
            ? OptionalLong.of(Fields.micros("origin", request.getOrigin()))
            : OptionalLong.empty();
    HistorySource.@Nullable AsOf asOf = asOf(request);
    if (asOf != null && request.hasMinFeedPosition()) {
      throw InvalidArgument.field(
          "min_feed_position", "cannot be waited for together with as_of; leave one out");
    }
    @Nullable ReadingColumns given = given(request);
    Map<String, ReadingColumns> covariates = Fields.covariates(request.getCovariatesList());
    var model = Fields.model(request.getModel());
    List<Double> levels = request.getLevelsCount() == 0 ? List.of(LEVEL) : request.getLevelsList();
    return IntStream.range(0, request.getSeriesCount())
        .mapToObj(i ->
            new ForecastQuestion(
                Fields.series("series[%d]".formatted(i), request.getSeries(i)),
                model,
                request.getHorizon(),
                levels,
                request.getQuantilesList(),
                asOf,
                origin,
                request.hasMinFeedPosition()
                    ? Fields.position("min_feed_position", request.getMinFeedPosition())
                    : null,
                request.getAllowFallback(),
                recordAlways(request.getRecord()),
                given,
                ForecastQuestion.Cause.REQUEST,
                covariates,
                null))
        .toList();
  }

  private static HistorySource.@Nullable AsOf asOf(ForecastRequest request) {
    return switch (request.getAsOfCase()) {
      case AS_OF_POSITION ->
          new HistorySource.AsOfPosition(
              Fields.position("as_of_position", request.getAsOfPosition()));
      case AS_OF_TIME ->
          new HistorySource.AsOfTime(Fields.micros("as_of_time", request.getAsOfTime()));
      case ASOF_NOT_SET -> null;
    };
  }

  private static @Nullable ReadingColumns given(ForecastRequest request) {
    if (!request.hasHistory()) {
      return null;
    }
    if (request.getSeriesCount() != 1) {
      throw InvalidArgument.field(
          "history",
          "is for a single series, but %d are asked for".formatted(request.getSeriesCount()));
    }
    return Fields.values("history", request.getHistory());
  }

  private static @Nullable Boolean recordAlways(Recording recording) {
    return switch (recording) {
      case RECORDING_ALWAYS -> Boolean.TRUE;
      case RECORDING_NEVER -> Boolean.FALSE;
      case RECORDING_UNSPECIFIED, RECORDING_DEFAULT, UNRECOGNIZED -> null;
    };
  }

  static SeriesForecast forecast(ForecastAnswer answer) {
    Grid grid = answer.grid();
    long first = answer.forecast().firstIndex();
    var message =
        SeriesForecast.newBuilder()
            .setSeries(answer.series())
            .setAnsweredBy(Answers.answeredBy(answer.answeredBy()))
            .setOrigin(Wire.timestamp(grid.startMicros(first)))
            .setStep(Wire.duration(grid.step()))
            .setFeedPosition(Wire.token(answer.history().position()))
            .setRecording(
                switch (answer.recording()) {
                  case RECORDED -> RecordingState.RECORDING_STATE_RECORDED;
                  case NOT_REQUESTED -> RecordingState.RECORDING_STATE_NOT_REQUESTED;
                  case NOT_RECORDED -> RecordingState.RECORDING_STATE_NOT_RECORDED;
                })
            .setFallback(answer.isFallback())
            .setFallbackReason(answer.fallbackReason());
    for (int step = 0; step < answer.forecast().horizon(); step++) {
      message.addTargetTimesMicros(grid.startMicros(first + step));
      message.addMean(answer.forecast().mean(step));
    }
    for (int i = 0; i < answer.levels().size(); i++) {
      message.addIntervals(
          ForecastInterval.newBuilder()
              .setLevel(answer.levels().get(i))
              .addAllLower(boxed(answer.forecast().lowers(i)))
              .addAllUpper(boxed(answer.forecast().uppers(i))));
    }
    for (double quantile : answer.quantiles()) {
      message.addQuantiles(
          ForecastQuantile.newBuilder()
              .setQuantile(quantile)
              .addAllValues(boxed(answer.quantile(quantile))));
    }
    answer
        .history()
        .lastReadingMicros()
        .ifPresent(micros -> message.setLastReadingTime(Wire.timestamp(micros)));
    return message.build();
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static SeriesError error(ServiceException e) {
    return SeriesError.newBuilder()
        .setCode(code(e).value())
        .setReason(e.reason())
        .setMessage(String.valueOf(e.getMessage()))
        .build();
  }

  private static Status.Code code(ServiceException e) {
    return switch (e) {
      case InvalidArgument _ -> Status.Code.INVALID_ARGUMENT;
      case NotFound _ -> Status.Code.NOT_FOUND;
      case AlreadyExists _ -> Status.Code.ALREADY_EXISTS;
      case FailedPrecondition _ -> Status.Code.FAILED_PRECONDITION;
      case Aborted _ -> Status.Code.ABORTED;
      case OutOfRange _ -> Status.Code.OUT_OF_RANGE;
      case ResourceExhausted _ -> Status.Code.RESOURCE_EXHAUSTED;
      case Unavailable _ -> Status.Code.UNAVAILABLE;
      case PermissionDenied _ -> Status.Code.PERMISSION_DENIED;
      case Unauthenticated _ -> Status.Code.UNAUTHENTICATED;
      case Unimplemented _ -> Status.Code.UNIMPLEMENTED;
      case DeadlineExceeded _ -> Status.Code.DEADLINE_EXCEEDED;
      case DataLoss _ -> Status.Code.DATA_LOSS;
    };
  }
}
