package dev.tidewatch.models.forecast.auto;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Back-tests candidates on the newest part of each history and takes the one that errs least, or
 * the weighted mean of the best where that errs less.
 *
 * <p>The first candidate is the incumbent: it stays unless another errs less by a third, for a few
 * origins of one series say little about small differences. Each candidate is fitted once on what
 * is older than the origins, forecasts from all of them, and is judged by the mean of two ratios to
 * the best: of absolute errors, and, where no value is negative, of symmetric relative errors. The
 * explanation lists them all.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code without}: ids of candidates to leave out, separated by commas; {@code ensemble}
 *       leaves the mean of the best out.
 *   <li>{@code budget_seconds}: of candidates after the first, those are tried whose expected
 *       processor time still fits, 0 to 3,600; default 1. Expected from the length of the history,
 *       not measured, so that the same history gives the same choice on any machine.
 * </ul>
 */
public final class AutoMethod implements PointMethod {
  public static final String ID = "auto";

  static final String WITHOUT = "without";
  static final String BUDGET_SECONDS = "budget_seconds";

  private final List<Candidate> candidates;

  /**
   * A method and what it costs.
   *
   * @param microsPerValue processor time of a fit by value of the history, roughly
   */
  public record Candidate(PointMethod method, double microsPerValue) {
    public Candidate {
      if (method.pools()) {
        throw new IllegalArgumentException(method.id() + " pools");
      }
    }

    double seconds(int values) {
      return microsPerValue * values / 1e6;
    }
  }

  /**
   * @param candidates in the order in which they are tried; the first is tried whatever it costs
   */
  public AutoMethod(List<Candidate> candidates) {
    this.candidates = List.copyOf(candidates);
  }

  /** What the parameter {@code without} may name. */
  public Set<String> candidateIds() {
    var ids = new TreeSet<>(Set.of(Mix.ENSEMBLE));
    candidates.forEach(candidate -> ids.add(candidate.method().id()));
    return ids;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of(WITHOUT, BUDGET_SECONDS);
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    GridWindow history = histories.getFirst();
    List<String> without = settings.parameters().words(WITHOUT, List.of());
    double budget = settings.parameters().number(BUDGET_SECONDS, 1, 0, 3_600);
    requireKnown(without);
    PointSettings plain = settings.withParameters(Parameters.NONE);

    RollingErrors errors =
        RollingErrors.over(history, settings.horizon(), settings.seasons().primary());
    var skipped = new LinkedHashMap<String, String>();
    double spent = 0;
    boolean first = true;
    for (Candidate candidate : candidates) {
      String id = candidate.method().id();
      if (without.contains(id)) {
        skipped.put(id, "left out as asked");
        continue;
      }
      double seconds = candidate.seconds(history.size());
      if (!first && spent + seconds > budget) {
        skipped.put(
            id, "not tried: %.2g s expected, %.2g s left".formatted(seconds, budget - spent));
        continue;
      }
      spent += first ? 0 : seconds;
      first = false;
      settings.progress().at("candidates", Math.min(1, spent / Math.max(budget, 1e-9)));
      try {
        errors.add(id, candidate.method().fit(List.of(errors.older(history)), plain), history);
      } catch (InsufficientHistoryException e) {
        skipped.put(id, "history too short: " + e.getMessage());
      }
    }
    return fitted(
        history,
        plain,
        errors.choose(!without.contains(Mix.ENSEMBLE), candidates.getFirst().method().id()),
        skipped);
  }

  private void requireKnown(List<String> without) {
    for (String id : without) {
      if (!candidateIds().contains(id)) {
        throw new IllegalArgumentException(
            "parameter without has '%s'; candidates are %s"
                .formatted(id, String.join(", ", candidateIds())));
      }
    }
  }

  /** Fits what was chosen on everything; the next best where the history is too short for it. */
  private PointModel fitted(
      GridWindow history,
      PointSettings settings,
      RollingErrors.Choice choice,
      Map<String, String> skipped) {
    var failures = new ArrayList<String>(skipped.values());
    for (Map<String, Double> weights : choice.fromBest()) {
      try {
        PointModel model = new Mix(methods(), weights).fit(List.of(history), settings);
        var explanation = new TreeMap<String, String>(model.explanation());
        explanation.putAll(choice.table());
        skipped.forEach((id, reason) -> explanation.put("candidate.skipped." + id, reason));
        return ((MixModel) model).explained(explanation);
      } catch (InsufficientHistoryException e) {
        failures.add(e.getMessage());
      }
    }
    throw new InsufficientHistoryException(
        "%d values are too few for every candidate: %s"
            .formatted(history.size(), String.join("; ", failures)));
  }

  private SortedMap<String, PointMethod> methods() {
    var methods = new TreeMap<String, PointMethod>();
    candidates.forEach(candidate -> methods.put(candidate.method().id(), candidate.method()));
    return methods;
  }

  /** The candidates that the model is made of, without choosing again. */
  @Override
  public PointMethod settled(PointModel model) {
    return model instanceof MixModel mix ? new Mix(methods(), mix.weights()) : this;
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return MixModel.load(arrays, methods(), settings.withParameters(Parameters.NONE));
  }
}
