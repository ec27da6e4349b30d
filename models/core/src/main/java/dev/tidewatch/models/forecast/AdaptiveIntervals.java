package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.AdaptiveConformal;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Follows the forecasts of one series from origin to origin and recalibrates their intervals with
 * what came of the earlier ones ({@link AdaptiveConformal}). Works on any family's intervals, those
 * around a mean and those of quantile heads: each side is widened or narrowed in proportion. The
 * model may be fitted again in between. Not thread-safe.
 *
 * <p>Parameters of every forecast family, recorded in its bundles:
 *
 * <ul>
 *   <li>{@code interval_rate}: how quickly a step's intervals follow its own truths at first, 0 to
 *       1; default 0.05.
 *   <li>{@code interval_rate_shared}: the same of all steps together; default 0.05. Both 0: they
 *       stay as they were calibrated.
 * </ul>
 */
public final class AdaptiveIntervals {
  public static final String RATE = "interval_rate";
  public static final String RATE_SHARED = "interval_rate_shared";

  /** Names of the parameters. */
  public static final Set<String> PARAMETERS = Set.of(RATE, RATE_SHARED);

  private static final double RATE_DEFAULT = 0.05;
  private static final double RATE_SHARED_DEFAULT = 0.05;

  private final AdaptiveConformal adaptive;

  /** Recalibrated forecasts whose truth is not all there, oldest first. */
  private final Deque<Forecast> pending = new ArrayDeque<>();

  private long learntTo = Long.MIN_VALUE;

  private AdaptiveIntervals(AdaptiveConformal adaptive) {
    this.adaptive = adaptive;
  }

  /**
   * @param levels that all forecasts have
   * @param horizon no forecast has more steps
   * @param parameters of the bundle
   */
  public static AdaptiveIntervals of(List<Double> levels, int horizon, Parameters parameters) {
    return new AdaptiveIntervals(new AdaptiveConformal(levels, horizon, rates(parameters)));
  }

  /**
   * Rates as given or by default.
   *
   * @throws IllegalArgumentException if one is out of bounds
   */
  static AdaptiveConformal.Rates rates(Parameters parameters) {
    return new AdaptiveConformal.Rates(
        parameters.number(RATE, RATE_DEFAULT, 0, 1),
        parameters.number(RATE_SHARED, RATE_SHARED_DEFAULT, 0, 1));
  }

  /** The parameters with the rates spelt out, as a bundle records them. */
  public static Parameters recorded(Parameters parameters) {
    AdaptiveConformal.Rates rates = rates(parameters);
    return parameters
        .with(RATE, Double.toString(rates.own()))
        .with(RATE_SHARED, Double.toString(rates.shared()));
  }

  /**
   * Recalibrates a forecast with the truths of earlier ones.
   *
   * @param forecast as the family gave it; origins do not go back
   * @param known the series, missing values unfilled, ending no later than the forecast begins
   * @throws IllegalArgumentException if the series goes on after the origin, or the forecast has
   *     other levels or more steps
   */
  public Forecast next(Forecast forecast, GridWindow known) {
    if (known.endIndex() > forecast.firstIndex()) {
      throw new IllegalArgumentException(
          "values are known up to interval %d, after the forecast's first, %d"
              .formatted(known.endIndex(), forecast.firstIndex()));
    }
    if (!forecast.levels().equals(adaptive.levels()) || forecast.horizon() > adaptive.steps()) {
      throw new IllegalArgumentException(
          "a forecast of %d steps with levels %s, not of %d with %s"
              .formatted(
                  forecast.horizon(), forecast.levels(), adaptive.steps(), adaptive.levels()));
    }
    if (!pending.isEmpty() && forecast.firstIndex() < pending.getLast().firstIndex()) {
      throw new IllegalArgumentException("origins go back");
    }
    learn(known);
    Forecast recalibrated = recalibrated(forecast);
    pending.addLast(recalibrated);
    return recalibrated;
  }

  private void learn(GridWindow known) {
    if (!pending.isEmpty()) {
      long from = Math.max(learntTo, pending.getFirst().firstIndex());
      for (long index = Math.max(from, known.firstIndex()); index < known.endIndex(); index++) {
        double actual = known.value(Math.toIntExact(index - known.firstIndex()));
        if (!Double.isNaN(actual)) {
          for (int level = 0; level < adaptive.levels().size(); level++) {
            learn(level, index, actual);
          }
        }
        drop(index);
      }
    }
    learntTo = Math.max(learntTo, known.endIndex());
  }

  private void learn(int level, long index, double actual) {
    var steps = new int[pending.size()];
    var missed = new boolean[pending.size()];
    int count = 0;
    for (Forecast forecast : pending) {
      long distance = index - forecast.firstIndex();
      if (distance < 0) {
        break;
      }
      int step = (int) distance;
      double lower = forecast.lower(level, step);
      double upper = forecast.upper(level, step);
      // An interval without width cannot be widened by a factor; of two from one origin one counts.
      if (upper > lower && (count == 0 || steps[count - 1] != step)) {
        steps[count] = step;
        missed[count++] = actual < lower || actual > upper;
      }
    }
    adaptive.learn(level, Arrays.copyOf(steps, count), Arrays.copyOf(missed, count));
  }

  /** Lets go of forecasts whose last step this was. */
  private void drop(long index) {
    for (Iterator<Forecast> oldest = pending.iterator(); oldest.hasNext(); ) {
      Forecast forecast = oldest.next();
      if (forecast.firstIndex() + forecast.horizon() - 1 > index) {
        break;
      }
      oldest.remove();
    }
  }

  private Forecast recalibrated(Forecast forecast) {
    int horizon = forecast.horizon();
    int count = forecast.levels().size();
    var lower = new double[count][horizon];
    var upper = new double[count][horizon];
    for (int level = 0; level < count; level++) {
      for (int step = 0; step < horizon; step++) {
        double mean = forecast.mean(step);
        double factor = adaptive.factor(level, step);
        lower[level][step] = mean - factor * (mean - forecast.lower(level, step));
        upper[level][step] = mean + factor * (forecast.upper(level, step) - mean);
      }
    }
    nest(forecast.levels(), lower, upper, horizon);
    return new Forecast(forecast.firstIndex(), forecast.means(), forecast.levels(), lower, upper);
  }

  /** Levels learn apart; an interval of a higher level still holds those of lower ones. */
  private static void nest(List<Double> levels, double[][] lower, double[][] upper, int horizon) {
    List<Integer> ascending =
        IntStream.range(0, levels.size())
            .boxed()
            .sorted(Comparator.comparing(levels::get))
            .toList();
    for (int i = 1; i < ascending.size(); i++) {
      int inner = ascending.get(i - 1);
      int outer = ascending.get(i);
      for (int step = 0; step < horizon; step++) {
        lower[outer][step] = Math.min(lower[outer][step], lower[inner][step]);
        upper[outer][step] = Math.max(upper[outer][step], upper[inner][step]);
      }
    }
  }
}
