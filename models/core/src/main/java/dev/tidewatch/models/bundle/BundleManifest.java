package dev.tidewatch.models.bundle;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SplitConformal;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a bundle says of itself: the content of {@code bundle.json}.
 *
 * @param family which family wrote it and can load it, such as {@code seasonal-naive}
 * @param task what it does
 * @param roles ordered inputs; at least one
 * @param grid on which its inputs are put; a detector of single readings uses its time zone only
 * @param featureRecipe names of features in order; empty where the model reads plain values
 * @param historyIntervals how many grid intervals before the origin a forecast wants to see; 0 for
 *     a detector
 * @param historyIntervalsMin how many it needs at least
 * @param horizon furthest step of a forecast, 1 to 10,000; 0 for a detector
 * @param levels nominal coverages that were calibrated, ascending, each between 0 and 1; others can
 *     be asked for
 * @param conformal residuals for intervals, in units of the model's interval scale; empty where it
 *     has none
 * @param parameters settings, defaults written out
 * @param trainingWindow what it was trained on
 * @param seed of the training's random numbers
 * @param codeVersion of Tidewatch that trained it
 * @param metrics by name, from the back-test; finite
 */
public record BundleManifest(
    String family,
    Task task,
    List<Role> roles,
    Grid grid,
    List<String> featureRecipe,
    int historyIntervals,
    int historyIntervalsMin,
    int horizon,
    List<Double> levels,
    Optional<SplitConformal> conformal,
    Parameters parameters,
    TrainingWindow trainingWindow,
    long seed,
    String codeVersion,
    SortedMap<String, Double> metrics) {
  /** The version of the format that this release writes, and the newest that it reads. */
  public static final int FORMAT_VERSION = 1;

  public static final int HORIZON_MAX = 10_000;
  public static final int HISTORY_INTERVALS_MAX = 1_000_000;

  public BundleManifest {
    roles = List.copyOf(roles);
    featureRecipe = List.copyOf(featureRecipe);
    levels = List.copyOf(levels);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    if (!family.matches("[a-z0-9][a-z0-9-]{0,63}")) {
      throw new IllegalArgumentException(
          "family '%s' must be 1 to 64 of a-z 0-9 -".formatted(family));
    }
    if (roles.isEmpty() || roles.size() > 1_000) {
      throw new IllegalArgumentException("%d roles; 1 to 1000 are allowed".formatted(roles.size()));
    }
    if (roles.stream().noneMatch(role -> role.kind() == Role.Kind.TARGET)) {
      throw new IllegalArgumentException("no role is a target");
    }
    var names = new HashSet<String>();
    for (Role role : roles) {
      if (!names.add(role.name())) {
        throw new IllegalArgumentException("role %s is there twice".formatted(role.name()));
      }
    }
    if (horizon < (task == Task.FORECAST ? 1 : 0) || horizon > HORIZON_MAX) {
      throw new IllegalArgumentException(
          "horizon is %d; it must be 1 to %d steps".formatted(horizon, HORIZON_MAX));
    }
    if (historyIntervalsMin < 0
        || historyIntervals < historyIntervalsMin
        || historyIntervals > HISTORY_INTERVALS_MAX) {
      throw new IllegalArgumentException(
          "history is %d to %d intervals; it must be ordered and within 0 to %d"
              .formatted(historyIntervalsMin, historyIntervals, HISTORY_INTERVALS_MAX));
    }
    double previous = 0;
    for (double level : levels) {
      if (!(level > previous && level < 1)) {
        throw new IllegalArgumentException(
            "levels are %s; they must ascend between 0 and 1".formatted(levels));
      }
      previous = level;
    }
    final int steps = horizon;
    conformal.ifPresent(c -> {
      if (c.steps() != steps) {
        throw new IllegalArgumentException(
            "conformal residuals for %d of %d steps".formatted(c.steps(), steps));
      }
    });
    metrics.forEach((name, value) -> {
      if (!name.matches("[a-z0-9_.]{1,64}") || !Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "metric %s = %s; names are 1 to 64 of a-z 0-9 _ . and values finite"
                .formatted(name, value));
      }
    });
    if (codeVersion.isEmpty() || codeVersion.length() > 100) {
      throw new IllegalArgumentException("code version must have 1 to 100 characters");
    }
  }

  /**
   * @throws IllegalArgumentException if the window is on another grid than the model
   */
  public void requireGrid(GridWindow window) {
    if (!window.grid().equals(grid)) {
      throw new IllegalArgumentException(
          "the window is on grid %s, the model on %s".formatted(window.grid(), grid));
    }
  }

  /**
   * @throws IllegalArgumentException if the model does not forecast that many steps
   */
  public void requireHorizon(int steps) {
    if (steps < 1 || steps > horizon) {
      throw new IllegalArgumentException(
          "horizon is %d; the model was made for 1 to %d steps".formatted(steps, horizon));
    }
  }

  /** The same with other metrics. */
  public BundleManifest withMetrics(SortedMap<String, Double> newMetrics) {
    return new BundleManifest(
        family,
        task,
        roles,
        grid,
        featureRecipe,
        historyIntervals,
        historyIntervalsMin,
        horizon,
        levels,
        conformal,
        parameters,
        trainingWindow,
        seed,
        codeVersion,
        newMetrics);
  }
}
