package dev.tidewatch.inference.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.inference.batching.InferenceScheduler;
import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.BreakingFamily.Way;
import dev.tidewatch.inference.serving.VersionStatus.State;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.timeseries.GridWindow;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions in memory: how they come, make room, go, and how broken ones are kept away. */
class ResidencyTest {
  private static final AliasKey CHAMPION = new AliasKey("waves", AliasKey.CHAMPION);
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final FilesInMemory files = new FilesInMemory();
  private final InferenceScheduler scheduler = InferenceScheduler.open(2);
  private @Nullable Residency residency;

  @AfterEach
  void close() {
    BreakingFamily.STOPPED.add(Way.HANG);
    if (residency != null) {
      residency.close();
    }
    scheduler.close();
  }

  private Residency open(long memoryBytesMax, Duration warmUpLimit) {
    BreakingFamily.STOPPED.clear();
    BreakingFamily.CLOSED.clear();
    var settings =
        new ResidencySettings(
            folder.resolve("bundles"),
            64 << 20,
            1 << 30,
            memoryBytesMax,
            1,
            LONG,
            warmUpLimit,
            true,
            Optional.empty());
    residency =
        Residency.open(
            settings,
            new TrialSettings(
                true, LONG, folder.resolve("trials"), BreakingTrialMain.class.getName()),
            files,
            BreakingTrialMain.loader(),
            scheduler,
            InstantSource.system());
    return residency;
  }

  private Residency open() {
    return open(1 << 30, LONG);
  }

