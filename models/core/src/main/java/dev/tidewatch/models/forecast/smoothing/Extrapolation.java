package dev.tidewatch.models.forecast.smoothing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** How values without a season go on. What is fitted is a short list of numbers. */
enum Extrapolation {
  /** The newest value. */
  NAIVE("naive2", 1, "") {
    @Override
    double[] fit(double[] values) {
      return new double[0];
    }

    @Override
    double[] forecast(double[] values, double[] fitted, int horizon) {
      var ahead = new double[horizon];
      Arrays.fill(ahead, values[values.length - 1]);
      return ahead;
    }
  },

  /** The newest value and the mean change a step since the first. */
  DRIFT("drift", 2, "slope") {
    @Override
    double[] fit(double[] values) {
      return new double[] {slope(values)};
    }

    private double slope(double[] values) {
      return (values[values.length - 1] - values[0]) / (values.length - 1);
    }

    @Override
    double[] forecast(double[] values, double[] fitted, int horizon) {
      var ahead = new double[horizon];
      double slope = slope(values);
      Arrays.setAll(ahead, step -> values[values.length - 1] + (step + 1) * slope);
      return ahead;
    }
  },

  SES("ses", 2, "alpha") {
    @Override
    double[] fit(double[] values) {
      return new double[] {SimpleSmoothing.fit(values).alpha()};
    }

    @Override
    double[] forecast(double[] values, double[] fitted, int horizon) {
      var ahead = new double[horizon];
      Arrays.fill(ahead, SimpleSmoothing.withAlpha(values, fitted[0]).level(values));
      return ahead;
    }
  },

  HOLT("holt", 4, "alpha,beta") {
    @Override
    double[] fit(double[] values) {
      TrendSmoothing fit = TrendSmoothing.fit(values, false);
      return new double[] {fit.alpha(), fit.beta()};
    }

    @Override
    double[] forecast(double[] values, double[] fitted, int horizon) {
      return new TrendSmoothing(fitted[0], fitted[1], 1).forecast(values, horizon);
    }
  },

  DAMPED("damped", 5, "alpha,beta,phi") {
    @Override
    double[] fit(double[] values) {
      TrendSmoothing fit = TrendSmoothing.fit(values, true);
      return new double[] {fit.alpha(), fit.beta(), fit.phi()};
    }

    @Override
    double[] forecast(double[] values, double[] fitted, int horizon) {
      return new TrendSmoothing(fitted[0], fitted[1], fitted[2]).forecast(values, horizon);
    }
  },

  THETA("theta", 3, "alpha") {
    @Override
    double[] fit(double[] values) {
      return new double[] {Theta.fit(values).smoothing().alpha()};
    }

    @Override
    double[] forecast(double[] values, double[] fitted, int horizon) {
      return Theta.withAlpha(values, fitted[0]).forecast(horizon);
    }
  },

  DYNAMIC_THETA("dynamic-theta", 5, "alpha,theta") {
    @Override
    double[] fit(double[] values) {
      DynamicTheta fit = DynamicTheta.fit(values);
      return new double[] {fit.alpha(), fit.theta()};
    }

    @Override
    double[] forecast(double[] values, double[] fitted, int horizon) {
      return new DynamicTheta(fitted[0], fitted[1]).forecast(values, horizon);
    }
  };

  private final String id;
  private final int valuesMin;

  /** Of the fitted numbers, separated by commas. */
  private final String names;

  Extrapolation(String id, int valuesMin, String names) {
    this.id = id;
    this.valuesMin = valuesMin;
    this.names = names;
  }

  String id() {
    return id;
  }

  /** Values that a fit and a forecast need. */
  int valuesMin() {
    return valuesMin;
  }

  /** How many numbers are fitted. */
  int fittedCount() {
    return names().size();
  }

  private List<String> names() {
    return names.isEmpty() ? List.of() : List.of(names.split(",", -1));
  }

  abstract double[] fit(double[] values);

  /**
   * @param values that are known, oldest first
   */
  abstract double[] forecast(double[] values, double[] fitted, int horizon);

  SortedMap<String, String> explanation(double[] fitted) {
    var explanation = new TreeMap<String, String>();
    for (int i = 0; i < fitted.length; i++) {
      explanation.put(names().get(i), String.format(Locale.ROOT, "%.6g", fitted[i]));
    }
    return explanation;
  }
}
