package dev.tidewatch.benchmarks;

import dev.tidewatch.sdk.Acknowledgement;
import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Endpoint;
import dev.tidewatch.sdk.IngestListener;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.sdk.WriterSettings;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Latencies;
import dev.tidewatch.standalone.figures.MachineDescription;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The client of the ingest bench, in a process of its own: in-order columnar batches over several
 * streams, as fast as they are acknowledged. Arguments: port, name of the round, first time in
 * microseconds, streams, seconds, seed. Prints its figures as one line of JSON.
 */
final class IngestLoad {
  private static final int SERIES_PER_STREAM = 100;
  private static final int READINGS_PER_SERIES_AND_BATCH = 100;
  private static final int BATCH_READINGS = SERIES_PER_STREAM * READINGS_PER_SERIES_AND_BATCH;
  private static final long STEP_MICROS = 1_000_000;
  private static final int LATENCIES_MAX = 5_000_000;

  private final Latencies latencies = new Latencies(LATENCIES_MAX);

  private IngestLoad() {}

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    String round = args[1];
    long firstMicros = Long.parseLong(args[2]);
    int streams = Integer.parseInt(args[3]);
    int seconds = Integer.parseInt(args[4]);
    long seed = Long.parseLong(args[5]);
    Figures figures = new IngestLoad().run(port, round, firstMicros, streams, seconds, seed);
    System.out.println(figures.toJsonLine("ingest-load", MachineDescription.here()));
  }

  private Figures run(int port, String round, long firstMicros, int streams, int seconds, long seed)
      throws Exception {
    var endpoint = new Endpoint("localhost", port);
    var connection =
        Connection.toHost("localhost").withEndpoints(endpoint, endpoint, endpoint, endpoint);
    long accepted = 0;
    long started = System.nanoTime();
    try (var tidewatch = Tidewatch.connect(connection);
        var threads = Executors.newFixedThreadPool(streams)) {
      var results = new ConcurrentLinkedQueue<Future<Long>>();
      for (int i = 0; i < streams; i++) {
        String writerId = "bench-" + round + "-" + i;
        var random = new SplittableRandom(seed + i);
        results.add(
            threads.submit(
                () -> stream(tidewatch, writerId, firstMicros, started, seconds, random)));
      }
      for (Future<Long> result : results) {
        accepted += result.get();
      }
    }
    double elapsedSeconds = (System.nanoTime() - started) / 1e9;
    double cpuSeconds =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime()
            / 1e9;
    return new Figures()
        .put("readings", accepted)
        .put("seconds", elapsedSeconds)
        .put("readings_per_second", accepted / elapsedSeconds)
        .put("ack_ms_p50", latencies.millis(.5))
        .put("ack_ms_p99", latencies.millis(.99))
        .put("ack_ms_p999", latencies.millis(.999))
        .put("client_cpu_us_per_reading", cpuSeconds * 1e6 / accepted);
  }

  private long stream(
      Tidewatch tidewatch,
      String writerId,
      long firstMicros,
      long started,
      int seconds,
      SplittableRandom random)
      throws InterruptedException {
    var sentAt = new ConcurrentLinkedQueue<Long>();
    var listener =
        new IngestListener() {
          @Override
          public void acknowledged(Acknowledgement acknowledgement) {
            long now = System.nanoTime();
            for (long s = acknowledgement.fromSequence();
                s <= acknowledgement.throughSequence();
                s++) {
              Long sent = sentAt.poll();
              if (sent != null) {
                latencies.record(now - sent);
              }
            }
            if (!acknowledgement.rejections().isEmpty()) {
              throw new IllegalStateException(
                  "rejected: " + acknowledgement.rejections().getFirst());
            }
          }
        };
    var settings =
        WriterSettings.USUAL.withBatchReadingsMax(BATCH_READINGS).withUnacknowledgedBatchesMax(8);
    long[] times = new long[READINGS_PER_SERIES_AND_BATCH];
    double[] values = new double[READINGS_PER_SERIES_AND_BATCH];
    long deadline = started + seconds * 1_000_000_000L;
    try (IngestWriter writer = tidewatch.ingest().openWriter(writerId, settings, listener)) {
      long next = firstMicros;
      while (System.nanoTime() < deadline) {
        for (int i = 0; i < times.length; i++) {
          times[i] = next + i * STEP_MICROS;
        }
        sentAt.add(System.nanoTime());
        for (int s = 0; s < SERIES_PER_STREAM; s++) {
          for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble();
          }
          writer.append(writerId + "/series-" + s, times, values);
        }
        next += times.length * STEP_MICROS;
      }
      writer.flush();
      return writer.totals().accepted();
    }
  }
}
