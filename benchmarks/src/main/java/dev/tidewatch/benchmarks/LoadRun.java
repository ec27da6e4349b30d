package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Figures;
import java.io.IOException;

/**
 * One part of a load, and the CPU time that client, server and database spent meanwhile.
 *
 * @param figures what the client found
 * @param clientCpuSeconds of the client's process
 * @param serverCpuSeconds of the server's
 * @param databaseCpuSeconds of all processes of the database; 0 where they cannot be seen
 */
record LoadRun(
    Figures figures, double clientCpuSeconds, double serverCpuSeconds, double databaseCpuSeconds) {

  /** Has the client do the part. */
  static LoadRun of(
      LoadRequest request, LoadProcess client, ServerProcess server, BenchDatabase database)
      throws IOException {
    double clientBefore = client.cpuSeconds();
    double serverBefore = server.cpuSeconds();
    double databaseBefore = database.cpuSeconds();
    Figures figures;
    try {
      figures = client.run(request);
    } catch (IOException e) {
      server.printLog();
      throw e;
    }
    var run =
        new LoadRun(
            figures,
            client.cpuSeconds() - clientBefore,
            server.cpuSeconds() - serverBefore,
            database.cpuSeconds() - databaseBefore);
    server.assertAlive();
    return run;
  }

  /**
   * A figure of the client.
   *
   * @throws java.util.NoSuchElementException if it gave none of that name
   */
  double figure(String key) {
    return figures.get(key).orElseThrow();
  }

  /** Microseconds for each reading. */
  double perReading(double seconds) {
    return seconds * 1e6 / figure("readings");
  }
}
