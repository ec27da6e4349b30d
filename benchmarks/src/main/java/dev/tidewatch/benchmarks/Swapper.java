package dev.tidewatch.benchmarks;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Moves the alias round a list of versions, once a second, and counts those moves after which the
 * next version was seen to answer. A move whose version is late delays the next.
 */
final class Swapper implements AutoCloseable {
  private static final long PERIOD_NANOS = 1_000_000_000;
  private static final long POLL_NANOS = 1_000_000;

  private final SwapModel model;
  private final SwapTraffic traffic;
  private final List<String> versions;
  private final Thread thread;
  private final AtomicInteger swaps = new AtomicInteger();
  private volatile boolean isStopped;

  private Swapper(SwapModel model, SwapTraffic traffic, List<String> versions) {
    this.model = model;
    this.traffic = traffic;
    this.versions = List.copyOf(versions);
    this.thread = Thread.ofPlatform().name("swapper").unstarted(this::run);
  }

  static Swapper start(SwapModel model, SwapTraffic traffic, List<String> versions) {
    var swapper = new Swapper(model, traffic, versions);
    swapper.thread.start();
    return swapper;
  }

  private void run() {
    long due = System.nanoTime();
    int at = versions.indexOf(traffic.newestVersion());
    while (!isStopped) {
      at = (at + 1) % versions.size();
      String version = versions.get(at);
      model.move(SwapModel.LIVE, version);
      while (!traffic.newestVersion().equals(version)) {
        if (isStopped) {
          return;
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      swaps.incrementAndGet();
      due += PERIOD_NANOS;
      while (!isStopped && due - System.nanoTime() > 0) {
        LockSupport.parkNanos(Math.min(10 * POLL_NANOS, due - System.nanoTime()));
      }
    }
  }

  int swaps() {
    return swaps.get();
  }

  @Override
  public void close() {
    isStopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
