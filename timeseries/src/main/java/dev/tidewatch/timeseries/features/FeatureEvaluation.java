package dev.tidewatch.timeseries.features;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.calendar.HolidayCalendar;
import dev.tidewatch.timeseries.features.FeatureFunction.Nature;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes the rows of a recipe from what is known: the one piece of code behind batches and
 * streams. Owned by one thread.
 */
final class FeatureEvaluation {
  private static final double SECONDS_PER_DAY = 86_400;
  private static final double DAYS_PER_YEAR = 365.25;

  private final Grid grid;
  private final List<Column> columns = new ArrayList<>();
  private final List<WindowStatistics> windows = new ArrayList<>();

  /** A feature with what it needs looked up. */
  private record Column(
      Feature feature,
      int role,
      int first,
      int second,
      @Nullable WindowStatistics window,
      @Nullable WindowStatistics unit,
      HolidayCalendar holidays) {}

  /**
   * @throws IllegalArgumentException if a scaler of the recipe has not learnt
   */
  FeatureEvaluation(FeatureRecipe recipe, Grid grid) {
    if (recipe.needsFit()) {
      throw new IllegalArgumentException("a scaler of the recipe has not been fitted:\n" + recipe);
    }
    this.grid = grid;
    for (Feature feature : recipe.features()) {
      int role = recipe.roles().indexOf(feature.role());
      int first = feature.numbers().isEmpty() ? 0 : feature.numbers().get(0);
      int second = feature.numbers().size() < 2 ? 1 : feature.numbers().get(1);
      boolean windowed =
          switch (feature.function()) {
            case MEAN, STD, MIN, MAX, SLOPE, Z -> true;
            default -> false;
          };
      columns.add(
          new Column(
              feature,
              role,
              first,
              second,
              windowed ? window(role, first) : null,
              feature.scaler() instanceof Scaler.Relative relative
                  ? window(role, relative.n())
                  : null,
              holidays(feature, grid)));
    }
  }

  private static HolidayCalendar holidays(Feature feature, Grid grid) {
    if (feature.countries().isEmpty()) {
      return HolidayCalendar.NONE;
    }
    return feature.countries().equals(Feature.OF_ZONE)
        ? HolidayCalendar.ofZone(grid.zone())
        : HolidayCalendar.of(feature.countries());
  }

  private WindowStatistics window(int role, int n) {
    for (WindowStatistics window : windows) {
      if (window.role == role && window.n == n) {
        return window;
      }
    }
    var window = new WindowStatistics(role, n);
    windows.add(window);
    return window;
  }

  /**
   * Rows for several intervals described from the same newest interval.
   *
   * @param index the newest known interval
   * @param firstAhead of the first row; each further row describes one interval more
   * @param rows filled; each of the recipe's size
   */
  void fill(KnownValues known, long index, int firstAhead, double[][] rows) {
    if (firstAhead < 0) {
      throw new IllegalArgumentException(
          "ahead is %d; it must be at least 0".formatted(firstAhead));
    }
    for (WindowStatistics window : windows) {
      window.read(known);
    }
    for (int row = 0; row < rows.length; row++) {
      int ahead = firstAhead + row;
      long described = index + ahead;
      LocalDateTime start =
          LocalDateTime.ofInstant(Times.toInstant(grid.startMicros(described)), grid.zone());
      for (int i = 0; i < rows[row].length; i++) {
        Column column = columns.get(i);
        if (row > 0 && !column.feature().function().looksAhead()) {
          rows[row][i] = rows[0][i];
        } else {
          double number =
              column.feature().function().nature == Nature.CALENDAR
                  ? calendar(column, described, ahead, start)
                  : ofValues(column, known, ahead);
          rows[row][i] = scaled(column, number);
        }
      }
    }
  }

  private static double ofValues(Column column, KnownValues known, int ahead) {
    int role = column.role();
    int n = column.first();
    WindowStatistics window = column.window();
    return switch (column.feature().function()) {
      case LAG -> known.back(role, n);
      case DIFFERENCE -> known.back(role, 0) - known.back(role, n);
      case LOG_RETURN -> logReturn(known.back(role, 0), known.back(role, n));
      case VOLATILITY -> volatility(known, role, n);
      case RSI -> relativeStrength(known, role, n);
      case SEASONAL_LAG -> known.back(role, phaseBack(n, ahead));
      case SEASONAL_MEAN -> seasonalMean(known, role, n, column.second(), ahead);
      default -> window == null ? Double.NaN : ofWindow(column, window, known.back(role, 0));
    };
  }

