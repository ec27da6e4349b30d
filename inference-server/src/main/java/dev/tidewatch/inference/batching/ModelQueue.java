package dev.tidewatch.inference.batching;

import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Questions to one loaded model. Thread-safe; all its state is guarded by the scheduler.
 *
 * <p>Whoever opened it closes it, and the model after it.
 */
public final class ModelQueue implements AutoCloseable {
  /** Questions that a batch looks through at most for such as fit. */
  private static final int LOOK_MAX = 256;

  /**
   * A thread that reads and writes for others runs no batch of more questions, unless it takes the
   * engine less than this for each, or one batch holds all who ask of late: then nobody else waits.
   */
  private static final int IN_PASSING_MAX = 8;

  private static final long SHORT_NANOS = Batch.NETWORK_NANOS / 4;

  /** Each batch counts for so much of what they take of late. */
  private static final double NEWEST_SHARE = 0.125;

  private static final Duration RETRY_SHORTEST = Duration.ofMillis(5);

  private final InferenceScheduler scheduler;
  private final TensorModel model;
  private final QueueLimits limits;
  private final boolean batches;
  private final int batchRowsMax;
  private final TreeSet<Waiting> waiting = new TreeSet<>();
  private final BatchCosts costs = new BatchCosts();
  private int waitingRows;
  private int running;
  private int runningRows;

  /** The most that waited and ran of late. */
  private double rowsLately;

  private boolean closed;

  /** Of the engine and of connections' threads, a batch, of late; 0 before the first. */
  private double engineNanosLately;

  private double networkNanosLately;

  /** Engine time used, counted from the time of those who were busy when it became so. */
  long usedNanos;

  private long number;
  private long answered;
  private long failed;
  private long refused;
  private long expired;
  private long rows;
  private long batchCount;
  private long queueNanos;
  private long inferNanos;
  private final TreeMap<Integer, BatchStatistics.Size> bySize = new TreeMap<>();

  ModelQueue(InferenceScheduler scheduler, TensorModel model, QueueLimits limits, boolean batches) {
    this.scheduler = scheduler;
    this.model = model;
    this.limits = limits;
    this.batches = batches;
    this.batchRowsMax = batches ? Math.max(1, model.batchRowsMax()) : 1;
  }

  public TensorModel model() {
    return model;
  }

  /** True if rows of several questions are answered in one call of the engine. */
  public boolean batches() {
    return batches;
  }

  /**
   * Asks. If an engine is free, and the caller's thread too, the answer is there on return, made on
   * that thread; else the question goes to one of the scheduler's threads, or waits for its batch.
   *
   * <p>The future fails with {@link ResourceExhausted} {@code QUEUE_FULL} where the queue is full
   * or the deadline could not be held, {@link DeadlineExceeded} where it has passed, {@link
   * Unavailable} {@code MODEL_NOT_READY} once the queue is closed, {@link TensorMismatchException}
   * or what else the model throws. Who cancels it before its batch begins is left out.
   *
   * @throws TensorMismatchException if inputs of one question differ in rows
   */
  public CompletableFuture<InferenceAnswer> submit(InferenceRequest request) {
    return scheduler.submit(this, request, batches ? rowsOf(request) : 1);
  }

  private static int rowsOf(InferenceRequest request) {
    int rows = -1;
    for (var input : request.inputs().entrySet()) {
      Tensor tensor = input.getValue();
      if (tensor.shape().rank() == 0 || (rows >= 0 && tensor.shape().rows() != rows)) {
        throw new TensorMismatchException(
            input.getKey(),
            "has shape %s; all inputs of a question have as many rows".formatted(tensor.shape()));
      }
      rows = tensor.shape().rows();
    }
    return rows;
  }

  /** The question, or why it cannot wait. */
  Waiting enter(InferenceRequest request, int requestRows, long now) {
    var entered = new Waiting(request, requestRows, number++, now);
    if (closed) {
      entered.answer.completeExceptionally(notReady());
    } else if (entered.leftNanos(now) <= 0) {
      expired++;
      entered.answer.completeExceptionally(late(now, entered));
    }
    return entered;
  }

  boolean canRunNow() {
    return waiting.isEmpty() && running < atOnceMax();
  }

  /**
   * Batches that run at once: as many of the places as the engine's part is of the whole work. The
   * rest is left to the threads of the connections, which would else wait for a processor until the
   * batches are over, and then have all their answers to give together.
   */
  private int atOnceMax() {
    int places = scheduler.parallelism();
    int most = Math.min(limits.parallelism(), places);
    double all = engineNanosLately + networkNanosLately;
    return all == 0 ? most : Math.clamp(Math.round(places * engineNanosLately / all), 1, most);
  }

