package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;

/** What the server does by the clock, each job on a thread of its own. */
final class BackgroundJobs implements AutoCloseable {
  private final CloseStack opened = new CloseStack();

  /** Runs the job again and again, so long after its last end, and at first so long after now. */
  void every(Duration interval, String name, Runnable job) {
    opened.push(Rounds.of(name, Pace.every(interval), job::run).startWithTheWait());
  }

  @Override
  public void close() {
    opened.close();
  }
}
