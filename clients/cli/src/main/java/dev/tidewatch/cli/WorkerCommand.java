package dev.tidewatch.cli;

import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.trainer.worker.TrainingWorker;
import dev.tidewatch.trainer.worker.WorkerListener;
import dev.tidewatch.trainer.worker.WorkerSettings;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains what the monitor asks for. */
@Command(
    name = "worker",
    description = {
      "Train models again as the monitor asks for it, one after the other, until interrupted.",
      "A version that comes out is registered with what its back-test found; the registry's gates"
          + " and the monitor decide whether it serves."
    },
    footer = {
      "  tidewatch worker",
      "  tidewatch worker --model load --model price --name trainer-7 --lease 5m"
    })
final class WorkerCommand implements Callable<Integer> {
  private final Session session;

  @Option(names = "--name", paramLabel = "NAME", description = "Who holds the leases (host, pid).")
  private @Nullable String name;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Only tasks of this model; as often as needed.")
  private Set<String> models = new LinkedHashSet<>();

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      description = "After this long without a sign of life another worker takes over (1m).")
  private String lease = "1m";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Folds of a back-test at a time (the processors).")
  private @Nullable Integer threads;

  WorkerCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    WorkerSettings settings;
    try {
      Duration term = session.duration("--lease", lease);
      settings =
          new WorkerSettings(
              name == null ? usualName() : name,
              models,
              term,
              term.dividedBy(12),
              Duration.ofSeconds(20),
              threads == null ? EvaluationOptions.cores() : threads);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
    return Interruption.guard(() -> work(settings));
  }

  private int work(WorkerSettings settings) throws IOException {
    try (var worker =
        new TrainingWorker(
            session.tidewatch(),
            AllFamilies.create(),
            session.clock(),
            VersionCommand.version(),
            settings,
            new Told(),
            OpenTelemetry.noop())) {
      worker.start();
      session.say("The worker " + settings.name() + " waits for tasks. Stop with Ctrl-C.");
      worker.join();
      return ExitCode.OK;
    } catch (InterruptedException e) {
      // Ctrl-C: what was being trained has been given back.
      return ExitCode.INTERRUPTED;
    }
  }

  private String usualName() {
    return session.environment().getOrDefault("HOSTNAME", "worker")
        + "-"
        + ProcessHandle.current().pid();
  }

  /** A line for each thing that happens. */
  private final class Told implements WorkerListener {
    @Override
    public void leased(RetrainTask task) {
      tell(task, "leased", task.getReason());
    }

    @Override
    public void trained(RetrainTask task, String version) {
      tell(task, "trained", version);
    }

    @Override
    public void failed(RetrainTask task, String message) {
      tell(task, "failed", message);
    }

    @Override
    public void dropped(RetrainTask task, String why) {
      tell(task, "dropped", why);
    }

    @Override
    public void waiting(String why) {
      session.warn("the monitor does not answer, trying again: " + why);
    }

    private void tell(RetrainTask task, String what, String detail) {
      if (session.json()) {
        session.print(
            Session.object()
                .put("event", what)
                .put("task", task.getId())
                .put("model", task.getModel())
                .put("detail", detail));
      } else {
        session.print("%s  %s: %s".formatted(task.getModel(), what, detail));
      }
      session.out().flush();
    }
  }
}
