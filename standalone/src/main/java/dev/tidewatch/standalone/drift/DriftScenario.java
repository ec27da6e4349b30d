package dev.tidewatch.standalone.drift;

import com.google.errorprone.annotations.FormatMethod;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.proto.monitor.v1.AccuracyCondition;
import dev.tidewatch.proto.monitor.v1.AccuracyMeasure;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.CreateAlertRuleRequest;
import dev.tidewatch.proto.monitor.v1.Decision;
import dev.tidewatch.proto.monitor.v1.DecisionKind;
import dev.tidewatch.proto.monitor.v1.EnqueueRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.PromotionPlan;
import dev.tidewatch.proto.monitor.v1.RetrainPolicy;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.StoryLine;
import dev.tidewatch.proto.monitor.v1.TrialState;
import dev.tidewatch.proto.registry.v1.GatePolicy;
import dev.tidewatch.proto.registry.v1.PairedTestGate;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.standalone.HeldClock;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.ChampionComparison;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import dev.tidewatch.trainer.worker.TrainingWorker;
import dev.tidewatch.trainer.worker.WorkerListener;
import dev.tidewatch.trainer.worker.WorkerSettings;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Plays the scenario against servers that are up, whose domain clock it drives:
 *
 * <ol>
 *   <li>a model forecasts four halls well;
 *   <li>the halls change their shifts, accuracy falls, an alert fires;
 *   <li>the model is trained again, by itself, as often as it takes; the gate asks each version to
 *       be better, a canary tries it, it is promoted; accuracy is back;
 *   <li>a bad model is refused by the gate;
 *   <li>one that deceives the gate fails as a canary and is rolled back.
 * </ol>
 *
 * Nobody but the servers moves an alias after the first version.
 */
public final class DriftScenario {
  /** Name of the model. */
  public static final String MODEL = "plant-power";

  /** Name of the alert rule. */
  public static final String RULE = "plant-power-accuracy";

  /** How much worse than before the end may be. */
  public static final double BACK_WITHIN = 1.10;

  private static final Duration WINDOW = Duration.ofDays(3);
  private static final Duration HISTORY = WINDOW.plusHours(12);
  private static final Duration TRAILING = Duration.ofDays(1);
  private static final int HORIZON = 8;
  private static final int STEPS_PER_HOUR = 4;
  private static final Duration QUIET = Duration.ofHours(26);
  private static final Duration RECOVERY_MAX = Duration.ofDays(14);
  private static final Duration CANARY_MAX = Duration.ofDays(2);
  private static final Duration COOL_DOWN = Duration.ofHours(12);
  private static final Duration WAIT_MAX = Duration.ofMinutes(3);
  private static final int PAIRS_MIN = 100;
  private static final int ORIGINS_MIN = 20;
  private static final int ENQUEUE_ATTEMPTS = 48;
  private static final double ALERT_ABOVE = 2;

  /** A MAPE that no model has. */
  private static final double NEVER = 1e6;

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Grid GRID =
      Grid.ofStep(Duration.ofMinutes(15)).withLateness(Duration.ofMinutes(1));

  private final Tidewatch client;
  private final HeldClock clock;
  private final ModelFamilies families;
  private final Consumer<String> out;
  private final Halls halls;
  private final LoopView view;
  private final TrainingPlan plan;

  /**
   * @param clock domain clock of the servers, standing
   * @param out hears what happens, a line at a time
   */
  public DriftScenario(
      Tidewatch client, HeldClock clock, ModelFamilies families, long seed, Consumer<String> out) {
    this.client = client;
    this.clock = clock;
    this.families = families;
    this.out = out;
    this.halls = new Halls(seed);
    this.view = new LoopView(client, MODEL);
    this.plan =
        TrainingPlan.of(MODEL, "additive", Halls.SERIES, GRID, HORIZON)
            .withParameters(Parameters.of(Map.of("changepoints", "0", "holidays", "none")))
            .withSeed(seed)
            .within(clock.instant().minus(WINDOW), clock.instant());
  }

  /**
   * What came of it.
   *
   * @param retrains tasks that ended with a version, bad ones included
   * @param gateRefusals versions that the gate refused
   * @param canaryRollbacks canaries that were rolled back
   * @param promotions versions that the loop promoted
   * @param alerts that fired
   * @param mapeBefore percent over a day, before the change
   * @param mapeDuring the worst over a day, after it
   * @param mapeAfter over a day, in the end
   * @param badRefused whether the gate refused the bad model
   * @param deceiverRolledBack whether the model that deceived the gate was rolled back as a canary
   * @param story as {@code tidewatch monitor why} tells it
   */
  public record Outcome(
      int retrains,
      int gateRefusals,
      int canaryRollbacks,
      int promotions,
      int alerts,
      double mapeBefore,
      double mapeDuring,
      double mapeAfter,
      boolean badRefused,
      boolean deceiverRolledBack,
      List<StoryLine> story) {
    public Outcome {
      story = List.copyOf(story);
    }
  }

