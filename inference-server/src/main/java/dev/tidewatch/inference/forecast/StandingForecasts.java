package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.history.SeriesCatalog;
import dev.tidewatch.inference.history.StoredWindows;
import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.StandingSchedule;
import dev.tidewatch.inference.registry.Task;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.Choice;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.timeseries.Grid;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Issues a forecast for each assigned series whenever domain time passes an origin of its schedule.
 * After a restart the newest origin is issued again; the ledger keeps one per series, grid,
 * version, origin and role. Origins that passed while nobody was there are not made up for: what
 * was known then is not known now.
 *
 * <p>One thread calls {@link #issueDue}.
 */
public final class StandingForecasts {
  private static final Logger LOG = LoggerFactory.getLogger(StandingForecasts.class);
  private static final long CATALOG_REFRESH_NANOS = Duration.ofSeconds(5).toNanos();

  private final Supplier<RegistryState> registry;
  private final ModelRouter router;
  private final StoredWindows windows;
  private final SeriesCatalog catalog;
  private final Forecasting forecasting;
  private final Spans spans;
  private final int seriesPerAssignmentMax;

  private final Map<String, Matched> matchedByAssignment = new HashMap<>();
  private final Map<Key, Issued> issued = new HashMap<>();

  private record Matched(Assignment assignment, List<String> series, long atNanos) {}

  private record Key(String assignment, String series) {}

  /** The newest that was issued. */
  private record Issued(VersionKey version, long origin) {}

  public StandingForecasts(
      Supplier<RegistryState> registry,
      ModelRouter router,
      StoredWindows windows,
      SeriesCatalog catalog,
      Forecasting forecasting,
      Spans spans,
      int seriesPerAssignmentMax) {
    this.registry = registry;
    this.router = router;
    this.windows = windows;
    this.catalog = catalog;
    this.forecasting = forecasting;
    this.spans = spans;
    this.seriesPerAssignmentMax = seriesPerAssignmentMax;
  }

  /**
   * Issues what is due now.
   *
   * @return how many were issued
   */
  public int issueDue() {
    RegistryState state = registry.get();
    matchedByAssignment.keySet().retainAll(state.assignments().keySet());
    issued.keySet().removeIf(key -> !state.assignments().containsKey(key.assignment()));
    int count = 0;
    for (Assignment assignment : state.assignments().values()) {
      if (assignment.task() == Task.FORECAST
          && !assignment.disabled()
          && assignment.schedule().everySteps() > 0) {
        count += issueDue(state, assignment);
      }
    }
    return count;
  }

  private int issueDue(RegistryState state, Assignment assignment) {
    Optional<Choice> ready = router.ready(assignment, "");
    if (ready.isEmpty()) {
      return 0;
    }
    int count = 0;
    try (Choice choice = ready.get()) {
      if (!choice.version().isForecaster()) {
        return 0;
      }
      Grid grid = choice.version().manifest().grid();
      StandingSchedule schedule = assignment.schedule();
      long origin = schedule.newestOrigin(windows.knownEndIndex(grid));
      for (String series : matched(assignment)) {
        var key = new Key(assignment.name(), series);
        var due = new Issued(choice.version().key(), origin);
        if (!due.equals(issued.get(key))
            && counts(state, assignment, series)
            && issue(assignment, series, grid, origin)) {
          issued.put(key, due);
          count++;
        }
      }
    }
    return count;
  }

  /** False where a more specific assignment of the same slot takes the series. */
  private boolean counts(RegistryState state, Assignment assignment, String series) {
    return state
        .resolve(Task.FORECAST, assignment.slot(), series, catalog)
        .filter(assignment::equals)
        .isPresent();
  }

  private List<String> matched(Assignment assignment) {
    if (!assignment.selector().exact().isEmpty()) {
      return List.of(assignment.selector().exact());
    }
    Matched known = matchedByAssignment.get(assignment.name());
    long now = System.nanoTime();
    if (known != null
        && known.assignment().equals(assignment)
        && now - known.atNanos() < CATALOG_REFRESH_NANOS) {
      return known.series();
    }
    try {
      List<String> series = catalog.matching(assignment.selector(), seriesPerAssignmentMax);
      matchedByAssignment.put(assignment.name(), new Matched(assignment, series, now));
      return series;
    } catch (ServiceException e) {
      LOG.debug("the series of assignment {} cannot be listed", assignment.name(), e);
      return known == null ? List.of() : known.series();
    }
  }

  /** True if the origin is dealt with: answered, or not to be answered by trying again. */
  private boolean issue(Assignment assignment, String series, Grid grid, long origin) {
    var question = ForecastQuestion.standing(assignment, series, grid.startMicros(origin));
    return spans.under(
        "",
        "standing forecast",
        span -> {
          span.setAttribute("tidewatch.series", series);
          span.setAttribute("tidewatch.assignment", assignment.name());
          try {
            var _ = forecasting.answer(question);
            return true;
          } catch (Unavailable | DeadlineExceeded e) {
            LOG.debug("no standing forecast of {} yet: {}", series, e.getMessage());
            return false;
          } catch (ServiceException e) {
            LOG.info("no standing forecast of {}: {}", series, e.getMessage());
            return true;
          }
        });
  }
}
