package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.forecast.ExplainQuestion.Method;
import dev.tidewatch.inference.forecast.Explanation.Contribution;
import dev.tidewatch.inference.forecast.ModelInputs.Seen;
import dev.tidewatch.inference.history.StoredWindows;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.forecast.UntrainedSeriesException;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.timeseries.GridWindow;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Says what a forecast rests on. Runs on the caller's thread, within the deadline of its gRPC
 * context. Thread-safe.
 */
public final class Explaining {
  private static final int NAMED_IN_SUMMARY = 3;

  private final ModelRouter router;
  private final ModelInputs inputs;
  private final Spans spans;

  public Explaining(
      ModelRouter router, StoredWindows windows, InstantSource domainClock, Spans spans) {
    this.router = router;
    this.inputs = new ModelInputs(windows, router, domainClock, spans);
    this.spans = spans;
  }

  /**
   * @throws ServiceException as the contract of {@code ForecastService.Explain} says
   */
  public Explanation explain(ExplainQuestion question) {
    try (Choice choice = router.choose(Task.FORECAST, question.series(), question.model())) {
      Forecaster forecaster = choice.version().forecaster();
      BundleManifest manifest = forecaster.manifest();
      Method method = method(question, choice, forecaster);
      if (question.horizon() > manifest.horizon()) {
        throw InvalidArgument.field(
            "horizon",
            "is %d; %s forecasts 1 to %d steps"
                .formatted(question.horizon(), choice.version().key(), manifest.horizon()));
      }
      int horizon = question.horizon() == 0 ? manifest.horizon() : question.horizon();
      int seen = Math.max(1, manifest.historyIntervals());
      int wanted =
          method == Method.PERMUTATION ? PermutationImportance.intervals(manifest, horizon) : seen;
      Seen history = inputs.read(plain(question), choice, manifest, wanted);
      return spans.in(
          "explain",
          span -> {
            span.setAttribute("tidewatch.model", choice.version().key().model());
            span.setAttribute("tidewatch.version", choice.version().key().version());
            try {
              return explained(question, method, choice, history.input(), horizon);
            } catch (InsufficientHistoryException e) {
              throw insufficient(question, String.valueOf(e.getMessage()));
            } catch (UntrainedSeriesException e) {
              throw new FailedPrecondition("SERIES_NOT_TRAINED", String.valueOf(e.getMessage()));
            }
          });
    }
  }

  private static Method method(ExplainQuestion question, Choice choice, Forecaster forecaster) {
    boolean hasGain = !forecaster.gain().isEmpty();
    if (question.method() == Method.OWN) {
      return hasGain ? Method.GAIN : Method.PERMUTATION;
    }
    if (question.method() == Method.GAIN && !hasGain) {
      throw InvalidArgument.field(
          "method",
          "is GAIN, which is for trees; %s is of family %s: take PERMUTATION or PARTS"
              .formatted(choice.version().key(), choice.version().manifest().family()));
    }
    return question.method();
  }

  private static ForecastQuestion plain(ExplainQuestion question) {
    return new ForecastQuestion(
        question.series(),
        question.model(),
        question.horizon(),
        List.of(),
        List.of(),
        null,
        question.originMicros(),
        null,
        false,
        Boolean.FALSE,
        null,
        ForecastQuestion.Cause.REQUEST);
  }

  private static Explanation explained(
      ExplainQuestion question, Method method, Choice choice, ForecastInput all, int horizon) {
    Forecaster forecaster = choice.version().forecaster();
    int seen = Math.max(1, forecaster.manifest().historyIntervals());
    List<GridWindow> newest = all.windows().stream().map(window -> window.last(seen)).toList();
    var input = new ForecastInput(newest, all.series());
    Forecast forecast = forecaster.forecast(input, horizon, List.of());
    List<Contribution> contributions = List.of();
    SequencedMap<String, double[]> parts = new LinkedHashMap<>();
    switch (method) {
      case GAIN -> contributions = Explanation.shares(forecaster.gain());
      case PARTS -> parts = ForecastParts.of(forecaster, input, horizon);
      case PERMUTATION, OWN ->
          contributions = Explanation.shares(permutation(question, forecaster, all, horizon));
    }
    return new Explanation(
        AnsweredBy.of(choice),
        method,
        forecaster.manifest().grid(),
        forecast,
        contributions,
        parts,
        summary(question, choice, method, contributions, parts));
  }

  private static Map<String, Double> permutation(
      ExplainQuestion question, Forecaster forecaster, ForecastInput all, int horizon) {
    Map<String, Double> rises =
        PermutationImportance.of(forecaster, all, horizon, new SplittableRandom(question.seed()));
    if (rises.isEmpty()) {
      throw insufficient(
          question,
          "permutation needs %d past forecasts, with what came; ask for PARTS, or a shorter horizon"
              .formatted(PermutationImportance.ORIGINS_MIN));
    }
    return rises;
  }

  private static FailedPrecondition insufficient(ExplainQuestion question, String why) {
    return new FailedPrecondition(
            "INSUFFICIENT_HISTORY", "%s: %s".formatted(question.series(), why))
        .with("series", question.series());
  }

  private static String summary(
      ExplainQuestion question,
      Choice choice,
      Method method,
      List<Contribution> contributions,
      SequencedMap<String, double[]> parts) {
    String who =
        "The forecast of %s by %s (%s)"
            .formatted(
                question.series(), choice.version().key(), choice.version().manifest().family());
    if (method == Method.PARTS) {
      return "%s is on average %s."
          .formatted(
              who,
              parts.entrySet().stream()
                  .map(part ->
                      String.format(
                          Locale.ROOT,
                          "%s %+.4g",
                          part.getKey(),
                          Arrays.stream(part.getValue()).average().orElse(0)))
                  .collect(Collectors.joining(", ")));
    }
    if (contributions.isEmpty()) {
      return who + " does not get worse when any one of its inputs is shuffled.";
    }
    return "%s rests most on %s."
        .formatted(
            who,
            contributions.stream()
                .limit(NAMED_IN_SUMMARY)
                .map(one ->
                    String.format(Locale.ROOT, "%s (%.0f %%)", one.input(), 100 * one.importance()))
                .collect(Collectors.joining(", ")));
  }
}
