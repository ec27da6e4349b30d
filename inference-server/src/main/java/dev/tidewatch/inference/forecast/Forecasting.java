package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.forecast.ForecastAnswer.Recording;
import dev.tidewatch.inference.forecast.ModelInputs.Seen;
import dev.tidewatch.inference.history.HistoryWindow;
import dev.tidewatch.inference.history.StoredWindows;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.inference.tuning.Tuning;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.UntrainedSeriesException;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers forecasts: who, from what history, how far, and on to the ledger; and what is to be
 * answered beside them, behind. Runs on the caller's thread, within the deadline of its gRPC
 * context. Thread-safe.
 */
public final class Forecasting {
  private final ModelRouter router;
  private final ModelInputs inputs;
  private final TuningMirror tunings;
  private final ForecastCache cache;
  private final Ledger ledger;
  private final Shadowing shadowing;
  private final ShadowDifferences differences;
  private final InstantSource domainClock;
  private final Spans spans;
  private final ForecastMetrics metrics;
  private final RecordedOrigins recorded = new RecordedOrigins();

  public Forecasting(
      ModelRouter router,
      StoredWindows windows,
      TuningMirror tunings,
      ForecastCache cache,
      Ledger ledger,
      Shadowing shadowing,
      ShadowDifferences differences,
      InstantSource domainClock,
      Spans spans,
      ForecastMetrics metrics) {
    this.router = router;
    this.inputs = new ModelInputs(windows, router, domainClock, spans);
    this.tunings = tunings;
    this.cache = cache;
    this.ledger = ledger;
    this.shadowing = shadowing;
    this.differences = differences;
    this.domainClock = domainClock;
    this.spans = spans;
    this.metrics = metrics;
  }

  /** An answer, and who is to answer beside it; each is closed by whoever does. */
  private record Answered(ForecastAnswer answer, List<Choice> beside) {}

  /**
   * @throws ServiceException as the contract of {@code ForecastService.Forecast} says
   */
  public ForecastAnswer answer(ForecastQuestion question) {
    long startNanos = System.nanoTime();
    try {
      Answered answered = answerOrStandIn(question);
      ForecastAnswer answer = record(question, answered.answer());
      answered.beside().forEach(choice -> shadow(question, answer, choice));
      metrics.answered(answer, question.cause(), System.nanoTime() - startNanos);
      return answer;
    } catch (ServiceException e) {
      metrics.failed(e.reason(), question.cause());
      throw e;
    }
  }

  private Choice choose(ForecastQuestion question) {
    return question.assignment() == null
        ? router.choose(Task.FORECAST, question.series(), question.model())
        : router.choose(question.assignment(), question.series());
  }

  private Answered answerOrStandIn(ForecastQuestion question) {
    try (Choice choice = choose(question)) {
      BundleManifest manifest = choice.version().forecaster().manifest();
      int horizon = horizon(question, choice, manifest);
      try {
        ForecastAnswer answer = model(question, choice, horizon);
        List<Choice> beside =
            question.isToBeRecorded()
                ? choice.shadows().stream()
                    .flatMap(alias -> router.shadow(alias, choice).stream())
                    .toList()
                : List.of();
        return new Answered(answer, beside);
      } catch (FailedPrecondition e) {
        if (!question.allowFallback()) {
          throw e;
        }
        return new Answered(
            standIn(question, manifest.grid(), horizon, choice.alias(), choice.assignment(), e),
            List.of());
      }
    } catch (Unavailable e) {
      Optional<Grid> grid = router.gridOf(Task.FORECAST, question.series(), question.model());
      if (!question.allowFallback() || !e.reason().equals("MODEL_NOT_READY") || grid.isEmpty()) {
        throw e;
      }
      int horizon =
          question.horizon() > 0 ? question.horizon() : Math.max(1, grid.get().stepsPerDay());
      return new Answered(
          standIn(question, grid.get(), horizon, question.model().alias(), "", e), List.of());
    }
  }

  private ForecastAnswer model(ForecastQuestion question, Choice choice, int horizon) {
    BundleManifest manifest = choice.version().manifest();
    Seen seen = inputs.read(question, choice, manifest);
    Forecast untuned = forecast(choice.version(), seen.input(), horizon, question);
    Tuning tuning = tunings.of(choice.version().key(), question.series());
    choice.version().countAnswer();
    return answer(
        question,
        AnsweredBy.of(choice, tuning.revision()),
        manifest.grid(),
        tuning.applyTo(untuned),
        seen.target(),
        "");
  }

  private static int horizon(ForecastQuestion question, Choice choice, BundleManifest manifest) {
    if (question.horizon() > manifest.horizon()) {
      throw InvalidArgument.field(
          "horizon",
          "is %d; %s forecasts 1 to %d steps"
              .formatted(question.horizon(), choice.version().key(), manifest.horizon()));
    }
    if (question.horizon() > 0) {
      return question.horizon();
    }
    int assigned = choice.horizonSteps();
    return assigned > 0 ? Math.min(assigned, manifest.horizon()) : manifest.horizon();
  }

