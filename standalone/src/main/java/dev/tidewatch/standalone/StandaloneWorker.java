package dev.tidewatch.standalone;

import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.sdk.Connection;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.trainer.worker.TrainingWorker;
import dev.tidewatch.trainer.worker.WorkerListener;
import dev.tidewatch.trainer.worker.WorkerSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains as the monitor asks for it, through the same sockets as a worker elsewhere would. */
final class StandaloneWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StandaloneWorker.class);
  private static final String NAME = "standalone";
  private static final int HEARTBEATS_PER_LEASE = 12;

  private final CloseStack opened;

  private StandaloneWorker(CloseStack opened) {
    this.opened = opened;
  }

  /**
   * Begins to wait for tasks.
   *
   * @param connection to the four servers
   * @param codeVersion recorded with versions
   * @param clock domain time
   */
  static StandaloneWorker start(
      TrainerConfig config, Connection connection, String codeVersion, InstantSource clock) {
    var opened = new CloseStack();
    try {
      Telemetry telemetry = opened.push(Telemetry.open(config.telemetry(), "trainer"));
      Tidewatch tidewatch =
          opened.push(Tidewatch.connect(connection.withOpenTelemetry(telemetry.openTelemetry())));
      var settings =
          new WorkerSettings(
              NAME,
              Set.of(),
              config.lease(),
              config.lease().dividedBy(HEARTBEATS_PER_LEASE),
              Duration.ofSeconds(20),
              config.threads());
      opened.push(
          new TrainingWorker(
                  tidewatch,
                  AllFamilies.create(),
                  clock,
                  codeVersion,
                  settings,
                  new Logged(),
                  telemetry.openTelemetry())
              .start());
      return new StandaloneWorker(opened);
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  @Override
  public void close() {
    opened.close();
  }

  private static final class Logged implements WorkerListener {
    @Override
    public void leased(RetrainTask task) {
      log.info("Training {} again: {}", task.getModel(), task.getReason());
    }

    @Override
    public void trained(RetrainTask task, String version) {
      log.info("Trained {} {}", task.getModel(), version);
    }

    @Override
    public void failed(RetrainTask task, String message) {
      log.warn("Training {} again failed: {}", task.getModel(), message);
    }

    @Override
    public void dropped(RetrainTask task, String why) {
      log.warn("Training {} again was given up: {}", task.getModel(), why);
    }

    @Override
    public void waiting(String why) {
      log.warn("No retrain tasks are taken, trying again: {}", why);
    }
  }
}
