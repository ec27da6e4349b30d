package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.Approval;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists approvals. */
@Command(
    name = "approvals",
    description = "List the approvals of a model's versions, newest first.",
    footer = "  tidewatch models approvals load")
final class ModelsApprovalsCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  ModelsApprovalsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Approval> approvals = session.tidewatch().registry().listApprovals(model).toList();
    if (session.json()) {
      session.print(approvals);
      return ExitCode.OK;
    }
    var table =
        new Table().whole("VERSION").left("ALIAS").left("BY").whole("APPROVED").left("COMMENT");
    for (Approval approval : approvals) {
      table.row(
          approval.getVersion(),
          approval.getAlias(),
          approval.getApprovedBy(),
          session.show(approval.getApprovedAt()),
          approval.getComment());
    }
    session.print(table);
    return ExitCode.OK;
  }
}
