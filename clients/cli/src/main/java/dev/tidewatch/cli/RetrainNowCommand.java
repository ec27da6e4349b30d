package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.EnqueueRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.monitor.v1.RetrainTaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks for a training. */
@Command(
    name = "now",
    description = {
      "Ask for a model to be trained again; a worker does it (see 'worker').",
      "The champion's family, settings and series on newer readings, unless --set says otherwise:"
          + " family, set.NAME, window (such as P14D, or all), folds, test, stride, seed."
    },
    footer = {
      "  tidewatch retrain now load --reason 'new heat pump'",
      "  tidewatch retrain now load --set window=P14D --wait",
      "  tidewatch retrain now load --set family=ets --json | jq -r .id"
    })
final class RetrainNowCommand implements Callable<Integer> {
  private final Session session;

  @SuppressWarnings("NullAway.Init") // set by picocli
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why (by hand).")
  private String reason = "by hand";

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A setting for the trainer; as often as needed.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--series",
      paramLabel = "NAME",
      description = "Series to train on (those of the champion); as often as needed.")
  private List<String> series = new ArrayList<>();

  @Option(names = "--wait", description = "Wait for the end; fail if no version came out.")
  private boolean wait;

  RetrainNowCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    var retrain = session.tidewatch().monitor().retrain();
    RetrainTask task =
        retrain.enqueue(
            EnqueueRetrainTaskRequest.newBuilder()
                .setModel(model)
                .setReason(reason)
                .putAllParameters(settings)
                .addAllSeries(series)
                .setRequestId(UUID.randomUUID().toString())
                .build());
    while (wait && !isOver(task)) {
      TimeUnit.SECONDS.sleep(1);
      task = retrain.task(task.getId());
    }
    if (session.json()) {
      session.print(task);
    } else {
      Details.print(session, task);
    }
    boolean failed = wait && task.getState() != RetrainTaskState.RETRAIN_TASK_STATE_SUCCEEDED;
    return failed ? ExitCode.FAILURE : ExitCode.OK;
  }

  private static boolean isOver(RetrainTask task) {
    return task.getState() != RetrainTaskState.RETRAIN_TASK_STATE_OPEN
        && task.getState() != RetrainTaskState.RETRAIN_TASK_STATE_LEASED;
  }
}
