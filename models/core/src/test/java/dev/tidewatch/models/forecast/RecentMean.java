package dev.tidewatch.models.forecast;

import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The smallest real method: forecasts the mean of the newest values, plus what the history rose by
 * in total, so that each series has a parameter of its own.
 */
record RecentMean(boolean pools) implements PointMethod {
  static final int INTERVALS = 10;

  @Override
  public String id() {
    return "recent-mean";
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of("bonus");
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    GridWindow history = histories.getFirst();
    if (history.size() < INTERVALS) {
      throw new InsufficientHistoryException(
          "%d values; %d are needed".formatted(history.size(), INTERVALS));
    }
    double rise = history.value(history.size() - 1) - history.value(0);
    return new Model(rise + settings.parameters().number("bonus", 0, -10, 10));
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return new Model(arrays.number("rise"));
  }

  private record Model(double rise) implements PointModel {
    @Override
    public int historyIntervals() {
      return INTERVALS;
    }

    @Override
    public int historyIntervalsMin() {
      return 2;
    }

    @Override
    public double[] forecast(GridWindow history, int horizon) {
      var means = new double[horizon];
      Arrays.fill(means, Arrays.stream(history.values()).average().orElseThrow() + rise);
      return means;
    }

    @Override
    public ModelArrays save() {
      return ModelArrays.builder().put("rise", rise).build();
    }

    @Override
    public SortedMap<String, String> explanation() {
      return new TreeMap<>(Map.of("rise", Double.toString(rise)));
    }
  }
}
