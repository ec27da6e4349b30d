package dev.tidewatch.monitor.tuning;

import dev.tidewatch.monitor.tuning.CoverageSource.IssuedInterval;
import dev.tidewatch.timeseries.ConformalOffsets;
import dev.tidewatch.timeseries.ConformalOffsets.Truth;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether intervals of one version on one series are to move, from the intervals that it
 * issued and what came true. What earlier offsets added is taken off first, so that the answer is
 * the same whatever was in force, and two replicas that decide at once decide the same.
 *
 * <ul>
 *   <li>At least {@value #TRUTHS_MIN} truths of at least {@value #ORIGINS_MIN} origins are needed.
 *   <li>It acts when the coverage that the offsets in force would have had over these truths is off
 *       by more than 0.03, and by more than two standard errors of a share over the origins: steps
 *       of one forecast miss together, so truths are not counted as independent.
 *   <li>Offsets are those of {@link ConformalOffsets}, at least 50 truths each; an interval loses
 *       at most half of its width and gains at most four times.
 * </ul>
 */
final class CoverageTuning {
  static final int TRUTHS_MIN = 100;
  static final int ORIGINS_MIN = 10;

  private static final int TRUTHS_PER_OFFSET_MIN = 50;
  private static final double GAP_MIN = 0.03;
  private static final double NARROWEST_SHARE = 0.5;
  private static final double WIDEST_SHARE = 4;

  private CoverageTuning() {}

  /** What is to be in force, and why. */
  record Decision(List<Double> offsets, TuningCause cause) {}

  /**
   * Empty if nothing is to change.
   *
   * @param inForce offsets now
   * @param offsetsOf by revision, as far as known: none are none
   */
  static Optional<Decision> decide(
      List<IssuedInterval> issued, List<Double> inForce, Map<Long, List<Double>> offsetsOf) {
    Optional<Double> level = usualLevel(issued);
    if (level.isEmpty()) {
      return Optional.empty();
    }
    List<IssuedInterval> used =
        issued.stream().filter(interval -> interval.level() == level.get()).toList();
    Set<Instant> origins = new HashSet<>();
    used.forEach(interval -> origins.add(interval.origin()));
    if (used.size() < TRUTHS_MIN || origins.size() < ORIGINS_MIN) {
      return Optional.empty();
    }
    List<Truth> truths = used.stream().map(interval -> untuned(interval, offsetsOf)).toList();
    double before = ConformalOffsets.coverage(truths, array(inForce));
    double error = Math.sqrt(level.get() * (1 - level.get()) / origins.size());
    if (Math.abs(before - level.get()) <= Math.max(GAP_MIN, 2 * error)) {
      return Optional.empty();
    }
    double[] offsets =
        ConformalOffsets.of(
            truths, level.get(), TRUTHS_PER_OFFSET_MIN, NARROWEST_SHARE, WIDEST_SHARE);
    double after = ConformalOffsets.coverage(truths, offsets);
    if (Math.abs(after - level.get()) >= Math.abs(before - level.get())) {
      return Optional.empty(); // held by the bounds already
    }
    return Optional.of(
        new Decision(
            Arrays.stream(offsets).boxed().toList(),
            TuningCause.coverage(
                String.format(
                    Locale.ROOT,
                    "coverage: %.1f %% of %d truths in the %.0f %% interval, %.1f %% with these offsets",
                    100 * before,
                    truths.size(),
                    100 * level.get(),
                    100 * after),
                figures(level.get(), before, after, truths.size(), origins.size()))));
  }

  private static Map<String, Double> figures(
      double level, double before, double after, int truths, int origins) {
    var figures = new LinkedHashMap<String, Double>();
    figures.put("level", level);
    figures.put("coverage", before);
    figures.put("coverage_with_offsets", after);
    figures.put("truths", (double) truths);
    figures.put("origins", (double) origins);
    return figures;
  }

  /** The level that most intervals have. */
  private static Optional<Double> usualLevel(List<IssuedInterval> issued) {
    var counts = new HashMap<Double, Integer>();
    issued.forEach(interval -> counts.merge(interval.level(), 1, Integer::sum));
    return counts.entrySet().stream()
        .max(
            Map.Entry.<Double, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey);
  }

  private static Truth untuned(IssuedInterval interval, Map<Long, List<Double>> offsetsOf) {
    double offset =
        ConformalOffsets.at(
            array(offsetsOf.getOrDefault(interval.tuningRevision(), List.of())), interval.step());
    return new Truth(
        interval.step(), interval.lower() + offset, interval.upper() - offset, interval.actual());
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
