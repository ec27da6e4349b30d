package dev.tidewatch.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.inference.serving.CanaryBuckets;
import dev.tidewatch.inference.testing.Await;
import dev.tidewatch.inference.testing.TestModels;
import dev.tidewatch.inference.testing.World;
import dev.tidewatch.proto.inference.v1.AnswerRole;
import dev.tidewatch.proto.inference.v1.AnsweredBy;
import dev.tidewatch.proto.inference.v1.ForecastRequest;
import dev.tidewatch.proto.inference.v1.ForecastServiceGrpc;
import dev.tidewatch.proto.inference.v1.ListServedModelsRequest;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.inference.v1.SeriesForecast;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.proto.inference.v1.ShadowDifference;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.Role;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutingTest {
  private static final int SERIES = 40;

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void start() {
    world = new World(folder.resolve("one")).withForecaster();
    for (int i = 0; i < SERIES; i++) {
      world.ingest.append(series(i), TestModels.wave(TestModels.START, 24 * 40));
    }
    world.registry.add("waves", "2.0.0", TestModels.seasonalNaive(2, "7"));
    world.registry.alias("waves", "canary", "2.0.0");
    world.start();
    awaitReady(world.channel());
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void theCanaryTakesItsShareOfSeriesAndKeepsThemAsItGrows() {
    Set<String> before = new HashSet<>();
    for (int share : List.of(0, 1_000, 3_000, 7_000, 10_000)) {
      world.registry.route("waves", share);
      Set<String> expected = new HashSet<>();
      for (int i = 0; i < SERIES; i++) {
        if (CanaryBuckets.bucket("waves", series(i)) < share) {
          expected.add(series(i));
        }
      }
      Await.until("share " + share, () -> canarys(world.channel()).equals(expected));
      assertThat(expected).containsAll(before);
      before = expected;
    }
  }

  @Test
  void aCanarysAnswerHasAShadowInTheLedgerAndTheDifferenceIsCounted() {
    world.registry.route("waves", 10_000);
    Await.until("the canary answers", () -> answeredBy(0).getRole() == CANARY);
    AnsweredBy by = answeredBy(1);
    assertThat(by.getVersion()).isEqualTo("2.0.0");
    assertThat(by.getAlias()).isEqualTo("canary");
    assertThat(by.getAssignment()).isEqualTo("waves-everywhere");
    Await.until("both are in the ledger", () -> roles(series(1)).size() == 2);
    Prediction canary = prediction(series(1), Role.ROLE_CANARY);
    Prediction shadow = prediction(series(1), Role.ROLE_SHADOW);
    assertThat(canary.getVersion()).isEqualTo("2.0.0");
    assertThat(shadow.getVersion()).isEqualTo("1.0.0");
    assertThat(shadow.getAlias()).isEqualTo("champion");
    assertThat(shadow.getOrigin()).isEqualTo(canary.getOrigin());
    assertThat(shadow.getMeansList()).hasSameSizeAs(canary.getMeansList());
    assertThat(shadow.getCause()).isEqualTo(canary.getCause());
    ShadowDifference difference = difference("1.0.0");
    assertThat(difference.getAnsweredVersion()).isEqualTo("2.0.0");
    assertThat(difference.getAnswers()).isPositive();
    double mean = 0;
    for (int step = 0; step < canary.getMeansCount(); step++) {
      mean += Math.abs(shadow.getMeans(step) - canary.getMeans(step));
    }
    // Every series holds the same wave, so that every pair differs in the same way.
    assertThat(difference.getMeanAbsolute())
        .isPositive()
        .isCloseTo(mean / canary.getMeansCount(), within(1e-9));
  }

  @Test
  void shadowsAnswerEveryRequestAndNobodySeesThem() {
    world.registry.add("waves", "3.0.0", TestModels.seasonalNaive(3));
    world.registry.alias("waves", "shadow", "3.0.0");
    world.registry.route("waves", 0, "shadow");
    Await.until(
        "the shadow answers",
        () -> {
          assertThat(answeredBy(0).getVersion()).isEqualTo("1.0.0");
          world.clock.advance(Duration.ofHours(1));
          return roles(series(0)).contains(Role.ROLE_SHADOW);
        });
    assertThat(prediction(series(0), Role.ROLE_SHADOW).getVersion()).isEqualTo("3.0.0");
    assertThat(prediction(series(0), Role.ROLE_CHAMPION).getVersion()).isEqualTo("1.0.0");
  }

  @Test
  void aPickInTheRequestOrInTheMetadataStandsBeforeTheShare() {
    world.registry.route("waves", 10_000);
    Await.until("the canary answers", () -> answeredBy(0).getRole() == CANARY);
    assertThat(
            ask(world.channel(), ModelChoice.newBuilder().setModel("waves").setAlias("champion"))
                .getAnsweredBy()
                .getVersion())
        .isEqualTo("1.0.0");
    AnsweredBy pinned =
        ask(world.channel(), ModelChoice.newBuilder().setModel("waves").setVersion("1.0.0"))
            .getAnsweredBy();
    assertThat(pinned.getVersion()).isEqualTo("1.0.0");
    assertThat(pinned.getAlias()).isEmpty();
    assertThat(
            ask(with("tidewatch-model-alias", "champion"), ModelChoice.newBuilder())
                .getAnsweredBy()
                .getVersion())
        .isEqualTo("1.0.0");
    assertThat(
            ask(with("tidewatch-model-version", "1.0.0"), ModelChoice.newBuilder())
                .getAnsweredBy()
                .getRole())
        .isEqualTo(AnswerRole.ANSWER_ROLE_CHAMPION);
    assertThatThrownBy(
            () -> ask(with("tidewatch-model-version", "9.9.9"), ModelChoice.newBuilder()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(StatusDetails.reason(e)).contains("VERSION_UNKNOWN"));
  }

  @Test
  void theMetadatasRoutingKeyDecidesInPlaceOfTheSeries() {
    String inside = keyBelow(true);
    String outside = keyBelow(false);
    world.registry.route("waves", 5_000);
    Await.until(
        "the share counts",
        () ->
            ask(with("tidewatch-routing-key", inside), ModelChoice.newBuilder())
                    .getAnsweredBy()
                    .getRole()
                == CANARY);
    assertThat(
            ask(with("tidewatch-routing-key", outside), ModelChoice.newBuilder())
                .getAnsweredBy()
                .getVersion())
        .isEqualTo("1.0.0");
  }

  private static String keyBelow(boolean isBelow) {
    int i = 0;
    while (CanaryBuckets.bucket("waves", "user-" + i) < 5_000 != isBelow) {
      i++;
    }
    return "user-" + i;
  }

  @Test
  void aChangeTakesEffectOnEveryReplicaWithinASecondAndNoRequestFails() throws Exception {
    List<Channel> replicas = List.of(world.channel(), world.startReplica(folder.resolve("two")));
    awaitReady(replicas.get(1));
    var stopped = new AtomicBoolean();
    var answered = new AtomicLong();
    var failure = new AtomicReference<@Nullable Throwable>();
    var load = new ArrayList<Thread>();
    for (Channel replica : replicas) {
      load.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int i = 0; !stopped.get(); i++) {
                    var _ = ask(replica, series(i % SERIES), ModelChoice.newBuilder());
                    answered.incrementAndGet();
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              }));
    }
    var changeTimes = new ArrayList<Duration>();
    List<Runnable> changes =
        List.of(
            () -> world.registry.route("waves", 10_000),
            () -> world.registry.route("waves", 0),
            () -> world.registry.alias("waves", "champion", "2.0.0"),
            () -> world.registry.alias("waves", "champion", "1.0.0"));
    for (int round = 0; round < 12; round++) {
      String expected = round % 2 == 0 ? "2.0.0" : "1.0.0";
      long began = System.nanoTime();
      changes.get(round % changes.size()).run();
      for (Channel replica : replicas) {
        Await.until(
            "round " + round,
            () ->
                ask(replica, series(0), ModelChoice.newBuilder())
                    .getAnsweredBy()
                    .getVersion()
                    .equals(expected));
      }
      changeTimes.add(Duration.ofNanos(System.nanoTime() - began));
    }
    stopped.set(true);
    for (Thread thread : load) {
      thread.join();
    }
    changeTimes.sort(null);
    Duration usual = changeTimes.get(changeTimes.size() / 2);
    System.out.printf(
        "%d answers, usual change %d ms, slowest %d ms%n",
        answered.get(), usual.toMillis(), changeTimes.getLast().toMillis());
    assertThat(failure.get()).isNull();
    assertThat(answered.get()).isPositive();
    // A busy machine delays one or the other.
    assertThat(usual).isLessThan(Duration.ofSeconds(1));
  }

  private static final AnswerRole CANARY = AnswerRole.ANSWER_ROLE_CANARY;

  private static String series(int i) {
    return "wave/" + i;
  }

  private AnsweredBy answeredBy(int i) {
    return ask(world.channel(), series(i), ModelChoice.newBuilder()).getAnsweredBy();
  }

  private Set<String> canarys(Channel channel) {
    var request = ForecastRequest.newBuilder();
    for (int i = 0; i < SERIES; i++) {
      request.addSeries(series(i));
    }
    var found = new HashSet<String>();
    for (SeriesForecast forecast :
        ForecastServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .forecast(request.build())
            .getForecastsList()) {
      if (forecast.getAnsweredBy().getRole() == CANARY) {
        found.add(forecast.getSeries());
      }
    }
    return found;
  }

  private static SeriesForecast ask(Channel channel, ModelChoice.Builder model) {
    return ask(channel, series(0), model);
  }

  private static SeriesForecast ask(Channel channel, String series, ModelChoice.Builder model) {
    return ForecastServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .forecast(ForecastRequest.newBuilder().addSeries(series).setModel(model).build())
        .getForecasts(0);
  }

  private Channel with(String key, String value) {
    var metadata = new Metadata();
    metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
    return io.grpc.ClientInterceptors.intercept(
        world.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private Set<Role> roles(String series) {
    var roles = new HashSet<Role>();
    for (Prediction prediction : world.monitor.predictions()) {
      if (prediction.getSeries().equals(series)) {
        roles.add(prediction.getRole());
      }
    }
    roles.remove(Role.ROLE_UNSPECIFIED);
    return roles;
  }

  private Prediction prediction(String series, Role role) {
    return world.monitor.predictions().stream()
        .filter(p -> p.getSeries().equals(series) && p.getRole() == role)
        .findFirst()
        .orElseThrow();
  }

  private ShadowDifference difference(String shadowVersion) {
    return ServedModelServiceGrpc.newBlockingStub(world.channel())
        .listServedModels(ListServedModelsRequest.newBuilder().setModel("waves").build())
        .getModelsList()
        .stream()
        .filter(model -> model.getVersion().equals(shadowVersion))
        .flatMap(model -> model.getShadowDifferencesList().stream())
        .findFirst()
        .orElseThrow();
  }

  private static void awaitReady(Channel channel) {
    var models = ServedModelServiceGrpc.newBlockingStub(channel);
    Await.until(
        "both versions are ready",
        () ->
            models
                    .listServedModels(ListServedModelsRequest.getDefaultInstance())
                    .getModelsList()
                    .stream()
                    .filter(model -> model.getState() == ServedState.SERVED_STATE_READY)
                    .count()
                >= 2);
  }
}
