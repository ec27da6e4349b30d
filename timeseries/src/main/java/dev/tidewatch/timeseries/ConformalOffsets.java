package dev.tidewatch.timeseries;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far the ends of issued intervals must move, per horizon step, so that the newest truths would
 * have been covered at the nominal level: conformalized quantile regression (Romano, Patterson and
 * Candes 2019) on a rolling window. A truth's conformity score is its distance beyond the nearer
 * end of the interval, negative inside; the offset is the ceil((n + 1) level)-th smallest score.
 *
 * <p>Steps that have few truths share one offset with their neighbours: consecutive steps are put
 * together until they have {@code truthsMin}, so that an offset never rests on fewer.
 */
public final class ConformalOffsets {
  private ConformalOffsets() {}

  /**
   * One truth of one issued interval, without any offset.
   *
   * @param step of the horizon, from 0
   */
  public record Truth(int step, double lower, double upper, double actual) {
    public Truth {
      if (step < 0
          || !Double.isFinite(lower)
          || !Double.isFinite(upper)
          || !Double.isFinite(actual)) {
        throw new IllegalArgumentException(
            "truth %s of [%s, %s] at step %d".formatted(actual, lower, upper, step));
      }
    }

    /** Distance beyond the nearer end; negative inside. */
    public double score() {
      return Math.max(lower - actual, actual - upper);
    }

    double halfWidth() {
      return (upper - lower) / 2;
    }
  }

  /**
   * Offsets of the steps 0 to the largest one among the truths.
   *
   * @param level nominal coverage, between 0 and 1
   * @param truthsMin per offset, at least 1
   * @param narrowestShare an interval never loses more than this share of its mean half-width
   * @param widestShare and never gains more than this multiple of it, unless it has no width
   * @throws IllegalArgumentException if there are fewer truths than {@code truthsMin}
   */
  public static double[] of(
      List<Truth> truths, double level, int truthsMin, double narrowestShare, double widestShare) {
    if (!(level > 0 && level < 1) || truthsMin < 1 || truths.size() < truthsMin) {
      throw new IllegalArgumentException(
          "%d truths at level %s; at least %d are needed"
              .formatted(truths.size(), level, truthsMin));
    }
    int steps = truths.stream().mapToInt(Truth::step).max().orElseThrow() + 1;
    List<List<Truth>> byStep = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      byStep.add(new ArrayList<>());
    }
    truths.forEach(truth -> byStep.get(truth.step()).add(truth));

    var offsets = new double[steps];
    int remaining = truths.size();
    int from = 0;
    while (from < steps) {
      List<Truth> block = new ArrayList<>();
      int to = from;
      while (to < steps && block.size() < truthsMin) {
        block.addAll(byStep.get(to++));
      }
      remaining -= block.size();
      if (remaining < truthsMin) { // what is left could not stand alone
        while (to < steps) {
          block.addAll(byStep.get(to++));
        }
        remaining = 0;
      }
      Arrays.fill(offsets, from, to, offset(block, level, narrowestShare, widestShare));
      from = to;
    }
    return offsets;
  }

  private static double offset(
      List<Truth> block, double level, double narrowestShare, double widestShare) {
    double[] scores = block.stream().mapToDouble(Truth::score).sorted().toArray();
    int rank = (int) Math.ceil((scores.length + 1) * level);
    double offset = scores[Math.min(rank, scores.length) - 1];
    double halfWidth = block.stream().mapToDouble(Truth::halfWidth).average().orElseThrow();
    double widest = halfWidth > 0 ? widestShare * halfWidth : Double.MAX_VALUE;
    return Math.clamp(offset, -narrowestShare * Math.max(0, halfWidth), widest);
  }

  /** Share of the truths inside their intervals once the offsets are added. */
  public static double coverage(List<Truth> truths, double[] offsets) {
    return truths.stream().filter(truth -> truth.score() <= at(offsets, truth.step())).count()
        / (double) truths.size();
  }

  /** The offset of a step: the last holds for later ones, none is 0. */
  public static double at(double[] offsets, int step) {
    return offsets.length == 0 ? 0 : offsets[Math.min(step, offsets.length - 1)];
  }
}
