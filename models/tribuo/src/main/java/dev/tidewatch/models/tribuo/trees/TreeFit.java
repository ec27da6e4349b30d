package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.models.tribuo.trees.Places.Place;
import dev.tidewatch.models.tribuo.trees.Places.Span;
import dev.tidewatch.models.tribuo.trees.TreeSettings.Loss;
import dev.tidewatch.timeseries.SplitConformal;
import dev.tidewatch.timeseries.features.Feature;
import dev.tidewatch.timeseries.features.FeatureRecipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fits trees to the histories of all series at once. The oldest three quarters of each history grow
 * trees; the eighth after them says how many are best, and which simple forecast they start from;
 * the newest eighth calibrates the intervals; then as many trees are grown on everything.
 */
final class TreeFit {
  private static final int ROWS_MIN = 40;
  private static final double GROWING_SHARE = 0.75;
  private static final double CHOOSING_SHARE = 0.125;
  private static final int CURVE_STEP = 10;

  /** Residuals kept in a bundle over all steps: about 1 MB of JSON. */
  private static final int RESIDUALS_MAX = 60_000;

  private final List<SeriesRows> series;
  private final int horizon;
  private final int season;
  private final boolean direct;
  private final TreeSettings settings;
  private final List<Loss> losses;
  private final int rowsMax;
  private final int originsMax;
  private final TrainingProgress progress;

  /**
   * What came of it.
   *
   * @param model grown on everything
   * @param settings chosen loss and number of trees
   * @param conformal residuals by step, in units of the frame
   * @param error mean absolute error of the choice in those units
   * @param baselineError that of the simple forecast alone
   */
  record Outcome(
      TreeModel model,
      TreeSettings settings,
      SplitConformal conformal,
      double error,
      double baselineError) {}

  /** Trees grown on the older part, and their error on what follows, by number of trees. */
  @SuppressWarnings("ArrayRecordComponent") // stays within this class
  private record Candidate(TreeSettings settings, List<TreeEnsemble> ensembles, double[] curve) {
    int best() {
      int best = 0;
      for (int tree = 1; tree < curve.length; tree++) {
        if (curve[tree] < curve[best]) {
          best = tree;
        }
      }
      return best;
    }

    double error() {
      return curve.length == 0 ? Double.NaN : curve[best()];
    }

    /** A third of the trees where nothing can be judged. */
    TreeSettings chosen() {
      return settings.withTrees(curve.length == 0 ? Math.max(1, settings.trees() / 3) : best() + 1);
    }
  }

  /**
   * @param horizon furthest step
   * @param season that units are measured by
   * @param direct trees of their own for each step
   * @param losses to choose from
   * @param rowsMax most rows that trees are grown on, for each step if direct
   * @param originsMax most origins of a series that calibrate
   */
  TreeFit(
      List<SeriesRows> series,
      int horizon,
      int season,
      boolean direct,
      TreeSettings settings,
      List<Loss> losses,
      int rowsMax,
      int originsMax,
      TrainingProgress progress) {
    this.series = series;
    this.horizon = horizon;
    this.season = season;
    this.direct = direct;
    this.settings = settings;
    this.losses = List.copyOf(losses);
    this.rowsMax = rowsMax;
    this.originsMax = originsMax;
    this.progress = progress;
  }

