package dev.tidewatch.models;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.IqrFamily;
import dev.tidewatch.models.detection.MovingAverageFamily;
import dev.tidewatch.models.detection.ZScoreFamily;
import dev.tidewatch.models.detection.composed.EnsembleFamily;
import dev.tidewatch.models.detection.composed.ForecastIntervalFamily;
import dev.tidewatch.models.detection.features.FeatureDetectorFamily;
import dev.tidewatch.models.detection.features.IsolationForest;
import dev.tidewatch.models.detection.multivariate.LevelFamily;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorFamily;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.models.detection.multivariate.ScoredRowsFamily;
import dev.tidewatch.models.detection.online.OnlineFamily;
import dev.tidewatch.models.detection.rcf.RandomCutForestFamily;
import dev.tidewatch.models.detection.rcf.RandomCutForestRowsFamily;
import dev.tidewatch.models.detection.seasonal.SeasonalResidualFamily;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.forecast.NaiveFamily;
import dev.tidewatch.models.forecast.PointFamily;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.SeasonalNaiveFamily;
import dev.tidewatch.models.forecast.SeasonalNaiveMethod;
import dev.tidewatch.models.forecast.additive.AdditiveMethod;
import dev.tidewatch.models.forecast.arima.ArimaMethod;
import dev.tidewatch.models.forecast.auto.AutoMethod;
import dev.tidewatch.models.forecast.ensemble.EnsembleMethod;
import dev.tidewatch.models.forecast.linear.RidgeMethod;
import dev.tidewatch.models.forecast.smoothing.AdjustedMethod;
import dev.tidewatch.models.forecast.smoothing.EtsMethod;
import dev.tidewatch.models.forecast.smoothing.MstlMethod;
import dev.tidewatch.models.forecast.smoothing.SmoothingMethods;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The families that a process can train and serve, by id. Immutable and thread-safe. */
public final class ModelFamilies {
  private static final List<String> ENSEMBLE_MEMBERS =
      List.of("ridge", "mstl", "seasonal-naive", "ets");
  private static final Set<String> COMPOSED = Set.of(ForecastIntervalFamily.ID, EnsembleFamily.ID);

  /** How the names of bundles in composed families' bundles end. */
  private static final String INNER_BUNDLE = ".zip";

  private final TreeMap<String, ForecastFamily> forecast = new TreeMap<>();
  private final TreeMap<String, DetectorFamily> detection = new TreeMap<>();
  private final TreeMap<String, MultivariateDetectorFamily> multivariate = new TreeMap<>();

  /**
   * @throws IllegalArgumentException if two families have the same id
   */
  public ModelFamilies(
      Collection<? extends ForecastFamily> forecast,
      Collection<? extends DetectorFamily> detection) {
    this(forecast, detection, List.of());
  }

  /**
   * @throws IllegalArgumentException if two families have the same id
   */
  public ModelFamilies(
      Collection<? extends ForecastFamily> forecast,
      Collection<? extends DetectorFamily> detection,
      Collection<? extends MultivariateDetectorFamily> multivariate) {
    multivariate.forEach(family -> add(this.multivariate, family.id(), family));
    forecast.forEach(family -> add(this.forecast, family.id(), family));
    detection.forEach(family -> add(this.detection, family.id(), family));
    composed().forEach(family -> add(this.detection, family.id(), family));
    if (this.forecast.keySet().stream().anyMatch(this.detection::containsKey)
        || this.multivariate.keySet().stream()
            .anyMatch(id -> this.detection.containsKey(id) || this.forecast.containsKey(id))) {
      throw new IllegalArgumentException("families of two kinds have the same id");
    }
  }

  /** Families made of the others of this list. */
  private List<DetectorFamily> composed() {
    return List.of(
        new ForecastIntervalFamily(this::forecastFamily), new EnsembleFamily(this::detectorFamily));
  }

  private static <F> void add(Map<String, F> families, String id, F family) {
    if (families.putIfAbsent(id, family) != null) {
      throw new IllegalArgumentException("two families have the id " + id);
    }
  }

  /** Those of this module. */
  public static ModelFamilies core() {
    var forecast = new ArrayList<ForecastFamily>();
    forecast.add(new NaiveFamily());
    forecast.add(new SeasonalNaiveFamily());
    var methods = new ArrayList<PointMethod>(SmoothingMethods.all(new ArimaMethod()));
    methods.add(new RidgeMethod());
    methods.add(new ArimaMethod());
    methods.add(new AdditiveMethod());
    methods.forEach(method -> forecast.add(new PointFamily(method)));
    methods.add(new SeasonalNaiveMethod());
    forecast.add(new PointFamily(new EnsembleMethod(methods, ENSEMBLE_MEMBERS)));
    forecast.add(new PointFamily(auto()));
    return new ModelFamilies(
        forecast,
        List.of(
            new OnlineFamily(),
            new ZScoreFamily(),
            new MovingAverageFamily(),
            new IqrFamily(),
            new SeasonalResidualFamily(),
            new FeatureDetectorFamily(new IsolationForest()),
            new RandomCutForestFamily()),
        List.of(
            new LevelFamily(),
            new ScoredRowsFamily(new IsolationForest()),
            new RandomCutForestRowsFamily()));
  }

