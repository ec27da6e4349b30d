package dev.tidewatch.models.detection.features;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.RobustStatistics;
import java.util.ArrayList;
import java.util.List;

/** Trains scorers and puts what they say on the scale of standard deviations. */
public final class ScorerTraining {
  /** Fewer rows teach nothing. */
  public static final int ROWS_MIN = 32;

  /** Of a normal variable: its 99 % quantile in standard deviations. */
  private static final double TAIL_SIGMAS = 2.3263478740408408;

  private static final double TAIL = 0.99;
  private static final int BLOCKS = 10;

  private ScorerTraining() {}

  /**
   * A scorer and its scale.
   *
   * @param center of ordinary rows
   * @param spread so that 99 % of ordinary rows lie below center + 2.326 spread; positive
   */
  public record Calibrated(RowScorer scorer, double center, double spread) {
    public Calibrated {
      if (!Double.isFinite(center) || !(spread > 0)) {
        throw new IllegalArgumentException(
            "calibration has center %s and spread %s".formatted(center, spread));
      }
    }

    /** How unusual a row is, in standard deviations of a normal variable; 0 or more. */
    public double sigmas(double[] row) {
      return Math.max(0, (scorer.unusual(row) - center) / spread);
    }

    public ModelArrays save() {
      return ModelArrays.builder()
          .put("center", center)
          .put("spread", spread)
          .nest("scorer/", scorer.save())
          .build();
    }
  }

  /**
   * Trains on the rows, and takes the scale from what the scorer says of them. (From rows held out
   * it would be fairer, but a forest's score has a ceiling, and little would be left below it.)
   *
   * @param rows in time order
   * @throws InsufficientHistoryException if there are too few
   */
  public static Calibrated train(
      ScorerMethod method, List<double[]> rows, Parameters parameters, long seed) {
    if (rows.size() < 2 * ROWS_MIN) {
      throw new InsufficientHistoryException(
          "%d rows to learn from; at least %d are needed".formatted(rows.size(), 2 * ROWS_MIN));
    }
    double[][] all = rows.toArray(new double[0][]);
    RowScorer scorer = method.train(all, parameters, seed);
    var unusual = new double[all.length];
    if (method.scaledByHeldOutRows()) {
      RowScorer byOdd = method.train(blocks(all, true), parameters, seed);
      RowScorer byEven = method.train(blocks(all, false), parameters, seed);
      for (int i = 0; i < all.length; i++) {
        unusual[i] = (isOdd(i, all.length) ? byEven : byOdd).unusual(all[i]);
      }
    } else {
      for (int i = 0; i < all.length; i++) {
        unusual[i] = scorer.unusual(all[i]);
      }
    }
    double center = RobustStatistics.median(unusual);
    double tail = (RobustStatistics.quantile(unusual, TAIL) - center) / TAIL_SIGMAS;
    double spread = Math.max(tail, 1e-9 * Math.max(1, Math.abs(center)));
    return new Calibrated(scorer, center, spread);
  }

  private static boolean isOdd(int row, int rows) {
    return ((long) row * BLOCKS / rows) % 2 == 1;
  }

  private static double[][] blocks(double[][] rows, boolean odd) {
    var kept = new ArrayList<double[]>();
    for (int i = 0; i < rows.length; i++) {
      if (isOdd(i, rows.length) == odd) {
        kept.add(rows[i]);
      }
    }
    return kept.toArray(new double[0][]);
  }

  /**
   * @throws IllegalArgumentException if the arrays are not what {@link Calibrated#save} makes
   */
  public static Calibrated load(ScorerMethod method, ModelArrays arrays, int features) {
    return new Calibrated(
        method.load(arrays.under("scorer/"), features),
        arrays.number("center"),
        arrays.number("spread"));
  }

  /** At most so many of the rows, evenly spread. */
  public static List<double[]> thinned(List<double[]> rows, int rowsMax) {
    if (rows.size() <= rowsMax) {
      return rows;
    }
    var kept = new double[rowsMax][];
    for (int i = 0; i < rowsMax; i++) {
      kept[i] = rows.get((int) ((long) i * rows.size() / rowsMax));
    }
    return List.of(kept);
  }
}
