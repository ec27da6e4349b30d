package dev.tidewatch.trainer;

import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.timeseries.SeriesName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains any number of models as one job. Groups of series are taken from an iterator only as fast
 * as they are trained, and no report is kept, so memory is bounded by the models in training at a
 * time. What was made by the same recipe from the same readings before is not made again: a job
 * that was broken off goes on where it was when it is started anew.
 */
public final class BatchTrainer {
  /** So many models in a row that no server answers for end the job. */
  private static final int OUTAGES_MAX = 5;

  private final Trainer trainer;
  private final int concurrency;
  private final boolean again;

  /**
   * @param concurrency models in training at a time, at least 1
   * @param again true: train what is there already, too
   */
  public BatchTrainer(Trainer trainer, int concurrency, boolean again) {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency: " + concurrency + ", want at least 1");
    }
    this.trainer = trainer;
    this.concurrency = concurrency;
    this.again = again;
  }

  /** What to train on a group of series; may ask servers. */
  @FunctionalInterface
  public interface Planner {
    TrainingPlan plan(List<SeriesName> group);
  }

  /** What to do with a model that was trained, or was there; may be told again of the same. */
  @FunctionalInterface
  public interface Publisher {
    void publish(TrainingReport report, List<SeriesName> group);
  }

  /**
   * Trains a model for each group. A model that fails does not stop the others.
   *
   * @param groups asked by one thread at a time
   * @param listener told of each model as it ends, by one thread at a time; throws {@link
   *     CancellationException} to end the job
   * @throws CancellationException if the caller was interrupted or the listener threw it; models in
   *     training then leave cancelled runs
   * @throws TidewatchException if servers stay away
   */
  public BatchSummary train(
      Iterator<List<SeriesName>> groups,
      Planner planner,
      Publisher publisher,
      Consumer<BatchOutcome> listener) {
    var job = new Job(groups, planner, publisher, listener);
    var workers = new ArrayList<Thread>();
    for (int i = 0; i < concurrency; i++) {
      workers.add(Thread.ofPlatform().daemon().name("training-" + i).start(job::work));
    }
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
          job.stop(new CancellationException("interrupted"));
          workers.forEach(Thread::interrupt);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (job.failure != null) {
      throw job.failure;
    }
    return job.summary;
  }

  private final class Job {
    private final Iterator<List<SeriesName>> groups;
    private final Planner planner;
    private final Publisher publisher;
    private final Consumer<BatchOutcome> listener;
    private final BatchSummary summary = new BatchSummary();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile @Nullable RuntimeException failure;
    private int outages;

    Job(
        Iterator<List<SeriesName>> groups,
        Planner planner,
        Publisher publisher,
        Consumer<BatchOutcome> listener) {
      this.groups = groups;
      this.planner = planner;
      this.publisher = publisher;
      this.listener = listener;
    }

    /** The first cause counts. */
    void stop(RuntimeException cause) {
      if (stopped.compareAndSet(false, true)) {
        failure = cause;
      }
    }

    void work() {
      try {
        List<SeriesName> group = next();
        while (group != null) {
          finished(train(group));
          group = next();
        }
      } catch (RuntimeException e) {
        stop(e);
      }
    }

    private @Nullable List<SeriesName> next() {
      synchronized (groups) {
        return !stopped.get() && groups.hasNext() ? groups.next() : null;
      }
    }

    private BatchOutcome train(List<SeriesName> group) {
      TrainingProgress told =
          (stage, fraction) -> {
            if (stopped.get()) {
              throw new CancellationException("the job was ended");
            }
          };
      try {
        TrainingPlan plan = planner.plan(group);
        TrainingReport report =
            again ? trainer.train(plan, told) : trainer.trainUnlessDone(plan, told);
        publisher.publish(report, group);
        return new BatchOutcome(group, report, "", false);
      } catch (CancellationException e) {
        throw e;
      } catch (InsufficientHistoryException e) {
        return new BatchOutcome(group, null, String.valueOf(e.getMessage()), true);
      } catch (IOException | RuntimeException e) {
        if (stopped.get()) {
          throw new CancellationException("the job was ended");
        }
        outage(e);
        return new BatchOutcome(group, null, String.valueOf(e.getMessage()), false);
      }
    }

    private synchronized void outage(Exception e) {
      if (e instanceof TidewatchException failed && failed.isTransient()) {
        if (++outages >= OUTAGES_MAX) {
          throw failed;
        }
      } else {
        outages = 0;
      }
    }

    private synchronized void finished(BatchOutcome outcome) {
      if (outcome.report() != null) {
        outages = 0;
      }
      summary.add(outcome);
      listener.accept(outcome);
    }
  }
}