  /** What {@code auto} chooses from, and so can be told to do without. */
  public static Set<String> autoCandidates() {
    return auto().candidateIds();
  }

  /** The candidates of {@code auto}; costs as measured on one core of 2026, roughly. */
  private static AutoMethod auto() {
    return new AutoMethod(
        List.of(
            new AutoMethod.Candidate(new RidgeMethod(), 300),
            new AutoMethod.Candidate(new SeasonalNaiveMethod(), 1),
            new AutoMethod.Candidate(AdjustedMethod.dynamicTheta(), 5),
            new AutoMethod.Candidate(AdjustedMethod.damped(), 5),
            new AutoMethod.Candidate(new MstlMethod(List.of(AdjustedMethod.dynamicTheta())), 10),
            new AutoMethod.Candidate(new EtsMethod(), 100),
            new AutoMethod.Candidate(new AdditiveMethod(), 300),
            new AutoMethod.Candidate(new ArimaMethod(), 400)));
  }

  /**
   * These and others.
   *
   * @throws IllegalArgumentException if two families have the same id
   */
  public ModelFamilies and(ModelFamilies others) {
    return new ModelFamilies(
        both(forecast, others.forecast),
        both(detection, others.detection).stream()
            .filter(family -> !COMPOSED.contains(family.id()))
            .toList(),
        both(multivariate, others.multivariate));
  }

  private static <F> List<F> both(Map<String, F> some, Map<String, F> others) {
    return Stream.concat(some.values().stream(), others.values().stream()).toList();
  }

  public Set<String> forecastIds() {
    return Set.copyOf(forecast.keySet());
  }

  public Set<String> detectionIds() {
    return Set.copyOf(detection.keySet());
  }

  /** Detectors of several aligned series. */
  public Set<String> multivariateIds() {
    return Set.copyOf(multivariate.keySet());
  }

  public Optional<ForecastFamily> forecastFamily(String id) {
    return Optional.ofNullable(forecast.get(id));
  }

  public Optional<DetectorFamily> detectorFamily(String id) {
    return Optional.ofNullable(detection.get(id));
  }

  public Optional<MultivariateDetectorFamily> multivariateFamily(String id) {
    return Optional.ofNullable(multivariate.get(id));
  }

  /**
   * @throws BundleException FAMILY_UNKNOWN if no family here reads the bundle; DAMAGED if its
   *     content is unsound
   */
  public MultivariateDetectorModel loadMultivariate(Bundle bundle) {
    return required(multivariate, bundle, Task.DETECT).load(bundle);
  }

  /**
   * @throws BundleException FAMILY_UNKNOWN if no family here reads the bundle; DAMAGED if its
   *     content is unsound
   */
  public Forecaster loadForecaster(Bundle bundle) {
    return required(forecast, bundle, Task.FORECAST).load(bundle);
  }

  /**
   * @throws BundleException FAMILY_UNKNOWN if no family here reads the bundle; DAMAGED if its
   *     content is unsound
   */
  public DetectorModel loadDetector(Bundle bundle) {
    return required(detection, bundle, Task.DETECT).load(bundle);
  }

  /**
   * True if loading the bundle runs a native library, be it for a bundle within it.
   *
   * @throws BundleException if a bundle within it is unsound
   */
  public boolean runsNativeCode(Bundle bundle) {
    ForecastFamily family = forecast.get(bundle.manifest().family());
    if (family != null && family.runsNativeCode()) {
      return true;
    }
    return bundle.fileNames().stream()
        .filter(name -> name.endsWith(INNER_BUNDLE))
        .anyMatch(name -> runsNativeCode(Bundle.read(bundle.file(name), BundleLimits.DEFAULT)));
  }

  private static <F> F required(Map<String, F> families, Bundle bundle, Task task) {
    String id = bundle.manifest().family();
    if (bundle.manifest().task() != task) {
      throw new BundleException(
          BundleException.Reason.FAMILY_UNKNOWN,
          "bundle of family %s is for %s, not for %s"
              .formatted(id, bundle.manifest().task(), task));
    }
    F family = families.get(id);
    if (family == null) {
      throw new BundleException(
          BundleException.Reason.FAMILY_UNKNOWN,
          "no %s family %s here; known are %s"
              .formatted(task, id, String.join(", ", families.keySet())));
    }
    return family;
  }
}
