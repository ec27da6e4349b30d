package dev.tidewatch.monitor;

import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.accuracy.ComparisonStore;
import dev.tidewatch.monitor.api.DecisionApi;
import dev.tidewatch.monitor.decision.DecisionStore;
import dev.tidewatch.monitor.registry.GrpcPromotions;
import dev.tidewatch.monitor.storage.AlertStory;
import dev.tidewatch.monitor.storage.DecisionStory;
import dev.tidewatch.monitor.storage.DriftStory;
import dev.tidewatch.monitor.storage.KnownModels;
import dev.tidewatch.monitor.storage.PostgresDecisionStore;
import dev.tidewatch.monitor.storage.PostgresTrialStore;
import dev.tidewatch.monitor.storage.RetrainStory;
import dev.tidewatch.monitor.story.AliasStory;
import dev.tidewatch.monitor.story.Story;
import dev.tidewatch.monitor.trial.CandidateSource;
import dev.tidewatch.monitor.trial.TrialConduct;
import dev.tidewatch.monitor.trial.TrialDesk;
import dev.tidewatch.monitor.trial.TrialWorker;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import io.grpc.Channel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Trials of new versions, what is decided about them, and the story of a model, wired. */
final class Promoting implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  private final TrialWorker worker;
  private final DecisionApi api;

  private Promoting(TrialWorker worker, DecisionApi api) {
    this.worker = worker;
    this.api = api;
  }

  /**
   * Starts the trials' worker; the caller closes it.
   *
   * @param interval real time between two looks at a trial
   * @param clock domain time
   */
  static Promoting open(
      Database database,
      Channel registry,
      CandidateSource candidates,
      ComparisonStore comparisons,
      AccuracyStore accuracy,
      Duration interval,
      InstantSource clock,
      Telemetry telemetry) {
    DecisionStore decisions = new PostgresDecisionStore(database);
    var trials = new PostgresTrialStore(database);
    var promotions = new GrpcPromotions(registry, CALL_TIMEOUT);
    var conduct = new TrialConduct(trials, promotions, comparisons, clock);
    var desk = new TrialDesk(trials, decisions, conduct, promotions, clock);
    var isKnown = new KnownModels(database);
    var story =
        new Story(
            List.of(
                new AliasStory(decisions, promotions, accuracy, isKnown, clock),
                new DriftStory(database),
                new AlertStory(database),
                new RetrainStory(database),
                new DecisionStory(database)));
    var worker =
        new TrialWorker(
                candidates,
                trials,
                conduct,
                clock,
                InstantSource.system(),
                interval,
                telemetry.tracer())
            .start();
    return new Promoting(worker, new DecisionApi(decisions, trials, desk, story, isKnown));
  }

  DecisionApi api() {
    return api;
  }

  @Override
  public void close() {
    worker.close();
  }
}
