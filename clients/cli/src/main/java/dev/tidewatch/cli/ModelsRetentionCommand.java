package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.PlanRetentionResponse;
import dev.tidewatch.proto.registry.v1.RetentionRule;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.RegistryClient;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes the files of versions that nobody needs any more, after showing which. */
@Command(
    name = "retention",
    description = {
      "Show which versions a rule would archive and whose files it would remove; with --apply, do",
      "it. A version stays if any part of the rule says so. What an alias names or would be rolled",
      "back to, what an assignment pins, and what is being checked stays always."
    },
    footer = {
      "  tidewatch models retention --versions-min 10 --age-min 90d",
      "  tidewatch models retention --model load --since-live-min 30d --versions-min 3 --apply"
    })
final class ModelsRetentionCommand implements Callable<Integer> {
  private final Session session;

  @Option(names = "--model", paramLabel = "NAME", description = "Only this model (all).")
  private String model = "";

  @Option(
      names = "--versions-min",
      required = true,
      paramLabel = "COUNT",
      description = "The highest so many of each model stay.")
  private int versionsMin;

  @Option(names = "--age-min", paramLabel = "DURATION", description = "Younger ones stay.")
  private @Nullable String ageMin;

  @Option(
      names = "--since-live-min",
      paramLabel = "DURATION",
      description = "Those that an alias named within this time stay.")
  private @Nullable String sinceLiveMin;

  @Option(names = "--apply", description = "Remove what the plan shows.")
  private boolean apply;

  ModelsRetentionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    RegistryClient registry = session.tidewatch().registry();
    RetentionRule rule = rule();
    PlanRetentionResponse plan = registry.planRetention(rule);
    if (!apply) {
      show(plan);
      return ExitCode.OK;
    }
    var applied = registry.applyRetention(rule, plan.getPlanSha256());
    if (session.json()) {
      session.print(applied);
    } else {
      session.print(
          "Archived %d versions; %s are free.%s"
              .formatted(
                  applied.getVersionsArchived(),
                  Numbers.bytes(applied.getFreedBytes()),
                  plan.getTruncated() ? " There are more: run it again." : ""));
    }
    return ExitCode.OK;
  }

  private RetentionRule rule() {
    var rule = RetentionRule.newBuilder().setModel(model).setVersionsMin(versionsMin);
    if (ageMin != null) {
      rule.setAgeMin(ProtoTimes.duration(session.duration("--age-min", ageMin)));
    }
    if (sinceLiveMin != null) {
      rule.setSinceLiveMin(ProtoTimes.duration(session.duration("--since-live-min", sinceLiveMin)));
    }
    return rule.build();
  }

  private void show(PlanRetentionResponse plan) {
    if (session.json()) {
      session.print(plan);
      return;
    }
    var table = new Table().left("MODEL").left("VERSION");
    for (VersionReference version : plan.getVersionsList()) {
      table.row(version.getModel(), version.getVersion());
    }
    session.print(table);
    session.print(
        "%d versions%s would be archived, %s freed. Nothing was changed; --apply does it."
            .formatted(
                plan.getVersionsCount(),
                plan.getTruncated() ? " and more" : "",
                Numbers.bytes(plan.getFreedBytes())));
  }
}
