package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.figures.Figures;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The client of a bench, in a JVM of its own that lives over all rounds, so that what is measured
 * is not its compiler. Used by one thread.
 */
final class LoadProcess implements AutoCloseable {
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private LoadProcess(Process process) {
    this.process = process;
    this.requests = process.outputWriter();
    this.answers = process.inputReader();
  }

  /** Starts {@link LoadMain}; what it prints to standard error appears on this process's. */
  static LoadProcess start() throws IOException {
    return new LoadProcess(
        ChildJvm.of(LoadMain.class, List.of("-Xmx512m"), List.of())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /**
   * Has it do one part, and waits.
   *
   * @throws IOException if the part failed; standard error says why
   */
  Figures run(LoadRequest request) throws IOException {
    requests.write(request.toLine());
    requests.newLine();
    requests.flush();
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the client failed in: " + request.toLine());
    }
    return Figures.fromJsonLine(line);
  }

  double cpuSeconds() {
    return ProcessCpu.seconds(process.pid());
  }

  /** Ends it. */
  @Override
  public void close() {
    try {
      requests.close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
