package dev.tidewatch.cli;

import dev.tidewatch.proto.registry.v1.Assignment;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Ends an assignment. */
@Command(
    name = "unassign",
    description = "Stop running a model on series: delete the assignment.",
    footer = {"  tidewatch models unassign forecast/AP-AP"})
final class ModelsUnassignCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "ASSIGNMENT", description = "As 'models assignments' shows it.")
  private String name;

  ModelsUnassignCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var registry = session.tidewatch().registry();
    Assignment present = registry.getAssignment(name);
    registry.deleteAssignment(name, present.getEtag());
    if (session.json()) {
      session.print(Session.object().put("deleted", name));
    } else {
      session.print("Deleted " + name + ".");
    }
    return ExitCode.OK;
  }
}
