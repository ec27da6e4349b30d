package dev.tidewatch.models.forecast.additive;

import java.util.Arrays;
import java.util.List;

/** The columns of the regression, a function of an interval's index alone. Immutable. */
record AdditiveDesign(PiecewiseTrend trend, List<FourierSeason> seasons, HolidayEffects holidays) {
  /** Scales of priors relative to the largest value, as in Prophet. */
  private static final double LEVEL_SCALE = 5;

  AdditiveDesign {
    seasons = List.copyOf(seasons);
  }

  int columns() {
    return trend.columns()
        + seasons.stream().mapToInt(FourierSeason::columns).sum()
        + holidays.columns();
  }

  double[] row(long index) {
    var row = new double[columns()];
    trend.fill(index, row, 0);
    int at = trend.columns();
    for (FourierSeason season : seasons) {
      season.fill(index, row, at);
      at += season.columns();
    }
    holidays.fill(index, row, at);
    return row;
  }

  boolean[] laplace() {
    var laplace = new boolean[columns()];
    Arrays.fill(laplace, 2, trend.columns(), true);
    return laplace;
  }

  double[] scales(double changepointScale, double seasonScale, double holidayScale) {
    var scales = new double[columns()];
    Arrays.fill(scales, LEVEL_SCALE);
    Arrays.fill(scales, 2, trend.columns(), changepointScale);
    int holidaysFrom = scales.length - holidays.columns();
    Arrays.fill(scales, trend.columns(), holidaysFrom, seasonScale);
    Arrays.fill(scales, holidaysFrom, scales.length, holidayScale);
    return scales;
  }

  double value(long index, double[] coefficients) {
    double[] row = row(index);
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      sum += row[i] * coefficients[i];
    }
    return sum;
  }
}
