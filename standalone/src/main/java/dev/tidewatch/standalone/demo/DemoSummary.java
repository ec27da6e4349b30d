package dev.tidewatch.standalone.demo;

import dev.tidewatch.sdk.TidewatchException;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Says how things stand, every few seconds, on a thread of its own. */
final class DemoSummary implements AutoCloseable {
  private final Thread thread;
  private volatile boolean paused;

  DemoSummary(Duration pace, InstantSource clock, DemoScore score, Consumer<String> lines) {
    this.thread =
        Thread.ofVirtual()
            .name("demo-summary")
            .start(() -> {
              try {
                while (true) {
                  Thread.sleep(pace);
                  if (!paused) {
                    lines.accept(line(clock, score));
                  }
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static String line(InstantSource clock, DemoScore score) {
    String now = clock.instant().toString().substring(0, 16);
    try {
      return now + "  " + score.line();
    } catch (TidewatchException | StatusRuntimeException e) {
      return now + "  (" + e.getMessage() + ")";
    }
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
