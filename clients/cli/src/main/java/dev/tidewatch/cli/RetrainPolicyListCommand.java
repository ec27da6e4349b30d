package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.RetrainPolicy;
import dev.tidewatch.sdk.ProtoTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists retrain policies. */
@Command(
    name = "list",
    description = "List when models are trained again.",
    footer = {"  tidewatch retrain policy list", "  tidewatch retrain policy list --json"})
final class RetrainPolicyListCommand implements Callable<Integer> {
  private final Session session;

  RetrainPolicyListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<RetrainPolicy> policies = session.tidewatch().monitor().retrain().policies().toList();
    if (session.json()) {
      session.print(policies);
      return ExitCode.OK;
    }
    var table = new Table().left("MODEL").left("WHEN").whole("COOL-DOWN").whole("CANARY");
    for (RetrainPolicy policy : policies) {
      table.row(
          policy.getModel(),
          (policy.getDisabled() ? "off; " : "") + String.join(", ", causes(policy)),
          ProtoTimes.duration(policy.getCoolDown()).toString(),
          canary(policy));
    }
    session.print(table);
    if (policies.isEmpty()) {
      session.say("No model is trained again by itself.");
    }
    return ExitCode.OK;
  }

  private static List<String> causes(RetrainPolicy policy) {
    var causes = new ArrayList<String>();
    if (policy.getMapeMax() > 0) {
      causes.add("MAPE > " + Numbers.compact(policy.getMapeMax()) + " %");
    }
    if (policy.getCoverageErrorMax() > 0) {
      causes.add("coverage off > " + Numbers.compact(policy.getCoverageErrorMax()));
    }
    if (policy.getOnDrift()) {
      causes.add("drift");
    }
    if (policy.hasAgeMax()) {
      causes.add("age > " + ProtoTimes.duration(policy.getAgeMax()));
    }
    if (!policy.getCron().isEmpty()) {
      causes.add("cron " + policy.getCron());
    }
    return causes;
  }

  private static String canary(RetrainPolicy policy) {
    int share = policy.getPromotion().getCanaryBasisPoints();
    String text = share == 0 ? "none" : Numbers.compact(share / 100.0) + " %";
    return policy.getPromotion().getApprovalNeeded() ? text + ", approval" : text;
  }
}
