package dev.tidewatch.models.detection.multivariate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Bundles of several series that a release wrote load, and mean the same, for ever. */
class MultivariateGoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden/format-1/multivariate");
  private static final Map<String, Map<String, String>> PARAMETERS =
      Map.of(
          "multivariate-isolation-forest",
          Map.of("trees", "5", "sample", "32"),
          "multivariate-random-cut-forest",
          Map.of("trees", "5", "sample", "32"));

  @Test
  void loadAndWork() throws IOException {
    for (String id : new TreeSet<>(ModelFamilies.core().multivariateIds())) {
      Path file = FOLDER.resolve(id + ".zip");
      assertThat(file).exists();
      Bundle bundle = Bundle.read(file, BundleLimits.DEFAULT);
      assertThat(bundle.sha256()).isEqualTo(Bundle.sha256(Files.readAllBytes(file)));
      MultivariateDetectorModel model = ModelFamilies.core().loadMultivariate(bundle);
      assertThat(model.inputs()).isEqualTo(MultivariateSensors.INPUTS);
      double[][] rows = MultivariateSensors.rows(300, 31);
      MultivariateDetector detector = model.start();
      assertThat(detector.newestIndex()).isEqualTo(199);
      double ordinary = 0;
      double broken = 0;
      for (int row = 200; row < 240; row++) {
        ordinary = Math.max(ordinary, detector.score(row, rows[row]).score());
      }
      for (int row = 240; row < 280; row++) {
        rows[row] = new double[] {500, -9_000, 5, 4_000};
        broken = Math.max(broken, detector.score(row, rows[row]).score());
      }
      assertThat(broken).as(id).isGreaterThan(ordinary);
    }
  }

  /** Writes those that are missing into the folder. */
  public static void main(String[] arguments) throws IOException {
    Files.createDirectories(Path.of(arguments[0]));
    for (String id : new TreeSet<>(ModelFamilies.core().multivariateIds())) {
      Path file = Path.of(arguments[0]).resolve(id + ".zip");
      if (!Files.exists(file)) {
        ModelFamilies.core()
            .multivariateFamily(id)
            .orElseThrow()
            .fit(
                MultivariateSensors.training(
                    MultivariateSensors.rows(300, 31),
                    0,
                    200,
                    PARAMETERS.getOrDefault(id, Map.of())))
            .write(file);
      }
    }
  }
}
