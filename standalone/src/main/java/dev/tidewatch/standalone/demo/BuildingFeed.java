package dev.tidewatch.standalone.demo;

import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.sdk.IngestClient;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.WriterSettings;
import dev.tidewatch.standalone.HeldClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the building's readings to ingest: history as fast as it is taken, then each round when the
 * domain clock reaches its time. One thread sends; {@link #sentNanos} may be asked from any.
 */
final class BuildingFeed implements AutoCloseable {
  private static final String WRITER = "demo-building";
  private static final int STEPS_PER_CHUNK = 288;
  private static final int SENT_NOTES_MAX = 10_000;
  private static final Duration LINGER = Duration.ofMillis(2);

  private final BuildingGenerator generator;
  private final IngestWriter writer;
  private final Map<Instant, Long> sentNanos = new LinkedHashMap<>();

  private BuildingFeed(BuildingGenerator generator, IngestWriter writer) {
    this.generator = generator;
    this.writer = writer;
  }

  /** Adds the series to the catalogue and opens a writer. */
  static BuildingFeed open(IngestClient ingest, BuildingGenerator generator)
      throws InterruptedException {
    for (var point : BuildingPoint.values()) {
      ingest.createSeries(
          Series.newBuilder()
              .setName(point.series())
              .setUnit(point.unit())
              .putLabels("site", "demo")
              .build());
    }
    return new BuildingFeed(
        generator,
        ingest.openWriter(WRITER, WriterSettings.USUAL.withLinger(LINGER), IngestListener.SILENT));
  }

  /**
   * Sends everything before {@code end} and waits until it is stored.
   *
   * @param progress hears how many readings have been sent so far
   */
  void backFill(Instant end, LongConsumer progress) throws InterruptedException {
    long sent = 0;
    while (generator.nextTime().isBefore(end)) {
      sent += sendChunk(end);
      progress.accept(sent);
    }
    writer.flush();
  }

  private long sendChunk(Instant end) throws InterruptedException {
    long[] times = new long[STEPS_PER_CHUNK];
    var columns = new EnumMap<BuildingPoint, double[]>(BuildingPoint.class);
    for (var point : BuildingPoint.values()) {
      columns.put(point, new double[STEPS_PER_CHUNK]);
    }
    int steps = 0;
    while (steps < STEPS_PER_CHUNK && generator.nextTime().isBefore(end)) {
      var sample = generator.next();
      times[steps] = micros(sample.time());
      for (var column : columns.entrySet()) {
        column.getValue()[steps] = sample.value(column.getKey());
      }
      steps++;
    }
    for (var column : columns.entrySet()) {
      writer.append(
          column.getKey().series(),
          Arrays.copyOf(times, steps),
          Arrays.copyOf(column.getValue(), steps));
    }
    return (long) steps * columns.size();
  }

  /** Sends each round at its time, up to before {@code end} or until interrupted. */
  void stream(Instant end, HeldClock clock, DetectionPace pace) throws InterruptedException {
    while (generator.nextTime().isBefore(end)) {
      clock.awaitInstant(generator.nextTime());
      var sample = generator.next();
      noteSent(sample.time());
      long micros = micros(sample.time());
      for (var reading : sample.values().entrySet()) {
        writer.append(reading.getKey().series(), micros, reading.getValue());
      }
      pace.sent();
    }
    writer.flush();
  }

  private void noteSent(Instant time) {
    synchronized (sentNanos) {
      sentNanos.put(time, System.nanoTime());
      if (sentNanos.size() > SENT_NOTES_MAX) {
        sentNanos.remove(sentNanos.keySet().iterator().next());
      }
    }
  }

  /**
   * {@link System#nanoTime} at which the round of that time was handed to the writer; null for
   * history and for rounds that are long past.
   */
  @Nullable Long sentNanos(Instant time) {
    synchronized (sentNanos) {
      return sentNanos.get(time);
    }
  }

  IngestWriter writer() {
    return writer;
  }

  private static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
  }

  @Override
  public void close() {
    writer.close();
  }
}
