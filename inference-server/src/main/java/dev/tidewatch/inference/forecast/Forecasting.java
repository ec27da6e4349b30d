package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.forecast.ForecastAnswer.Recording;
import dev.tidewatch.inference.history.HistoryWindow;
import dev.tidewatch.inference.history.StoredWindows;
import dev.tidewatch.inference.history.WindowQuestion;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.ServedVersion;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Role;
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
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Answers forecasts: who, from what history, how far, and on to the ledger. Runs on the caller's
 * thread, within the deadline of its gRPC context. Thread-safe.
 */
public final class Forecasting {
  private final ModelRouter router;
  private final StoredWindows windows;
  private final Ledger ledger;
  private final InstantSource domainClock;
  private final Spans spans;
  private final ForecastMetrics metrics;

  public Forecasting(
      ModelRouter router,
      StoredWindows windows,
      Ledger ledger,
      InstantSource domainClock,
      Spans spans,
      ForecastMetrics metrics) {
    this.router = router;
    this.windows = windows;
    this.ledger = ledger;
    this.domainClock = domainClock;
    this.spans = spans;
    this.metrics = metrics;
  }

  /**
   * @throws ServiceException as the contract of {@code ForecastService.Forecast} says
   */
  public ForecastAnswer answer(ForecastQuestion question) {
    long startNanos = System.nanoTime();
    try {
      ForecastAnswer answer = record(question, answerOrStandIn(question));
      metrics.answered(answer, question.cause(), System.nanoTime() - startNanos);
      return answer;
    } catch (ServiceException e) {
      metrics.failed(e.reason(), question.cause());
      throw e;
    }
  }

  private ForecastAnswer answerOrStandIn(ForecastQuestion question) {
    try (Choice choice = router.choose(Task.FORECAST, question.series(), question.model())) {
      ServedVersion version = choice.version();
      BundleManifest manifest = version.forecaster().manifest();
      requireRoles(manifest);
      int horizon = horizon(question, choice, manifest);
      try {
        HistoryWindow history = history(question, manifest.grid(), manifest.historyIntervals());
        Forecast forecast = forecast(version, history, horizon, question);
        version.countAnswer();
        return answer(question, AnsweredBy.of(choice), manifest.grid(), forecast, history, "");
      } catch (FailedPrecondition e) {
        if (!question.allowFallback() || !e.reason().equals("INSUFFICIENT_HISTORY")) {
          throw e;
        }
        return standIn(question, manifest.grid(), horizon, choice.alias(), choice.assignment(), e);
      }
    } catch (Unavailable e) {
      Optional<Grid> grid = router.gridOf(Task.FORECAST, question.series(), question.model());
      if (!question.allowFallback() || !e.reason().equals("MODEL_NOT_READY") || grid.isEmpty()) {
        throw e;
      }
      int horizon =
          question.horizon() > 0 ? question.horizon() : Math.max(1, grid.get().stepsPerDay());
      return standIn(question, grid.get(), horizon, question.model().alias(), "", e);
    }
  }

  private static void requireRoles(BundleManifest manifest) {
    List<Role> roles = manifest.roles();
    if (roles.size() > 1) {
      throw new FailedPrecondition(
          "COVARIATE_MISSING",
          "the model also reads %s, and models of several series are not served yet"
              .formatted(roles.subList(1, roles.size()).stream().map(Role::name).toList()));
    }
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

  private HistoryWindow history(ForecastQuestion question, Grid grid, int intervals) {
    OptionalLong origin = originIndex(question, grid);
    int wanted = Math.max(1, intervals);
    if (question.given() != null) {
      return givenWindow(question.given(), grid, wanted, origin);
    }
    return spans.in(
        "history",
        span -> {
          span.setAttribute("tidewatch.series", question.series());
          HistoryWindow history =
              windows.read(
                  new WindowQuestion(
                      question.series(),
                      grid,
                      wanted,
                      origin,
                      question.asOf(),
                      question.minPosition()));
          span.setAttribute("tidewatch.feed_position", history.position().position());
          return history;
        });
  }

  private OptionalLong originIndex(ForecastQuestion question, Grid grid) {
    if (question.originMicros().isEmpty()) {
      return OptionalLong.empty();
    }
    long originMicros = question.originMicros().getAsLong();
    if (question.given() == null && originMicros > Times.floorToMicros(domainClock.instant())) {
      throw InvalidArgument.field(
          "origin",
          "is %s, ahead of the server's clock; leave it out, or name a past time"
              .formatted(Times.toInstant(originMicros)));
    }
    return OptionalLong.of(grid.indexAt(originMicros));
  }

  private static HistoryWindow givenWindow(
      ReadingColumns given, Grid grid, int intervals, OptionalLong origin) {
    ReadingColumns readings = given.inTimeOrder();
    long newestMicros = readings.timeMicros(readings.size() - 1);
    long end = origin.orElse(grid.indexAt(newestMicros) + 1);
    return new HistoryWindow(
        GridWindow.resample(grid, readings, end - intervals, intervals),
        OptionalLong.of(newestMicros),
        FeedPosition.START);
  }

  private Forecast forecast(
      ServedVersion version, HistoryWindow history, int horizon, ForecastQuestion question) {
    return spans.in(
        "model",
        span -> {
          span.setAttribute("tidewatch.model", version.key().model());
          span.setAttribute("tidewatch.version", version.key().version());
          span.setAttribute("tidewatch.horizon", horizon);
          try {
            return version
                .forecaster()
                .forecast(input(question, history), horizon, levels(question));
          } catch (InsufficientHistoryException e) {
            throw insufficient(question, e);
          } catch (UntrainedSeriesException e) {
            throw new FailedPrecondition("SERIES_NOT_TRAINED", String.valueOf(e.getMessage()));
          }
        });
  }

  private static ForecastInput input(ForecastQuestion question, HistoryWindow history) {
    return question.series().isEmpty()
        ? ForecastInput.of(history.window())
        : ForecastInput.of(new SeriesName(question.series()), history.window());
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
    var levels = new ArrayList<>(question.levels());
    for (double quantile : question.quantiles()) {
      double level = ForecastAnswer.levelOf(quantile);
      if (level > 0 && !levels.contains(level)) {
        levels.add(level);
      }
    }
    return levels;
  }

  private ForecastAnswer standIn(
      ForecastQuestion question,
      Grid grid,
      int horizon,
      String alias,
      String assignment,
      ServiceException why) {
    HistoryWindow history = history(question, grid, StandIn.historyIntervals(grid, horizon));
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
    return spans.in(
        "ledger",
        span -> {
          long nowMicros = Times.floorToMicros(domainClock.instant());
          boolean kept =
              ledger.record(Prediction.of(answer, question, nowMicros, TraceParents.current()));
          return answer.recorded(kept ? Recording.RECORDED : Recording.NOT_RECORDED);
        });
  }
}
