package dev.tidewatch.models.tribuo.trees;

import static dev.tidewatch.timeseries.features.FeatureRecipe.TARGET;

import dev.tidewatch.models.forecast.Seasons;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.features.Feature;
import dev.tidewatch.timeseries.features.FeatureFunction;
import dev.tidewatch.timeseries.features.FeatureRecipe;
import dev.tidewatch.timeseries.features.Scaler;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/** What trees read unless they are told otherwise. */
final class TreeRecipes {
  private static final int WINDOW_WITHOUT_SEASON = 24;
  private static final int WINDOW_MAX = 2_000;

  private TreeRecipes() {}

  /** Window of the statistics that levels are relative to: two of the shortest season. */
  private static int unitWindow(Seasons seasons) {
    return Math.clamp(2L * seasons.primary(), WINDOW_WITHOUT_SEASON, WINDOW_MAX);
  }

  /**
   * Recent values, what was seen at the phase that is described, statistics over windows of the
   * seasons' lengths, the calendar, and for each covariate its level and change.
   *
   * @param covariates roles
   */
  static FeatureRecipe standard(Grid grid, Seasons seasons, Collection<String> covariates) {
    var relative = new Scaler.Relative(unitWindow(seasons));
    var features = new LinkedHashSet<Feature>();
    features.add(Feature.calendar(FeatureFunction.AHEAD));
    for (int lag : List.of(0, 1, 2, 3)) {
      features.add(Feature.of(FeatureFunction.LAG, TARGET, lag).with(relative));
    }
    features.add(Feature.of(FeatureFunction.DIFFERENCE, TARGET, 1).with(relative));
    var windows = new TreeSet<Integer>();
    for (int season : seasons.steps()) {
      if (season <= WINDOW_MAX) {
        windows.add(season);
        features.add(Feature.of(FeatureFunction.SEASONAL_LAG, TARGET, season).with(relative));
        features.add(Feature.of(FeatureFunction.SEASONAL_MEAN, TARGET, season, 4).with(relative));
        features.add(Feature.of(FeatureFunction.DIFFERENCE, TARGET, season).with(relative));
        features.add(Feature.calendar(FeatureFunction.SEASON_POSITION, season));
      }
    }
    windows.add(seasons.isEmpty() ? WINDOW_WITHOUT_SEASON : Math.max(3, seasons.primary() / 4));
    for (int window : windows) {
      features.add(Feature.of(FeatureFunction.MEAN, TARGET, window).with(relative));
      features.add(Feature.of(FeatureFunction.STD, TARGET, window).with(relative));
      features.add(Feature.of(FeatureFunction.MIN, TARGET, window).with(relative));
      features.add(Feature.of(FeatureFunction.MAX, TARGET, window).with(relative));
      features.add(Feature.of(FeatureFunction.SLOPE, TARGET, window).with(relative));
    }
    if (grid.step().compareTo(Duration.ofDays(1)) < 0) {
      features.add(Feature.calendar(FeatureFunction.HOUR));
    }
    if (grid.step().compareTo(Duration.ofDays(1)) <= 0) {
      features.add(Feature.calendar(FeatureFunction.WEEKDAY));
      features.add(Feature.parse("holiday(zone)"));
    }
    features.add(Feature.calendar(FeatureFunction.YEAR_SIN, 1));
    features.add(Feature.calendar(FeatureFunction.YEAR_COS, 1));
    for (String role : covariates) {
      features.add(Feature.of(FeatureFunction.LAG, role, 0));
      features.add(Feature.of(FeatureFunction.DIFFERENCE, role, 1));
      features.add(Feature.of(FeatureFunction.MEAN, role, windows.first()));
      if (!seasons.isEmpty()) {
        features.add(Feature.of(FeatureFunction.SEASONAL_LAG, role, seasons.primary()));
      }
    }
    return FeatureRecipe.of(List.copyOf(features));
  }

  /**
   * Simple forecasts, one of which the trees improve on: the newest value, the newest of the phase,
   * means of the phase.
   */
  static FeatureRecipe baselines(Seasons seasons) {
    var features = new LinkedHashSet<Feature>();
    features.add(Feature.of(FeatureFunction.LAG, TARGET, 0));
    for (int season : seasons.steps()) {
      if (season <= WINDOW_MAX) {
        features.add(Feature.of(FeatureFunction.SEASONAL_LAG, TARGET, season));
        features.add(Feature.of(FeatureFunction.SEASONAL_MEAN, TARGET, season, 4));
      }
    }
    return FeatureRecipe.of(List.copyOf(features));
  }
}
