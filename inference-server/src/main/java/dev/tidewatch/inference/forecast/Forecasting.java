package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.forecast.ForecastAnswer.Recording;
import dev.tidewatch.inference.forecast.ModelCalls.Call;
import dev.tidewatch.inference.forecast.ModelInputs.Seen;
import dev.tidewatch.inference.history.HistoryWindow;
import dev.tidewatch.inference.history.StoredWindows;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.inference.tuning.Tuning;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers forecasts: who, from what history, how far, and on to the ledger; and what is to be
 * answered beside them, behind. Runs on the caller's thread, within the deadline of its gRPC
 * context. Thread-safe.
 */
public final class Forecasting {
  /** Questions answered in one call of a model at most; their windows are in memory together. */
  private static final int TOGETHER_MAX = 64;

  private final ModelRouter router;
  private final ModelInputs inputs;
  private final TuningMirror tunings;
  private final ModelCalls calls;
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
    this.calls = new ModelCalls(cache, spans, metrics);
    this.ledger = ledger;
    this.shadowing = shadowing;
    this.differences = differences;
    this.domainClock = domainClock;
    this.spans = spans;
    this.metrics = metrics;
  }

  /** An answer, and who is to answer beside it; each is closed by whoever does. */
  private record Answered(ForecastAnswer answer, List<Choice> beside) {}

  /** What became of a question: an answer or a failure. */
  public record Outcome(@Nullable ForecastAnswer answer, @Nullable ServiceException failure) {}

  /**
   * @throws ServiceException as the contract of {@code ForecastService.Forecast} says
   */
  public ForecastAnswer answer(ForecastQuestion question) {
    Outcome outcome = answerTogether(List.of(question)).getFirst();
    if (outcome.answer() == null) {
      throw Objects.requireNonNull(outcome.failure());
    }
    return outcome.answer();
  }

  /**
   * Answers several questions, in their order, each as {@link #answer} does; where a model answers
   * several in one call, they are one call of it.
   *
   * @throws DeadlineExceeded if the caller's deadline passed: nobody waits for the others either
   */
  public List<Outcome> answerAll(List<ForecastQuestion> questions) {
    var outcomes = new ArrayList<Outcome>(questions.size());
    for (int from = 0; from < questions.size(); from += TOGETHER_MAX) {
      outcomes.addAll(
          answerTogether(questions.subList(from, Math.min(questions.size(), from + TOGETHER_MAX))));
    }
    return outcomes;
  }

  private List<Outcome> answerTogether(List<ForecastQuestion> questions) {
    var asked = new ArrayList<Asked>(questions.size());
    try {
      for (ForecastQuestion question : questions) {
        var one = new Asked(question);
        asked.add(one);
        prepare(one);
      }
      if (asked.size() > 1) {
        calls.answerAlike(asked.stream().map(one -> one.call).filter(Objects::nonNull).toList());
      }
      return asked.stream().map(this::outcome).toList();
    } finally {
      asked.forEach(Asked::close);
    }
  }

  /** A question on its way to its answer. Owned by its request's thread. */
  private static final class Asked {
    final ForecastQuestion question;
    final long startNanos = System.nanoTime();
    @Nullable Choice choice;
    int horizon;
    @Nullable HistoryWindow history;
    @Nullable Call call;
    @Nullable ServiceException failure;

    Asked(ForecastQuestion question) {
      this.question = question;
    }

    void close() {
      if (choice != null) {
        choice.close();
      }
    }
  }

  /** Chooses who answers, and reads what it is to see. */
  private void prepare(Asked asked) {
    ForecastQuestion question = asked.question;
    try {
      Choice choice = choose(question);
      asked.choice = choice;
      BundleManifest manifest = choice.version().forecaster().manifest();
      asked.horizon = horizon(question, choice, manifest);
      Seen seen = inputs.read(question, choice, manifest);
      asked.history = seen.target();
      asked.call = calls.prepare(choice.version(), seen.input(), asked.horizon, levels(question));
    } catch (ServiceException e) {
      asked.failure = e;
      if (e instanceof DeadlineExceeded) {
        metrics.failed(e.reason(), question.cause());
        throw e;
      }
    }
  }

  private Outcome outcome(Asked asked) {
    ForecastQuestion question = asked.question;
    try {
      Answered answered = answerOrStandIn(asked);
      ForecastAnswer answer = record(question, answered.answer());
      answered.beside().forEach(choice -> shadow(question, answer, choice));
      metrics.answered(answer, question.cause(), System.nanoTime() - asked.startNanos);
      return new Outcome(answer, null);
    } catch (DeadlineExceeded e) {
      metrics.failed(e.reason(), question.cause());
      throw e;
    } catch (ServiceException e) {
      metrics.failed(e.reason(), question.cause());
      return new Outcome(null, e);
    }
  }

  private Choice choose(ForecastQuestion question) {
    return question.assignment() == null
        ? router.choose(Task.FORECAST, question.series(), question.model())
        : router.choose(question.assignment(), question.series());
  }

  private Answered answerOrStandIn(Asked asked) {
    ForecastQuestion question = asked.question;
    Choice choice = asked.choice;
    ServiceException failure = asked.failure;
    if (failure == null && choice != null && asked.history != null && asked.call != null) {
      try {
        ForecastAnswer answer = answered(question, choice, asked.history, asked.call);
        List<Choice> beside =
            question.isToBeRecorded()
                ? choice.shadows().stream()
                    .flatMap(alias -> router.shadow(alias, choice).stream())
                    .toList()
                : List.of();
        return new Answered(answer, beside);
      } catch (FailedPrecondition e) {
        failure = e;
      }
    }
    if (failure == null) {
      throw new IllegalStateException("a question was neither prepared nor refused");
    }
    return new Answered(standIn(asked, failure), List.of());
  }

  /**
   * Instead of a model that cannot answer, if the caller allows it.
   *
   * @throws ServiceException the failure, if nothing stands in
   */
  private ForecastAnswer standIn(Asked asked, ServiceException failure) {
    ForecastQuestion question = asked.question;
    Choice choice = asked.choice;
    if (question.allowFallback()) {
      if (failure instanceof FailedPrecondition && choice != null && asked.horizon > 0) {
        Grid grid = choice.version().manifest().grid();
        return standIn(question, grid, asked.horizon, choice.alias(), choice.assignment(), failure);
      }
      Optional<Grid> grid = router.gridOf(Task.FORECAST, question.series(), question.model());
      if (failure instanceof Unavailable
          && failure.reason().equals("MODEL_NOT_READY")
          && grid.isPresent()) {
        int horizon =
            question.horizon() > 0 ? question.horizon() : Math.max(1, grid.get().stepsPerDay());
        return standIn(question, grid.get(), horizon, question.model().alias(), "", failure);
      }
    }
    throw failure;
  }

  /** The answer of the version that was chosen, which may be known already. */
  private ForecastAnswer answered(
      ForecastQuestion question, Choice choice, HistoryWindow history, Call call) {
    Forecast untuned = calls.answer(call, question.series());
    Tuning tuning = tunings.of(choice.version().key(), question.series());
    choice.version().countAnswer();
    return answer(
        question,
        AnsweredBy.of(choice, tuning.revision()),
        choice.version().manifest().grid(),
        tuning.applyTo(untuned),
        history,
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

  private ForecastAnswer shadowAnswer(ForecastQuestion question, Choice choice, int horizon) {
    Seen seen = inputs.read(question, choice, choice.version().manifest());
    Call call = calls.prepare(choice.version(), seen.input(), horizon, levels(question));
    return answered(question, choice, seen.target(), call);
  }

  private boolean shadowed(ForecastQuestion question, ForecastAnswer answered, Choice choice) {
    long originMicros = answered.grid().startMicros(answered.forecast().firstIndex());
    ForecastQuestion same = question.at(originMicros);
    try {
      int horizon = Math.min(answered.forecast().horizon(), choice.version().manifest().horizon());
      ForecastAnswer shadow = shadowAnswer(same, choice, horizon);
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
            throw ModelCalls.insufficient(question.series(), e);
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
