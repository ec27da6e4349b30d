package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Samples the used heap of a server from its metrics endpoint, four times a second. Thread-safe.
 */
final class HeapWatch implements AutoCloseable {
  private static final long INTERVAL_MILLIS = 250;

  private final URI endpoint;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("heap-watch").daemon().factory());
  private double usedMbMax;
  private double afterCollectionMbMax;
  private long samples;

  private HeapWatch(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** Watches the server whose metrics are at this port of loopback. */
  static HeapWatch start(int metricsPort) {
    var watch = new HeapWatch(URI.create("http://127.0.0.1:" + metricsPort + "/metrics"));
    var _ =
        watch.timer.scheduleWithFixedDelay(
            watch::sampleQuietly, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    return watch;
  }

  /** The most heap that was seen in use, in MB of 2^20 bytes, garbage included. */
  synchronized double usedMbMax() {
    return usedMbMax;
  }

  /** The most heap that was left by a collection, pool by pool the last one, in MB. */
  synchronized double afterCollectionMbMax() {
    return afterCollectionMbMax;
  }

  synchronized long samples() {
    return samples;
  }

  private void sampleQuietly() {
    try {
      sample();
    } catch (IOException e) {
      // The server ends or is too busy to answer; whoever runs it finds out by other means.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(endpoint).timeout(Duration.ofSeconds(5)).build();
    String text = http.send(request, BodyHandlers.ofString()).body();
    double used = sum(text, "jvm_memory_used_bytes{");
    double after = sum(text, "jvm_memory_used_after_last_gc_bytes{");
    if (used > 0) {
      synchronized (this) {
        samples++;
        usedMbMax = Math.max(usedMbMax, used / 0x1p20);
        afterCollectionMbMax = Math.max(afterCollectionMbMax, after / 0x1p20);
      }
    }
  }

  /** Over the pools of the heap; values stand at the end of their lines. */
  static double sum(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name) && line.contains("jvm_memory_type=\"heap\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    http.close();
  }
}
