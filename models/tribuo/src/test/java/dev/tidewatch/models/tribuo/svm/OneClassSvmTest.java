package dev.tidewatch.models.tribuo.svm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.features.FeatureDetectorFamily;
import dev.tidewatch.models.detection.features.RowScorer;
import dev.tidewatch.models.detection.multivariate.MultivariateDetector;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.models.detection.multivariate.MultivariateTraining;
import dev.tidewatch.models.detection.multivariate.ScoredRowsFamily;
import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.tribuo.anomaly.Event;

class OneClassSvmTest {
  private static final Provenance PROVENANCE = new Provenance("00".repeat(32), "test", 7);
  private static final Grid GRID = Grid.ofStep(Duration.ofHours(1));

  private static double[][] rows(int count) {
    var random = new SplittableRandom(4);
    var rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = new double[] {random.nextGaussian(), 0, 100 + 20 * random.nextGaussian()};
    }
    return rows;
  }

  @Test
  void ourScoresAreTheLibrarys() {
    double[][] rows = rows(300);
    RowScorer machine = new OneClassSvm().train(rows, Parameters.of(Map.of("gamma", "0.25")), 1);
    ModelArrays saved = machine.save();
    double[] centers = saved.array("centers");
    double[] units = saved.array("units");
    var library = OneClassSvm.learn(rows, centers, units, 0.05, 0.25);
    double[][] others = {{0, 0, 100}, {5, 0, 100}, {0, 0, 300}, {1, 2, 90}};
    for (double[] row : others) {
      double[] point = new double[row.length];
      Arrays.setAll(point, i -> (row[i] - centers[i]) / units[i]);
      Event event = library.predict(OneClassSvm.example(point)).getOutput();
      assertThat(-machine.unusual(row)).isCloseTo(event.getScore(), within(1e-9));
    }
    assertThat(machine.unusual(others[0])).isNegative();
    assertThat(machine.unusual(others[1])).isPositive();
  }

  @Test
  void aboutTheShareNuLiesOutside() {
    double[][] rows = rows(1_000);
    RowScorer machine = new OneClassSvm().train(rows, Parameters.of(Map.of("nu", "0.1")), 1);
    long outside = Arrays.stream(rows).filter(row -> machine.unusual(row) > 0).count();
    assertThat(outside).isBetween(70L, 130L);
  }

  @Test
  void isSavedWhole() {
    double[][] rows = rows(200);
    var method = new OneClassSvm();
    RowScorer machine = method.train(rows, Parameters.NONE, 1);
    assertThat(method.train(rows, Parameters.NONE, 2).save()).isEqualTo(machine.save());
    RowScorer loaded = method.load(ModelArrays.read(machine.save().toBytes()), 3);
    for (double[] row : rows) {
      assertThat(loaded.unusual(row)).isEqualTo(machine.unusual(row));
    }
    assertThatThrownBy(() -> method.load(machine.save(), 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void detectsInOneSeries() {
    var random = new SplittableRandom(6);
    var readings = ReadingColumns.builder();
    for (int hour = 0; hour < 600; hour++) {
      double shape = 10 * Math.sin(2 * Math.PI * (hour % 24) / 24);
      readings.add(hour * Times.MICROS_PER_HOUR, 50 + shape + random.nextGaussian());
    }
    var series = new TreeMap<SeriesName, ReadingColumns>();
    series.put(new SeriesName("a"), readings.build());
    var training =
        new DetectorTraining(series, GRID, Parameters.NONE, PROVENANCE, TrainingProgress.SILENT);
    var family = new FeatureDetectorFamily(new OneClassSvm());
    Bundle bundle = family.fit(training);
    assertThat(family.fit(training).sha256()).isEqualTo(bundle.sha256());
    DetectorModel model = family.load(Bundle.read(bundle.toBytes(), BundleLimits.DEFAULT));
    Detector detector = model.start(new SeriesName("a"));
    byte[] state = detector.save();
    assertThat(state.length).isLessThanOrEqualTo(model.stateBytesMax());
    long next = 600 * Times.MICROS_PER_HOUR;
    assertThat(model.restore(state, Parameters.NONE).score(next, 90))
        .isEqualTo(detector.score(next, 90));
    assertThat(model.start(new SeriesName("a")).score(next, 90).anomaly()).isTrue();
    assertThat(model.start(new SeriesName("a")).score(next, 50).anomaly()).isFalse();
  }

  @Test
  void detectsInSeveralSeries() {
    var random = new SplittableRandom(6);
    double[][] values = new double[2][400];
    for (int row = 0; row < 400; row++) {
      double load = random.nextGaussian();
      values[0][row] = load;
      values[1][row] = 10 * load + random.nextGaussian();
    }
    var training =
        new MultivariateTraining(
            List.of(
                new MultivariateTraining.Input(
                    new Role("a", Role.Kind.TARGET),
                    new SeriesName("a"),
                    GridWindow.of(GRID, 0, values[0])),
                new MultivariateTraining.Input(
                    new Role("b", Role.Kind.TARGET),
                    new SeriesName("b"),
                    GridWindow.of(GRID, 0, values[1]))),
            Parameters.of(Map.of("window", "10")),
            PROVENANCE,
            TrainingProgress.SILENT);
    var family = new ScoredRowsFamily(new OneClassSvm());
    MultivariateDetectorModel model =
        family.load(Bundle.read(family.fit(training).toBytes(), BundleLimits.DEFAULT));
    MultivariateDetector detector = model.start();
    int high = 0;
    for (int row = 400; row < 440; row++) {
      high += detector.score(row, new double[] {3, -30}).high() ? 1 : 0;
    }
    assertThat(high).isGreaterThan(25);
    byte[] state = detector.save();
    assertThat(model.restore(state).score(440, new double[] {0, 0}))
        .isEqualTo(detector.score(440, new double[] {0, 0}));
  }
}
