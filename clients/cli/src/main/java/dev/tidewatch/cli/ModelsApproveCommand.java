package dev.tidewatch.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Approves a version. */
@Command(
    name = "approve",
    description = {
      "Say yes to an alias naming a version. One approval counts for each API key.",
      "'models approvals' shows them."
    },
    footer = {
      "  tidewatch models approve load@1.3.0 --comment 'looked at the holidays'",
      "  tidewatch models approve load@1.3.0 --withdraw"
    })
final class ModelsApproveCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL@VERSION", description = "Which version.")
  private String model;

  @Option(names = "--alias", paramLabel = "NAME", description = "As which alias (champion).")
  private String alias = "champion";

  @Option(names = "--comment", paramLabel = "TEXT", description = "Kept with the approval.")
  private String comment = "";

  @Option(names = "--withdraw", description = "Take the own approval back.")
  private boolean withdraw;

  ModelsApproveCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var reference = ModelReference.parse(model);
    if (reference.pick().isEmpty()) {
      throw new UsageException("MODEL@VERSION: name the version, such as " + model + "@1.2.0");
    }
    var registry = session.tidewatch().registry();
    String version = reference.resolve(registry, alias).getVersion();
    if (withdraw) {
      registry.withdrawApproval(reference.model(), alias, version);
      if (session.json()) {
        session.print(Session.object().put("withdrawn", true));
      } else {
        session.print(
            "No approval of yours for %s %s as %s.".formatted(reference.model(), version, alias));
      }
      return ExitCode.OK;
    }
    var approval = registry.approve(reference.model(), alias, version, comment);
    if (session.json()) {
      session.print(approval);
    } else {
      session.print(
          "%s %s is approved as %s by %s."
              .formatted(reference.model(), version, alias, approval.getApprovedBy()));
    }
    return ExitCode.OK;
  }
}
