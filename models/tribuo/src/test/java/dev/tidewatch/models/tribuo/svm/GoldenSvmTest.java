package dev.tidewatch.models.tribuo.svm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.features.FeatureDetectorFamily;
import dev.tidewatch.models.detection.multivariate.MultivariateDetector;
import dev.tidewatch.models.detection.multivariate.MultivariateTraining;
import dev.tidewatch.models.detection.multivariate.ScoredRowsFamily;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Bundles that a release wrote load, and mean the same, for ever. */
class GoldenSvmTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/format-1");
  private static final Provenance PROVENANCE = new Provenance("5e".repeat(32), "0.1.0", 42);
  private static final Grid GRID = Grid.ofStep(Duration.ofHours(1));
  private static final SeriesName SERIES = new SeriesName("golden/series");
  private static final int HOURS = 24 * 14;

  private static double value(int hour, int series) {
    return 20 + (hour % 24) * (24 - hour % 24) / 10.0 + (hour * (7919L + series) % 100) / 100.0;
  }

  private static Bundle ofOneSeries() {
    var readings = ReadingColumns.builder();
    for (int hour = 0; hour < HOURS; hour++) {
      readings.add(hour * Times.MICROS_PER_HOUR, value(hour, 0));
    }
    return new FeatureDetectorFamily(new OneClassSvm())
        .fit(
            new DetectorTraining(
                new TreeMap<>(Map.of(SERIES, readings.build())),
                GRID,
                Parameters.of(Map.of("nu", "0.1")),
                PROVENANCE,
                TrainingProgress.SILENT));
  }

  private static Bundle ofTwoSeries() {
    var inputs = new ArrayList<MultivariateTraining.Input>();
    for (int series = 0; series < 2; series++) {
      var values = new double[HOURS];
      for (int hour = 0; hour < HOURS; hour++) {
        values[hour] = value(hour, series);
      }
      inputs.add(
          new MultivariateTraining.Input(
              new Role("sensor_" + series, Role.Kind.TARGET),
              new SeriesName("golden/" + series),
              GridWindow.of(GRID, 0, values)));
    }
    return new ScoredRowsFamily(new OneClassSvm())
        .fit(
            new MultivariateTraining(
                List.copyOf(inputs),
                Parameters.of(Map.of("nu", "0.1")),
                PROVENANCE,
                TrainingProgress.SILENT));
  }

  private static Bundle read(Path file, Supplier<Bundle> made) throws IOException {
    if (!Files.exists(file) && Boolean.getBoolean("tidewatch.golden.write")) {
      Files.createDirectories(file.getParent());
      made.get().write(file);
    }
    byte[] bytes = Files.readAllBytes(file);
    Bundle bundle = Bundle.read(bytes, BundleLimits.DEFAULT);
    assertThat(bundle.sha256()).isEqualTo(Bundle.sha256(bytes));
    assertThat(bundle.manifest().seed()).isEqualTo(42);
    return bundle;
  }

  @Test
  void theOneOfOneSeriesLoadsAndDetects() throws IOException {
    Bundle bundle = read(FOLDER.resolve("one-class-svm.zip"), GoldenSvmTest::ofOneSeries);
    DetectorModel model = new FeatureDetectorFamily(new OneClassSvm()).load(bundle);
    assertThat(model.isTrainedOn(SERIES)).isTrue();
    Detector detector = model.start(SERIES);
    long next = HOURS * Times.MICROS_PER_HOUR;
    double ordinary = detector.score(next, value(HOURS, 0)).score();
    double broken = detector.score(next + Times.MICROS_PER_HOUR, 500).score();
    assertThat(new double[] {ordinary, broken})
        .containsExactly(new double[] {0, 8.430065705620068}, within(1e-9));
    assertThat(broken).isGreaterThan(ordinary);
  }

  @Test
  void theOneOfSeveralSeriesLoadsAndDetects() throws IOException {
    Bundle bundle =
        read(FOLDER.resolve("multivariate-one-class-svm.zip"), GoldenSvmTest::ofTwoSeries);
    MultivariateDetector detector = new ScoredRowsFamily(new OneClassSvm()).load(bundle).start();
    double ordinary = 0;
    double broken = 0;
    for (int hour = HOURS; hour < HOURS + 48; hour++) {
      boolean early = hour < HOURS + 24;
      double[] row = {value(hour, 0), early ? value(hour, 1) : -500};
      double score = detector.score(hour, row).score();
      ordinary = early ? Math.max(ordinary, score) : ordinary;
      broken = early ? broken : Math.max(broken, score);
    }
    assertThat(new double[] {ordinary, broken})
        .containsExactly(new double[] {3.0452497149516646, 60.732237153005755}, within(1e-9));
    assertThat(broken).isGreaterThan(ordinary);
  }
}
