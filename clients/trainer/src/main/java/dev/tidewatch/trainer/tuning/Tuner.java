package dev.tidewatch.trainer.tuning;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.Backtest;
import dev.tidewatch.models.forecast.BacktestPlan;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.EarlyStop;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Searches settings of a family by back-test. The same seed tries the same settings, in the same
 * order, on any number of threads; trial {@code n} is the same in a short search and in a long one.
 * The settings given are always tried to the end, so what is found is never worse than they are on
 * the history of the search.
 */
public final class Tuner {
  private static final int ETA = 3;

  /** A random search prunes by the median of at least so many trials. */
  private static final int MEDIAN_TRIALS_MIN = 5;

  private final ForecastFamily family;
  private final ForecastTraining training;
  private final BacktestPlan plan;
  private final Tuning tuning;
  private final SortedMap<String, ParameterSpace> spaces;
  private final int threads;
  private final LongSupplier nanoTime;
  private final Consumer<Trial> listener;
  private final long startedNanos;
  private final List<Trial> trials = new ArrayList<>();
  private final List<double[]> foldLosses = new ArrayList<>();

  /**
   * @param training what is known before the part of the history that will judge the outcome
   * @param plan back-test of a trial within that
   * @param threads folds at a time
   * @param nanoTime as {@link System#nanoTime}
   * @param listener told of each trial on the caller's thread
   * @throws IllegalArgumentException if there is nothing to vary
   */
  public Tuner(
      ForecastFamily family,
      ForecastTraining training,
      BacktestPlan plan,
      Tuning tuning,
      int threads,
      LongSupplier nanoTime,
      Consumer<Trial> listener) {
    this.family = family;
    this.training = training;
    this.plan = plan;
    this.tuning = tuning;
    this.threads = threads;
    this.nanoTime = nanoTime;
    this.listener = listener;
    this.startedNanos = nanoTime.getAsLong();
    this.spaces = tuning.spaces().isEmpty() ? family.parameterSpaces() : tuning.spaces();
    if (spaces.isEmpty()) {
      throw new IllegalArgumentException(
          "family %s declares nothing to tune; say what to vary, such as alpha=0.1..0.9"
              .formatted(family.id()));
    }
  }

  /**
   * @throws InsufficientHistoryException if the settings given cannot be back-tested here
   */
  public TuningResult run() {
    return switch (tuning.method()) {
      case RANDOM -> random();
      case HALVING -> halving();
    };
  }

  private Parameters parameters(int number) {
    Parameters parameters = training.parameters();
    if (number == 0) {
      return parameters;
    }
    var random =
        new SplittableRandom(training.provenance().seed() ^ (number * 0x9E3779B97F4A7C15L));
    for (var space : spaces.entrySet()) {
      parameters = parameters.with(space.getKey(), space.getValue().sample(random));
    }
    return parameters;
  }

  private boolean isSpent() {
    return tuning.budget() != null
        && nanoTime.getAsLong() - startedNanos >= tuning.budget().toNanos();
  }

  private TuningResult random() {
    var stop = new EarlyStop(tuning.patience() == 0 ? Integer.MAX_VALUE : tuning.patience(), 0);
    for (int number = 0; number < tuning.trials(); number++) {
      if (number > 0 && isSpent()) {
        break;
      }
      training.progress().at("tune", (double) number / tuning.trials());
      Trial trial = evaluate(number, plan, 0, number > 0);
      if (stop.shouldStop(trial.counts() ? trial.loss() : Double.NaN)) {
        break;
      }
    }
    return result(0);
  }

