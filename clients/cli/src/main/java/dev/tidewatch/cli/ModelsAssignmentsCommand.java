package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists which model runs on which series. */
@Command(
    name = "assignments",
    description = "List which model runs on which series.",
    footer = {"  tidewatch models assignments", "  tidewatch models assignments load --json"})
final class ModelsAssignmentsCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Name of the model (all).")
  private String model = "";

  ModelsAssignmentsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Assignment> found = session.tidewatch().registry().listAssignments(model).toList();
    if (session.json()) {
      session.print(found);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .left("ASSIGNMENT")
            .left("SERIES")
            .left("TASK")
            .left("MODEL")
            .right("EVERY")
            .left("STATE");
    for (Assignment assignment : found) {
      String pick =
          assignment.getVersion().isEmpty() ? assignment.getAlias() : assignment.getVersion();
      int every = assignment.getSchedule().getEverySteps();
      table.row(
          assignment.getAssignment(),
          series(assignment.getSelector()),
          ProtoJson.bare(assignment.getTask().getValueDescriptor()).toLowerCase(Locale.ROOT),
          assignment.getModel() + "@" + pick,
          every == 0 ? "" : every + " steps",
          assignment.getDisabled() ? "disabled" : "running");
    }
    session.print(table);
    if (found.isEmpty()) {
      session.say("No model is assigned. Assign one with 'tidewatch models assign'.");
    }
    return ExitCode.OK;
  }

  private static String series(SeriesSelector selector) {
    String names =
        !selector.getExact().isEmpty()
            ? selector.getExact()
            : selector.getPrefix().isEmpty() ? "*" : selector.getPrefix() + "/*";
    String labels = SeriesListCommand.labels(selector.getLabelsMap());
    return labels.isEmpty() ? names : names + " {" + labels + "}";
  }
}
