package dev.tidewatch.benchmarks.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.ingest.IngestConfig;
import dev.tidewatch.ingest.IngestServer;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.KeepAlive;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.sdk.WriterSettings;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.database.EmbeddedConfig;
import dev.tidewatch.serverkit.database.EmbeddedDatabase;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A connection that falls silent without being closed, as when a cable is pulled: server and client
 * each find it by asking for life, long before a writer's own timeout, and the writer goes on over
 * a new one.
 */
final class SilentConnectionTest {
  private static final Duration CLIENT_FINDS_WITHIN = Duration.ofSeconds(12);

  /** For a busy machine. */
  private static final Duration SLACK = Duration.ofSeconds(15);

  private static final int READINGS = 1_000;
  private static final long FIRST_MICROS = 1_735_689_600_000_000L;

  @TempDir private Path folder;

  @Test
  @Timeout(300)
  void isFoundByBothSidesAndTheWriterGoesOn() throws Exception {
    try (var database = EmbeddedDatabase.start(EmbeddedConfig.in(folder.resolve("postgres")));
        var server =
            IngestServer.launch(
                ConfigLoader.with(
                    IngestConfig.class,
                    Map.of(
                        "grpc.keep-alive-time", "1s",
                        "grpc.keep-alive-timeout", "1s",
                        "grpc.permit-keep-alive-time", "5s",
                        "grpc.port", "0",
                        "security.auth", "off",
                        "telemetry.enabled", "false",
                        "database.url", database.url() + "?user=postgres")),
                InstantSource.system());
        var proxy = CuttingProxy.start(server.port());
        var direct = connect(server.port());
        var tidewatch = connect(proxy.port())) {
      var broken = new CompletableFuture<TidewatchException>();
      var listener =
          new IngestListener() {
            @Override
            public void disconnected(TidewatchException cause, Duration retryIn) {
              broken.complete(cause);
            }
          };
      var subscribed = new CountDownLatch(1);
      var subscriptionBroken = new CompletableFuture<Status>();
      FeedServiceGrpc.newStub(tidewatch.ingest().channel())
          .subscribe(
              SubscribeRequest.getDefaultInstance(), watching(subscribed, subscriptionBroken));
      try (var writer =
          tidewatch
              .ingest()
              .openWriter(
                  "silence",
                  WriterSettings.USUAL.withAcknowledgementTimeout(Duration.ofMinutes(2)),
                  listener)) {
        for (int i = 0; i < READINGS; i++) {
          writer.append("silence/a", FIRST_MICROS + i, i);
        }
        writer.flush();
        assertThat(subscribed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(subscribers(direct)).isEqualTo(1);

        proxy.fallSilent();
        long silentSince = System.nanoTime();
        for (int i = READINGS; i < 2 * READINGS; i++) {
          writer.append("silence/a", FIRST_MICROS + i, i);
        }
        while (subscribers(direct) > 0) {
          assertThat(Duration.ofNanos(System.nanoTime() - silentSince))
              .as("until the server found it")
              .isLessThan(SLACK);
          TimeUnit.MILLISECONDS.sleep(20);
        }
        TidewatchException cause =
            broken.get(CLIENT_FINDS_WITHIN.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
        assertThat(cause.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(cause.getMessage()).containsIgnoringCase("keepalive");
        assertThat(subscriptionBroken.get(10, TimeUnit.SECONDS).getCode())
            .isEqualTo(Status.Code.UNAVAILABLE);

        writer.flush();
        assertThat(writer.totals().accepted()).isEqualTo(2 * READINGS);
      }
      var readings = direct.ingest().history("silence/a", null, null).readings();
      assertThat(readings.size()).isEqualTo(2 * READINGS);
      assertThat(readings.value(2 * READINGS - 1)).isEqualTo(2 * READINGS - 1);
    }
  }

  private static int subscribers(Tidewatch tidewatch) {
    return FeedServiceGrpc.newBlockingStub(tidewatch.ingest().channel())
        .getFeedStatus(GetFeedStatusRequest.getDefaultInstance())
        .getSubscriberCount();
  }

  private static StreamObserver<SubscribeResponse> watching(
      CountDownLatch subscribed, CompletableFuture<Status> broken) {
    return new StreamObserver<>() {
      @Override
      public void onNext(SubscribeResponse event) {
        subscribed.countDown();
      }

      @Override
      public void onError(Throwable cause) {
        broken.complete(((StatusRuntimeException) cause).getStatus());
      }

      @Override
      public void onCompleted() {
        broken.complete(Status.OK);
      }
    };
  }

  private static Tidewatch connect(int port) {
    var endpoint = new Endpoint("localhost", port);
    return Tidewatch.connect(
        Connection.toHost("localhost")
            .withEndpoints(endpoint, endpoint, endpoint, endpoint)
            .withKeepAlive(new KeepAlive(Duration.ofSeconds(10), Duration.ofSeconds(2))));
  }
}