  private TuningResult halving() {
    int rungs = 0;
    for (long reach = ETA; reach <= tuning.trials(); reach *= ETA) {
      rungs++;
    }
    List<Integer> alive = new ArrayList<>();
    for (int number = 0; number < tuning.trials(); number++) {
      alive.add(number);
    }
    for (int rung = 0; rung <= rungs; rung++) {
      BacktestPlan small = shrunk((int) Math.round(Math.pow(ETA, rungs - rung)));
      List<Trial> done = new ArrayList<>();
      for (int number : alive) {
        if (number > 0 && isSpent() && rung < rungs) {
          break;
        }
        double share = (double) done.size() / alive.size();
        training.progress().at("tune", (rung + share) / (rungs + 1));
        done.add(evaluate(number, small, rung, false));
      }
      int kept = Math.max(1, Math.ceilDiv(done.size(), ETA));
      alive =
          new ArrayList<>(
              done.stream()
                  .filter(trial -> trial.counts() || trial.number() == 0)
                  .sorted(Comparator.comparingDouble(Trial::loss).thenComparingInt(Trial::number))
                  .limit(kept)
                  .map(Trial::number)
                  .toList());
      if (!alive.contains(0)) {
        alive.add(0);
      }
      alive.sort(Comparator.naturalOrder());
    }
    return result(rungs);
  }

  /** The newest part of the test, in fewer folds. */
  private BacktestPlan shrunk(int factor) {
    int test = Math.clamp(plan.testIntervals() / factor, training.horizon(), plan.testIntervals());
    int folds = Math.clamp(plan.folds() / factor, 1, Math.min(plan.folds(), test));
    return new BacktestPlan(
        folds, test, plan.strideIntervals(), plan.gapIntervals(), plan.trainingIntervalsMax());
  }

  private Trial evaluate(int number, BacktestPlan how, int rung, boolean prunes) {
    Parameters parameters = parameters(number);
    var losses = new double[how.folds()];
    var pruned = new boolean[1];
    Trial trial;
    try {
      BacktestReport report =
          Backtest.run(
              family,
              training.with(parameters),
              how,
              threads,
              (fold, metrics, origins) -> {
                double own = metrics.getOrDefault(tuning.metric(), Double.NaN);
                losses[fold] = fold == 0 ? own : (losses[fold - 1] * fold + own) / (fold + 1);
                pruned[0] = prunes && fold < losses.length - 1 && isBehind(fold, losses[fold]);
                return !pruned[0];
              });
      Double loss = report.metrics().get(tuning.metric());
      if (loss == null) {
        trial =
            new Trial(
                number,
                parameters,
                rung,
                Double.NaN,
                Trial.End.FAILED,
                "has no " + tuning.metric());
      } else {
        trial =
            new Trial(
                number,
                parameters,
                rung,
                loss,
                pruned[0] ? Trial.End.PRUNED : Trial.End.COMPLETE,
                "");
        if (!pruned[0]) {
          foldLosses.add(losses);
        }
      }
    } catch (InsufficientHistoryException | IllegalArgumentException e) {
      if (number == 0) {
        throw e;
      }
      trial =
          new Trial(
              number,
              parameters,
              rung,
              Double.NaN,
              Trial.End.FAILED,
              String.valueOf(e.getMessage()));
    }
    trials.add(trial);
    listener.accept(trial);
    return trial;
  }

  /** The median rule of Golovin and others (Google Vizier, KDD 2017). */
  private boolean isBehind(int fold, double loss) {
    if (foldLosses.size() < MEDIAN_TRIALS_MIN || Double.isNaN(loss)) {
      return false;
    }
    double[] others =
        foldLosses.stream()
            .mapToDouble(losses -> losses[fold])
            .filter(other -> !Double.isNaN(other))
            .sorted()
            .toArray();
    return others.length >= MEDIAN_TRIALS_MIN && loss > others[others.length / 2];
  }

  private TuningResult result(int finalRung) {
    training.progress().at("tune", 1);
    List<Trial> compared = trials.stream().filter(trial -> trial.rung() == finalRung).toList();
    Trial best =
        compared.stream()
            .filter(Trial::counts)
            .min(Comparator.comparingDouble(Trial::loss).thenComparingInt(Trial::number))
            .orElseThrow(() ->
                new InsufficientHistoryException(
                    "no settings of family %s could be judged by %s"
                        .formatted(family.id(), tuning.metric())));
    double given =
        compared.stream()
            .filter(trial -> trial.number() == 0)
            .mapToDouble(Trial::loss)
            .findFirst()
            .orElse(Double.NaN);
    return new TuningResult(best.parameters(), best.loss(), given, trials);
  }
}
