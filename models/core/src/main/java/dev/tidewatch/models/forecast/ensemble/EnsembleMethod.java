package dev.tidewatch.models.forecast.ensemble;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Combines the forecasts of several methods, which errs less than most of them (Bates and Granger
 * 1969; Makridakis, Spiliotis and Assimakopoulos 2020 on the M4 competition).
 *
 * <p>Parameters, beside those of the members:
 *
 * <ul>
 *   <li>{@code members}: ids separated by commas; default those the method was made with.
 *   <li>{@code combine}: {@code median} (default), {@code mean}, or {@code weighted}: weights are
 *       the inverse squares of the members' mean absolute errors from rolling origins in the newest
 *       part of the history.
 *   <li>{@code weight_origins}: origins that the weights rest on, 1 to 50; default 4.
 * </ul>
 *
 * <p>A member whose history is too short is left out. Each series has an ensemble of its own, whose
 * members see that series alone.
 */
public final class EnsembleMethod implements PointMethod {
  public static final String ID = "ensemble";

  static final String MEMBERS = "members";
  static final String COMBINE = "combine";
  static final String WEIGHT_ORIGINS = "weight_origins";

  private static final int MEMBERS_MAX = 20;

  private final SortedMap<String, PointMethod> methods = new TreeMap<>();
  private final List<String> usual;

  /**
   * @param methods that may be members
   * @param usual ids of the default members
   */
  public EnsembleMethod(Collection<? extends PointMethod> methods, List<String> usual) {
    methods.forEach(method -> this.methods.put(method.id(), method));
    this.usual = List.copyOf(usual);
    members(usual);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> parameterNames() {
    var names = new TreeSet<String>(List.of(MEMBERS, COMBINE, WEIGHT_ORIGINS));
    methods.values().forEach(method -> names.addAll(method.parameterNames()));
    return names;
  }

  @Override
  public SortedMap<String, ParameterSpace> parameterSpaces() {
    return new TreeMap<>(Map.of(COMBINE, ParameterSpace.Choice.of("median", "mean", "weighted")));
  }

  private Map<String, PointMethod> members(List<String> ids) {
    var members = new LinkedHashMap<String, PointMethod>();
    for (String id : ids) {
      PointMethod method = methods.get(id);
      if (method == null) {
        throw new IllegalArgumentException(
            "parameter members has '%s'; known are %s"
                .formatted(id, String.join(", ", methods.keySet())));
      }
      if (members.put(id, method) != null) {
        throw new IllegalArgumentException("parameter members has '%s' twice".formatted(id));
      }
    }
    if (members.isEmpty() || members.size() > MEMBERS_MAX) {
      throw new IllegalArgumentException(
          "parameter members has %d ids; it must have 1 to %d"
              .formatted(members.size(), MEMBERS_MAX));
    }
    return members;
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    GridWindow history = histories.getFirst();
    var combination = settings.parameters().choice(COMBINE, Combination.MEDIAN);
    int origins = settings.parameters().integer(WEIGHT_ORIGINS, 4, 1, 50);
    Map<String, PointMethod> members = members(settings.parameters().words(MEMBERS, usual));

    var ids = new ArrayList<String>();
    var models = new ArrayList<PointModel>();
    var reasons = new ArrayList<String>();
    members.forEach((id, method) -> {
      settings.progress().at("ensemble", (double) ids.size() / members.size());
      try {
        models.add(method.fit(List.of(history), forMember(method, settings)));
        ids.add(id);
      } catch (InsufficientHistoryException e) {
        reasons.add(id + ": " + e.getMessage());
      }
    });
    if (ids.isEmpty()) {
      throw new InsufficientHistoryException(
          "the history is too short for every member: " + String.join("; ", reasons));
    }
    double[] weights = new double[ids.size()];
    Arrays.fill(weights, 1.0 / ids.size());
    if (combination == Combination.WEIGHTED && ids.size() > 1) {
      weights = weights(ids, members, history, settings, origins);
    }
    return new EnsembleModel(ids, models, weights, combination);
  }

  private static PointSettings forMember(PointMethod method, PointSettings settings) {
    var own = new TreeMap<>(settings.parameters().asMap());
    own.keySet().retainAll(method.parameterNames());
    return settings.withParameters(Parameters.of(own));
  }

  /**
   * Members are fitted once on what is older than the origins. Evenly weighted where the history is
   * too short for that.
   */
  private static double[] weights(
      List<String> ids,
      Map<String, PointMethod> members,
      GridWindow history,
      PointSettings settings,
      int origins) {
    int horizon = settings.horizon();
    int apart = Math.max(1, horizon / 2);
    int kept = horizon + (origins - 1) * apart;
    int older = Math.max(history.size() - kept, history.size() / 2);
    double[] values = history.values();
    var weights = new double[ids.size()];
    for (int member = 0; member < ids.size(); member++) {
      PointMethod method = members.get(ids.get(member));
      double error = 0;
      int steps = 0;
      try {
        if (method != null) {
          PointModel model =
              method.fit(List.of(history.slice(0, older)), forMember(method, settings));
          for (int at = older; at < values.length; at += apart) {
            GridWindow window = history.slice(Math.max(0, at - model.historyIntervals()), at);
            if (window.size() < model.historyIntervalsMin()) {
              continue;
            }
            double[] ahead = model.forecast(window, horizon);
            for (int step = 0; step < horizon && at + step < values.length; step++) {
              error += Math.abs(values[at + step] - ahead[step]);
              steps++;
            }
          }
        }
      } catch (InsufficientHistoryException e) {
        steps = 0;
      }
      weights[member] = steps == 0 ? Double.NaN : error / steps;
    }
    return fromErrors(weights);
  }

  /** Inverse squares that add up to 1; a member without an error gets the mean of the others'. */
  static double[] fromErrors(double[] errors) {
    double smallest = Double.MAX_VALUE;
    double largest = 0;
    for (double error : errors) {
      if (error > 0) {
        smallest = Math.min(smallest, error);
      }
      largest = Double.isNaN(error) ? largest : Math.max(largest, error);
    }
    var weights = new double[errors.length];
    double sum = 0;
    int known = 0;
    for (int i = 0; i < errors.length; i++) {
      if (!Double.isNaN(errors[i])) {
        // No errors at all weigh ten times as much as the smallest that there are.
        double error = errors[i] > 0 ? errors[i] / smallest : 0.316;
        weights[i] = largest == 0 ? 1 : 1 / (error * error);
        sum += weights[i];
        known++;
      }
    }
    for (int i = 0; i < errors.length; i++) {
      if (known == 0) {
        weights[i] = 1.0 / errors.length;
      } else if (Double.isNaN(errors[i])) {
        weights[i] = sum / known;
      }
    }
    double total = Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= total;
    }
    return weights;
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return EnsembleModel.load(
        arrays,
        (id, saved) -> {
          PointMethod method = methods.get(id);
          if (method == null) {
            throw new IllegalArgumentException("the member %s is unknown".formatted(id));
          }
          return method.load(saved, forMember(method, settings));
        });
  }
}
