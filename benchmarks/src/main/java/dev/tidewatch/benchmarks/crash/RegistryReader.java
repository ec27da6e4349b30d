package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.sdk.Tidewatch;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Looks at the registry all the time, as a server that follows it would. A thread of its own. */
final class RegistryReader implements AutoCloseable {
  private static final long PAUSE_NANOS = 5_000_000;

  private final RegistryVerifier verifier;
  private final Tidewatch tidewatch;
  private final Thread thread;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;
  private final AtomicLong looks = new AtomicLong();

  private RegistryReader(RegistryVerifier verifier, Tidewatch tidewatch) {
    this.verifier = verifier;
    this.tidewatch = tidewatch;
    this.thread = Thread.ofPlatform().name("registry-reader").daemon().unstarted(this::run);
  }

  /**
   * @param tidewatch closed with the reader
   */
  static RegistryReader start(RegistryVerifier verifier, Tidewatch tidewatch) {
    var reader = new RegistryReader(verifier, tidewatch);
    reader.thread.start();
    return reader;
  }

  private void run() {
    var calls = new RegistryCalls(tidewatch.registry().channel());
    while (!stopped) {
      try {
        verifier.look(calls);
        looks.incrementAndGet();
      } catch (StatusRuntimeException e) {
        if (!wasKilled(e)) {
          failure.set(e);
          return;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (RuntimeException e) {
        failure.set(e);
        return;
      }
    }
  }

  /** Whether an error is what becomes of a call whose server dies. */
  static boolean wasKilled(StatusRuntimeException e) {
    return e.getStatus().getCode() == Status.Code.UNAVAILABLE;
  }

  long looks() {
    return looks.get();
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tidewatch.close();
    Throwable failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a reader of the registry failed", failed);
    }
  }
}
