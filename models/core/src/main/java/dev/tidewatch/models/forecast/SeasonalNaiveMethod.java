package dev.tidewatch.models.forecast;

import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Repeats the value one season ago, as a part of ensembles; the season is the one whose values
 * changed least from one to the next. As a family of its own it is {@link SeasonalNaiveFamily}.
 */
public final class SeasonalNaiveMethod implements PointMethod {
  @Override
  public String id() {
    return SeasonalNaiveFamily.ID;
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of();
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    double[] values = histories.getFirst().values();
    if (values.length == 0) {
      throw new InsufficientHistoryException("no value; seasonal naive needs at least 1");
    }
    int best = 1;
    double smallest = Double.POSITIVE_INFINITY;
    for (int season : settings.seasons().shownTwiceIn(values.length).steps()) {
      double change = 0;
      for (int t = season; t < values.length; t++) {
        change += Math.abs(values[t] - values[t - season]) / (values.length - season);
      }
      if (change < smallest) {
        smallest = change;
        best = season;
      }
    }
    return new Model(best);
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return new Model(arrays.integer("season", 1, Integer.MAX_VALUE));
  }

  private record Model(int season) implements PointModel {
    @Override
    public int historyIntervals() {
      return season;
    }

    @Override
    public int historyIntervalsMin() {
      return season;
    }

    @Override
    public double[] forecast(GridWindow history, int horizon) {
      var ahead = new double[horizon];
      for (int step = 0; step < horizon; step++) {
        ahead[step] = history.value(history.size() - season + step % season);
      }
      return ahead;
    }

    @Override
    public ModelArrays save() {
      return ModelArrays.builder().put("season", season).build();
    }

    @Override
    public SortedMap<String, String> explanation() {
      return new TreeMap<>(Map.of("season", Integer.toString(season)));
    }
  }
}
