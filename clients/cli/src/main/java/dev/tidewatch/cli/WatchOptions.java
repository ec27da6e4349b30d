package dev.tidewatch.cli;

import dev.tidewatch.sdk.ResumableStream;
import dev.tidewatch.sdk.TidewatchException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** How long to watch. */
final class WatchOptions {
  @Option(names = "--count", paramLabel = "N", description = "Stop after this many changes.")
  private long count = Long.MAX_VALUE;

  /**
   * Shows what comes over broken connections, until it is enough.
   *
   * @param tells whether a message is one to show; the others are heartbeats
   */
  <T> void follow(Session session, ResumableStream<T> watch, Predicate<T> tells, Consumer<T> show)
      throws InterruptedException {
    watch.onBreak(
        e -> session.warn("connection lost (" + Failures.lines(e).getFirst() + "); trying again"));
    try (watch) {
      long seen = 0;
      while (watch.hasNext()) {
        T message = watch.next();
        if (!tells.test(message)) {
          continue;
        }
        show.accept(message);
        session.out().flush();
        if (++seen >= count) {
          return;
        }
      }
    } catch (TidewatchException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    }
  }
}
