package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.history.HistoryWindow;
import dev.tidewatch.inference.history.StoredWindows;
import dev.tidewatch.inference.history.WindowQuestion;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.RoleSeries;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What a model is to see: the windows of its roles, stored or given. Thread-safe. */
final class ModelInputs {
  private final StoredWindows windows;
  private final ModelRouter router;
  private final InstantSource domainClock;
  private final Spans spans;

  ModelInputs(StoredWindows windows, ModelRouter router, InstantSource domainClock, Spans spans) {
    this.windows = windows;
    this.router = router;
    this.domainClock = domainClock;
    this.spans = spans;
  }

  /**
   * @param target of the first role
   * @param input all roles
   */
  record Seen(HistoryWindow target, ForecastInput input) {}

  /**
   * @throws FailedPrecondition {@code COVARIATE_MISSING}
   * @throws InvalidArgument if a covariate is given that the model does not read
   */
  Seen read(ForecastQuestion question, Choice choice, BundleManifest manifest) {
    return read(question, choice, manifest, manifest.historyIntervals());
  }

  /** As {@link #read(ForecastQuestion, Choice, BundleManifest)}, so far back. */
  Seen read(ForecastQuestion question, Choice choice, BundleManifest manifest, int intervals) {
    List<Role> roles = manifest.roles();
    requireKnown(question, choice, roles);
    HistoryWindow target = target(question, manifest.grid(), intervals);
    if (roles.size() == 1) {
      return new Seen(
          target,
          question.series().isEmpty()
              ? ForecastInput.of(target.window())
              : ForecastInput.of(new SeriesName(question.series()), target.window()));
    }
    var inputs = new ArrayList<GridWindow>(List.of(target.window()));
    var names = new ArrayList<SeriesName>(List.of(new SeriesName(question.series())));
    Map<String, String> bindings = bindings(question, choice);
    for (Role role : roles.subList(1, roles.size())) {
      ReadingColumns given = question.covariates().get(role.name());
      if (given != null) {
        GridWindow like = target.window();
        inputs.add(GridWindow.resample(like.grid(), given, like.firstIndex(), like.size()));
        names.add(new SeriesName(role.name()));
      } else {
        SeriesName series = bound(role, bindings, question, choice);
        inputs.add(stored(series, role, target.window(), question));
        names.add(series);
      }
      if (inputs.getLast().missingCount() == inputs.getLast().size()) {
        throw RoleSeries.missing(
            role, choice.version().key(), "has no value in the window that the model sees");
      }
    }
    return new Seen(target, new ForecastInput(inputs, names));
  }

  private static void requireKnown(ForecastQuestion question, Choice choice, List<Role> roles) {
    List<String> known = roles.stream().skip(1).map(Role::name).toList();
    for (String given : question.covariates().keySet()) {
      if (!known.contains(given)) {
        throw InvalidArgument.field(
            "covariates",
            "role '%s' is not read by %s; %s"
                .formatted(
                    given,
                    choice.version().key(),
                    known.isEmpty() ? "it reads none" : "it reads " + String.join(", ", known)));
      }
    }
  }

  /** Of the assignment that chose the model, or else of one of the same model for the series. */
  private Map<String, String> bindings(ForecastQuestion question, Choice choice) {
    return choice.bindings().isEmpty()
        ? router.bindings(Task.FORECAST, question.series(), choice.version().key().model())
        : choice.bindings();
  }

  private static SeriesName bound(
      Role role, Map<String, String> bindings, ForecastQuestion question, Choice choice) {
    return RoleSeries.of(
        role,
        choice.version().key(),
        question.series(),
        question.given() == null ? bindings : Map.of());
  }

  private GridWindow stored(
      SeriesName series, Role role, GridWindow target, ForecastQuestion question) {
    try {
      return windows
          .read(
              new WindowQuestion(
                  series.value(),
                  target.grid(),
                  target.size(),
                  OptionalLong.of(target.endIndex()),
                  question.asOf(),
                  question.minPosition()))
          .window();
    } catch (NotFound e) {
      throw RoleSeries.unknown(role, series, e);
    }
  }

  /** The window of a single series. */
  HistoryWindow target(ForecastQuestion question, Grid grid, int intervals) {
    OptionalLong origin = originIndex(question, grid);
    int wanted = Math.max(1, intervals);
    if (question.given() != null) {
      return given(question.given(), grid, wanted, origin);
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

  private static HistoryWindow given(
      ReadingColumns given, Grid grid, int intervals, OptionalLong origin) {
    ReadingColumns readings = given.inTimeOrder();
    long newestMicros = readings.timeMicros(readings.size() - 1);
    long end = origin.orElse(grid.indexAt(newestMicros) + 1);
    return new HistoryWindow(
        GridWindow.resample(grid, readings, end - intervals, intervals),
        OptionalLong.of(newestMicros),
        FeedPosition.START);
  }
}
