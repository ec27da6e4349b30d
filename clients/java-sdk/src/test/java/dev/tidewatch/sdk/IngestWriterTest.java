package dev.tidewatch.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.sdk.FakeIngest.Malice;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class IngestWriterTest {
  private static final Backoff QUICK = new Backoff(Duration.ofMillis(1), Duration.ofMillis(20));
  private static final WriterSettings SETTINGS =
      WriterSettings.USUAL
          .withBatchReadingsMax(20)
          .withLinger(Duration.ofMillis(2))
          .withUnacknowledgedBatchesMax(6)
          .withBackoff(QUICK);

  /** Counts what a listener hears. */
  private static final class Heard implements IngestListener {
    final AtomicLong through = new AtomicLong();
    final AtomicInteger disconnections = new AtomicInteger();
    final List<Rejection> rejections = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void acknowledged(Acknowledgement acknowledgement) {
      assertThat(acknowledgement.fromSequence()).isGreaterThan(through.get());
      through.set(acknowledgement.throughSequence());
      rejections.addAll(acknowledgement.rejections());
    }

    @Override
    public void disconnected(TidewatchException cause, Duration retryIn) {
      disconnections.incrementAndGet();
    }
  }

  @Test
  void everyReadingIsCommittedExactlyOnceWhateverBreaks() throws InterruptedException {
    long given = Long.getLong("tidewatch.test.seed", -1);
    int breaks = 0;
    for (long seed = given >= 0 ? given : 0; seed < (given >= 0 ? given + 1 : 12); seed++) {
      System.out.println("IngestWriterTest seed " + seed);
      breaks += exactlyOnce(seed);
    }
    assertThat(breaks).as("streams broken over all seeds").isGreaterThan(12);
  }

  private static int exactlyOnce(long seed) throws InterruptedException {
    var random = new SplittableRandom(seed);
    var malice =
        new Malice(
            random.nextDouble(0.1),
            random.nextDouble(0.1),
            random.nextDouble(0.1),
            random.nextDouble(0.02));
    Map<String, Double> sent = new HashMap<>();
    try (var fake = new FakeIngest(malice, seed)) {
      var heard = new Heard();
      try (var tidewatch = Tidewatch.connect(fake.connection());
          var writer = tidewatch.ingest().openWriter("test-" + seed, SETTINGS, heard)) {
        for (int i = 0; i < 1_500; i++) {
          String series = "s/" + random.nextInt(5);
          writer.append(series, i, i * 0.5);
          sent.put(series + "@" + i, i * 0.5);
          if (random.nextInt(200) == 0) {
            writer.flush();
            assertThat(writer.unacknowledgedReadings()).as("seed %d", seed).isZero();
          }
        }
        writer.flush();
        assertThat(writer.totals().rejected()).isZero();
      }
      assertThat(fake.values()).as("seed %d", seed).isEqualTo(sent);
      assertThat(fake.timesStored().values()).as("seed %d", seed).allMatch(times -> times == 1);
      return fake.breaks();
    }
  }

  @Test
  void restartedProgramsContinueBehindWhatIsOnDisk() throws InterruptedException {
    int rows = 2_000;
    for (long seed = 100; seed < 106; seed++) {
      System.out.println("IngestWriterTest restart seed " + seed);
      var random = new SplittableRandom(seed);
      try (var fake = new FakeIngest(new Malice(0.03, 0.03, 0.03, 0.005), seed)) {
        int runs = 0;
        for (int from = 0; from < rows; runs++) {
          try (var tidewatch = Tidewatch.connect(fake.connection())) {
            var writer = tidewatch.ingest().openWriter("file", SETTINGS, IngestListener.SILENT);
            String position = new String(writer.sourcePosition(), UTF_8);
            from = position.isEmpty() ? 0 : Integer.parseInt(position);
            int until = Math.min(rows, from + 1 + random.nextInt(800));
            for (int row = from; row < until; row++) {
              writer.append("a", row, row); // two readings a row, never torn apart
              writer.append("b", row, -0.0 + row);
              writer.mark(Integer.toString(row + 1).getBytes(UTF_8));
            }
            if (until == rows) {
              writer.close();
              from = rows;
            } else {
              writer.abandon();
            }
          }
        }
        assertThat(fake.timesStored()).as("seed %d after %d runs", seed, runs).hasSize(rows * 2);
        assertThat(fake.timesStored().values()).as("seed %d", seed).allMatch(times -> times == 1);
      }
    }
  }

  @Test
  void producersAreHeldBackWhileTheServerDoesNotAnswer() throws InterruptedException {
    try (var fake = new FakeIngest(Malice.NONE, 1);
        var tidewatch = Tidewatch.connect(fake.connection());
        var writer = tidewatch.ingest().openWriter("slow", SETTINGS, IngestListener.SILENT)) {
      fake.withholdReplies();
      var appended = new AtomicInteger();
      Thread producer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < 1_000; i++) {
                    writer.append("s", i, i);
                    appended.incrementAndGet();
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      await(() -> fake.withheldReplies() == 4); // the server's budget
      await(() -> producer.getState() == Thread.State.WAITING && appended.get() >= 7 * 20);
      assertThat(appended.get()).isEqualTo(7 * 20); // six sealed batches and a full one
      fake.sendWithheldReplies();
      producer.join();
      writer.flush();
      assertThat(writer.totals().accepted()).isEqualTo(1_000);
    }
  }

  @Test
  void rejectedReadingsComeBackAsTheyWereSent() throws InterruptedException {
    try (var fake = new FakeIngest(Malice.NONE, 1);
        var tidewatch = Tidewatch.connect(fake.connection())) {
      var heard = new Heard();
      try (var writer = tidewatch.ingest().openWriter("w", SETTINGS, heard)) {
        writer.append("a", 1, 5);
        writer.append("b", 2, -7);
        writer.append("a", 3, -9);
        writer.append("b", 4, 11);
        writer.flush();
        assertThat(writer.totals()).isEqualTo(new ReadingTotals(2, 0, 0, 0, 2));
        assertThat(writer.feedPosition()).isEqualTo(new FeedPosition(1, heard.through.get()));
      }
      assertThat(heard.rejections)
          .containsExactlyInAnyOrder(
              new Rejection("a", 3, -9, "VALUE_OUT_OF_RANGE", false, "below zero"),
              new Rejection("b", 2, -7, "VALUE_OUT_OF_RANGE", false, "below zero"));
    }
  }

  @Test
  void aSecondWriterOfTheSameIdFencesTheFirst() throws InterruptedException {
    try (var fake = new FakeIngest(Malice.NONE, 1);
        var tidewatch = Tidewatch.connect(fake.connection());
        var second = Tidewatch.connect(fake.connection())) {
      var first = tidewatch.ingest().openWriter("w", SETTINGS, IngestListener.SILENT);
      first.append("s", 1, 1);
      first.flush();
      try (var other = second.ingest().openWriter("w", SETTINGS, IngestListener.SILENT)) {
        assertThat(other.sourcePosition()).isEmpty();
        first.append("s", 2, 2);
        assertThatThrownBy(first::flush)
            .isInstanceOfSatisfying(
                TidewatchException.class, e -> assertThat(e.reason()).isEqualTo("WRITER_FENCED"));
        assertThatThrownBy(() -> first.append("s", 3, 3)).isInstanceOf(TidewatchException.class);
        assertThatThrownBy(first::close).isInstanceOf(TidewatchException.class);
        other.append("s", 2, 2);
      }
      assertThat(fake.values()).isEqualTo(Map.of("s@1", 1.0, "s@2", 2.0));
    }
  }

  @Test
  void openingGivesUpWhenNobodyListens() {
    Endpoint nobody;
    try (var fake = new FakeIngest(Malice.NONE, 1)) {
      nobody = fake.endpoint();
    }
    var connection =
        Connection.toHost("localhost")
            .withEndpoints(nobody, nobody, nobody, nobody)
            .withDeadline(Duration.ofMillis(300));
    try (var tidewatch = Tidewatch.connect(connection)) {
      assertThatThrownBy(() -> tidewatch.ingest().openWriter("w", SETTINGS, IngestListener.SILENT))
          .isInstanceOfSatisfying(
              TidewatchException.class,
              e -> {
                assertThat(e.isTransient()).isTrue();
                assertThat(e.description()).contains(":" + nobody.port());
              });
    }
  }

  @Test
  void aListenerThatThrowsStopsTheWriter() throws InterruptedException {
    IngestListener broken =
        new IngestListener() {
          @Override
          public void acknowledged(Acknowledgement acknowledgement) {
            throw new IllegalStateException("no room");
          }
        };
    try (var fake = new FakeIngest(Malice.NONE, 1);
        var tidewatch = Tidewatch.connect(fake.connection())) {
      var writer = tidewatch.ingest().openWriter("w", SETTINGS, broken);
      writer.append("s", 1, 1);
      await(() -> {
        try {
          writer.flush();
          return false;
        } catch (TidewatchException e) {
          return e.hasReason("LISTENER_FAILED");
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      });
    }
  }

  @Test
  void eachBatchCarriesTheTraceOfItsReadings() throws InterruptedException {
    var spans = InMemorySpanExporter.create();
    try (var provider =
            SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(spans))
                .build();
        var fake = new FakeIngest(Malice.NONE, 1);
        var tidewatch =
            Tidewatch.connect(
                fake.connection()
                    .withOpenTelemetry(
                        OpenTelemetrySdk.builder().setTracerProvider(provider).build()));
        var writer = tidewatch.ingest().openWriter("w", SETTINGS, IngestListener.SILENT)) {
      Span parent = provider.get("test").spanBuilder("read sensor").startSpan();
      try (Scope _ = parent.makeCurrent()) {
        writer.append("s", 1, 1);
      }
      parent.end();
      writer.flush();
      assertThat(fake.traceparents()).hasSize(1);
      assertThat(fake.traceparents().getFirst())
          .startsWith("00-" + parent.getSpanContext().getTraceId() + "-");
      assertThat(spans.getFinishedSpanItems())
          .anySatisfy(span -> {
            assertThat(span.getName()).isEqualTo("tidewatch.ingest.batch");
            assertThat(span.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
            assertThat(fake.traceparents().getFirst()).contains(span.getSpanId());
          });
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
      Thread.sleep(5);
    }
  }
}