  /**
   * Plays; returns in the end.
   *
   * @throws IllegalStateException if the servers do not do what they should within their time
   */
  public Outcome play() throws IOException, InterruptedException {
    var opened = new CloseStack();
    try (opened) {
      var feed = opened.push(HallFeed.open(client.ingest(), halls, clock, view));
      feed.backFill(HISTORY);
      train();
      hours(feed, QUIET, () -> false);
      double before = view.mape(TRAILING).orElseThrow();
      say("MAPE of a quiet day: %.2f %%", before);
      watch(before);

      var worker = opened.push(worker().start());
      halls.changeFrom(feed.sentUntil());
      say("The halls change their shifts.");
      Recovery recovery = recover(feed, before);
      say("A bad model, which repeats the newest value, is trained.");
      boolean refused = refuse(feed);
      say(refused ? "The gate refused it." : "The gate did not refuse it.");
      setPolicy(NEVER);
      await("the newest training to end", () -> !view.isBusy(clock.instant()));
      worker.close(); // the next task is for another one
      say("A bad model whose back-test saw the future is trained.");
      boolean rolledBack = rollBack(feed);
      say(rolledBack ? "Its canary was rolled back." : "Its canary was not rolled back.");
      return new Outcome(
          view.trained().size(),
          view.decisions(DecisionKind.DECISION_KIND_GATE_REFUSED).size(),
          view.decisions(DecisionKind.DECISION_KIND_ROLLED_BACK).size(),
          view.decisions(DecisionKind.DECISION_KIND_PROMOTED).size(),
          view.fired(RULE).size(),
          before,
          recovery.worst(),
          recovery.mape(),
          refused,
          rolledBack,
          view.story());
    }
  }

  /** The first version, by hand; from then on its alias asks versions to be better. */
  private void train() throws IOException, InterruptedException {
    var report = new Trainer(client, families, clock, "demo").train(plan, TrainingProgress.SILENT);
    say("%s %s (%s) is trained.", report.model(), report.version(), report.family());
    var registry = client.registry();
    var publication = new Publication(registry);
    publication.promote(report);
    for (SeriesName series : Halls.SERIES) {
      publication.assign(MODEL, Task.TASK_FORECAST, series, STEPS_PER_HOUR);
    }
    registry.setAliasProtection(
        registry.getAliasProtection(MODEL, Publication.CHAMPION).toBuilder()
            .setProtected(true)
            .setGates(
                GatePolicy.newBuilder()
                    .setPairedTest(
                        PairedTestGate.newBuilder()
                            .setMeasure(ChampionComparison.MEASURE)
                            .setPairsMin(ORIGINS_MIN)
                            .setBetter(true)))
            .build());
    await("the first version to be served", this::isServed);
  }

  private boolean isServed() {
    return client
        .inference()
        .listServedModels(MODEL)
        .anyMatch(served -> served.getState() == ServedState.SERVED_STATE_READY);
  }

  /** An alert for people, a policy for the loop. */
  private void watch(double before) {
    AlertServiceGrpc.newBlockingStub(client.monitor().channel())
        .createAlertRule(
            CreateAlertRuleRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setRule(
                    AlertRule.newBuilder()
                        .setName(RULE)
                        .setModel(MODEL)
                        .setSeverity(Severity.SEVERITY_HIGH)
                        .setAdvice("Wait for the loop, or ask: tidewatch monitor why " + MODEL)
                        .setAccuracy(
                            AccuracyCondition.newBuilder()
                                .setMeasure(AccuracyMeasure.ACCURACY_MEASURE_MAPE)
                                .setLimit(ALERT_ABOVE * before)
                                .setTrailing(ProtoTimes.duration(TRAILING))))
                .build());
    setPolicy(BACK_WITHIN * before);
  }

  private void setPolicy(double mapeMax) {
    client
        .monitor()
        .retrain()
        .setPolicy(
            RetrainPolicy.newBuilder()
                .setModel(MODEL)
                .setMapeMax(mapeMax)
                .setTrailing(ProtoTimes.duration(TRAILING))
                .setPairsMin(PAIRS_MIN)
                .setCoolDown(ProtoTimes.duration(COOL_DOWN))
                .setPromotion(
                    PromotionPlan.newBuilder()
                        .setCanaryBasisPoints(5_000)
                        .setPairsMin(PAIRS_MIN)
                        .setDurationMax(ProtoTimes.duration(CANARY_MAX)))
                .build());
  }

