package dev.tidewatch.monitor;

import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.api.RetrainApi;
import dev.tidewatch.monitor.registry.ModelCatalogue;
import dev.tidewatch.monitor.retrain.RetrainPlanner;
import dev.tidewatch.monitor.retrain.RetrainStore;
import dev.tidewatch.monitor.retrain.StrongDrift;
import dev.tidewatch.serverkit.lifecycle.HighWaterMark;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;

/** Policies that make models be trained again, and the tasks that workers lease. */
final class Retraining implements AutoCloseable {
  /**
   * Rises when a task was opened in this process, for workers that wait for one; those of other
   * replicas are found by looking now and then.
   */
  private final HighWaterMark bell = new HighWaterMark();

  private final RetrainPlanner planner;
  private final RetrainApi api;

  private Retraining(
      RetrainStore store,
      AccuracyStore accuracy,
      StrongDrift drift,
      ModelCatalogue catalogue,
      Predicate<String> hasOpenTrial,
      InstantSource clock,
      Duration interval,
      Tracer tracer) {
    InstantSource realTime = InstantSource.system();
    this.planner =
        new RetrainPlanner(
            store,
            accuracy,
            drift,
            catalogue,
            hasOpenTrial,
            bell,
            clock,
            realTime,
            interval,
            tracer);
    this.api = new RetrainApi(store, catalogue, bell, clock, realTime);
  }

  /**
   * Begins to look at policies.
   *
   * @param hasOpenTrial true for a model whose candidate is on trial
   * @param clock domain time
   * @param interval between two looks, real time
   */
  static Retraining open(
      RetrainStore store,
      AccuracyStore accuracy,
      StrongDrift drift,
      ModelCatalogue catalogue,
      Predicate<String> hasOpenTrial,
      InstantSource clock,
      Duration interval,
      Tracer tracer) {
    var retraining =
        new Retraining(store, accuracy, drift, catalogue, hasOpenTrial, clock, interval, tracer);
    retraining.planner.start();
    return retraining;
  }

  RetrainApi api() {
    return api;
  }

  /** Lets waiting workers go. */
  void drain() {
    bell.close();
  }

  @Override
  public void close() {
    bell.close();
    planner.close();
  }
}
