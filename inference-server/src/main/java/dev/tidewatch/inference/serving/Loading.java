package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.batching.InferenceScheduler;
import dev.tidewatch.inference.batching.ModelQueue;
import dev.tidewatch.inference.batching.QueueSizes;
import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches, verifies, tries, loads and warms versions, a few at a time, each within time limits. A
 * load that runs out of time is left alone on its thread, and another takes its place; Java cannot
 * end it. Thread-safe.
 */
final class Loading implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Loading.class);

  private final ArtifactSource source;
  private final ArtifactCache cache;
  private final ModelLoader loader;
  private final NativeTrials trials;
  private final InferenceScheduler scheduler;
  private final QueueSizes queues;
  private final Duration loadLimit;
  private final Duration warmUpLimit;
  private final InstantSource realClock;
  private final ExecutorService workers;
  private final ScheduledExecutorService timer;
  private final AtomicInteger stuck = new AtomicInteger();

  /** Where a load stands; called from loading threads. */
  interface Progress {
    void located(Artifact artifact);

    /** False if nobody wants the version any more. */
    boolean warming();

    void ready(ServedVersion served);

    /** It can be tried again soon. */
    void unavailable(ServiceException why);

    void refused(ServiceException why);
  }

  Loading(
      ArtifactSource source,
      ArtifactCache cache,
      ModelLoader loader,
      NativeTrials trials,
      InferenceScheduler scheduler,
      ResidencySettings settings,
      InstantSource realClock) {
    this.source = source;
    this.cache = cache;
    this.loader = loader;
    this.trials = trials;
    this.scheduler = scheduler;
    this.queues = settings.queues();
    this.loadLimit = settings.loadLimit();
    this.warmUpLimit = settings.warmUpLimit();
    this.realClock = realClock;
    this.workers =
        Executors.newFixedThreadPool(
            settings.loadsAtOnce(),
            Thread.ofPlatform().name("model-loading-", 0).daemon().factory());
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("model-residency").daemon().factory());
  }

  /** Threads that loads which ran out of time still hold. */
  int stuck() {
    return stuck.get();
  }

  /**
   * @throws dev.tidewatch.serverkit.errors.ResourceExhausted {@code ARTIFACT_TOO_LARGE}
   */
  void requireSize(Artifact artifact) {
    cache.requireSize(artifact);
  }

  /**
   * @param artifact null where only the number is known
   */
  void submit(
      VersionKey key, @Nullable Artifact artifact, RecordedInputs inputs, Progress progress) {
    execute(workers, () -> attempt(key, artifact, inputs, progress));
  }

  void later(Duration delay, Runnable task) {
    try {
      var _ = timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("nothing is done later: the server is closing");
    }
  }

  /** Lets go of a version that nobody uses, then goes on. */
  void dispose(ServedVersion version, Runnable after) {
    execute(
        timer,
        () -> {
          try {
            version.close();
          } catch (RuntimeException e) {
            LOG.warn("{} was not let go of cleanly", version.key(), e);
          }
          after.run();
        });
  }

  private static void execute(ExecutorService executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("nothing is loaded or unloaded: the server is closing");
    }
  }

  private void attempt(
      VersionKey key, @Nullable Artifact wanted, RecordedInputs inputs, Progress progress) {
    try {
      RegisteredVersion registered = registered(key, wanted);
      progress.located(registered.artifact());
      CachedArtifact file = cache.fetch(registered.artifact());
      ModelLoader.Opened opened = loader.open(file);
      boolean runsNativeCode = opened.runsNativeCode();
      if (runsNativeCode) {
        trials.require(file);
        trials.begin(file);
      }
      LoadedModel model = within(loadLimit, "loaded", opened::load, LoadedModel::close);
      boolean isWanted;
      try {
        registered.requireSignature(model);
        isWanted = progress.warming();
        if (isWanted) {
          var _ = within(warmUpLimit, "warm", () -> warmed(model, inputs), LoadedModel::close);
        }
      } catch (Hung e) {
        throw e; // the thread that still asks the model closes it
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
      if (runsNativeCode) {
        trials.end(file);
      }
      if (isWanted) {
        progress.ready(served(registered.artifact(), model, inputs));
      } else {
        model.close();
      }
    } catch (Hung e) {
      progress.refused(new DataLoss("MODEL_HUNG", String.valueOf(e.getMessage()), e));
    } catch (Unavailable | DeadlineExceeded e) {
      progress.unavailable(e);
    } catch (InterruptedException e) {
      LOG.debug("{} is not loaded: the server is closing", key);
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      progress.refused(Refusals.of(e));
    }
  }

  private ServedVersion served(Artifact artifact, LoadedModel model, RecordedInputs inputs) {
    TensorModel tensors = model.tensors();
    ModelQueue queue =
        tensors == null ? null : scheduler.open(tensors, queues.limits(artifact.version().model()));
    return new ServedVersion(artifact, model, queue, inputs, realClock.instant());
  }

  private static LoadedModel warmed(LoadedModel model, RecordedInputs inputs) {
    WarmUp.run(model, inputs);
    return model;
  }

  /** The registry's word where it can be had; without it an artifact that is known will do. */
  private RegisteredVersion registered(VersionKey key, @Nullable Artifact wanted) {
    try {
      return source
          .find(key)
          .orElseThrow(
              () -> new NotFound("VERSION_UNKNOWN", "the registry knows no version " + key));
    } catch (Unavailable | DeadlineExceeded | NotFound e) {
      if (wanted == null) {
        throw e;
      }
      return RegisteredVersion.of(wanted);
    }
  }

  /** A call that did not end within its time; its thread goes on. */
  private static final class Hung extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Hung(String what, Duration limit) {
      super("it was not %s after %s".formatted(what, limit));
    }
  }

  /**
   * @param tooLate takes what comes after the limit
   */
  private <T> T within(Duration limit, String what, Callable<T> call, Consumer<T> tooLate)
      throws InterruptedException {
    var result = new CompletableFuture<T>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("model-" + what)
            .start(() -> {
              try {
                T value = call.call();
                if (!result.complete(value)) {
                  tooLate.accept(value);
                }
              } catch (Throwable e) {
                if (!result.completeExceptionally(e)) {
                  LOG.debug("a load that was given up has failed", e);
                }
              } finally {
                if (result.isCompletedExceptionally() && result.exceptionNow() instanceof Hung) {
                  stuck.decrementAndGet();
                }
              }
            });
    try {
      return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      stuck.incrementAndGet();
      var hung = new Hung(what, limit);
      if (result.completeExceptionally(hung)) {
        thread.interrupt();
        throw hung;
      }
      stuck.decrementAndGet();
      return unwrapped(result);
    } catch (ExecutionException e) {
      return unwrapped(result);
    }
  }

  private static <T> T unwrapped(CompletableFuture<T> result) {
    if (!result.isCompletedExceptionally()) {
      return result.resultNow();
    }
    switch (result.exceptionNow()) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(result.exceptionNow());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdownNow();
    trials.close();
  }
}
