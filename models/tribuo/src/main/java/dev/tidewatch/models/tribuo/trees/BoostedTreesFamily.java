package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.bundle.TrainingWindow;
import dev.tidewatch.models.forecast.AdaptiveIntervals;
import dev.tidewatch.models.forecast.Covariate;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.Seasons;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.models.tribuo.trees.TreeSettings.Loss;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.features.FeatureRecipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gradient-boosted regression trees (Friedman 2001; XGBoost: Chen and Guestrin 2016) over the
 * features of a recipe: one model for all series given, which serves series that it has not seen.
 * Trees forecast the difference from a simple forecast, in units of the window's mean seasonal
 * change. Intervals are split-conformal. Reads covariates.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code features}: {@code default}, {@code prices} ({@link FeatureRecipe#prices}, which
 *       needs the covariates {@code volume}, {@code sentiment} and {@code social}), or features
 *       separated by semicolons.
 *   <li>{@code strategy}: {@code shared} (default: one set of trees, told how far ahead) or {@code
 *       direct} (trees of their own for each step).
 *   <li>{@code seasons}: steps such as {@code 24,168}, or {@code none}; default: the calendar's.
 *   <li>{@code trees_max} (300; how many are used is chosen on held-out data), {@code
 *       learning_rate} (0.08), {@code depth} (6), {@code leaf_rows_min} (10), {@code row_share}
 *       (0.8).
 *   <li>{@code loss}: {@code squared}, {@code huber} (outliers count less), or {@code auto}
 *       (default): whichever has the lower absolute error on held-out data.
 *   <li>{@code rows_max}: rows that trees are grown on, 100 to 1,000,000; default 20,000; with
 *       {@code direct} for each step.
 *   <li>{@code calibration_origins}: origins per series that calibrate, 1 to 2,000; default 60.
 * </ul>
 */
public final class BoostedTreesFamily implements ForecastFamily {
  public static final String ID = "boosted-trees";

  static final String FEATURES = "features";
  static final String LOSS = "loss";
  static final String STRATEGY = "strategy";
  static final String ROWS_MAX = "rows_max";
  static final String CALIBRATION_ORIGINS = "calibration_origins";
  static final String PAYLOAD = "trees.bin";
  static final String EXPLANATION_PREFIX = "explanation/";

  private static final String DEFAULT_FEATURES = "default";
  private static final String PRICE_FEATURES = "prices";
  private static final int IMPORTANT_FEATURES = 10;

  /** How many models there are. */
  enum Strategy {
    SHARED,
    DIRECT
  }

  /** What trees make small. */
  enum LossChoice {
    AUTO,
    SQUARED,
    HUBER;

    List<Loss> candidates() {
      return switch (this) {
        case AUTO -> List.of(Loss.SQUARED, Loss.HUBER);
        case SQUARED -> List.of(Loss.SQUARED);
        case HUBER -> List.of(Loss.HUBER);
      };
    }
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public SortedMap<String, ParameterSpace> parameterSpaces() {
    return new TreeMap<>(
        Map.of(
            TreeSettings.LEARNING_RATE,
            ParameterSpace.parse("0.02..0.2:log"),
            TreeSettings.DEPTH,
            ParameterSpace.parse("3..8"),
            TreeSettings.LEAF_ROWS,
            ParameterSpace.parse("5..100:log"),
            STRATEGY,
            ParameterSpace.parse("shared|direct")));
  }

  private static Set<String> parameterNames() {
    return Set.of(
        FEATURES,
        STRATEGY,
        Seasons.PARAMETER,
        LOSS,
        TreeSettings.TREES_MAX,
        TreeSettings.LEARNING_RATE,
        TreeSettings.DEPTH,
        TreeSettings.LEAF_ROWS,
        TreeSettings.ROW_SHARE,
        ROWS_MAX,
        CALIBRATION_ORIGINS);
  }

  @Override
  public Bundle fit(ForecastTraining training) {
    Parameters given = training.parameters();
    var known = new TreeSet<>(parameterNames());
    known.addAll(AdaptiveIntervals.PARAMETERS);
    given.requireKnown(known);
    var settings = TreeSettings.of(given, training.provenance().seed());
    Strategy strategy = given.choice(STRATEGY, Strategy.SHARED);
    LossChoice loss = given.choice(LOSS, LossChoice.AUTO);
    int rowsMax = given.integer(ROWS_MAX, 20_000, 100, 1_000_000);
    int origins = given.integer(CALIBRATION_ORIGINS, 60, 1, 2_000);
    int longest = training.series().values().stream().mapToInt(GridWindow::size).max().orElse(0);
    Seasons seasons = Seasons.of(given, training.grid()).shownTwiceIn(longest);
    FeatureRecipe recipe = recipe(given, training, seasons);
    List<String> covariates = covariateRoles(recipe);

    var fit =
        new TreeFit(
            series(training, covariates),
            training.horizon(),
            seasons.primary(),
            strategy == Strategy.DIRECT,
            settings,
            loss.candidates(),
            rowsMax,
            origins,
            training.progress());
    TreeFit.Outcome outcome = fit.run(recipe, TreeRecipes.baselines(seasons));
    TreeModel model = outcome.model();

    var payload = ModelArrays.builder().nest("model/", model.save());
    explanation(outcome).forEach((name, text) -> payload.put(EXPLANATION_PREFIX + name, text));
    Parameters written =
        settings
            .written(AdaptiveIntervals.recorded(given))
            .with(FEATURES, given.text(FEATURES, DEFAULT_FEATURES))
            .with(LOSS, loss.name().toLowerCase(Locale.ROOT))
            .with(STRATEGY, strategy.name().toLowerCase(Locale.ROOT))
            .with(Seasons.PARAMETER, seasons.text())
            .with(ROWS_MAX, Integer.toString(rowsMax))
            .with(CALIBRATION_ORIGINS, Integer.toString(origins));
    var roles = new ArrayList<Role>();
    roles.add(Role.TARGET);
    covariates.forEach(role -> roles.add(new Role(role, Role.Kind.COVARIATE)));
    return Bundle.of(
        new BundleManifest(
            ID,
            Task.FORECAST,
            roles,
            training.grid(),
            model.recipe().lines(),
            Math.min(
                Math.max(model.historyIntervals(), model.frame().intervalsMin()),
                BundleManifest.HISTORY_INTERVALS_MAX),
            model.frame().intervalsMin(),
            training.horizon(),
            training.levels(),
            Optional.of(outcome.conformal()),
            written,
            trainingWindow(training, covariates),
            training.provenance().seed(),
            training.provenance().codeVersion(),
            new TreeMap<>()),
        Map.of(PAYLOAD, payload.build().toBytes()));
  }

  private static FeatureRecipe recipe(
      Parameters parameters, ForecastTraining training, Seasons seasons) {
    String text = parameters.text(FEATURES, DEFAULT_FEATURES).strip();
    return switch (text) {
      case DEFAULT_FEATURES ->
          TreeRecipes.standard(training.grid(), seasons, covariatesOfAll(training));
      case PRICE_FEATURES -> FeatureRecipe.prices();
      default -> FeatureRecipe.ofText(text);
    };
  }

  /** Roles that every series has a covariate for. */
  private static SortedSet<String> covariatesOfAll(ForecastTraining training) {
    SortedSet<String> roles = null;
    for (SeriesName name : training.series().keySet()) {
      SortedMap<String, Covariate> own = training.covariates().get(name);
      Set<String> names = own == null ? Set.of() : own.keySet();
      if (roles == null) {
        roles = new TreeSet<>(names);
      } else {
        roles.retainAll(names);
      }
    }
    return roles == null ? new TreeSet<>() : roles;
  }

  private static List<String> covariateRoles(FeatureRecipe recipe) {
    return recipe.roles().stream()
        .filter(role -> !role.equals(FeatureRecipe.TARGET))
        .sorted()
        .toList();
  }

  /** Series that have a value, with their covariates. */
  private static List<SeriesRows> series(ForecastTraining training, List<String> roles) {
    var series = new ArrayList<SeriesRows>();
    training
        .series()
        .forEach((name, target) -> {
          var windows = new TreeMap<String, GridWindow>();
          for (String role : roles) {
            SortedMap<String, Covariate> own = training.covariates().get(name);
            Covariate covariate = own == null ? null : own.get(role);
            if (covariate == null) {
              throw new IllegalArgumentException(
                  "the features read a covariate '%s', which series %s does not have"
                      .formatted(role, name));
            }
            windows.put(role, covariate.window());
          }
          if (target.missingCount() < target.size()) {
            series.add(SeriesRows.of(target, windows));
          }
        });
    if (series.isEmpty()) {
      throw new InsufficientHistoryException("no series has a value");
    }
    return series;
  }

  private static TrainingWindow trainingWindow(ForecastTraining training, List<String> roles) {
    Grid grid = training.grid();
    var names = new TreeSet<SeriesName>(training.series().keySet());
    training
        .covariates()
        .values()
        .forEach(own ->
            own.forEach((role, covariate) -> {
              if (roles.contains(role)) {
                names.add(covariate.series());
              }
            }));
    long first =
        training.series().values().stream().mapToLong(GridWindow::firstIndex).min().orElseThrow();
    long end =
        training.series().values().stream().mapToLong(GridWindow::endIndex).max().orElseThrow();
    return new TrainingWindow(
        List.copyOf(names),
        grid.startMicros(first),
        grid.startMicros(end),
        training.provenance().fingerprint());
  }

  private static SortedMap<String, String> explanation(TreeFit.Outcome outcome) {
    TreeModel model = outcome.model();
    var texts = new TreeMap<String, String>();
    texts.put("baseline", model.frame().baseline().toString());
    texts.put("trees", Integer.toString(outcome.settings().trees()));
    texts.put("loss", outcome.settings().loss().code());
    texts.put(
        "validation_error",
        String.format(
            Locale.ROOT,
            "%.4f of the mean seasonal change; the baseline alone %.4f",
            outcome.error(),
            outcome.baselineError()));
    double[] importance = model.importance();
    var order = new ArrayList<Integer>();
    for (int i = 0; i < importance.length; i++) {
      order.add(i);
    }
    order.sort((a, b) -> Double.compare(importance[b], importance[a]));
    for (int rank = 0; rank < Math.min(IMPORTANT_FEATURES, order.size()); rank++) {
      int feature = order.get(rank);
      texts.put(
          "importance_%02d".formatted(rank + 1),
          String.format(
              Locale.ROOT, "%s %.4f", model.recipe().features().get(feature), importance[feature]));
    }
    return texts;
  }

  @Override
  public Forecaster load(Bundle bundle) {
    BundleManifest manifest = bundle.manifest();
    try {
      ModelArrays payload = ModelArrays.read(bundle.file(PAYLOAD));
      TreeModel model =
          TreeModel.load(payload.under("model/"), FeatureRecipe.parse(manifest.featureRecipe()));
      if (manifest.conformal().isEmpty()) {
        throw new IllegalArgumentException("conformal residuals are missing");
      }
      if (!manifest.roles().stream()
          .skip(1)
          .map(Role::name)
          .toList()
          .equals(covariateRoles(model.recipe()))) {
        throw new IllegalArgumentException("the recipe reads other roles than the bundle names");
      }
      if (model.ensembles().size() != 1 && model.ensembles().size() < manifest.horizon()) {
        throw new IllegalArgumentException("there are no trees for some steps");
      }
      return new BoostedTreesForecaster(
          manifest,
          model,
          manifest.conformal().get(),
          new TreeMap<>(payload.under(EXPLANATION_PREFIX).texts()));
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(ID, e);
    }
  }
}
