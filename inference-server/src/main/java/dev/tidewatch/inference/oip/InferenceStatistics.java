package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.proto.oip.InferBatchStatistics;
import dev.tidewatch.proto.oip.InferStatistics;
import dev.tidewatch.proto.oip.ModelStatistics;
import dev.tidewatch.proto.oip.StatisticDuration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts and durations of inferences, by version, since the server started. Versions beyond {@link
 * #VERSIONS_MAX} are not counted. Thread-safe.
 */
final class InferenceStatistics {
  static final int VERSIONS_MAX = 10_000;
  private static final int BATCH_SIZES_MAX = 256;

  private final InstantSource realClock;
  private final Map<VersionKey, Counts> byVersion = new ConcurrentHashMap<>();

  /**
   * How one request went.
   *
   * @param rows of the request
   * @param batchRows that ran together, this request's among them
   * @param queueNanos waiting for its turn
   * @param inputNanos making tensors of the message
   * @param inferNanos of the batch
   * @param outputNanos making the answer
   */
  record Timing(
      long rows,
      long batchRows,
      long queueNanos,
      long inputNanos,
      long inferNanos,
      long outputNanos) {
    long totalNanos() {
      return queueNanos + inputNanos + inferNanos + outputNanos;
    }
  }

  private static final class Duration {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long each) {
      count.increment();
      nanos.add(each);
    }

    StatisticDuration message() {
      return StatisticDuration.newBuilder().setCount(count.sum()).setNs(nanos.sum()).build();
    }
  }

  private static final class Batches {
    private final Duration input = new Duration();
    private final Duration infer = new Duration();
    private final Duration output = new Duration();
  }

  private static final class Counts {
    private final Duration success = new Duration();
    private final Duration failure = new Duration();
    private final Duration queue = new Duration();
    private final Duration input = new Duration();
    private final Duration infer = new Duration();
    private final Duration output = new Duration();
    private final LongAdder rows = new LongAdder();
    private final DoubleAdder executions = new DoubleAdder();
    private final Map<Long, Batches> bySize = new ConcurrentHashMap<>();
    private volatile long lastMillis;
  }

  InferenceStatistics(InstantSource realClock) {
    this.realClock = realClock;
  }

  void succeeded(VersionKey version, Timing timing) {
    Counts counts = counts(version);
    counts.lastMillis = realClock.millis();
    counts.success.add(timing.totalNanos());
    counts.queue.add(timing.queueNanos());
    counts.input.add(timing.inputNanos());
    counts.infer.add(timing.inferNanos());
    counts.output.add(timing.outputNanos());
    counts.rows.add(timing.rows());
    // Each request's share of the batch that it was in; the shares of one batch add up to one.
    counts.executions.add(timing.rows() / (double) timing.batchRows());
    Batches batches = counts.bySize.get(timing.batchRows());
    if (batches == null && counts.bySize.size() < BATCH_SIZES_MAX) {
      batches = counts.bySize.computeIfAbsent(timing.batchRows(), size -> new Batches());
    }
    if (batches != null) {
      batches.input.add(timing.inputNanos());
      batches.infer.add(timing.inferNanos());
      batches.output.add(timing.outputNanos());
    }
  }

  void failed(VersionKey version, long nanos) {
    Counts counts = counts(version);
    counts.lastMillis = realClock.millis();
    counts.failure.add(nanos);
  }

  private Counts counts(VersionKey version) {
    Counts counts = byVersion.get(version);
    if (counts != null) {
      return counts;
    }
    return byVersion.size() < VERSIONS_MAX
        ? byVersion.computeIfAbsent(version, key -> new Counts())
        : new Counts();
  }

  /** Of these versions, in their order; zeros for one that was never asked. */
  List<ModelStatistics> of(List<VersionKey> versions) {
    return versions.stream().map(this::message).toList();
  }

  private ModelStatistics message(VersionKey version) {
    var message =
        ModelStatistics.newBuilder().setName(version.model()).setVersion(version.version());
    Counts counts = byVersion.get(version);
    if (counts == null) {
      return message.setInferenceStats(InferStatistics.getDefaultInstance()).build();
    }
    message
        .setLastInference(counts.lastMillis)
        .setInferenceCount(counts.rows.sum())
        .setExecutionCount(Math.round(counts.executions.sum()))
        .setInferenceStats(
            InferStatistics.newBuilder()
                .setSuccess(counts.success.message())
                .setFail(counts.failure.message())
                .setQueue(counts.queue.message())
                .setComputeInput(counts.input.message())
                .setComputeInfer(counts.infer.message())
                .setComputeOutput(counts.output.message()));
    new TreeMap<>(counts.bySize)
        .forEach((size, batches) ->
            message.addBatchStats(
                InferBatchStatistics.newBuilder()
                    .setBatchSize(size)
                    .setComputeInput(batches.input.message())
                    .setComputeInfer(batches.infer.message())
                    .setComputeOutput(batches.output.message())));
    return message.build();
  }
}
