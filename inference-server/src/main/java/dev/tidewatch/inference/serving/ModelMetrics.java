package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.batching.BatchStatistics;
import dev.tidewatch.inference.batching.ModelQueue;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is to be seen of the models in memory and of the queues before them. Read whenever metrics
 * are collected; costs an inference nothing.
 */
public final class ModelMetrics {
  private static final AttributeKey<String> MODEL = AttributeKey.stringKey("tidewatch.model");
  private static final AttributeKey<String> VERSION = AttributeKey.stringKey("tidewatch.version");
  private static final AttributeKey<String> RESULT = AttributeKey.stringKey("tidewatch.result");
  private static final AttributeKey<Long> ROWS_MAX = AttributeKey.longKey("tidewatch.rows_max");

  private ModelMetrics() {}

  public static void register(Residency residency, Meter meter) {
    residency(residency, meter);
    queues(residency, meter);
  }

  private static void residency(Residency residency, Meter meter) {
    meter
        .gaugeBuilder("tidewatch.models.resident")
        .setDescription("Versions in memory that answer.")
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(residency.counts().versions()));
    meter
        .gaugeBuilder("tidewatch.models.size")
        .setDescription("Memory that models take, natives included, as estimated.")
        .setUnit("By")
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(residency.counts().memoryBytes()));
    meter
        .gaugeBuilder("tidewatch.models.size_max")
        .setDescription("Memory that models may take.")
        .setUnit("By")
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(residency.counts().memoryBytesMax()));
    meter
        .counterBuilder("tidewatch.models.loads")
        .setDescription("Loads of versions, by whether they became ready or were refused.")
        .buildWithCallback(counter -> {
          ResidencyCounts counts = residency.counts();
          counter.record(counts.loads(), Attributes.of(RESULT, "ready"));
          counter.record(counts.refusals(), Attributes.of(RESULT, "refused"));
        });
    meter
        .counterBuilder("tidewatch.models.unloads")
        .setDescription("Versions that left memory: replaced, evicted for others, or unloaded.")
        .buildWithCallback(counter -> counter.record(residency.counts().unloads()));
    meter
        .gaugeBuilder("tidewatch.models.stuck_threads")
        .setDescription("Threads held by loads that ran out of time.")
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(residency.counts().stuckThreads()));
  }

  private static void queues(Residency residency, Meter meter) {
    meter
        .gaugeBuilder("tidewatch.queue.depth")
        .setDescription("Rows that wait for a model of tensors.")
        .ofLongs()
        .buildWithCallback(gauge ->
            each(residency, (queue, version) -> gauge.record(queue.waitingRows(), version)));
    meter
        .counterBuilder("tidewatch.queue.requests")
        .setDescription(
            "Requests to a version's queue: answered, failed, refused because it was full, or"
                + " expired in it.")
        .buildWithCallback(counter ->
            each(
                residency,
                (queue, version) -> {
                  BatchStatistics statistics = queue.statistics();
                  record(counter, statistics.answered(), version, "answered");
                  record(counter, statistics.failed(), version, "failed");
                  record(counter, statistics.refused(), version, "refused");
                  record(counter, statistics.expired(), version, "expired");
                }));
    meter
        .counterBuilder("tidewatch.queue.batches")
        .setDescription(
            "Batches that a version ran, by their size: more rows than half of rows_max, and at"
                + " most rows_max.")
        .buildWithCallback(counter ->
            each(
                residency,
                (queue, version) ->
                    bySize(queue.statistics())
                        .forEach((rowsMax, batches) ->
                            counter.record(
                                batches, version.toBuilder().put(ROWS_MAX, rowsMax).build()))));
  }

  private static void record(
      ObservableLongMeasurement counter, long count, Attributes version, String result) {
    counter.record(count, version.toBuilder().put(RESULT, result).build());
  }

  /** Batches by the power of two that their rows reach. */
  static SortedMap<Long, Long> bySize(BatchStatistics statistics) {
    var bySize = new TreeMap<Long, Long>();
    statistics
        .bySize()
        .forEach((rows, size) -> {
          long rowsMax = rows <= 1 ? 1 : Long.highestOneBit(rows - 1) << 1;
          bySize.merge(rowsMax, size.batches(), Long::sum);
        });
    return bySize;
  }

  private interface QueueReader {
    void read(ModelQueue queue, Attributes version);
  }

  private static void each(Residency residency, QueueReader reader) {
    for (VersionStatus status : residency.statuses()) {
      ServedVersion served = status.served();
      if (served != null) {
        served
            .queue()
            .ifPresent(queue ->
                reader.read(
                    queue,
                    Attributes.of(
                        MODEL, status.version().model(), VERSION, status.version().version())));
      }
    }
  }
}
