package dev.tidewatch.models.forecast.additive;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.forecast.Seasons;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.calendar.HolidayCalendar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trend with changepoints, seasons and holidays, added up and fitted at once (Taylor and Letham
 * 2018, "Forecasting at scale", The American Statistician 72), one model a series. Bends of the
 * trend have a Laplace prior, so that most are zero; other coefficients have normal priors; scales
 * are relative to the range of the values. Errors are an autoregression of order 1, estimated with
 * the rest (Prais and Winsten 1954), where Prophet takes them as independent: slopes at the end of
 * the history then follow chance less, and forecasts begin at the newest value's level.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code changepoints}: places where the trend may bend, 0 to 100; default 25.
 *   <li>{@code changepoint_range}: part of the history, from its start, that they are spread over,
 *       0.1 to 1; default 0.8.
 *   <li>{@code changepoint_scale}: scale of their prior, 1e-6 to 100; default 0.05. Larger bends
 *       more.
 *   <li>{@code season_scale}, {@code holiday_scale}: 1e-6 to 1,000; default 10.
 *   <li>{@code harmonics}: of the shortest season at most, 1 to 50; default 10.
 *   <li>{@code holidays}: codes of countries ({@link HolidayCalendar#of}), {@code none}, or {@code
 *       zone} (default): of the country of the grid's time zone.
 *   <li>{@code residual}: {@code carry} (default) or {@code none}.
 *   <li>{@code transform}: {@code none}, {@code log} (seasons multiply), or {@code auto} (default):
 *       the more likely.
 * </ul>
 */
public final class AdditiveMethod implements PointMethod {
  public static final String ID = "additive";

  private static final String CHANGEPOINTS = "changepoints";
  private static final String CHANGEPOINT_RANGE = "changepoint_range";
  private static final String CHANGEPOINT_SCALE = "changepoint_scale";
  private static final String SEASON_SCALE = "season_scale";
  private static final String HOLIDAY_SCALE = "holiday_scale";
  private static final String HARMONICS = "harmonics";
  private static final String HOLIDAYS = "holidays";
  private static final String RESIDUAL = "residual";
  private static final String TRANSFORM = "transform";
  private static final int FIT_INTERVALS_MAX = 20_000;
  private static final int VALUES_MIN = 8;
  private static final double DAYS_PER_YEAR = 365.25;
  private static final int YEAR_HARMONICS = 10;

  /** Columns that all seasons together may have for each value. */
  private static final double COLUMNS_SHARE_MAX = 0.25;

  enum Residual {
    CARRY,
    NONE
  }

  enum Transform {
    AUTO,
    NONE,
    LOG
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of(
        CHANGEPOINTS,
        CHANGEPOINT_RANGE,
        CHANGEPOINT_SCALE,
        SEASON_SCALE,
        HOLIDAY_SCALE,
        HARMONICS,
        HOLIDAYS,
        RESIDUAL,
        TRANSFORM);
  }

  @Override
  public SortedMap<String, ParameterSpace> parameterSpaces() {
    var spaces = new TreeMap<String, ParameterSpace>();
    spaces.put(CHANGEPOINT_SCALE, new ParameterSpace.Real(0.001, 0.5, true));
    spaces.put(SEASON_SCALE, new ParameterSpace.Real(0.01, 10, true));
    spaces.put(HARMONICS, new ParameterSpace.Whole(3, 12, false));
    return spaces;
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    Parameters parameters = settings.parameters();
    Transform wanted = parameters.choice(TRANSFORM, Transform.AUTO);
    Residual residual = parameters.choice(RESIDUAL, Residual.CARRY);
    GridWindow window = histories.getFirst().last(FIT_INTERVALS_MAX);
    if (window.size() < VALUES_MIN) {
      throw new InsufficientHistoryException(
          "%d values; an additive model needs at least %d".formatted(window.size(), VALUES_MIN));
    }
    AdditiveDesign design = design(window, settings);
    double[] scales =
        design.scales(
            parameters.number(CHANGEPOINT_SCALE, 0.05, 1e-6, 100),
            parameters.number(SEASON_SCALE, 10, 1e-6, 1_000),
            parameters.number(HOLIDAY_SCALE, 10, 1e-6, 1_000));
    boolean carry = residual == Residual.CARRY;
    double[] values = window.values();
    boolean positive = Arrays.stream(values).allMatch(value -> value > 0);
    if (wanted == Transform.LOG && !positive) {
      throw new IllegalArgumentException(
          "parameter transform is log, but there are values that are not positive");
    }
    var rows = new double[values.length][];
    for (int t = 0; t < rows.length; t++) {
      rows[t] = design.row(window.firstIndex() + t);
    }
    var regression = new CorrelatedRegression(rows, scales, design.laplace());
    if (wanted == Transform.LOG) {
      return AdditiveModel.fit(design, regression, values, true, carry);
    }
    AdditiveModel asTheyAre = AdditiveModel.fit(design, regression, values, false, carry);
    if (wanted == Transform.NONE || !positive) {
      return asTheyAre;
    }
    AdditiveModel logarithms = AdditiveModel.fit(design, regression, values, true, carry);
    // Likelihoods of the values; those of logarithms with the Jacobian (Box and Cox 1964).
    double jacobian = Arrays.stream(values).map(Math::log).sum();
    double likelier = -values.length * Math.log(logarithms.noise()) - jacobian;
    return likelier > -values.length * Math.log(asTheyAre.noise()) ? logarithms : asTheyAre;
  }

  private static AdditiveDesign design(GridWindow window, PointSettings settings) {
    Parameters parameters = settings.parameters();
    Grid grid = settings.grid();
    int size = window.size();
    var trend =
        PiecewiseTrend.evenly(
            window.firstIndex(),
            size,
            Math.min(parameters.integer(CHANGEPOINTS, 25, 0, 100), size / 4),
            parameters.number(CHANGEPOINT_RANGE, 0.8, 0.1, 1));
    HolidayCalendar calendar = calendar(parameters, grid);
    return new AdditiveDesign(
        trend,
        seasons(settings, size, parameters.integer(HARMONICS, 10, 1, 50)),
        HolidayEffects.seen(grid, calendar, window.firstIndex(), window.endIndex()));
  }

  private static HolidayCalendar calendar(Parameters parameters, Grid grid) {
    String text = parameters.text(HOLIDAYS, "zone").strip();
    try {
      return text.equals("zone") ? HolidayCalendar.ofZone(grid.zone()) : HolidayCalendar.of(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("parameter holidays: " + e.getMessage(), e);
    }
  }

  /** Those shown twice; a longer season has harmonics enough to change the shape of the shorter. */
  private static List<FourierSeason> seasons(PointSettings settings, int size, int harmonics) {
    var seasons = new ArrayList<FourierSeason>();
    Seasons shown = settings.seasons().shownTwiceIn(size);
    int columnsLeft = (int) (COLUMNS_SHARE_MAX * size);
    for (int steps : shown.steps()) {
      int order = seasons.isEmpty() ? harmonics : 3 * harmonics;
      order = Math.min(order, Math.min(steps / 2, columnsLeft / 2));
      if (isYear(settings.grid(), steps)) {
        add(seasons, year(settings.grid()), Math.min(order, YEAR_HARMONICS));
      } else {
        add(seasons, steps, order);
      }
      columnsLeft -= 2 * order;
    }
    double year = year(settings.grid());
    if (settings.grid().stepsPerDay() > 1 && !shown.isEmpty() && 2 * year <= size) {
      add(seasons, year, Math.min(YEAR_HARMONICS, columnsLeft / 2));
    }
    return seasons;
  }

  private static void add(List<FourierSeason> to, double period, int order) {
    if (order > 0) {
      to.add(new FourierSeason(period, order));
    }
  }

  private static double year(Grid grid) {
    return DAYS_PER_YEAR * 86_400 / grid.step().toSeconds();
  }

  /** Whether a number of steps stands for the year of the calendar, which is not whole. */
  private static boolean isYear(Grid grid, int steps) {
    return grid.step().toDays() >= 1 && Math.abs(steps - year(grid)) < 0.5;
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return AdditiveModel.load(arrays, settings.grid());
  }
}
