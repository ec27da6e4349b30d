package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.FeedBlock;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.RegisterConsumerRequest;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.telemetry.TelemetryConfig;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Subscribers that are away, slow or stuck, and what the metrics tell of them. */
final class FeedPatienceTest {
  private static final int COMMITS_WHILE_AWAY = 1_000;
  private static final int BLOCKS_PER_SUBSCRIPTION = 350;

  @Test
  void whoWasAwayForAnHourCatchesUpInOrderOverRestartsOfTheServer() {
    try (var ingest = RunningIngest.start()) {
      FeedToken seen = store(ingest, column("away/a", 0, 0));
      ingest
          .feed()
          .registerConsumer(
              RegisterConsumerRequest.newBuilder().setConsumerId("away").setAfter(seen).build());
      for (int i = 1; i <= COMMITS_WHILE_AWAY; i++) {
        store(ingest, column("away/a", i, i));
        ingest.clock.advance(Duration.ofSeconds(4));
      }
      var status = ingest.feed().getFeedStatus(GetFeedStatusRequest.getDefaultInstance());
      assertThat(status.getConsumers(0).getLagCommits()).isEqualTo(COMMITS_WHILE_AWAY);

      var blocks = new ArrayList<FeedBlock>();
      long head = status.getHead().getPosition();
      while (seen.getPosition() < head) {
        long until = Math.min(head, seen.getPosition() + BLOCKS_PER_SUBSCRIPTION);
        try (var feed =
            FeedClient.subscribe(
                ingest.channel(),
                SubscribeRequest.newBuilder().setAfter(seen).setConsumerId("away").build())) {
          feed.followThrough(until);
          blocks.addAll(feed.blocks());
          seen = feed.blocks().getLast().getFeedPosition();
        }
        ingest.restart();
      }

      assertThat(blocks).hasSize(COMMITS_WHILE_AWAY);
      for (int i = 0; i < blocks.size(); i++) {
        FeedBlock block = blocks.get(i);
        assertThat(block.getFeedPosition().getPosition())
            .isEqualTo(head - COMMITS_WHILE_AWAY + i + 1);
        var change = block.getSections(0).getReadings(0);
        assertThat(change.getTimesMicrosList()).containsExactly(Readings.minute(i + 1));
        assertThat(change.getValuesList()).containsExactly(i + 1.0);
      }
    }
  }

  @Test
  void whoTakesNothingHoldsNobodyUpAndGetsEverythingLater() throws Exception {
    try (var telemetry = telemetry();
        var ingest =
            RunningIngest.start(
                TestDatabase.plain(IngestServer.SCHEMA, IngestServer.MIGRATIONS),
                Map.of(),
                telemetry)) {
      FeedToken before = store(ingest, column("stuck/a", 0, 0));
      var stuck = new StuckSubscriber(ingest, before);
      try {
        assertThat(stuck.take().hasHeartbeat()).isTrue();
        FeedToken last = before;
        for (int i = 1; i <= 300; i++) {
          last = store(ingest, wide("stuck/a", i));
        }
        // All of it was stored while nobody took it; hardly any of it has left the server.
        assertThat(metric(telemetry, "tidewatch_ingest_feed_lag"))
            .isGreaterThan(250)
            .isLessThanOrEqualTo(300);

        long position = before.getPosition();
        while (position < last.getPosition()) {
          SubscribeResponse event = stuck.take();
          if (event.hasBlock()) {
            position++;
            assertThat(event.getBlock().getFeedPosition().getPosition()).isEqualTo(position);
            assertThat(event.getBlock().getSections(0).getReadings(0).getValues(0))
                .isEqualTo((double) (position - before.getPosition()));
          }
        }
        assertThat(metric(telemetry, "tidewatch_ingest_feed_lag")).isZero();
      } finally {
        stuck.cancel();
      }
    }
  }

  @Test
  void countsLateReadingsByHowLateTheyAreAndKeepsThem() throws Exception {
    try (var telemetry = telemetry();
        var ingest =
            RunningIngest.start(
                TestDatabase.plain(IngestServer.SCHEMA, IngestServer.MIGRATIONS),
                Map.of(),
                telemetry)) {
      store(ingest, column("late/a", 0, 1));
      assertThat(lateReadings(telemetry, "1h")).isZero();
      // 30 minutes, 2 hours and 2 days before the newest; then one that is newer.
      store(ingest, column("late/a", -30, 2));
      store(ingest, column("late/a", -120, 3), column("late/a", -2 * 24 * 60, 4));
      store(ingest, column("late/a", 1, 5));
      assertThat(lateReadings(telemetry, "1m")).isZero();
      assertThat(lateReadings(telemetry, "1h")).isEqualTo(1);
      assertThat(lateReadings(telemetry, "1d")).isEqualTo(1);
      assertThat(lateReadings(telemetry, "7d")).isEqualTo(1);
      assertThat(Readings.all(ingest.query(), "late/").get("late/a")).hasSize(5);
    }
  }

  private static double lateReadings(Telemetry telemetry, String ofClass) throws Exception {
    return metric(
        telemetry,
        "tidewatch_ingest_readings_late_total\\{[^}]*tidewatch_late=\"" + ofClass + "\"");
  }

  /** The value of the first line that begins with the pattern; 0 if there is none. */
  private static double metric(Telemetry telemetry, String pattern) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      String text =
          http.send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://127.0.0.1:"
                                  + telemetry.metricsPort().getAsInt()
                                  + "/metrics"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      var found = Pattern.compile("(?m)^" + pattern + "[^ ]* ([^ \\n]+)").matcher(text);
      return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }
  }

  private static Telemetry telemetry() {
    return Telemetry.open(
        ConfigLoader.with(TelemetryConfig.class, Map.of("metrics-port", "0")), "ingest");
  }

  private static FeedToken store(RunningIngest ingest, SeriesReadings... columns) {
    return ingest
        .ingest()
        .ingestReadings(IngestReadingsRequest.newBuilder().addAllColumns(List.of(columns)).build())
        .getFeedPosition();
  }

  /** A commit of some size: its first value says which. */
  private static SeriesReadings wide(String series, int number) {
    double[] values = new double[1_000];
    values[0] = number;
    return column(series, number * 1_000L - 400_000, values);
  }

  /** Asks for a message only when one is taken. */
  private static final class StuckSubscriber {
    private final ClientCall<SubscribeRequest, SubscribeResponse> call;
    private final LinkedBlockingQueue<SubscribeResponse> messages = new LinkedBlockingQueue<>();

    StuckSubscriber(RunningIngest ingest, FeedToken after) {
      call = ingest.channel().newCall(FeedServiceGrpc.getSubscribeMethod(), CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(SubscribeResponse message) {
              messages.add(message);
            }
          },
          new Metadata());
      call.sendMessage(SubscribeRequest.newBuilder().setAfter(after).build());
      call.halfClose();
    }

    SubscribeResponse take() throws InterruptedException {
      call.request(1);
      SubscribeResponse message = messages.poll(60, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("nothing came within a minute");
      }
      return message;
    }

    void cancel() {
      call.cancel("done", null);
    }
  }
}
