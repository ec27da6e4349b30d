package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.PromotionPlan;
import dev.tidewatch.proto.monitor.v1.RetrainPolicy;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says when a model is trained again. */
@Command(
    name = "set",
    description = {
      "Say when a model is trained again, and what happens with the version that comes out.",
      "What is set replaces what was set before, as a whole."
    },
    footer = {
      "  tidewatch retrain policy set load --mape 15 --coverage 5 --on-drift",
      "  tidewatch retrain policy set load --cron '0 3 * * sun' --age 30d --cool-down 2d",
      "  tidewatch retrain policy set load --mape 15 --canary 10 --canary-pairs 200 --approval"
    })
final class RetrainPolicySetCommand implements Callable<Integer> {
  private static final double BASIS_POINTS_PER_PERCENT = 100;

  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Option(
      names = "--mape",
      paramLabel = "PERCENT",
      description = "Train again above this error; customary: 15.")
  private double mape;

  @Option(
      names = "--coverage",
      paramLabel = "POINTS",
      description = "Train again when intervals are further off than this; customary: 5.")
  private double coverage;

  @Option(names = "--on-drift", description = "Train again on strong drift.")
  private boolean onDrift;

  @Option(names = "--age", paramLabel = "TIME", description = "Train again at this age.")
  private @Nullable String age;

  @Option(
      names = "--cron",
      paramLabel = "FIELDS",
      description = "Train again by a schedule: minute, hour, day, month, weekday, in UTC.")
  private String cron = "";

  @Option(
      names = "--trailing",
      paramLabel = "TIME",
      description = "Over which the figures are taken (1d).")
  private @Nullable String trailing;

  @Option(
      names = "--pairs-min",
      paramLabel = "N",
      description = "Fewer known pairs say nothing (100).")
  private int pairsMin;

  @Option(
      names = "--cool-down",
      paramLabel = "TIME",
      description = "From the end of a task to the next (1d).")
  private @Nullable String coolDown;

  @Option(
      names = "--canary",
      paramLabel = "PERCENT",
      description = "Share of series that a new version gets first; 0: promotion at the gate.")
  private @Nullable Double canary;

  @Option(
      names = "--canary-pairs",
      paramLabel = "N",
      description = "Pairs before a canary is judged (100).")
  private int canaryPairs;

  @Option(
      names = "--canary-time",
      paramLabel = "TIME",
      description = "Without a verdict by then it is rolled back (7d).")
  private @Nullable String canaryTime;

  @Option(
      names = "--significance",
      paramLabel = "P",
      description = "Level of the test that judges a canary (0.05).")
  private double significance;

  @Option(names = "--approval", description = "A person lets the promotion go on.")
  private boolean approval;

  @Option(names = "--disabled", description = "Keep it, and do not act on it.")
  private boolean disabled;

  RetrainPolicySetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var policy =
        RetrainPolicy.newBuilder()
            .setModel(model)
            .setMapeMax(mape)
            .setCoverageErrorMax(coverage)
            .setOnDrift(onDrift)
            .setCron(cron)
            .setPairsMin(pairsMin)
            .setDisabled(disabled);
    if (age != null) {
      policy.setAgeMax(duration("--age", age));
    }
    if (trailing != null) {
      policy.setTrailing(duration("--trailing", trailing));
    }
    if (coolDown != null) {
      policy.setCoolDown(duration("--cool-down", coolDown));
    }
    boolean planned =
        canary != null || canaryPairs != 0 || canaryTime != null || significance != 0 || approval;
    if (planned) {
      policy.setPromotion(plan());
    }
    RetrainPolicy set = session.tidewatch().monitor().retrain().setPolicy(policy.build());
    if (session.json()) {
      session.print(set);
    } else {
      Details.print(session, set);
    }
    return ExitCode.OK;
  }

  private PromotionPlan plan() {
    var plan =
        PromotionPlan.newBuilder()
            .setCanaryBasisPoints(
                canary == null ? 0 : (int) Math.round(canary * BASIS_POINTS_PER_PERCENT))
            .setPairsMin(canaryPairs)
            .setSignificance(significance)
            .setApprovalNeeded(approval);
    if (canaryTime != null) {
      plan.setDurationMax(duration("--canary-time", canaryTime));
    }
    return plan.build();
  }

  private com.google.protobuf.Duration duration(String option, String text) {
    return ProtoTimes.duration(session.duration(option, text));
  }
}
