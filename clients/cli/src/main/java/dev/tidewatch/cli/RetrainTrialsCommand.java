package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Table;
import dev.tidewatch.proto.monitor.v1.ListTrialsRequest;
import dev.tidewatch.proto.monitor.v1.Trial;
import dev.tidewatch.proto.monitor.v1.TrialState;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows trials. */
@Command(
    name = "trials",
    description = {
      "Show new versions on trial against the champion, newest first: gate, canary, waiting for a",
      "person, and how it ended."
    },
    footer = {
      "  tidewatch retrain trials",
      "  tidewatch retrain trials load --state canary",
      "  tidewatch retrain trials load --json"
    })
final class RetrainTrialsCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Only of this model.")
  private String model = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only gate, canary, waiting, promoted, refused or rolled-back ones.")
  private String state = "";

  @Option(names = "--limit", paramLabel = "N", description = "At most so many (50).")
  private int limit = 50;

  RetrainTrialsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit: " + limit + "; want at least 1");
    }
    var request = ListTrialsRequest.newBuilder().setModel(model);
    if (!state.isEmpty()) {
      request.setState(
          SeriesCreateCommand.constant(TrialState.class, "TRIAL_STATE_", "--state", state));
    }
    List<Trial> trials =
        session.tidewatch().monitor().decisions().listTrials(request.build()).limit(limit).toList();
    if (session.json()) {
      session.print(trials);
      return ExitCode.OK;
    }
    var table =
        new Table()
            .whole("BEGAN")
            .left("MODEL")
            .whole("VERSION")
            .whole("AGAINST")
            .whole("STATE")
            .right("PAIRS")
            .whole("ID")
            .left("WHY");
    for (Trial trial : trials) {
      table.row(
          session.show(trial.getStartedAt()),
          trial.getModel(),
          trial.getCandidateVersion(),
          trial.getChampionVersion(),
          RetrainDecisionsCommand.word(trial.getState(), "TRIAL_STATE_"),
          trial.hasComparison() ? Long.toString(trial.getComparison().getPairs()) : "",
          trial.getId(),
          trial.getReason());
    }
    session.print(table);
    if (trials.isEmpty()) {
      session.say("No trials.");
    }
    return ExitCode.OK;
  }
}
