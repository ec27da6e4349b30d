package dev.tidewatch.models.detection.multivariate;

import java.util.ArrayList;
import java.util.List;

/**
 * Describes the newest rows of several aligned series: of each input the mean over the window in
 * standard deviations of the training, and the logarithm of its spread in the window against that
 * of the training. Immutable.
 */
final class RowFeatures {
  private static final double FEATURE_MAX = 20;
  private static final int VALUES_MIN = 3;

  private final int window;
  private final double[] means;
  private final double[] deviations;

  /** Smallest spread that counts, for inputs that hardly move. */
  private final double[] floors;

  RowFeatures(int window, double[] means, double[] deviations) {
    this.window = window;
    this.means = means.clone();
    this.deviations = deviations.clone();
    this.floors = new double[means.length];
    for (int i = 0; i < means.length; i++) {
      if (!Double.isFinite(means[i]) || !(deviations[i] >= 0)) {
        throw new IllegalArgumentException(
            "input %d has no finite mean and deviation".formatted(i));
      }
      floors[i] = Math.max(1e-9 * Math.abs(means[i]), Double.MIN_NORMAL);
    }
  }

  static RowFeatures of(MultivariateTraining training, int window) {
    int inputs = training.inputs().size();
    var means = new double[inputs];
    var deviations = new double[inputs];
    for (int input = 0; input < inputs; input++) {
      double[] values = training.inputs().get(input).window().values();
      double sum = 0;
      int count = 0;
      for (double value : values) {
        if (!Double.isNaN(value)) {
          sum += value;
          count++;
        }
      }
      means[input] = sum / count;
      double squares = 0;
      for (double value : values) {
        if (!Double.isNaN(value)) {
          squares += (value - means[input]) * (value - means[input]);
        }
      }
      deviations[input] = Math.sqrt(squares / count);
    }
    return new RowFeatures(window, means, deviations);
  }

  double[] means() {
    return means.clone();
  }

  double[] deviations() {
    return deviations.clone();
  }

  static List<String> names(int inputs) {
    var names = new ArrayList<String>();
    for (int input = 0; input < inputs; input++) {
      names.add("mean_" + input);
      names.add("deviation_" + input);
    }
    return names;
  }

  /** Two for each input; 0 where the window has too few values. */
  double[] of(RowWindow rows) {
    var features = new double[2 * means.length];
    for (int input = 0; input < means.length; input++) {
      double unit = Math.max(deviations[input], floors[input]);
      double sum = 0;
      int count = 0;
      for (int age = window - 1; age >= 0; age--) {
        double value = rows.value(input, age);
        if (!Double.isNaN(value)) {
          sum += (value - means[input]) / unit;
          count++;
        }
      }
      if (count == 0) {
        continue;
      }
      double mean = sum / count;
      features[2 * input] = Math.clamp(mean, -FEATURE_MAX, FEATURE_MAX);
      if (count < VALUES_MIN) {
        continue;
      }
      double squares = 0;
      for (int age = window - 1; age >= 0; age--) {
        double value = rows.value(input, age);
        if (!Double.isNaN(value)) {
          double distance = (value - means[input]) / unit - mean;
          squares += distance * distance;
        }
      }
      double spread = Math.sqrt(squares / (count - 1));
      features[2 * input + 1] = StrictMath.log(Math.clamp(spread, 1e-4, 1e4));
    }
    return features;
  }

  /** True if any input has a value in the window. */
  boolean isKnown(RowWindow rows) {
    for (int input = 0; input < means.length; input++) {
      for (int age = 0; age < window; age++) {
        if (!Double.isNaN(rows.value(input, age))) {
          return true;
        }
      }
    }
    return false;
  }
}