  @Test
  void brokenModelsNeitherReplaceAGoodOneNorEndTheServer() throws Exception {
    Residency residency = open(1 << 30, Duration.ofSeconds(2));
    byte[] good = TestModels.seasonalNaive(1);
    residency.follow(files.alias(AliasKey.CHAMPION, files.add("waves", "1.0.0", good)));
    Forecast before = ask(residency);

    VersionKey digest = files.add("waves", "1.1.0", TestModels.seasonalNaive(2));
    files.send(digest, TestModels.seasonalNaive(3));
    assertRefused(residency, digest, "ARTIFACT_DAMAGED", before);

    byte[] whole = TestModels.seasonalNaive(4);
    VersionKey cut = files.add("waves", "1.2.0", whole);
    files.send(cut, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(residency, cut, "ARTIFACT_DAMAGED", before);
    VersionKey registeredCut =
        files.add("waves", "1.2.1", Arrays.copyOf(whole, whole.length - 100));
    assertRefused(residency, registeredCut, "ARTIFACT_DAMAGED", before);

    VersionKey signature = files.add("waves", "1.3.0", TestModels.seasonalNaive(5));
    files.register(new RegisteredVersion(files.artifact(signature), List.of(), List.of(), 48));
    assertRefused(residency, signature, "SIGNATURE_MISMATCH", before);

    VersionKey hung = files.add("waves", "1.4.0", BreakingFamily.bundle(false, Way.HANG, 0));
    assertRefused(residency, hung, "MODEL_HUNG", before);
    assertThat(residency.counts().stuckThreads()).isEqualTo(1);

    VersionKey deep = files.add("waves", "1.5.0", BreakingFamily.bundle(false, Way.OVERFLOW, 0));
    assertRefused(residency, deep, "MODEL_UNSOUND", before);

    VersionKey crashing = files.add("waves", "1.6.0", BreakingFamily.bundle(true, Way.CRASH, 0));
    assertRefused(residency, crashing, "MODEL_CRASHED", before);

    Path large = folder.resolve("large");
    try (var file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(2L << 30);
    }
    VersionKey announced = new VersionKey("waves", "1.7.0");
    files.register(
        RegisteredVersion.of(new Artifact(announced, "a".repeat(64), Files.size(large))));
    files.send(announced, large);
    int downloads = files.downloads.get();
    assertRefused(residency, announced, "ARTIFACT_TOO_LARGE", before);
    assertThat(files.downloads).as("not even fetched").hasValue(downloads);

    VersionKey belittled = new VersionKey("waves", "1.8.0");
    files.register(RegisteredVersion.of(new Artifact(belittled, "b".repeat(64), 1_000)));
    files.send(belittled, large);
    assertRefused(residency, belittled, "ARTIFACT_TOO_LARGE", before);
    assertThat(bytesBelow(folder.resolve("bundles")))
        .as("what was fetched is gone")
        .isLessThan(1 << 20);

    VersionKey next = files.add("waves", "2.0.0", TestModels.seasonalNaive(6));
    residency.follow(files.alias(AliasKey.CHAMPION, next));
    Await.until("a good version takes over", () -> answering(residency).equals(next));
  }

  private void assertRefused(
      Residency residency, VersionKey broken, String reason, Forecast before) {
    residency.follow(files.alias(AliasKey.CHAMPION, broken));
    Await.until(broken + " is refused", () -> state(residency, broken) == State.REFUSED);
    assertThat(status(residency, broken).reason()).startsWith(reason + ": ");
    assertThat(answering(residency)).isEqualTo(new VersionKey("waves", "1.0.0"));
    Forecast after = ask(residency);
    assertThat(bits(after)).as("after %s", broken).isEqualTo(bits(before));
    assertThatThrownBy(() -> residency.use(broken, LONG))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aModelThatRunsNativeCodeStandsItsTrialOnceOnAMachine() throws IOException {
    byte[] sound = BreakingFamily.bundle(true, Way.SOUND, 0);
    VersionKey key = files.add("waves", "1.0.0", sound);
    Residency first = open();
    first.use(key, LONG).close();
    Path stood = folder.resolve("trials").resolve(files.artifact(key).sha256() + ".stood");
    assertThat(stood).exists();
    var stoodAt = Files.getLastModifiedTime(stood);
    first.close();

    Residency second = open();
    second.use(key, LONG).close();
    assertThat(Files.getLastModifiedTime(stood)).isEqualTo(stoodAt);
    second.close();

    // As a process leaves it that died while it loaded the file.
    Files.writeString(
        folder.resolve("trials").resolve(files.artifact(key).sha256() + ".loading"), "");
    Residency third = open();
    third.use(key, LONG).close();
    assertThat(Files.getLastModifiedTime(stood)).isGreaterThan(stoodAt);
    try (var left = Files.list(folder.resolve("trials"))) {
      assertThat(left).containsExactly(stood);
    }
  }

  @Test
  void aVersionInUseIsLetGoOfWhenItsLastUseEnds() {
    Residency residency = open();
    VersionKey old = files.add("waves", "1.0.0", BreakingFamily.bundle(false, Way.SOUND, 0));
    VersionKey next = files.add("waves", "1.1.0", TestModels.seasonalNaive(1));
    residency.follow(files.alias(AliasKey.CHAMPION, old));
    ServedVersion.Use first = residency.use(CHAMPION, LONG);
    ServedVersion.Use second = residency.use(CHAMPION, LONG);
    residency.follow(files.alias(AliasKey.CHAMPION, next));
    Await.until("the new one answers", () -> answering(residency).equals(next));
    assertThat(state(residency, old)).isEqualTo(State.DRAINING);
    first.close();
    first.close(); // counts once
    assertThat(state(residency, old)).isEqualTo(State.DRAINING);
    assertThat(BreakingFamily.CLOSED).isEmpty();
    assertThat(second.version().key()).isEqualTo(old);
    second.close();
    Await.until(
        "the old one is gone",
        () -> residency.statuses().stream().noneMatch(status -> status.version().equals(old)));
    assertThat(BreakingFamily.CLOSED).containsExactly(Map.entry("breaking", 1));
  }

  @Test
  void thoseUnusedLongestMakeRoomAndComeBackWhenAskedFor() {
    int payload = 1 << 20;
    byte[] bundle = BreakingFamily.bundle(false, Way.SOUND, payload);
    // Room for three.
    Residency residency = open(3 * ModelLoader.memoryBytes(bundle.length + 100L, false), LONG);
    RegistryState state = RegistryState.UNHEARD;
    for (String model : List.of("a", "b", "c", "d", "e")) {
      state =
          files.alias(
              AliasKey.CHAMPION,
              files.add(
                  model,
                  "1.0.0",
                  BreakingFamily.bundle(false, Way.SOUND, payload - model.charAt(0))));
    }
    residency.follow(state);
    Await.until("all is settled", residency::isSettled);
    assertThat(readyModels(residency)).hasSize(3);

    for (String model : List.of("a", "b", "c", "d", "e", "a", "e", "b")) {
      residency.use(new AliasKey(model, AliasKey.CHAMPION), LONG).close();
      assertThat(residency.counts().memoryBytes()).isLessThanOrEqualTo(4L << 20 << 2);
    }
    Await.until("who leaves has left", () -> readyModels(residency).size() == 3);
    assertThat(readyModels(residency)).containsExactlyInAnyOrder("a", "e", "b");
    assertThat(state(residency, new VersionKey("c", "1.0.0"))).isEqualTo(State.UNLOADED);

    try (var _ = residency.use(new AliasKey("a", AliasKey.CHAMPION), LONG);
        var _ = residency.use(new AliasKey("b", AliasKey.CHAMPION), LONG);
        var _ = residency.use(new AliasKey("e", AliasKey.CHAMPION), LONG)) {
      assertThatThrownBy(() -> residency.use(new AliasKey("c", AliasKey.CHAMPION), LONG))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("MODEL_MEMORY_FULL");
    }
    Await.until("it comes in when the others are idle", () -> readyModels(residency).contains("c"));
  }

  @Test
  void aThousandSmallModelsAreThereAtOnce() throws Exception {
    byte[][] bundles = new byte[20][];
    for (int i = 0; i < bundles.length; i++) {
      bundles[i] = TestModels.seasonalNaive(i);
    }
    RegistryState state = RegistryState.UNHEARD;
    for (int i = 0; i < 1_000; i++) {
      state =
          files.alias(
              AliasKey.CHAMPION, files.add("model-" + i, "1.0.0", bundles[i % bundles.length]));
    }
    Residency residency = open();
    residency.follow(state);
    assertThat(residency.awaitSettled(Duration.ofMinutes(3))).isTrue();
    assertThat(residency.counts().versions()).isEqualTo(1_000);
    var answers = new HashMap<String, Integer>();
    for (int i = 0; i < 1_000; i++) {
      try (var use = residency.use(new AliasKey("model-" + i, AliasKey.CHAMPION)).orElseThrow()) {
        answers.merge(use.version().key().model(), 1, Integer::sum);
        assertThat(forecast(use.version()).horizon()).isEqualTo(TestModels.HORIZON);
      }
    }
    assertThat(answers).hasSize(1_000);
    assertThat(residency.counts().unloads()).isZero();
    assertThat(files.downloads).as("one of each file").hasValue(bundles.length);
  }

  @Test
  void aHungLoadHoldsUpNoOther() {
    Residency residency = open(1 << 30, Duration.ofSeconds(1));
    VersionKey hung = files.add("stuck", "1.0.0", BreakingFamily.bundle(false, Way.HANG, 0));
    VersionKey fine = files.add("waves", "1.0.0", TestModels.seasonalNaive(1));
    var _ = files.alias(AliasKey.CHAMPION, hung);
    residency.follow(files.alias(AliasKey.CHAMPION, fine));
    residency.use(CHAMPION, LONG).close();
    Await.until("the other is refused", () -> state(residency, hung) == State.REFUSED);
    BreakingFamily.STOPPED.add(Way.HANG);
    Await.until("its thread ends", () -> residency.counts().stuckThreads() == 0);
  }

  @Test
  void aModelUnloadedByHandStaysOutUntilItIsLoaded() {
    Residency residency = open();
    VersionKey key = files.add("waves", "1.0.0", BreakingFamily.bundle(false, Way.SOUND, 0));
    residency.follow(files.alias(AliasKey.CHAMPION, key));
    residency.use(CHAMPION, LONG).close();

    residency.unload("waves");
    assertThat(residency.use(CHAMPION)).isEmpty();
    assertThatThrownBy(() -> residency.use(CHAMPION, LONG))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("unloaded by hand");
    Await.until("it is closed", () -> BreakingFamily.CLOSED.containsValue(1));
    assertThat(state(residency, key)).isEqualTo(State.UNLOADED);

    residency.load("waves", LONG);
    assertThat(answering(residency)).isEqualTo(key);
    assertThatThrownBy(() -> residency.load("tides", LONG)).isInstanceOf(NotFound.class);
    assertThatThrownBy(() -> residency.unload("tides")).isInstanceOf(NotFound.class);
  }

  @Test
  void aNewVersionIsWarmedWithWhatCallersAsked() {
    Residency residency = open();
    residency.follow(
        files.alias(AliasKey.CHAMPION, files.add("waves", "1.0.0", TestModels.seasonalNaive(1))));
    try (var use = residency.use(CHAMPION, LONG)) {
      RecordedInputs inputs = use.version().inputs();
      Await.until(
          "a question is kept",
          () -> {
            inputs.offer(input(), 3, List.of(0.5));
            return !inputs.forecasts().isEmpty();
          });
      assertThat(inputs.forecasts().getFirst().horizon()).isEqualTo(3);
      inputs.offer(input(), 4, List.of(0.5));
      assertThat(inputs.forecasts()).as("not so soon again").hasSize(1);
    }
    VersionKey next = files.add("waves", "1.1.0", TestModels.seasonalNaive(2));
    residency.follow(files.alias(AliasKey.CHAMPION, next));
    Await.until("it takes over", () -> answering(residency).equals(next));
  }

  private static ForecastInput input() {
    GridWindow window =
        GridWindow.resample(TestModels.HOURLY, TestModels.wave(TestModels.START, 24 * 30));
    return ForecastInput.of(window);
  }

  private static Forecast forecast(ServedVersion version) {
    return version.forecaster().forecast(input(), TestModels.HORIZON, List.of(0.8));
  }

  private static Forecast ask(Residency residency) {
    try (var use = residency.use(CHAMPION, LONG)) {
      return forecast(use.version());
    }
  }

  private static List<Long> bits(Forecast forecast) {
    return IntStream.range(0, forecast.horizon())
        .mapToObj(step -> Double.doubleToRawLongBits(forecast.mean(step)))
        .toList();
  }

  private static VersionKey answering(Residency residency) {
    try (var use = residency.use(CHAMPION, LONG)) {
      return use.version().key();
    }
  }

  private static VersionStatus status(Residency residency, VersionKey key) {
    return residency.statuses().stream()
        .filter(status -> status.version().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static State state(Residency residency, VersionKey key) {
    return status(residency, key).state();
  }

  private static List<String> readyModels(Residency residency) {
    return residency.statuses().stream()
        .filter(status -> status.state() == State.READY)
        .map(status -> status.version().model())
        .toList();
  }

  private static long bytesBelow(Path folder) throws IOException {
    long bytes = 0;
    try (var all = Files.list(folder)) {
      for (Path file : all.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }
}
