package dev.tidewatch.inference.batching;

import dev.tidewatch.models.tensor.TensorModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the engines of all models. There are as many places to run as {@code parallelism}; a
 * question that finds one free, and nobody before it, is answered at once: on its own thread, or,
 * if that has other work and this would take long, on one of the scheduler's. While all are taken
 * questions wait, each model's in a queue of its own; a place that becomes free goes to the model
 * that has used least engine time of late, which then answers as much of its queue as one batch
 * holds. So nobody waits for a batch to fill, batches fill while engines are busy, and a slow model
 * takes no more than its share.
 *
 * <p>Thread-safe.
 */
public final class InferenceScheduler implements AutoCloseable {
  /** After questions have met, nobody is called alone for so long. */
  private static final long CROWDED_NANOS = 5_000_000;

  private final int parallelism;
  private final ExecutorService workers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  /** With questions that wait. */
  private final Set<ModelQueue> busy = new HashSet<>();

  /** Run when the lock is given back. */
  private final List<Runnable> afterwards = new ArrayList<>();

  private int free;

  /** Places given to threads that are on their way and have not looked for a batch yet. */
  private int starting;

  /** Those of them that are threads of the scheduler's. */
  private int sent;

  /** When a question last came while another was there. */
  private long metNanos = System.nanoTime() - CROWDED_NANOS;

  /** Of the queue that ran last: where one that was idle begins. */
  private long usedNanos;

  private InferenceScheduler(int parallelism, ExecutorService workers) {
    this.parallelism = parallelism;
    this.free = parallelism;
    this.workers = workers;
  }