  private TrainingWorker worker() {
    return new TrainingWorker(
        client,
        families,
        clock,
        "demo",
        WorkerSettings.named("demo-trainer"),
        new WorkerListener() {
          @Override
          public void leased(RetrainTask task) {
            say("Training again: %s.", task.getReason());
          }

          @Override
          public void trained(RetrainTask task, String version) {
            say("%s %s is trained.", task.getModel(), version);
          }

          @Override
          public void failed(RetrainTask task, String message) {
            say("Training failed: %s", message);
          }
        },
        OpenTelemetry.noop());
  }

  /**
   * How it went after the change.
   *
   * @param worst the largest MAPE of a day
   * @param mape of the last day
   */
  private record Recovery(double worst, double mape) {}

  /** Goes on until a day has gone well under a version that the loop promoted. */
  private Recovery recover(HallFeed feed, double before) throws InterruptedException {
    Instant begun = feed.sentUntil();
    Instant promotedAt = Instant.MAX;
    int promotions = 0;
    boolean alarmed = false;
    double worst = before;
    double mape = before;
    while (feed.sentUntil().isBefore(begun.plus(RECOVERY_MAX))) {
      feed.hour();
      mape = view.mape(TRAILING).orElse(mape);
      worst = Math.max(worst, mape);
      if (!alarmed && !view.fired(RULE).isEmpty()) {
        alarmed = true;
        say("Alert: %s", view.fired(RULE).getFirst().getSummary());
      }
      List<Decision> promoted = view.decisions(DecisionKind.DECISION_KIND_PROMOTED);
      if (promoted.size() > promotions) {
        promotions = promoted.size();
        promotedAt = feed.sentUntil();
        say(
            "%s is promoted: %s.",
            promoted.getLast().getToVersion(), promoted.getLast().getReason());
      }
      boolean isOwnDay = promotions > 0 && !feed.sentUntil().isBefore(promotedAt.plus(QUIET));
      if (isOwnDay && mape <= BACK_WITHIN * before) {
        say("MAPE is back at %.2f %%; it was up at %.2f %%.", mape, worst);
        return new Recovery(worst, mape);
      }
    }
    say("MAPE is not back: %.2f %%.", mape);
    return new Recovery(worst, mape);
  }

  /** Has a model trained that knows only the newest value; true if the gate refuses it. */
  private boolean refuse(HallFeed feed) throws InterruptedException {
    RetrainTask task =
        enqueue(feed, "a check that a bad model is refused", Map.of("family", "naive"));
    await("the training of a bad model", () -> view.trained(task.getId()).isPresent());
    String version = view.trained(task.getId()).orElseThrow();
    return hours(
            feed, CANARY_MAX, () -> view.trialOf(version).filter(LoopView::hasEnded).isPresent())
        && view.trialOf(version)
            .filter(trial -> trial.getState() == TrialState.TRIAL_STATE_REFUSED)
            .isPresent();
  }

  /** Has a version made that deceives the gate; true if it was rolled back as a canary. */
  private boolean rollBack(HallFeed feed) throws IOException, InterruptedException {
    enqueue(feed, "a check that a canary is watched", Map.of());
    String version = new OptimisticTrainer(client, families, clock).work(plan, WINDOW);
    return hours(
            feed,
            CANARY_MAX.multipliedBy(2),
            () -> view.trialOf(version).filter(LoopView::hasEnded).isPresent())
        && view.trialOf(version)
            .filter(trial ->
                trial.getState() == TrialState.TRIAL_STATE_ROLLED_BACK && trial.hasEndsAt())
            .isPresent();
  }

  /** A model has one open task at most: if the policy has just made one, that one comes first. */
  private RetrainTask enqueue(HallFeed feed, String reason, Map<String, String> parameters)
      throws InterruptedException {
    for (int attempt = 0; attempt < ENQUEUE_ATTEMPTS; attempt++) {
      RetrainTask task =
          client
              .monitor()
              .retrain()
              .enqueue(
                  EnqueueRetrainTaskRequest.newBuilder()
                      .setModel(MODEL)
                      .setReason(reason)
                      .putAllParameters(parameters)
                      .setRequestId(UUID.randomUUID().toString())
                      .build());
      if (task.getReason().contains(reason)) {
        return task;
      }
      feed.hour();
    }
    throw new IllegalStateException("another task is open all the time");
  }

  /** Lets hours pass until it is so; false if the time is over before. */
  private static boolean hours(HallFeed feed, Duration longest, BooleanSupplier condition)
      throws InterruptedException {
    Instant end = feed.sentUntil().plus(longest);
    while (feed.sentUntil().isBefore(end)) {
      if (condition.getAsBoolean()) {
        return true;
      }
      feed.hour();
    }
    return condition.getAsBoolean();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > WAIT_MAX.toNanos()) {
        throw new IllegalStateException("waited " + WAIT_MAX.toSeconds() + " s for " + what);
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }

  @FormatMethod
  private void say(String format, Object... values) {
    out.accept(clock.instant().toString().substring(0, 16) + "  " + format.formatted(values));
  }
}