  /**
   * @param recipe of the rows; scalers that have not learnt learn from the rows that grow trees
   * @param baselines simple forecasts to choose from
   */
  Outcome run(FeatureRecipe recipe, FeatureRecipe baselines) {
    int originMin = new Frame(baselines.features().getFirst(), season).intervalsMin() - 1;
    List<Span> growing = spans(originMin, 0, GROWING_SHARE);
    List<Span> choosing = spans(originMin, GROWING_SHARE, GROWING_SHARE + CHOOSING_SHARE);
    List<Place> sample = places(growing, 1, horizon, rowsMax);
    if (sample.size() < ROWS_MIN) {
      throw new InsufficientHistoryException(
          "boosted trees found %d rows to learn from; they need at least %d: %d intervals come first, then the horizon of %d"
              .formatted(sample.size(), ROWS_MIN, originMin + 1, horizon));
    }
    progress.at("baseline", 0);
    Frame frame = chooseBaseline(baselines, sample);
    FeatureRecipe fitted = recipe.needsFit() ? recipe.fitted(plainRows(recipe, sample)) : recipe;

    Candidate first = chooseLoss(fitted, frame, growing, choosing);
    TreeSettings chosen = first.chosen();
    TreeModel calibrated =
        new TreeModel(
            fitted,
            frame,
            chosen.equals(first.settings())
                ? first.ensembles()
                : grow(fitted, frame, growing, chosen, 0.5));
    progress.at("calibrate", 0);
    SplitConformal conformal = calibrate(calibrated, originMin);
    List<TreeEnsemble> last = grow(fitted, frame, spans(originMin, 0, 1), chosen, 0.75);
    progress.at("trees", 1);
    return new Outcome(
        new TreeModel(fitted, frame, last),
        chosen,
        conformal,
        first.error(),
        baselineError(frame, places(choosing, 1, horizon, rowsMax)));
  }

  private Candidate chooseLoss(
      FeatureRecipe recipe, Frame frame, List<Span> growing, List<Span> choosing) {
    Candidate best = null;
    for (int i = 0; i < losses.size(); i++) {
      TreeSettings candidate = settings.withLoss(losses.get(i));
      List<TreeEnsemble> grown = grow(recipe, frame, growing, candidate, 0.25 * i);
      var next = new Candidate(candidate, grown, curve(recipe, frame, choosing, grown));
      if (best == null || next.error() < best.error()) {
        best = next;
      }
    }
    if (best == null) {
      throw new IllegalStateException("no loss to choose from");
    }
    for (int tree = 0; tree < best.curve().length; tree += CURVE_STEP) {
      progress.metric("validation_loss", tree + 1, best.curve()[tree]);
    }
    return best;
  }

  /** Parts of each history by share; targets lie within, origins may lie before. */
  private List<Span> spans(int originMin, double from, double to) {
    var spans = new ArrayList<Span>();
    for (int i = 0; i < series.size(); i++) {
      int size = series.get(i).size();
      int begin = Math.max(originMin + 1, (int) (size * from));
      int end = (int) (size * to);
      if (end > begin) {
        spans.add(new Span(i, originMin, begin, end));
      }
    }
    return spans;
  }

  private List<Place> places(List<Span> spans, int aheadMin, int aheadMax, int count) {
    return Places.in(spans, aheadMin, aheadMax, count, settings.seed()).stream()
        .filter(place -> !Double.isNaN(series.get(place.series()).actual(place.target())))
        .toList();
  }

  private Frame chooseBaseline(FeatureRecipe baselines, List<Place> sample) {
    Frame best = new Frame(baselines.features().getFirst(), season);
    double bestError = Double.POSITIVE_INFINITY;
    for (Feature baseline : baselines.features()) {
      var frame = new Frame(baseline, season);
      double error = baselineError(frame, sample);
      if (error < bestError) {
        bestError = error;
        best = frame;
      }
    }
    return best;
  }

  /** Mean absolute error in units of the frame; {@code NaN} if there is nothing to judge by. */
  private double baselineError(Frame frame, List<Place> sample) {
    double sum = 0;
    int count = 0;
    for (Place place : sample) {
      double target = target(frame, place);
      if (!Double.isNaN(target)) {
        sum += Math.abs(target);
        count++;
      }
    }
    return sum / count;
  }

  /** What trees learn at a place; {@code NaN} where there is nothing to learn. */
  private double target(Frame frame, Place place) {
    SeriesRows rows = series.get(place.series());
    double unit = rows.unit(frame, place.origin() + 1);
    double baseline = rows.rows(frame.baselineRecipe()).row(place.origin(), place.ahead())[0];
    double target = (rows.actual(place.target()) - baseline) / unit;
    return Double.isFinite(target) ? target : Double.NaN;
  }

  private double[][] plainRows(FeatureRecipe recipe, List<Place> sample) {
    FeatureRecipe plain = recipe.unscaled();
    return sample.stream().map(place -> row(plain, place)).toArray(double[][]::new);
  }

