package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.ListServedModelsRequest;
import dev.tidewatch.proto.inference.v1.Recording;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.inference.v1.ServedModel;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions come, go, and are refused, while requests are answered. */
class ServingTest {
  private static final String SERIES = "wave/one";

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void prepare() {
    world = new World(folder).withForecaster();
    world.ingest.append(SERIES, TestModels.wave(TestModels.START, 24 * 40));
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void theChampionIsSwappedUnderLoadWithoutAFailedRequest() throws Exception {
    world.start();
    awaitAnswer("1.0.0");
    var failures = new AtomicInteger();
    var answers = new AtomicInteger();
    var seen = ConcurrentHashMap.<String>newKeySet();
    var running = new AtomicBoolean(true);
    try (var pool = Executors.newFixedThreadPool(4)) {
      List<CompletableFuture<Void>> callers =
          IntStream.range(0, 4)
              .mapToObj(_ ->
                  CompletableFuture.runAsync(
                      () -> {
                        while (running.get()) {
                          try {
                            seen.add(forecast().getAnsweredBy().getVersion());
                            answers.incrementAndGet();
                          } catch (StatusRuntimeException e) {
                            failures.incrementAndGet();
                          }
                        }
                      },
                      pool))
              .toList();
      for (int minor = 1; minor <= 5; minor++) {
        String version = "1.%d.0".formatted(minor);
        world.registry.add("waves", version, TestModels.seasonalNaive(minor + 1));
        world.registry.alias("waves", "champion", version);
        awaitAnswer(version);
      }
      Await.until(
          "the callers have seen the last version, and answers enough",
          () -> seen.contains("1.5.0") && answers.get() > 20);
      running.set(false);
      for (CompletableFuture<Void> caller : callers) {
        caller.get(30, TimeUnit.SECONDS);
      }
    }
    assertThat(failures).hasValue(0);
    Await.until(
        "versions that nothing names have left memory",
        () -> served().stream().map(ServedModel::getVersion).toList().equals(List.of("1.5.0")));
  }

  @Test
  void aDamagedBundleNeverReplacesTheVersionThatServes() {
    world.start();
    awaitAnswer("1.0.0");
    SeriesForecast before = forecast();
    byte[] good = TestModels.seasonalNaive(2);

    world.registry.add("waves", "1.1.0", good);
    world.registry.damage("waves", "1.1.0", Arrays.copyOf(good, good.length / 2));
    world.registry.alias("waves", "champion", "1.1.0");
    awaitRefused("1.1.0", "ARTIFACT_DAMAGED");
    assertThat(forecast().getMeanList()).isEqualTo(before.getMeanList());
    assertThat(forecast().getAnsweredBy().getVersion()).isEqualTo("1.0.0");

    world.registry.add("waves", "1.2.0", "no bundle at all".getBytes(StandardCharsets.UTF_8));
    world.registry.alias("waves", "champion", "1.2.0");
    awaitRefused("1.2.0", "ARTIFACT_DAMAGED");
    assertThat(forecast().getAnsweredBy().getVersion()).isEqualTo("1.0.0");

    world.registry.add("waves", "1.3.0", good);
    world.registry.alias("waves", "champion", "1.3.0");
    awaitAnswer("1.3.0");
  }

  @Test
  void aModelWhoseOnlyVersionIsRefusedSaysWhy() {
    world.registry.add("waves", "2.0.0", new byte[] {1, 2, 3});
    world.registry.alias("waves", "champion", "2.0.0");
    world.start();
    awaitRefused("2.0.0", "ARTIFACT_DAMAGED");
    assertThatThrownBy(this::forecast)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
              assertThat(StatusDetails.reason(e)).contains("MODEL_NOT_READY");
              assertThat(e.getMessage()).contains("ARTIFACT_DAMAGED");
            });
  }

  @Test
  void aStandInAnswersFlaggedWhereTheCallerAllowsIt() {
    world.registry.alias("waves", "canary", "1.0.0");
    world.registry.add("waves", "2.0.0", new byte[] {1, 2, 3});
    world.registry.alias("waves", "champion", "2.0.0");
    world.start();
    awaitRefused("2.0.0", "ARTIFACT_DAMAGED");
    Await.until(
        "the canary is loaded",
        () ->
            served().stream()
                .anyMatch(model -> model.getState() == ServedState.SERVED_STATE_READY));
    SeriesForecast forecast =
        stub().forecast(request().setAllowFallback(true).setHorizon(5).build()).getForecasts(0);
    assertThat(forecast.getFallback()).isTrue();
    assertThat(forecast.getFallbackReason()).isEqualTo("MODEL_NOT_READY");
    assertThat(forecast.getAnsweredBy().getModel()).isEqualTo("seasonal-naive-fallback");
    assertThat(forecast.getMeanCount()).isEqualTo(5);
    for (int step = 0; step < 5; step++) {
      assertThat(forecast.getMean(step))
          .isCloseTo(TestModels.waveAt(forecast.getTargetTimesMicros(step)), within(1.0));
      assertThat(forecast.getIntervals(0).getLower(step)).isLessThan(forecast.getMean(step));
    }
  }

  @Test
  void whileTheRegistryIsAwayItsLastKnownStateIsServed() {
    world.start();
    awaitAnswer("1.0.0");
    world.registry.stop();
    for (int i = 0; i < 20; i++) {
      assertThat(forecast().getAnsweredBy().getVersion()).isEqualTo("1.0.0");
    }
    Await.until("its age grows", () -> registryAgeMillis() > 300);
    world.registry.add("waves", "1.1.0", TestModels.seasonalNaive(3));
    world.registry.alias("waves", "champion", "1.1.0");
    world.registry.start();
    awaitAnswer("1.1.0");
  }

  @Test
  void beforeTheRegistryWasEverHeardNothingIsReady() {
    world.registry.stop();
    world.start();
    assertThatThrownBy(this::forecast)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(StatusDetails.reason(e)).contains("MODEL_NOT_READY"));
    world.registry.start();
    awaitAnswer("1.0.0");
  }

  @Test
  void bundlesOnDiskAreVerifiedAgainAndFetchedAnewWhenTheyHaveRotted() throws Exception {
    world.start();
    awaitAnswer("1.0.0");
    world.stop();
    try (var files = Files.list(folder.resolve("bundles"))) {
      Files.write(files.findFirst().orElseThrow(), new byte[] {0});
    }
    world.start();
    awaitAnswer("1.0.0");
  }

  @Test
  void aVersionIsReachedByItsNumberWithoutAnAlias() {
    world.start();
    awaitAnswer("1.0.0");
    world.registry.add("waves", "0.9.0", TestModels.seasonalNaive(9));
    var request = request();
    request.getModelBuilder().setModel("waves").setVersion("0.9.0");
    SeriesForecast forecast = stub().forecast(request.build()).getForecasts(0);
    assertThat(forecast.getAnsweredBy().getVersion()).isEqualTo("0.9.0");
    assertThat(forecast.getAnsweredBy().getAlias()).isEmpty();
  }

  @Test
  void servedModelsArePaged() {
    world.registry.add("waves", "1.1.0", TestModels.seasonalNaive(2));
    world.registry.alias("waves", "canary", "1.1.0");
    world.start();
    awaitAnswer("1.0.0");
    Await.until("both are there", () -> served().size() == 2);
    var models = ServedModelServiceGrpc.newBlockingStub(world.channel());
    var first =
        models.listServedModels(ListServedModelsRequest.newBuilder().setPageSize(1).build());
    var second =
        models.listServedModels(
            ListServedModelsRequest.newBuilder()
                .setPageSize(1)
                .setPageToken(first.getNextPageToken())
                .build());
    assertThat(first.getModels(0).getVersion()).isEqualTo("1.1.0");
    assertThat(first.getModels(0).getAliasesList()).containsExactly("canary");
    assertThat(second.getModels(0).getVersion()).isEqualTo("1.0.0");
    assertThat(second.getModels(0).getAssignmentsList()).containsExactly("waves-everywhere");
    assertThat(second.getNextPageToken()).isEmpty();
  }

  private void awaitAnswer(String version) {
    Await.until(
        version + " answers",
        () -> {
          try {
            return forecast().getAnsweredBy().getVersion().equals(version);
          } catch (StatusRuntimeException e) {
            return false;
          }
        });
  }

  private void awaitRefused(String version, String reason) {
    Await.until(
        version + " is refused",
        () ->
            served().stream()
                .anyMatch(served ->
                    served.getVersion().equals(version)
                        && served.getState() == ServedState.SERVED_STATE_REFUSED
                        && served.getReason().startsWith(reason)));
  }

  private List<ServedModel> served() {
    return ServedModelServiceGrpc.newBlockingStub(world.channel())
        .listServedModels(ListServedModelsRequest.getDefaultInstance())
        .getModelsList();
  }

  private long registryAgeMillis() {
    var age =
        ServedModelServiceGrpc.newBlockingStub(world.channel())
            .listServedModels(ListServedModelsRequest.getDefaultInstance())
            .getRegistryAge();
    return age.getSeconds() * 1_000 + age.getNanos() / 1_000_000;
  }

  private ForecastServiceGrpc.ForecastServiceBlockingStub stub() {
    return ForecastServiceGrpc.newBlockingStub(world.channel())
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private static ForecastRequest.Builder request() {
    return ForecastRequest.newBuilder().addSeries(SERIES).setRecord(Recording.RECORDING_NEVER);
  }

  private SeriesForecast forecast() {
    return stub().forecast(request().build()).getForecasts(0);
  }
}
