package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.serverkit.database.EmbeddedConfig;
import dev.tidewatch.serverkit.database.EmbeddedDatabase;
import dev.tidewatch.standalone.FreePort;
import dev.tidewatch.standalone.Postmaster;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * A PostgreSQL of our own: its server is killed, or one of its backends, which makes it recover.
 */
final class EmbeddedUnderFire extends DatabaseUnderFire {
  private static final Duration START_WAIT = Duration.ofMinutes(2);
  private static final int CONNECTIONS_MAX = 100;

  private final EmbeddedConfig config;
  private EmbeddedDatabase running;

  private EmbeddedUnderFire(EmbeddedConfig config, EmbeddedDatabase running) {
    this.config = config;
    this.running = running;
  }

  static EmbeddedUnderFire start(Path folder) throws IOException {
    var config = new EmbeddedConfig(folder, FreePort.take(), START_WAIT, CONNECTIONS_MAX);
    return new EmbeddedUnderFire(config, EmbeddedDatabase.start(config));
  }

  @Override
  String url() {
    return running.url() + "?user=postgres";
  }

  @Override
  boolean killsProcesses() {
    return true;
  }

  @Override
  void kill(boolean whole, RandomGenerator random, Runnable afterKill) throws Exception {
    if (whole) {
      Postmaster.in(config.folder()).orElseThrow().kill();
      afterKill.run();
      running.close();
      running = EmbeddedDatabase.start(config);
    } else {
      killBackend(random);
      afterKill.run();
      awaitConnection();
    }
  }

  private void killBackend(RandomGenerator random) throws SQLException {
    try (Connection connection = connect()) {
      long[] pids = backends(connection);
      if (pids.length == 0) {
        throw new IllegalStateException("no ingest server is connected");
      }
      long pid = pids[random.nextInt(Math.min(2, pids.length))];
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
    }
  }

  private void awaitConnection() throws SQLException, InterruptedException {
    long giveUp = System.nanoTime() + START_WAIT.toNanos();
    while (true) {
      try (var _ = connect()) {
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > giveUp) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  @Override
  public void close() {
    running.close();
  }
}
