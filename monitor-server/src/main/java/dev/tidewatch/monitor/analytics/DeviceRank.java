package dev.tidewatch.monitor.analytics;

import dev.tidewatch.timeseries.RobustStatistics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A device among others.
 *
 * @param deviation distance from the median in median absolute deviations; in mean absolute
 *     deviations from the median where more than half of the devices are equal; 0 where all are
 */
public record DeviceRank(String device, double value, double deviation) {
  /** Largest first; of equal ones by name. */
  static List<DeviceRank> of(Map<String, Double> values) {
    double[] all = values.values().stream().mapToDouble(Double::doubleValue).toArray();
    double median = RobustStatistics.median(all);
    double usual = RobustStatistics.medianAbsoluteDeviation(all);
    double scale = usual > 0 ? usual : meanDistance(all, median);
    var ranks = new ArrayList<DeviceRank>();
    values.forEach((device, value) ->
        ranks.add(new DeviceRank(device, value, scale > 0 ? (value - median) / scale : 0)));
    ranks.sort(
        Comparator.comparingDouble(DeviceRank::value).reversed().thenComparing(DeviceRank::device));
    return ranks;
  }

  private static double meanDistance(double[] values, double from) {
    double sum = 0;
    for (double value : values) {
      sum += Math.abs(value - from);
    }
    return sum / values.length;
  }
}