  private static double ofWindow(Column column, WindowStatistics window, double newest) {
    return switch (column.feature().function()) {
      case MEAN -> window.mean();
      case STD -> window.std();
      case MIN -> window.min();
      case MAX -> window.max();
      case SLOPE -> window.slope();
      case Z ->
          window.std() == 0 && !Double.isNaN(newest) ? 0 : (newest - window.mean()) / window.std();
      default -> throw new IllegalStateException(column.feature() + " is no feature of a window");
    };
  }

  /** Intervals before the newest known one to the newest known one of the phase. */
  private static int phaseBack(int season, int ahead) {
    return Math.ceilDiv(ahead, season) * season - ahead;
  }

  private static double seasonalMean(
      KnownValues known, int role, int season, int cycles, int ahead) {
    double sum = 0;
    int count = 0;
    for (int cycle = cycles - 1; cycle >= 0; cycle--) {
      double value = known.back(role, phaseBack(season, ahead) + cycle * season);
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  private static double logReturn(double newer, double older) {
    return newer > 0 && older > 0 ? StrictMath.log(newer / older) : Double.NaN;
  }

  private static double volatility(KnownValues known, int role, int n) {
    double sum = 0;
    int count = 0;
    for (int i = n - 1; i >= 0; i--) {
      double change = logReturn(known.back(role, i), known.back(role, i + 1));
      if (!Double.isNaN(change)) {
        sum += change;
        count++;
      }
    }
    double mean = sum / count;
    double squares = 0;
    for (int i = n - 1; i >= 0; i--) {
      double change = logReturn(known.back(role, i), known.back(role, i + 1));
      if (!Double.isNaN(change)) {
        squares += (change - mean) * (change - mean);
      }
    }
    return count < 2 ? Double.NaN : Math.sqrt(squares / (count - 1));
  }

  private static double relativeStrength(KnownValues known, int role, int n) {
    double gains = 0;
    double losses = 0;
    int count = 0;
    for (int i = n - 1; i >= 0; i--) {
      double change = known.back(role, i) - known.back(role, i + 1);
      if (!Double.isNaN(change)) {
        gains += Math.max(change, 0);
        losses += Math.max(-change, 0);
        count++;
      }
    }
    if (count == 0) {
      return Double.NaN;
    }
    return gains + losses == 0 ? 50 : 100 * gains / (gains + losses);
  }

  private static double calendar(Column column, long described, int ahead, LocalDateTime start) {
    double day = start.toLocalTime().toSecondOfDay() / SECONDS_PER_DAY;
    int weekday = start.getDayOfWeek().getValue() - 1;
    double week = (weekday + day) / 7;
    double year = (start.getDayOfYear() - 1 + day) / DAYS_PER_YEAR;
    int n = column.first();
    return switch (column.feature().function()) {
      case HOUR -> day * 24;
      case WEEKDAY -> weekday;
      case WEEKEND -> weekday >= 5 ? 1 : 0;
      case MONTH -> start.getMonthValue();
      case HOLIDAY -> column.holidays().isHoliday(start.toLocalDate()) ? 1 : 0;
      case DAY_SIN -> sine(n * day);
      case DAY_COS -> cosine(n * day);
      case WEEK_SIN -> sine(n * week);
      case WEEK_COS -> cosine(n * week);
      case YEAR_SIN -> sine(n * year);
      case YEAR_COS -> cosine(n * year);
      case SEASON_POSITION -> position(described, n);
      case SEASON_SIN -> sine(column.second() * position(described, n));
      case SEASON_COS -> cosine(column.second() * position(described, n));
      case AHEAD -> ahead;
      default ->
          throw new IllegalStateException(column.feature() + " is no feature of the calendar");
    };
  }

  private static double position(long described, int season) {
    return Math.floorMod(described, (long) season) / (double) season;
  }

  /** Of a part of a full turn. */
  private static double sine(double turns) {
    return StrictMath.sin(2 * Math.PI * turns);
  }

  private static double cosine(double turns) {
    return StrictMath.cos(2 * Math.PI * turns);
  }

  private static double scaled(Column column, double number) {
    return switch (column.feature().scaler()) {
      case Scaler.None none -> number;
      case Scaler.Learnt learnt -> (number - learnt.offset()) / learnt.divisor();
      case Scaler.Relative relative -> relative(column, number);
      case Scaler.Unfitted unfitted ->
          throw new IllegalStateException(column.feature() + " has not been fitted");
    };
  }

  private static double relative(Column column, double number) {
    WindowStatistics unit = column.unit();
    if (unit == null) {
      throw new IllegalStateException(column.feature() + " has no unit");
    }
    double divisor = unit.std() == 0 ? 1 : unit.std();
    boolean level = column.feature().function().nature == Nature.LEVEL;
    return (level ? number - unit.mean() : number) / divisor;
  }
}