  private Forecast forecast(
      ServedVersion version, ForecastInput input, int horizon, ForecastQuestion question) {
    List<Double> levels = levels(question);
    var key = new ForecastCache.Key(version.artifact().sha256(), input, horizon, levels);
    Optional<Forecast> known = cache.find(key);
    metrics.cached(known.isPresent());
    if (known.isPresent()) {
      return known.get();
    }
    return spans.in(
        "model",
        span -> {
          span.setAttribute("tidewatch.model", version.key().model());
          span.setAttribute("tidewatch.version", version.key().version());
          span.setAttribute("tidewatch.horizon", horizon);
          try {
            Forecast forecast = version.forecaster().forecast(input, horizon, levels);
            cache.keep(key, forecast);
            return forecast;
          } catch (InsufficientHistoryException e) {
            throw insufficient(question, e);
          } catch (UntrainedSeriesException e) {
            throw new FailedPrecondition("SERIES_NOT_TRAINED", String.valueOf(e.getMessage()));
          }
        });
  }

  private static FailedPrecondition insufficient(
      ForecastQuestion question, InsufficientHistoryException cause) {
    return new FailedPrecondition(
            "INSUFFICIENT_HISTORY",
            "%s: %s".formatted(question.series(), cause.getMessage()),
            cause)
        .with("series", question.series());
  }

  /** The asked levels, then those whose ends are the asked quantiles. */
  private static List<Double> levels(ForecastQuestion question) {
    if (question.quantiles().isEmpty()) {
      return question.levels();
    }
    var levels = new ArrayList<>(question.levels());
    for (double quantile : question.quantiles()) {
      double level = ForecastAnswer.levelOf(quantile);
      if (level > 0 && !levels.contains(level)) {
        levels.add(level);
      }
    }
    return levels;
  }

  /** From the same origin, for the ledger; never for the caller. */
  private void shadow(ForecastQuestion question, ForecastAnswer answered, Choice choice) {
    String traceparent = TraceParents.current();
    boolean taken =
        shadowing.submit(() -> {
          try (choice) {
            var _ =
                spans.under(traceparent, "shadow", span -> shadowed(question, answered, choice));
          }
        });
    if (!taken) {
      choice.close();
    }
  }

  private boolean shadowed(ForecastQuestion question, ForecastAnswer answered, Choice choice) {
    long originMicros = answered.grid().startMicros(answered.forecast().firstIndex());
    ForecastQuestion same = question.at(originMicros);
    try {
      int horizon = Math.min(answered.forecast().horizon(), choice.version().manifest().horizon());
      ForecastAnswer shadow = model(same, choice, horizon);
      if (shadow.grid().equals(answered.grid())) {
        differences.add(
            new VersionKey(answered.answeredBy().model(), answered.answeredBy().version()),
            answered.forecast(),
            choice.version().key(),
            shadow.forecast());
      }
      metrics.shadowAnswered(shadow);
      return record(question, shadow).recording() == Recording.RECORDED;
    } catch (ServiceException e) {
      metrics.failed(e.reason(), ForecastQuestion.Cause.SHADOW);
      return false;
    }
  }

  private ForecastAnswer standIn(
      ForecastQuestion question,
      Grid grid,
      int horizon,
      String alias,
      String assignment,
      ServiceException why) {
    HistoryWindow history = inputs.target(question, grid, StandIn.historyIntervals(grid, horizon));
    return spans.in(
        "model",
        span -> {
          span.setAttribute("tidewatch.model", StandIn.MODEL);
          span.setAttribute("tidewatch.fallback_reason", why.reason());
          try {
            Forecast forecast =
                StandIn.forecast(question.series(), history.window(), horizon, levels(question));
            return answer(
                question,
                StandIn.answeredBy(alias, assignment),
                grid,
                forecast,
                history,
                why.reason());
          } catch (InsufficientHistoryException e) {
            throw insufficient(question, e);
          }
        });
  }

  private static ForecastAnswer answer(
      ForecastQuestion question,
      AnsweredBy answeredBy,
      Grid grid,
      Forecast forecast,
      HistoryWindow history,
      String fallbackReason) {
    return new ForecastAnswer(
        question.series(),
        answeredBy,
        grid,
        forecast,
        question.levels(),
        question.quantiles(),
        history,
        Recording.NOT_REQUESTED,
        fallbackReason);
  }

  private ForecastAnswer record(ForecastQuestion question, ForecastAnswer answer) {
    if (!question.isToBeRecorded()) {
      return answer;
    }
    RecordedOrigins.Key key = RecordedOrigins.Key.of(answer);
    if (question.isPlain() && recorded.contains(key)) {
      return answer.recorded(Recording.RECORDED);
    }
    return spans.in(
        "ledger",
        span -> {
          long nowMicros = Times.floorToMicros(domainClock.instant());
          boolean kept =
              ledger.record(Prediction.of(answer, question, nowMicros, TraceParents.current()));
          if (kept) {
            recorded.add(key);
          }
          return answer.recorded(kept ? Recording.RECORDED : Recording.NOT_RECORDED);
        });
  }
}
