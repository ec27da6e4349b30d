package dev.tidewatch.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.AdaptiveIntervals;
import dev.tidewatch.models.forecast.BatchForecaster;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LstmFamilyTest {
  private static final Grid GRID = Grid.ofStep(Duration.ofHours(1));
  private static final SeriesName SERIES = new SeriesName("plant/load");
  private static final Parameters SMALL =
      Parameters.of(
          Map.of("window", "24", "linear_window", "48", "epochs_max", "4", "batch", "32"));
  private static final int HORIZON = 12;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final LstmFamily FAMILY = new LstmFamily();

  private static Bundle small;

  @BeforeAll
  static void train() {
    small = FAMILY.fit(training(days(60, 1), HORIZON, SMALL));
  }

  /** A day's shape whose swing follows the week, noise that is larger by day. */
  private static double[] days(int days, long seed) {
    var random = new SplittableRandom(seed);
    var values = new double[24 * days];
    for (int t = 0; t < values.length; t++) {
      double day = Math.sin(2 * Math.PI * t / 24);
      double swing = 4 + 2 * Math.sin(2 * Math.PI * t / 168);
      values[t] = 50 + swing * day + (0.2 + 0.3 * Math.max(0, day)) * random.nextGaussian();
    }
    return values;
  }

  private static ForecastTraining training(double[] values, int horizon, Parameters parameters) {
    return training(
        new TreeMap<>(Map.of(SERIES, GridWindow.of(GRID, 100, values))), horizon, parameters);
  }

  private static ForecastTraining training(
      SortedMap<SeriesName, GridWindow> series, int horizon, Parameters parameters) {
    return new ForecastTraining(
        series,
        horizon,
        List.of(0.5, 0.9),
        parameters,
        new Provenance("5e".repeat(32), "0.1.0", 42),
        TrainingProgress.SILENT);
  }

  private static GridWindow window(double[] values, int end, int size) {
    return GridWindow.of(GRID, 100, values).slice(end - size, end);
  }

  /** The bundle with one parameter changed, as the registry would hold it. */
  private static Bundle with(Bundle bundle, String name, String value) {
    var m = bundle.manifest();
    return rebuilt(
        bundle,
        new BundleManifest(
            m.family(),
            m.task(),
            m.roles(),
            m.grid(),
            m.featureRecipe(),
            m.historyIntervals(),
            m.historyIntervalsMin(),
            m.horizon(),
            m.levels(),
            m.conformal(),
            m.parameters().with(name, value),
            m.trainingWindow(),
            m.seed(),
            m.codeVersion(),
            m.metrics()),
        Map.of());
  }

  private static Bundle rebuilt(
      Bundle bundle, BundleManifest manifest, Map<String, byte[]> changed) {
    var files = new HashMap<String, byte[]>();
    bundle.fileNames().forEach(name -> files.put(name, bundle.file(name)));
    files.putAll(changed);
    return Bundle.of(manifest, files);
  }

  private static double largestDifference(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  @Test
  void tensorFlowAnswersAsTheTrainingGraph() {
    LstmModel model = LstmModel.read(small.file(LstmModel.FILE_NAME));
    try (Network network = Network.ofSavedModel(small.file(LstmFamily.SAVED_MODEL))) {
      float[] answers = network.answers(model.probeWindows(), model.probeRows());
      assertThat(largestDifference(answers, model.probeAnswers())).isLessThan(1e-5);
    }
  }

  @Test
  void onnxRuntimeAnswersAsTheTrainingGraph() {
    LstmModel model = LstmModel.read(small.file(LstmModel.FILE_NAME));
    try (Network network = Network.ofOnnx(small.file(LstmFamily.ONNX))) {
      float[] answers = network.answers(model.probeWindows(), model.probeRows());
      assertThat(largestDifference(answers, model.probeAnswers())).isLessThan(1e-5);
    }
  }

  @Test
  void theSameTrainingIsTheSameBundle() {
    assertThat(FAMILY.fit(training(days(60, 1), HORIZON, SMALL)).sha256())
        .isEqualTo(small.sha256());
  }

  /** As the folds of a back-test are. */
  @Test
  void trainingsSideBySideDoNotDisturbEachOther() throws Exception {
    ForecastTraining training = training(days(20, 1), HORIZON, SMALL.with("epochs_max", "2"));
    String alone = FAMILY.fit(training).sha256();
    try (var threads = Executors.newFixedThreadPool(3)) {
      Callable<String> task =
          () -> {
            Bundle bundle = FAMILY.fit(training);
            FAMILY.load(bundle);
            return bundle.sha256();
          };
      for (var result : threads.invokeAll(List.of(task, task, task, task, task, task))) {
        assertThat(result.get()).isEqualTo(alone);
      }
    }
  }

  @Test
  void comesBackFromItsBytes() {
    Bundle read = Bundle.read(small.toBytes(), BundleLimits.DEFAULT);
    var input = ForecastInput.of(window(days(40, 2), 800, 49));
    Forecast before = FAMILY.load(small).forecast(input, HORIZON, List.of(0.9));
    Forecast after = FAMILY.load(read).forecast(input, HORIZON, List.of(0.9));
    assertThat(after.means()).isEqualTo(before.means());
    assertThat(after.uppers(0)).isEqualTo(before.uppers(0));
    assertThat(after.firstIndex()).isEqualTo(900);
  }

  @Test
  void theEngineIsAParameter() {
    var input = ForecastInput.of(window(days(40, 2), 800, 49));
    Forecast tensorflow = FAMILY.load(small).forecast(input, HORIZON, List.of(0.9));
    Forecast onnx =
        FAMILY.load(with(small, "engine", "onnx")).forecast(input, HORIZON, List.of(0.9));
    for (int step = 0; step < HORIZON; step++) {
      assertThat(onnx.mean(step)).isCloseTo(tensorflow.mean(step), within(1e-4));
      assertThat(onnx.lower(0, step)).isCloseTo(tensorflow.lower(0, step), within(1e-4));
    }
  }

  @Test
  void learnsTheShapeAndCoversWhatItPromises() {
    double[] unseen = days(60, 3);
    BatchForecaster forecaster = FAMILY.load(small);
    double error = 0;
    double naive = 0;
    int covered = 0;
    int wide = 0;
    int count = 0;
    for (int at = 200; at + HORIZON <= unseen.length; at += 5) {
      Forecast forecast =
          forecaster.forecast(ForecastInput.of(window(unseen, at, 49)), HORIZON, List.of(0.5, 0.9));
      for (int step = 0; step < HORIZON; step++) {
        double actual = unseen[at + step];
        error += Math.abs(actual - forecast.mean(step));
        naive += Math.abs(actual - unseen[at + step - 24]);
        covered += actual >= forecast.lower(1, step) && actual <= forecast.upper(1, step) ? 1 : 0;
        wide += forecast.lower(1, step) <= forecast.lower(0, step) ? 1 : 0;
        count++;
      }
    }
    assertThat(error).as("against a day ago").isLessThan(0.8 * naive);
    assertThat((double) covered / count).isBetween(0.85, 0.95);
    assertThat((double) wide / count).isGreaterThan(0.99);
  }

  /** Noise four times as large as in training, which the windows' own scale hardly shows. */
  @Test
  void intervalsFollowTheTruth() {
    double[] calm = days(120, 3);
    var random = new SplittableRandom(12);
    double[] wild = Arrays.stream(calm).map(v -> v + 1.2 * random.nextGaussian()).toArray();
    GridWindow all = GridWindow.of(GRID, 100, wild);
    BatchForecaster forecaster = FAMILY.load(small);
    var adaptive = AdaptiveIntervals.of(List.of(0.9), HORIZON, small.manifest().parameters());
    int known = 200;
    int asCalibrated = 0;
    int recalibrated = 0;
    int count = 0;
    for (int at = 200; at + HORIZON <= wild.length; at++) {
      Forecast forecast =
          forecaster.forecast(ForecastInput.of(window(wild, at, 49)), HORIZON, List.of(0.9));
      Forecast next = adaptive.next(forecast, all.slice(known, at));
      known = at;
      for (int step = 0; step < HORIZON && at > wild.length / 2; step++) {
        asCalibrated += holds(forecast, step, wild[at + step]) ? 1 : 0;
        recalibrated += holds(next, step, wild[at + step]) ? 1 : 0;
        count++;
      }
    }
    assertThat((double) asCalibrated / count).isLessThan(0.8);
    assertThat((double) recalibrated / count).isBetween(0.87, 0.93);
  }

  private static boolean holds(Forecast forecast, int step, double actual) {
    return actual >= forecast.lower(0, step) && actual <= forecast.upper(0, step);
  }

  @Test
  void aBatchAnswersAsOneByOne() {
    double[] values = days(40, 4);
    BatchForecaster forecaster = FAMILY.load(small);
    var inputs = new ArrayList<ForecastInput>();
    for (int i = 0; i < 100; i++) {
      inputs.add(ForecastInput.of(window(values, 200 + 3 * i, 49)));
    }
    List<Forecast> together = forecaster.forecastAll(inputs, HORIZON, List.of(0.9));
    assertThat(together).hasSameSizeAs(inputs);
    for (int i = 0; i < inputs.size(); i++) {
      Forecast alone = forecaster.forecast(inputs.get(i), HORIZON, List.of(0.9));
      for (int step = 0; step < HORIZON; step++) {
        assertThat(together.get(i).mean(step)).isCloseTo(alone.mean(step), within(1e-4));
      }
    }
  }

  @Test
  void manyThreadsGetTheSameAnswers() throws Exception {
    double[] values = days(40, 5);
    BatchForecaster forecaster = FAMILY.load(small);
    var input = ForecastInput.of(window(values, 500, 49));
    double[] expected = forecaster.forecast(input, HORIZON, List.of(0.9)).means();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var tasks = new ArrayList<Callable<double[]>>();
      for (int i = 0; i < 200; i++) {
        tasks.add(() -> forecaster.forecast(input, HORIZON, List.of(0.9)).means());
      }
      for (var result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void levelsDoNotMatter() {
    double[] values = days(40, 6);
    double[] raised = values.clone();
    for (int t = 0; t < raised.length; t++) {
      raised[t] += 1_000;
    }
    BatchForecaster forecaster = FAMILY.load(small);
    Forecast low =
        forecaster.forecast(ForecastInput.of(window(values, 500, 49)), HORIZON, List.of(0.9));
    Forecast high =
        forecaster.forecast(ForecastInput.of(window(raised, 500, 49)), HORIZON, List.of(0.9));
    for (int step = 0; step < HORIZON; step++) {
      assertThat(high.mean(step) - 1_000).isCloseTo(low.mean(step), within(1e-3));
    }
  }

  @Test
  void oneModelServesSeriesOfAnySize() {
    var series = new TreeMap<SeriesName, GridWindow>();
    for (int i = 0; i < 3; i++) {
      double[] values = days(20, 10 + i);
      for (int t = 0; t < values.length; t++) {
        values[t] *= Math.pow(100, i);
      }
      series.put(new SeriesName("plant/" + i), GridWindow.of(GRID, 100, values));
    }
    Bundle bundle = FAMILY.fit(training(series, HORIZON, SMALL));
    assertThat(bundle.manifest().parameters().text("scaler", "")).isEqualTo("window");
    BatchForecaster forecaster = FAMILY.load(bundle);
    double[] unseen = days(20, 99);
    double[] large = unseen.clone();
    for (int t = 0; t < large.length; t++) {
      large[t] *= 1e6;
    }
    Forecast small1 =
        forecaster.forecast(ForecastInput.of(window(unseen, 400, 49)), HORIZON, List.of(0.9));
    Forecast large1 =
        forecaster.forecast(ForecastInput.of(window(large, 400, 49)), HORIZON, List.of(0.9));
    for (int step = 0; step < HORIZON; step++) {
      assertThat(large1.mean(step) / 1e6).isCloseTo(small1.mean(step), within(1e-3));
      assertThat(large1.upper(0, step) / 1e6).isCloseTo(small1.upper(0, step), within(1e-3));
    }
  }

  @Test
  void aWindowThatDoesNotChangeHasAScaleToo() {
    var flat = new double[49];
    Arrays.fill(flat, 7.5);
    Bundle fixed = FAMILY.fit(training(days(30, 1), HORIZON, SMALL.with("scaler", "training")));
    for (Bundle bundle : List.of(small, fixed)) {
      Forecast forecast =
          FAMILY
              .load(bundle)
              .forecast(ForecastInput.of(GridWindow.of(GRID, 0, flat)), HORIZON, List.of(0.9));
      assertThat(forecast.firstIndex()).isEqualTo(49);
      for (int step = 0; step < HORIZON; step++) {
        // The swing of what it was trained on.
        assertThat(forecast.mean(step)).isCloseTo(7.5, within(8.0));
      }
    }
  }

  @Test
  void gapsAreClosedAndMissingTargetsAreNotLearntFrom() {
    double[] values = days(30, 1);
    for (int t = 5; t < values.length; t += 17) {
      values[t] = Double.NaN;
    }
    BatchForecaster forecaster = FAMILY.load(FAMILY.fit(training(values, HORIZON, SMALL)));
    Forecast forecast =
        forecaster.forecast(ForecastInput.of(window(values, 700, 49)), HORIZON, List.of(0.9));
    double[] whole = days(30, 1);
    for (int step = 0; step < HORIZON; step++) {
      assertThat(forecast.mean(step)).isCloseTo(whole[700 + step], within(4.0));
    }
  }

  @Test
  void refusesANetworkThatAnswersOtherwise() {
    Bundle other = FAMILY.fit(training(days(30, 77), HORIZON, SMALL));
    for (String engine : List.of("tensorflow", "onnx")) {
      Bundle mixed =
          rebuilt(
              with(small, "engine", engine),
              with(small, "engine", engine).manifest(),
              Map.of(
                  LstmFamily.SAVED_MODEL,
                  other.file(LstmFamily.SAVED_MODEL),
                  LstmFamily.ONNX,
                  other.file(LstmFamily.ONNX)));
      assertThatThrownBy(() -> FAMILY.load(mixed))
          .as(engine)
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("where it answered");
      Bundle broken =
          rebuilt(
              mixed,
              mixed.manifest(),
              Map.of(LstmFamily.SAVED_MODEL, new byte[9], LstmFamily.ONNX, new byte[9]));
      assertThatThrownBy(() -> FAMILY.load(broken)).as(engine).isInstanceOf(BundleException.class);
    }
  }

  @Test
  void refusesWhatItCannotDo() {
    assertThatThrownBy(() -> FAMILY.fit(training(days(3, 1), HORIZON, SMALL)))
        .isInstanceOf(InsufficientHistoryException.class);
    assertThatThrownBy(
            () -> FAMILY.fit(training(days(30, 1), HORIZON, Parameters.of(Map.of("layers", "3")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layers");
    BatchForecaster forecaster = FAMILY.load(small);
    assertThatThrownBy(() ->
            forecaster.forecast(
                ForecastInput.of(window(days(30, 1), 100, 20)), HORIZON, List.of(0.9)))
        .isInstanceOf(InsufficientHistoryException.class)
        .hasMessageContaining("20 intervals");
    assertThatThrownBy(() ->
            forecaster.forecast(
                ForecastInput.of(window(days(30, 1), 100, 49)), HORIZON + 1, List.of(0.9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("horizon is 13");
  }

  @Test
  void canBeCancelled() {
    var training =
        new ForecastTraining(
            new TreeMap<>(Map.of(SERIES, GridWindow.of(GRID, 100, days(30, 1)))),
            HORIZON,
            List.of(0.9),
            SMALL,
            new Provenance("5e".repeat(32), "0.1.0", 42),
            (stage, fraction) -> {
              if (stage.equals("train") && fraction > 0) {
                throw new CancellationException();
              }
            });
    assertThatThrownBy(() -> FAMILY.fit(training)).isInstanceOf(CancellationException.class);
  }

  /** The bar is a minute on two cores; training takes one, so CPU time is what it would take. */
  @Test
  void twoThousandWindowsAreLearntWithinAMinute() {
    long started = THREADS.getCurrentThreadCpuTime();
    Bundle bundle =
        FAMILY.fit(
            training(
                days(180, 8),
                24,
                Parameters.of(Map.of("windows_max", "2000", "linear_window", "168"))));
    double seconds = (THREADS.getCurrentThreadCpuTime() - started) / 1e9;
    Parameters parameters = bundle.manifest().parameters();
    assertThat(parameters.integer("epochs", 0, 0, 1_000))
        .as("stopped early")
        .isLessThan(parameters.integer("epochs_max", 0, 0, 1_000));
    System.out.printf("2,000 windows learnt to the early stop in %.1f s of CPU time%n", seconds);
    assertThat(seconds).isLessThan(60);
  }

  /** Once TensorFlow runs in the process; its first start takes seconds and is not counted. */
  @Test
  void readingVerifyingAndWarmingTakesLessThanASecond() {
    FAMILY.load(small);
    byte[] bytes = small.toBytes();
    for (String engine : List.of("tensorflow", "onnx")) {
      long started = THREADS.getCurrentThreadCpuTime();
      BatchForecaster forecaster =
          FAMILY.load(with(Bundle.read(bytes, BundleLimits.DEFAULT), "engine", engine));
      forecaster.forecast(
          ForecastInput.of(window(days(30, 1), 700, 49)), HORIZON, List.of(0.5, 0.9));
      assertThat((THREADS.getCurrentThreadCpuTime() - started) / 1e9).as(engine).isLessThan(1);
    }
  }
}
