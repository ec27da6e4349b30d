package dev.tidewatch.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.sdk.Backoff;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.WriterSettings;
import dev.tidewatch.standalone.FreePort;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import dev.tidewatch.standalone.StandaloneProcess;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.TestFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The standalone is killed without warning while a writer streams readings in, four times, two of
 * them together with its postgres. The writer is never told; it connects again and goes on. The
 * seed of the instants is printed; {@code -Dtidewatch.seed=N} repeats a run. {@code ./tidewatch
 * bench crash} does so as often as one likes.
 */
class CrashTest {
  private static final int KILLS = 4;
  private static final int SERIES = 5;

  /** For a busy machine, on which a server that has just started takes its time. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final long START_MICROS =
      Instant.parse("2026-01-05T00:00:00Z").toEpochMilli() * 1_000;
  private static final long STEP_MICROS = 1_000_000;
  private static final WriterSettings SETTINGS =
      WriterSettings.USUAL
          .withBatchReadingsMax(200)
          .withLinger(Duration.ofMillis(5))
          .withBackoff(new Backoff(Duration.ofMillis(50), Duration.ofMillis(500)));

  private final AtomicLong appended = new AtomicLong();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private Path folder = Path.of("");
  private Ports ports = Ports.FREE;

  @BeforeEach
  void prepare() throws Exception {
    folder = TestFolders.create("crash");
    ports = new Ports(FreePort.take(), FreePort.take(), FreePort.take(), FreePort.take());
  }

  @AfterEach
  void cleanUp() throws Exception {
    TestFolders.delete(folder);
  }

  @Test
  void everyAcknowledgedReadingIsThereOnce() throws Exception {
    long seed = Long.getLong("tidewatch.seed", System.nanoTime());
    System.out.println("CrashTest: -Dtidewatch.seed=" + seed);
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var process = start();
    try (var client = Tidewatch.connect(process.addresses().connection().withDeadline(PATIENCE));
        var writer = client.ingest().openWriter("crash-test", SETTINGS, IngestListener.SILENT)) {
      var appender =
          Thread.ofPlatform().name("appender").start(() -> append(writer, random.nextLong()));
      for (int kill = 0; kill < KILLS; kill++) {
        awaitProgress(writer);
        Thread.sleep(random.nextInt(300));
        if (kill % 2 == 0) {
          process.kill();
        } else {
          process.killWithDatabase();
        }
        long acknowledged = writer.totals().sum();
        process = start();
        assertThere(client, acknowledged);
      }
      awaitProgress(writer);
      stop.set(true);
      appender.join();
      assertThat(failure.get()).isNull();
      writer.flush();

      long all = appended.get();
      assertThat(writer.totals().accepted()).isEqualTo(all);
      assertThat(writer.totals().sum()).isEqualTo(all);
      assertThere(client, all);
      assertThat(rows(client)).isEqualTo(all);
      assertThat(rowsInFeed(client)).isEqualTo(all);
    } finally {
      stop.set(true);
      process.close();
    }
  }

  private StandaloneProcess start() throws Exception {
    return StandaloneProcess.start(
        folder,
        folder.resolveSibling(folder.getFileName() + ".log"),
        ports,
        List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        List.of());
  }

  /** Reading i is {@code i} at second {@code i}, in series {@code i mod 5}. */
  private void append(IngestWriter writer, long seed) {
    RandomGenerator pauses = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    try {
      while (!stop.get()) {
        long i = appended.get();
        writer.append("crash/" + i % SERIES, START_MICROS + i * STEP_MICROS, (double) i);
        appended.incrementAndGet();
        // About ten thousand a second: enough to have some in flight, few enough to be read again.
        if (pauses.nextInt(20) == 0) {
          Thread.sleep(2);
        }
      }
    } catch (InterruptedException | RuntimeException e) {
      failure.set(e);
    }
  }

  /** The writer has had acknowledgements since now, so the next kill comes amid the stream. */
  private void awaitProgress(IngestWriter writer) throws InterruptedException {
    long before = writer.totals().sum();
    Eventually.get(
        "progress",
        () -> {
          assertThat(failure.get()).isNull();
          return writer.totals().sum();
        },
        now -> now >= before + 1_000);
  }

  /**
   * Each series holds the readings that belong to it, in order and once, at least the first ones.
   */
  private static void assertThere(Tidewatch client, long acknowledged) {
    for (int s = 0; s < SERIES; s++) {
      var readings = client.ingest().history("crash/" + s, null, null).readings();
      long least = (acknowledged + SERIES - 1 - s) / SERIES;
      assertThat((long) readings.size()).as("series %d", s).isGreaterThanOrEqualTo(least);
      for (int k = 0; k < readings.size(); k++) {
        long i = (long) k * SERIES + s;
        assertThat(readings.value(k)).isEqualTo((double) i);
        assertThat(readings.timeMicros(k)).isEqualTo(START_MICROS + i * STEP_MICROS);
      }
    }
  }

  private static long rows(Tidewatch client) {
    long rows = 0;
    for (int s = 0; s < SERIES; s++) {
      rows += client.ingest().history("crash/" + s, null, null).readings().size();
    }
    return rows;
  }

  /** Counts the readings in all blocks, whose positions must follow each other without a gap. */
  private static long rowsInFeed(Tidewatch client) {
    var blocks =
        FeedServiceGrpc.newBlockingStub(client.ingest().channel())
            .subscribe(SubscribeRequest.getDefaultInstance());
    long rows = 0;
    long position = 0;
    while (blocks.hasNext()) {
      var message = blocks.next();
      if (message.hasHeartbeat()) {
        var heartbeat = message.getHeartbeat();
        if (heartbeat.getThrough().getPosition() == heartbeat.getHead().getPosition()) {
          return rows;
        }
        continue;
      }
      var block = message.getBlock();
      assertThat(block.getFeedPosition().getPosition()).isEqualTo(++position);
      for (var section : block.getSectionsList()) {
        for (var change : section.getReadingsList()) {
          rows += change.getTimesMicrosCount();
        }
      }
    }
    throw new AssertionError("the feed ended");
  }
}
