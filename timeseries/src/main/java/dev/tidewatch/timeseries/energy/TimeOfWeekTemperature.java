package dev.tidewatch.timeseries.energy;

import dev.tidewatch.timeseries.RobustStatistics;
import java.util.Arrays;

/**
 * A building's usual load: an effect of each hour of the week, plus a continuous, piecewise linear
 * effect of the outside temperature with at most six pieces of equally many hours (Mathieu, Price,
 * Kiliccote and Piette, "Quantifying Changes in Building Electricity Use, With Application to
 * Demand Response", IEEE Transactions on Smart Grid 2(3), 2011). Fitted by least squares.
 * Immutable.
 */
public final class TimeOfWeekTemperature {
  /** Fewest hours that it can be fitted on: two weeks. */
  public static final int HOURS_MIN = 336;

  private static final int HOURS_OF_WEEK = 168;
  private static final int PIECES_MAX = 6;

  /** Makes the fit well-defined where the hour of the week explains a piece already. */
  private static final double RIDGE = 1e-9;

  private final double[] knots;
  private final double[] slopes;
  private final double[] levels;
  private final double mean;
  private final double cvRmse;

  private TimeOfWeekTemperature(
      double[] knots, double[] slopes, double[] levels, double mean, double cvRmse) {
    this.knots = knots;
    this.slopes = slopes;
    this.levels = levels;
    this.mean = mean;
    this.cvRmse = cvRmse;
  }

