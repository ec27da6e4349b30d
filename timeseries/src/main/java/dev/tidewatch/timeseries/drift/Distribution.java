package dev.tidewatch.timeseries.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A distribution on finitely many points. Immutable.
 *
 * <p>A mixture weighs its parts, whatever their sizes: so a window that holds Mondays alone is
 * compared with the Mondays of the reference.
 */
public final class Distribution {
  /** Rising, all different. */
  private final double[] points;

  /** Probability of a value at or below the point of the same place. */
  private final double[] cumulative;

  private Distribution(double[] points, double[] cumulative) {
    this.points = points;
    this.cumulative = cumulative;
  }

  /** Each value weighs the same. */
  public static Distribution of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    var weights = new double[sorted.length];
    Arrays.fill(weights, 1);
    return ofSorted(sorted, weights);
  }

  /**
   * @param values finite and rising; equal ones may follow each other
   * @param weights of each, not negative
   */
  static Distribution ofSorted(double[] values, double[] weights) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a distribution needs a value");
    }
    var points = new double[values.length];
    var sums = new double[values.length];
    int count = 0;
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      Checks.finite(values[i]);
      sum += weights[i];
      if (count > 0 && values[i] < points[count - 1]) {
        throw new IllegalArgumentException("values must rise");
      }
      if (count == 0 || values[i] > points[count - 1]) {
        points[count++] = values[i];
      }
      sums[count - 1] = sum;
    }
    if (!(sum > 0)) {
      throw new IllegalArgumentException("a distribution needs weight");
    }
    for (int i = 0; i < count; i++) {
      sums[i] /= sum;
    }
    sums[count - 1] = 1;
    return new Distribution(Arrays.copyOf(points, count), Arrays.copyOf(sums, count));
  }

  /**
   * A part of a mixture.
   *
   * @param weight not negative
   */
  public record Part(Distribution distribution, double weight) {}

  /** Parts by their weights; at least one weight is positive. */
  public static Distribution mixture(List<Part> parts) {
    var atoms = new ArrayList<double[]>();
    for (Part part : parts) {
      Distribution one = part.distribution();
      for (int i = 0; i < one.points.length; i++) {
        atoms.add(new double[] {one.points[i], one.mass(i) * part.weight()});
      }
    }
    atoms.sort((a, b) -> Double.compare(a[0], b[0]));
    return ofSorted(
        atoms.stream().mapToDouble(atom -> atom[0]).toArray(),
        atoms.stream().mapToDouble(atom -> atom[1]).toArray());
  }

  private double mass(int i) {
    return i == 0 ? cumulative[0] : cumulative[i] - cumulative[i - 1];
  }

  /** Probability of a value at or below {@code value}. */
  public double cumulative(double value) {
    int at = Arrays.binarySearch(points, value);
    int place = at >= 0 ? at : -at - 2;
    return place < 0 ? 0 : cumulative[place];
  }

  /** The least value that at least the share {@code q} lies at or below, 0 to 1. */
  public double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("q: " + q);
    }
    int at = Arrays.binarySearch(cumulative, q);
    return points[Math.min(at >= 0 ? at : -at - 1, points.length - 1)];
  }

  public double mean() {
    double mean = 0;
    for (int i = 0; i < points.length; i++) {
      mean += points[i] * mass(i);
    }
    return mean;
  }

  public double deviation() {
    double mean = mean();
    double squares = 0;
    for (int i = 0; i < points.length; i++) {
      squares += (points[i] - mean) * (points[i] - mean) * mass(i);
    }
    return Math.sqrt(squares);
  }

  /** The distribution of {@code factor x + offset}; the factor is positive. */
  public Distribution scaled(double factor, double offset) {
    Checks.positive("factor", factor);
    return new Distribution(
        Arrays.stream(points).map(x -> factor * x + offset).toArray(), cumulative);
  }

  /** The points of both, rising, each once. */
  double[] pointsWith(Distribution other) {
    var all = new double[points.length + other.points.length];
    System.arraycopy(points, 0, all, 0, points.length);
    System.arraycopy(other.points, 0, all, points.length, other.points.length);
    return Arrays.stream(all).sorted().distinct().toArray();
  }
}
