package dev.tidewatch.models.forecast.auto;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The weighted mean of given methods; of one method alone it is that method. */
final class Mix implements PointMethod {
  static final String ENSEMBLE = "ensemble";

  private final SortedMap<String, PointMethod> methods;
  private final SortedMap<String, Double> weights;

  /**
   * @param methods by id
   * @param weights of some of them; they add up to 1
   */
  Mix(Map<String, PointMethod> methods, Map<String, Double> weights) {
    this.methods = new TreeMap<>(methods);
    this.weights = new TreeMap<>(weights);
  }

  @Override
  public String id() {
    return AutoMethod.ID;
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of();
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    var models = new ArrayList<PointModel>();
    for (String id : weights.keySet()) {
      PointMethod method = methods.get(id);
      if (method == null) {
        throw new IllegalArgumentException("no candidate " + id);
      }
      models.add(method.fit(histories, settings));
    }
    return MixModel.of(weights, models);
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return MixModel.load(arrays, methods, settings);
  }
}