  /**
   * Fits. One row an hour; rows where the load or the temperature is {@code NaN} must be left out.
   *
   * @param hoursOfWeek 0 (Monday 00:00) to 167
   * @param loads any unit
   * @param temperatures any unit; empty: the hour of the week alone explains the load
   * @throws IllegalArgumentException for fewer than {@link #HOURS_MIN} rows
   */
  public static TimeOfWeekTemperature fit(
      int[] hoursOfWeek, double[] loads, double[] temperatures) {
    int rows = loads.length;
    if (rows < HOURS_MIN) {
      throw new IllegalArgumentException(
          "%d hours; at least %d are needed".formatted(rows, HOURS_MIN));
    }
    boolean warm = temperatures.length > 0;
    if (hoursOfWeek.length != rows || (warm && temperatures.length != rows)) {
      throw new IllegalArgumentException(
          "%d hours of the week and %d temperatures for %d loads"
              .formatted(hoursOfWeek.length, temperatures.length, rows));
    }
    double[] knots = warm ? knots(temperatures) : new double[0];
    int pieces = warm ? knots.length + 1 : 0;
    var groups = new Groups(hoursOfWeek, loads, temperatures, knots, pieces);
    double[] slopes = groups.slopes();
    double[] levels = groups.levels(slopes);
    var fitted = new TimeOfWeekTemperature(knots, slopes, levels, 0, 0);
    double squares = 0;
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      double error = loads[i] - fitted.load(hoursOfWeek[i], warm ? temperatures[i] : 0);
      squares += error * error;
      sum += loads[i];
    }
    double mean = sum / rows;
    int freedom = Math.max(1, rows - groups.used() - pieces);
    return new TimeOfWeekTemperature(
        knots, slopes, levels, mean, 100 * Math.sqrt(squares / freedom) / Math.abs(mean));
  }

  private static double[] knots(double[] temperatures) {
    var knots = new double[PIECES_MAX - 1];
    int count = 0;
    double low = Arrays.stream(temperatures).min().orElse(0);
    double high = Arrays.stream(temperatures).max().orElse(0);
    double[] sorted = temperatures.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < PIECES_MAX; i++) {
      double knot = RobustStatistics.quantile(sorted, (double) i / PIECES_MAX);
      double before = count == 0 ? low : knots[count - 1];
      // Pieces narrower than a hundredth of the range would only fit noise.
      if (knot - before > 0.01 * (high - low) && high - knot > 0.01 * (high - low)) {
        knots[count++] = knot;
      }
    }
    return Arrays.copyOf(knots, count);
  }

  /** The part of a temperature that lies in a piece. */
  private static double part(double[] knots, int piece, double temperature) {
    if (knots.length == 0) {
      return temperature;
    }
    if (piece == 0) {
      return Math.min(temperature, knots[0]);
    }
    double above = Math.max(0, temperature - knots[piece - 1]);
    return piece == knots.length ? above : Math.min(above, knots[piece] - knots[piece - 1]);
  }

  /**
   * The usual load.
   *
   * @param hourOfWeek 0 to 167; one that the fit never saw is taken for the same hour of other days
   * @param temperature ignored where the fit had none
   */
  public double load(int hourOfWeek, double temperature) {
    double load = levels[hourOfWeek];
    for (int piece = 0; piece < slopes.length; piece++) {
      load += slopes[piece] * part(knots, piece, temperature);
    }
    return load;
  }

  /** Mean load of the hours it was fitted on. */
  public double mean() {
    return mean;
  }

  /**
   * Coefficient of variation of the root mean squared error on the hours it was fitted on, percent,
   * with the degrees of freedom of ASHRAE Guideline 14.
   */
  public double cvRmse() {
    return cvRmse;
  }

  /** Sums by hour of the week: the fit is one of deviations from them (Frisch, Waugh, Lovell). */
  private static final class Groups {
    private final int[] hoursOfWeek;
    private final double[] loads;
    private final double[] temperatures;
    private final double[] knots;
    private final int pieces;
    private final int[] counts = new int[HOURS_OF_WEEK];
    private final double[] loadMeans = new double[HOURS_OF_WEEK];
    private final double[][] partMeans;

    Groups(int[] hoursOfWeek, double[] loads, double[] temperatures, double[] knots, int pieces) {
      this.hoursOfWeek = hoursOfWeek;
      this.loads = loads;
      this.temperatures = temperatures;
      this.knots = knots;
      this.pieces = pieces;
      this.partMeans = new double[HOURS_OF_WEEK][pieces];
      for (int i = 0; i < loads.length; i++) {
        int hour = hoursOfWeek[i];
        counts[hour]++;
        loadMeans[hour] += loads[i];
        for (int p = 0; p < pieces; p++) {
          partMeans[hour][p] += part(knots, p, temperatures[i]);
        }
      }
      for (int hour = 0; hour < HOURS_OF_WEEK; hour++) {
        if (counts[hour] > 0) {
          loadMeans[hour] /= counts[hour];
          for (int p = 0; p < pieces; p++) {
            partMeans[hour][p] /= counts[hour];
          }
        }
      }
    }

    int used() {
      return (int) Arrays.stream(counts).filter(count -> count > 0).count();
    }

    double[] slopes() {
      var matrix = new double[pieces][pieces];
      var right = new double[pieces];
      var deviations = new double[pieces];
      for (int i = 0; i < loads.length; i++) {
        int hour = hoursOfWeek[i];
        for (int p = 0; p < pieces; p++) {
          deviations[p] = part(knots, p, temperatures[i]) - partMeans[hour][p];
        }
        for (int p = 0; p < pieces; p++) {
          right[p] += deviations[p] * (loads[i] - loadMeans[hour]);
          for (int q = 0; q <= p; q++) {
            matrix[p][q] += deviations[p] * deviations[q];
          }
        }
      }
      double largest = 0;
      for (int p = 0; p < pieces; p++) {
        largest = Math.max(largest, matrix[p][p]);
      }
      if (largest == 0) {
        return right; // all zero: the hour of the week says it all
      }
      for (int p = 0; p < pieces; p++) {
        matrix[p][p] += RIDGE * largest;
      }
      return solve(matrix, right);
    }

    /** By Cholesky's decomposition of the lower triangle, in place. */
    private static double[] solve(double[][] matrix, double[] right) {
      int size = right.length;
      for (int i = 0; i < size; i++) {
        for (int j = 0; j <= i; j++) {
          double sum = matrix[i][j];
          for (int k = 0; k < j; k++) {
            sum -= matrix[i][k] * matrix[j][k];
          }
          matrix[i][j] = i == j ? Math.sqrt(Math.max(sum, Double.MIN_NORMAL)) : sum / matrix[j][j];
        }
      }
      for (int i = 0; i < size; i++) {
        for (int k = 0; k < i; k++) {
          right[i] -= matrix[i][k] * right[k];
        }
        right[i] /= matrix[i][i];
      }
      for (int i = size - 1; i >= 0; i--) {
        for (int k = i + 1; k < size; k++) {
          right[i] -= matrix[k][i] * right[k];
        }
        right[i] /= matrix[i][i];
      }
      return right;
    }

    double[] levels(double[] slopes) {
      var levels = new double[HOURS_OF_WEEK];
      for (int hour = 0; hour < HOURS_OF_WEEK; hour++) {
        levels[hour] = loadMeans[hour];
        for (int p = 0; p < pieces; p++) {
          levels[hour] -= slopes[p] * partMeans[hour][p];
        }
      }
      double all = weighted(levels, 0, 1);
      for (int hour = 0; hour < HOURS_OF_WEEK; hour++) {
        if (counts[hour] == 0) {
          double sameHour = weighted(levels, hour % 24, 24);
          levels[hour] = Double.isNaN(sameHour) ? all : sameHour;
        }
      }
      return levels;
    }

    /** Mean level of the hours seen among every {@code stride}-th from {@code first}. */
    private double weighted(double[] levels, int first, int stride) {
      double sum = 0;
      long count = 0;
      for (int hour = first; hour < HOURS_OF_WEEK; hour += stride) {
        sum += counts[hour] * (counts[hour] == 0 ? 0 : levels[hour]);
        count += counts[hour];
      }
      return count == 0 ? Double.NaN : sum / count;
    }
  }
}
