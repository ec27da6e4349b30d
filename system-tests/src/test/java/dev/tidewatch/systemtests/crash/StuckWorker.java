package dev.tidewatch.systemtests.crash;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.Addresses;
import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.trainer.worker.TrainingWorker;
import dev.tidewatch.trainer.worker.WorkerListener;
import dev.tidewatch.trainer.worker.WorkerSettings;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A worker in a process of its own that never comes to the end of a training. */
final class StuckWorker {
  static final String NAME = "stuck";

  private StuckWorker() {}

  /** The shortest lease there is, so that nobody waits long after it is killed. */
  static WorkerSettings settings(String name, String model) {
    return new WorkerSettings(
        name,
        Set.of(model),
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        1);
  }

  /** Starts it and waits until it is at work. */
  static Process start(Addresses addresses, String model, String family, Instant now, Path log)
      throws IOException {
    var process =
        ChildJvm.of(
                Main.class,
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(addresses.toJsonLine(), model, family, now.toString()))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (!"training".equals(process.inputReader().readLine())) {
      process.destroyForcibly();
      throw new IOException("the worker has nothing to do; see " + log);
    }
    return process;
  }

  /** Says so when it is asked to fit, and then does it for ever. */
  private record StuckFamily(String id) implements ForecastFamily {
    @Override
    public Bundle fit(ForecastTraining training) {
      System.out.println("training");
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("was told to stop");
    }

    @Override
    public Forecaster load(Bundle bundle) {
      throw new UnsupportedOperationException("never made any");
    }
  }

  static final class Main {
    private Main() {}

    public static void main(String[] args) throws InterruptedException {
      try (var client = Tidewatch.connect(Addresses.fromJsonLine(args[0]).connection());
          var worker =
              new TrainingWorker(
                      client,
                      new ModelFamilies(List.of(new StuckFamily(args[2])), List.of()),
                      InstantSource.fixed(Instant.parse(args[3])),
                      "test",
                      settings(NAME, args[1]),
                      WorkerListener.SILENT,
                      OpenTelemetry.noop())
                  .start()) {
        worker.join();
      }
    }
  }
}
