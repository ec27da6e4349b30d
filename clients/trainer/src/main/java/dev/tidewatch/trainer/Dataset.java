package dev.tidewatch.trainer;

import dev.tidewatch.models.forecast.Covariate;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.sdk.IngestClient;
import dev.tidewatch.timeseries.Fingerprint;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The readings of a plan, of one state of the database.
 *
 * @param readings in time order
 * @param covariates readings of the series beside them, by role
 * @param asOf the state that all of them are of
 */
record Dataset(
    SortedMap<SeriesName, ReadingColumns> readings,
    SortedMap<String, CovariateReadings> covariates,
    FeedPosition asOf) {
  Dataset {
    readings = Collections.unmodifiableSortedMap(new TreeMap<>(readings));
    covariates = Collections.unmodifiableSortedMap(new TreeMap<>(covariates));
  }

  Dataset(SortedMap<SeriesName, ReadingColumns> readings, FeedPosition asOf) {
    this(readings, new TreeMap<>(), asOf);
  }

  /** Readings of one covariate. */
  record CovariateReadings(SeriesName series, ReadingColumns readings) {}

  /**
   * Reads all series at one position of the feed: that of the plan, or the one that the first
   * answer names.
   *
   * @throws InsufficientHistoryException if a series has no readings
   */
  static Dataset read(IngestClient ingest, TrainingPlan plan, TrainingProgress progress) {
    var readings = new TreeMap<SeriesName, ReadingColumns>();
    FeedPosition asOf = plan.asOf();
    int done = 0;
    for (SeriesName name : plan.series()) {
      progress.at("read", (double) done++ / plan.series().size());
      var history = ingest.history(name.value(), plan.from(), plan.to(), asOf);
      if (asOf == null) {
        asOf = history.feedPosition();
      }
      if (history.readings().isEmpty()) {
        throw new InsufficientHistoryException(
            "series %s has no readings in the training window".formatted(name.value()));
      }
      readings.put(name, history.readings());
    }
    if (asOf == null) {
      throw new IllegalStateException("a plan without series");
    }
    var covariates = new TreeMap<String, CovariateReadings>();
    for (var covariate : plan.covariates().entrySet()) {
      SeriesName name = covariate.getValue();
      var history = ingest.history(name.value(), plan.from(), plan.to(), asOf);
      if (history.readings().isEmpty()) {
        throw new InsufficientHistoryException(
            "covariate %s has no readings in the training window".formatted(name.value()));
      }
      covariates.put(covariate.getKey(), new CovariateReadings(name, history.readings()));
    }
    progress.at("read", 1);
    return new Dataset(readings, covariates, asOf);
  }

  long rows() {
    return readings.values().stream().mapToLong(ReadingColumns::size).sum();
  }

  String fingerprint() {
    if (covariates.isEmpty()) {
      return Fingerprint.of(readings);
    }
    var all = new TreeMap<>(readings);
    covariates.values().forEach(covariate -> all.put(covariate.series(), covariate.readings()));
    return Fingerprint.of(all);
  }

  /**
   * The readings on the grid: whole intervals only, the newest one whose lateness has passed
   * included. An interval that the first reading does not begin is left out, unless it is the only
   * one.
   *
   * @param now by which an interval's value is known
   */
  SortedMap<SeriesName, GridWindow> onGrid(Grid grid, Instant now) {
    long newestKnown = grid.newestKnownIndex(Times.floorToMicros(now));
    var windows = new TreeMap<SeriesName, GridWindow>();
    readings.forEach((name, columns) -> {
      long first = grid.indexAtOrAfter(columns.timeMicros(0));
      long last = Math.min(grid.indexAt(columns.timeMicros(columns.size() - 1)), newestKnown);
      first = Math.min(first, last);
      windows.put(
          name,
          GridWindow.resample(
              grid, columns, first, (int) Math.min(last - first + 1, Integer.MAX_VALUE)));
    });
    return windows;
  }

  /** The covariates of each series on the intervals of its window. */
  SortedMap<SeriesName, SortedMap<String, Covariate>> covariatesOn(
      SortedMap<SeriesName, GridWindow> windows) {
    var all = new TreeMap<SeriesName, SortedMap<String, Covariate>>();
    if (covariates.isEmpty()) {
      return all;
    }
    windows.forEach((name, window) -> {
      var own = new TreeMap<String, Covariate>();
      covariates.forEach((role, covariate) ->
          own.put(
              role,
              new Covariate(
                  covariate.series(),
                  GridWindow.resample(
                      window.grid(), covariate.readings(), window.firstIndex(), window.size()))));
      all.put(name, own);
    });
    return all;
  }

  /** Time of the first reading of a series, in microseconds. */
  static long startMicros(ReadingColumns columns) {
    return columns.timeMicros(0);
  }

  /** Just after the last reading of a series, in microseconds. */
  static long endMicros(ReadingColumns columns) {
    return columns.timeMicros(columns.size() - 1) + 1;
  }
}