  boolean isOnlyWaiting(Waiting one) {
    return waiting.size() == 1 && waiting.first().equals(one) && running == 0;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  boolean isReady() {
    return !waiting.isEmpty() && running < atOnceMax();
  }

  /** Batches of what waits that could run now, if there were places; at least so many. */
  int batchesReady() {
    if (waiting.isEmpty()) {
      return 0;
    }
    int batchesMin = Math.max(1, (waitingRows + batchRowsMax - 1) / batchRowsMax);
    return Math.clamp(atOnceMax() - running, 0, batchesMin);
  }

  /**
   * True if the next batch is known to take no longer, holds all who ask of late or is small or
   * short beside the reading and answering of its questions, no more is left than the others will
   * take, and all askers go on with their answers on threads of their own.
   *
   * @param others threads that are on their way, to take a batch each
   */
  boolean isLastBatchWithin(long nanos, int others) {
    long expected = costs.expectedNanos(Math.min(waitingRows, batchRowsMax));
    boolean isAll = rowsLately <= batchRowsMax;
    boolean isSmall = waiting.size() <= IN_PASSING_MAX * (1L + others);
    return (isAll || isSmall || expected * (1L + others) <= waiting.size() * SHORT_NANOS)
        && waitingRows <= (1L + others) * batchRowsMax
        && expected > 0
        && expected <= nanos
        && waiting.stream().noneMatch(one -> one.request.caller().waits());
  }

  /** Lets it wait, or refuses it, or one of lower priority in its stead. */
  void await(Waiting entered, long now) {
    long wait = expectedWaitNanos();
    if (entered.leftNanos(now) < wait) {
      refuse(entered, wait);
      return;
    }
    while (waitingRows > 0 && waitingRows + entered.rows > limits.waitingRowsMax()) {
      Waiting last = waiting.last();
      if (last.request.priority() >= entered.request.priority()) {
        refuse(entered, wait);
        return;
      }
      take(last);
      refuse(last, wait);
    }
    waiting.add(entered);
    waitingRows += entered.rows;
    rowsLately = Math.max(rowsLately, waitingRows + runningRows);
  }

  private void take(Waiting one) {
    waiting.remove(one);
    waitingRows -= one.rows;
  }

  private void refuse(Waiting one, long waitNanos) {
    refused++;
    Duration retryAfter = Duration.ofNanos(waitNanos);
    tell(
        one,
        new ResourceExhausted(
            "QUEUE_FULL",
            "%d rows wait for the model already; ask again a little later, or slower"
                .formatted(waitingRows),
            retryAfter.compareTo(RETRY_SHORTEST) < 0 ? RETRY_SHORTEST : retryAfter));
  }

  private void tell(Waiting one, ServiceException why) {
    scheduler.later(() -> one.answer.completeExceptionally(why));
  }

  /** Until all that waits is answered, as batches went lately. */
  private long expectedWaitNanos() {
    long batchesAhead = waitingRows / batchRowsMax;
    return costs.expectedNanos(batchRowsMax) * batchesAhead / atOnceMax();
  }

  private static Unavailable notReady() {
    return new Unavailable(
        "MODEL_NOT_READY", "the version was unloaded; ask again", Duration.ofMillis(100));
  }

  private static DeadlineExceeded late(long now, Waiting one) {
    return new DeadlineExceeded(
        "DEADLINE_EXCEEDED",
        "the deadline passed after %d ms in the model's queue"
            .formatted(TimeUnit.NANOSECONDS.toMillis(now - one.sinceNanos)));
  }

  /** One question, at once. */
  Batch begin(Waiting only, long now) {
    return begun(new Batch(this, List.of(only), only.rows, now));
  }

  /** The next batch; null if all that waited is gone. */
  @Nullable Batch next(long now) {
    var parts = new ArrayList<Waiting>();
    int batchRows = 0;
    long leastLeft = Long.MAX_VALUE;
    int looked = 0;
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext() && looked < LOOK_MAX; looked++) {
      Waiting one = all.next();
      if (one.answer.isDone() || one.leftNanos(now) <= 0) {
        all.remove();
        waitingRows -= one.rows;
        if (!one.answer.isDone()) {
          expired++;
          tell(one, late(now, one));
        }
        continue;
      }
      if (parts.isEmpty()) {
        parts.add(one);
        batchRows = one.rows;
        leastLeft = one.leftNanos(now);
      } else if (batchRows + one.rows <= batchRowsMax && parts.getFirst().fits(one)) {
        parts.add(one);
        batchRows += one.rows;
        leastLeft = Math.min(leastLeft, one.leftNanos(now));
      }
      if (batchRows >= batchRowsMax) {
        break;
      }
    }
    if (parts.isEmpty()) {
      return null;
    }
    int cut = limits.cut(batchRows);
    while (parts.size() > 1 && (batchRows > cut || costs.expectedNanos(batchRows) > leastLeft)) {
      batchRows -= parts.removeLast().rows;
    }
    parts.forEach(this::take);
    return begun(new Batch(this, List.copyOf(parts), batchRows, now));
  }

  private Batch begun(Batch batch) {
    running++;
    runningRows += batch.rows;
    return batch;
  }

  void finished(Batch batch, long nanos) {
    running--;
    runningRows -= batch.rows;
    rowsLately = Math.max(waitingRows + runningRows, rowsLately * (1 - NEWEST_SHARE));
    double newest = engineNanosLately == 0 ? 1 : NEWEST_SHARE;
    engineNanosLately += (nanos - engineNanosLately) * newest;
    networkNanosLately += (batch.networkNanos() - networkNanosLately) * newest;
    usedNanos += nanos;
    batchCount++;
    inferNanos += nanos;
    if (batch.failed()) {
      failed += batch.parts().size();
    } else {
      costs.seen(Math.max(1, batch.rows), nanos);
      answered += batch.parts().size();
      rows += batch.rows;
      queueNanos += batch.queueNanos();
      bySize.merge(
          batch.rows, new BatchStatistics.Size(1, nanos), (before, now) -> before.and(nanos));
    }
  }

  boolean isIdle() {
    return running == 0;
  }

  /** A snapshot. */
  public BatchStatistics statistics() {
    return scheduler.guarded(() ->
        new BatchStatistics(
            answered,
            failed,
            refused,
            expired,
            rows,
            batchCount,
            queueNanos,
            inferNanos,
            new TreeMap<>(bySize)));
  }

  /** Rows that wait now. */
  public int waitingRows() {
    return scheduler.guarded(() -> waitingRows);
  }

  void closeWaiting() {
    closed = true;
    waiting.forEach(one -> tell(one, notReady()));
    waiting.clear();
    waitingRows = 0;
  }

  /** Refuses what waits and what comes; returns when the last batch has ended. */
  @Override
  public void close() {
    scheduler.close(this);
  }
}