  private double[] row(FeatureRecipe recipe, Place place) {
    return series.get(place.series()).rows(recipe).row(place.origin(), place.ahead());
  }

  private TrainingRows rows(FeatureRecipe recipe, Frame frame, List<Place> sample) {
    var features = new ArrayList<double[]>();
    var targets = new ArrayList<Double>();
    for (Place place : sample) {
      double target = target(frame, place);
      if (!Double.isNaN(target)) {
        features.add(row(recipe, place));
        targets.add(target);
      }
    }
    if (targets.isEmpty()) {
      throw new InsufficientHistoryException("no row for boosted trees has a finite target");
    }
    return new TrainingRows(
        features.toArray(double[][]::new),
        targets.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private List<TreeEnsemble> grow(
      FeatureRecipe recipe, Frame frame, List<Span> spans, TreeSettings grown, double done) {
    var ensembles = new ArrayList<TreeEnsemble>();
    int count = direct ? horizon : 1;
    for (int i = 0; i < count; i++) {
      progress.at("trees", done + 0.25 * i / count);
      List<Place> sample =
          direct ? places(spans, i + 1, i + 1, rowsMax) : places(spans, 1, horizon, rowsMax);
      ensembles.add(TribuoTrees.fit(rows(recipe, frame, sample), grown));
    }
    return ensembles;
  }

  /** Mean absolute error on the places by number of trees; empty if there are none. */
  private double[] curve(
      FeatureRecipe recipe, Frame frame, List<Span> spans, List<TreeEnsemble> ensembles) {
    var sums = new double[settings.trees()];
    var answers = new double[settings.trees()];
    int count = 0;
    for (Place place : places(spans, 1, horizon, rowsMax)) {
      double target = target(frame, place);
      if (!Double.isNaN(target)) {
        ensembles.get(direct ? place.ahead() - 1 : 0).predictPrefixes(row(recipe, place), answers);
        for (int tree = 0; tree < sums.length; tree++) {
          sums[tree] += Math.abs(target - answers[tree]);
        }
        count++;
      }
    }
    int judged = count;
    return judged == 0 ? new double[0] : Arrays.stream(sums).map(sum -> sum / judged).toArray();
  }

  private SplitConformal calibrate(TreeModel model, int originMin) {
    var residuals = new ArrayList<List<Double>>();
    for (int step = 0; step < horizon; step++) {
      residuals.add(new ArrayList<>());
    }
    int perSeries = Math.clamp(RESIDUALS_MAX / Math.max(1, horizon * series.size()), 1, originsMax);
    for (SeriesRows rows : series) {
      int first = Math.max(originMin, (int) (rows.size() * (GROWING_SHARE + CHOOSING_SHARE)) - 1);
      int stride = stride(rows.size() - 1 - first, perSeries);
      for (int origin = rows.size() - 2; origin >= first; origin -= stride) {
        int steps = Math.min(horizon, rows.size() - 1 - origin);
        double unit = rows.unit(model.frame(), origin + 1);
        double[] forecast = model.forecast(rows, origin, steps);
        for (int step = 0; step < steps; step++) {
          double residual = Math.abs(rows.actual(origin + 1 + step) - forecast[step]) / unit;
          if (Double.isFinite(residual)) {
            residuals.get(step).add(residual);
          }
        }
      }
    }
    var filled = new ArrayList<double[]>();
    double[] previous = {0};
    for (List<Double> step : residuals) {
      if (!step.isEmpty()) {
        previous = step.stream().mapToDouble(Double::doubleValue).toArray();
      }
      filled.add(
          Arrays.copyOf(
              previous, Math.min(previous.length, SplitConformal.RESIDUALS_PER_STEP_MAX)));
    }
    return SplitConformal.of(filled);
  }

  /** The least stride that keeps to the number of origins and visits all phases of the season. */
  private int stride(int span, int most) {
    int stride = Math.max(1, Math.ceilDiv(span, most));
    while (greatestCommonDivisor(stride, season) > 1) {
      stride++;
    }
    return stride;
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }
}
