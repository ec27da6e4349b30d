package dev.tidewatch.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.inference.batching.InferenceScheduler;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.trial.PendingVersions;
import dev.tidewatch.inference.trial.VersionTrials;
import dev.tidewatch.models.all.AllEngines;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorFormat;
import dev.tidewatch.models.tensor.TensorSpec;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pending versions are loaded as they would be served, asked, and judged. */
class PendingTrialsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final FilesInMemory files = new FilesInMemory();
  private final InferenceScheduler scheduler = InferenceScheduler.open(2);
  private final Registry registry = new Registry();
  private Residency residency;
  private Rounds trials;

  /** Keeps what is pending until it is decided. */
  private static final class Registry implements PendingVersions {
    private final Map<VersionKey, Map<String, Tensor>> pending = new ConcurrentHashMap<>();
    private final Map<VersionKey, Optional<String>> decided = new ConcurrentHashMap<>();

    @Override
    public List<VersionKey> list() {
      return List.copyOf(pending.keySet());
    }

    @Override
    public Map<String, Tensor> smokeInputs(VersionKey version) {
      return Objects.requireNonNull(pending.get(version));
    }

    @Override
    public void report(VersionKey version, Optional<String> failure) {
      decided.put(version, failure);
      pending.remove(version);
    }
  }

  @BeforeEach
  void start() {
    residency =
        Residency.open(
            new ResidencySettings(
                folder.resolve("artifacts"),
                64 << 20,
                1 << 30,
                1 << 30,
                1,
                LONG,
                LONG,
                true,
                Optional.empty()),
            new TrialSettings(true, LONG, folder.resolve("trials"), TrialMain.class.getName()),
            files,
            new ModelLoader(AllFamilies.create(), AllEngines.create(), BundleLimits.DEFAULT),
            scheduler,
            InstantSource.system());
    trials = new VersionTrials(registry, residency, Duration.ofMillis(20), LONG, LONG).start();
  }

  @AfterEach
  void stop() {
    trials.close();
    residency.close();
    scheduler.close();
  }

  @Test
  void aModelThatAnswersPassesAndOthersFailWithAReason() throws IOException {
    byte[] trees;
    try (InputStream in = getClass().getResourceAsStream("/trials/trees.json")) {
      trees = Objects.requireNonNull(in).readAllBytes();
    }
    VersionKey sound = files.add("trees", "1.0.0", trees, TensorFormat.XGBOOST_JSON);
    registry.pending.put(sound, features(4));
    assertThat(verdict(sound)).isEmpty();

    VersionKey narrow = files.add("trees", "1.1.0", trees, TensorFormat.XGBOOST_JSON);
    registry.pending.put(narrow, features(3));
    assertThat(verdict(narrow).orElseThrow()).startsWith("SMOKE_INPUT_FAILED").contains("[1, 3]");

    byte[] broken =
        new String(trees, StandardCharsets.UTF_8)
            .replace("\"gbtree\"", "\"gblinear\"")
            .getBytes(StandardCharsets.UTF_8);
    VersionKey refused = files.add("trees", "1.2.0", broken, TensorFormat.XGBOOST_JSON);
    registry.pending.put(refused, features(4));
    assertThat(verdict(refused).orElseThrow()).contains("gblinear");

    VersionKey misnamed = files.add("trees", "1.3.0", trees, TensorFormat.XGBOOST_JSON);
    files.register(
        new RegisteredVersion(
            files.artifact(misnamed),
            new ArrayList<>(List.of(TensorSpec.of("window", ElementType.FP32, -1, 4))),
            List.of(),
            0));
    registry.pending.put(misnamed, features(4));
    assertThat(verdict(misnamed).orElseThrow()).startsWith("SIGNATURE_MISMATCH");
  }

  private Optional<String> verdict(VersionKey version) {
    Await.until(version + " is decided", () -> registry.decided.containsKey(version));
    return Objects.requireNonNull(registry.decided.get(version));
  }

  private static Map<String, Tensor> features(int width) {
    return Map.of("features", Tensor.ofFloats(Shape.of(1, width), new float[width]));
  }
}
