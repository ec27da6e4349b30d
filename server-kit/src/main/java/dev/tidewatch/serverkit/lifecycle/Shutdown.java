package dev.tidewatch.serverkit.lifecycle;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for SIGTERM, SIGINT or a call of {@link #request}, and holds the JVM's exit until the
 * servers have drained. One per process, made in {@code Main}:
 *
 * <pre>{@code
 * try (var shutdown = Shutdown.install(); var server = XServer.launch(config, clock)) {
 *   shutdown.await();
 * }
 * }</pre>
 *
 * <p>Resources close in reverse, so the server drains first; then the exit goes on.
 */
public final class Shutdown implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch drained = new CountDownLatch(1);
  private final Thread hook = Thread.ofPlatform().name("shutdown").unstarted(this::drainBeforeExit);

  private Shutdown() {}

  /** Listens from now on. */
  public static Shutdown install() {
    var shutdown = new Shutdown();
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  /** Returns once a signal came or {@link #request} was called. */
  public void await() throws InterruptedException {
    requested.await();
  }

  /** Ends {@link #await} from inside the process. */
  public void request() {
    requested.countDown();
  }

  /** To be closed last: lets the exit of the JVM go on. */
  @Override
  public void close() {
    requested.countDown();
    drained.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException exiting) {
      log.debug("the JVM is exiting already");
    }
  }

  private void drainBeforeExit() {
    requested.countDown();
    try {
      drained.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