  /**
   * @param parallelism batches that run at once, of all models together; the number of cores is a
   *     good choice, since an engine's call keeps one core busy
   */
  public static InferenceScheduler open(int parallelism) {
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism is %d".formatted(parallelism));
    }
    return new InferenceScheduler(
        parallelism,
        Executors.newFixedThreadPool(
            parallelism, Thread.ofPlatform().name("inference-", 0).daemon().factory()));
  }

  int parallelism() {
    return parallelism;
  }

  /**
   * A queue for a loaded model, whose rows are batched if the model says that they are independent.
   */
  public ModelQueue open(TensorModel model, QueueLimits limits) {
    return new ModelQueue(this, model, limits, model.batches());
  }

  CompletableFuture<InferenceAnswer> submit(ModelQueue queue, InferenceRequest request, int rows) {
    return request.caller().waits()
        ? submitWaiting(queue, request, rows)
        : submitInPassing(queue, request, rows);
  }

  /** From a thread with nothing else to do: it runs the engine wherever a place is free. */
  private CompletableFuture<InferenceAnswer> submitWaiting(
      ModelQueue queue, InferenceRequest request, int rows) {
    Waiting entered;
    @Nullable Batch batch;
    int started;
    long now = System.nanoTime();
    lock.lock();
    try {
      entered = queue.enter(request, rows, now);
      if (entered.answer.isDone()) {
        return entered.answer;
      }
      noteMeeting(now);
      batch = free > 0 && queue.canRunNow() ? queue.begin(entered, now) : null;
      if (batch == null) {
        await(queue, entered, now);
        started = placesToSend();
      } else {
        free--;
        started = 0;
      }
    } finally {
      unlock();
    }
    if (batch == null) {
      start(started);
    } else {
      runHere(batch);
    }
    return entered.answer;
  }

  /**
   * From a thread that others wait for. What it reads in one go is in the queue before anybody
   * looks for a batch: so questions that come together are seen to, and leave together.
   */
  private CompletableFuture<InferenceAnswer> submitInPassing(
      ModelQueue queue, InferenceRequest request, int rows) {
    Waiting entered;
    int places;
    long now = System.nanoTime();
    lock.lock();
    try {
      entered = queue.enter(request, rows, now);
      if (entered.answer.isDone()) {
        return entered.answer;
      }
      noteMeeting(now);
      await(queue, entered, now);
      places = placesToStart();
    } finally {
      unlock();
    }
    for (int i = 0; i < places; i++) {
      try {
        request.caller().after().execute(() -> beginInPassing(queue, entered));
      } catch (RejectedExecutionException e) {
        beginInPassing(queue, entered); // its connection is gone
      }
    }
    return entered.answer;
  }

  /**
   * After the reading: the last batch of what waits runs here, if it is short; all else on threads
   * of the scheduler's, beside it.
   */
  private void beginInPassing(ModelQueue queue, Waiting entered) {
    Caller caller = entered.request.caller();
    @Nullable Batch batch = null;
    boolean isAlone = false;
    int started;
    lock.lock();
    try {
      long now = System.nanoTime();
      boolean waitsNoOther = busy.size() == 1 && queue.hasWaiting();
      if (waitsNoOther && queue.isLastBatchWithin(caller.nanosMax(), sent)) {
        isAlone = now - metNanos >= CROWDED_NANOS && queue.isOnlyWaiting(entered);
        batch = taken(now); // none, if it was cancelled or is late
        started = placesToSend();
      } else {
        started = 1;
        sent++;
      }
    } finally {
      unlock();
    }
    start(started);
    if (batch != null) {
      runHere(batch);
      if (isAlone) {
        caller.answeredAlone().run();
      }
    }
  }

  private void noteMeeting(long now) {
    if (free < parallelism || !busy.isEmpty()) {
      metNanos = now;
    }
  }

  private void await(ModelQueue queue, Waiting entered, long now) {
    queue.await(entered, now);
    if (queue.hasWaiting() && busy.add(queue)) {
      queue.usedNanos = Math.max(queue.usedNanos, usedNanos);
    }
  }

  private void runHere(Batch batch) {
    long nanos = batch.infer(batch.queue.model());
    Batch next = finished(batch, nanos);
    if (next != null) {
      hand(next);
    }
    batch.answer(batch.queue.model());
  }

  /**
   * Takes free places for what waits. Threads that are on their way take a batch each, with all
   * that comes until then, so another is sent only for what they leave.
   */
  private int placesToStart() {
    int wanted = -starting;
    for (ModelQueue queue : busy) {
      wanted += queue.batchesReady();
    }
    int started = Math.clamp(wanted, 0, free);
    free -= started;
    starting += started;
    return started;
  }

  /** As {@link #placesToStart}, for threads of the scheduler's. */
  private int placesToSend() {
    int places = placesToStart();
    sent += places;
    return places;
  }

  private void start(int places) {
    for (int i = 0; i < places; i++) {
      try {
        workers.execute(this::begin);
      } catch (RejectedExecutionException e) {
        begin();
      }
    }
  }

  private void begin() {
    @Nullable Batch batch;
    int started;
    lock.lock();
    try {
      sent--;
      batch = taken(System.nanoTime());
      started = placesToSend();
    } finally {
      unlock();
    }
    start(started);
    if (batch != null) {
      work(batch);
    }
  }

  /** What the thread that was on its way is to do. */
  private @Nullable Batch taken(long now) {
    starting--;
    free++;
    return next(now);
  }

  /** To a thread of the scheduler's own: the asker's goes back to its caller. */
  private void hand(Batch batch) {
    try {
      workers.execute(() -> work(batch));
    } catch (RejectedExecutionException e) {
      work(batch);
    }
  }

  private void work(Batch first) {
    Batch batch = first;
    while (batch != null) {
      long nanos = batch.infer(batch.queue.model());
      // Answers first: while they go out, more come in for the next batch.
      batch.answer(batch.queue.model());
      batch = finished(batch, nanos);
    }
  }

  /** Gives the place back, or to the batch that it returns. */
  private @Nullable Batch finished(Batch batch, long nanos) {
    @Nullable Batch next;
    int started;
    lock.lock();
    try {
      batch.queue.finished(batch, nanos);
      usedNanos = Math.max(usedNanos, batch.queue.usedNanos - nanos);
      free++;
      next = next(System.nanoTime());
      started = placesToSend();
      if (batch.queue.isIdle()) {
        idle.signalAll();
      }
    } finally {
      unlock();
    }
    start(started);
    return next;
  }

  private @Nullable Batch next(long now) {
    while (true) {
      ModelQueue least = null;
      for (ModelQueue queue : busy) {
        if (queue.isReady() && (least == null || queue.usedNanos < least.usedNanos)) {
          least = queue;
        }
      }
      if (least == null) {
        return null;
      }
      Batch batch = least.next(now);
      if (!least.hasWaiting()) {
        busy.remove(least);
      }
      if (batch != null) {
        free--;
        return batch;
      }
    }
  }

  /** Tells an asker after the lock is given back, since what it does then is its own matter. */
  void later(Runnable telling) {
    afterwards.add(telling);
  }

  private void unlock() {
    List<Runnable> tellings = List.of();
    if (!afterwards.isEmpty()) {
      tellings = List.copyOf(afterwards);
      afterwards.clear();
    }
    lock.unlock();
    tellings.forEach(Runnable::run);
  }

  <T> T guarded(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  void close(ModelQueue queue) {
    lock.lock();
    try {
      queue.closeWaiting();
      busy.remove(queue);
    } finally {
      unlock();
    }
    lock.lock();
    try {
      while (!queue.isIdle()) {
        idle.awaitUninterruptibly();
      }
    } finally {
      unlock();
    }
  }

  /** Ends the scheduler's threads; queues are closed by their owners before. */
  @Override
  public void close() {
    workers.shutdown();
  }
}
