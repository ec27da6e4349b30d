package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.ListRetrainTasksRequest;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.monitor.v1.RetrainTaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists retrain tasks. */
@Command(
    name = "list",
    description = "List trainings that are wanted, under way, or over; newest first.",
    footer = {
      "  tidewatch retrain list",
      "  tidewatch retrain list load --state failed",
      "  tidewatch retrain list --state open --state leased --json"
    })
final class RetrainListCommand implements Callable<Integer> {
  /** As the option takes them. */
  enum State {
    OPEN,
    LEASED,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    RetrainTaskState message() {
      return RetrainTaskState.valueOf("RETRAIN_TASK_STATE_" + name());
    }
  }

  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Only of this model.")
  private String model = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only these: open, leased, succeeded, failed, cancelled.")
  private List<State> states = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "N", description = "At most this many (50).")
  private int limit = 50;

  RetrainListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var request =
        ListRetrainTasksRequest.newBuilder()
            .setModel(model)
            .addAllStates(states.stream().map(State::message).toList())
            .setPageSize(Math.min(Math.max(limit + 1, 1), 1000))
            .build();
    List<RetrainTask> found =
        session.tidewatch().monitor().retrain().tasks(request).limit(limit + 1L).toList();
    List<RetrainTask> shown = found.subList(0, Math.min(limit, found.size()));
    if (session.json()) {
      session.print(shown);
    } else {
      session.print(table(shown));
      if (shown.isEmpty()) {
        session.say("No tasks match.");
      }
    }
    if (found.size() > limit) {
      session.say("There are more; raise --limit to see them.");
    }
    return ExitCode.OK;
  }

  private Table table(List<RetrainTask> tasks) {
    var table =
        new Table()
            .whole("CREATED")
            .left("MODEL")
            .whole("CAUSE")
            .whole("STATE")
            .left("OUTCOME")
            .left("REASON")
            .whole("ID");
    for (RetrainTask task : tasks) {
      table.row(
          session.show(task.getCreatedAt()),
          task.getModel(),
          ProtoJson.bare(task.getCause().getValueDescriptor()).toLowerCase(Locale.ROOT),
          ProtoJson.bare(task.getState().getValueDescriptor()).toLowerCase(Locale.ROOT),
          outcome(task),
          task.getReason(),
          task.getId());
    }
    return table;
  }

  private static String outcome(RetrainTask task) {
    return switch (task.getState()) {
      case RETRAIN_TASK_STATE_SUCCEEDED ->
          task.getChampionVersion() + " -> " + task.getResultVersion();
      case RETRAIN_TASK_STATE_LEASED ->
          "%s by %s: %s"
              .formatted(
                  Numbers.compact(100 * task.getProgress()) + " %",
                  task.getWorker(),
                  task.getProgressNote());
      default -> task.getFailure();
    };
  }
}
