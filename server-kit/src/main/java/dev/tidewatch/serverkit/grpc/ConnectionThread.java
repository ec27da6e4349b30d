package dev.tidewatch.serverkit.grpc;

import io.grpc.netty.shaded.io.netty.util.internal.ThreadExecutorMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The thread that reads and writes a connection, from the view of one call that it has read.
 * Answers that are given on it are sent together; from any other thread each wakes it, and goes out
 * in a packet of its own. Thread-safe.
 */
public final class ConnectionThread {
  private final @Nullable Executor loop;
  private final long arrivedNanos;

  private ConnectionThread(@Nullable Executor loop) {
    this.loop = loop;
    this.arrivedNanos = System.nanoTime();
  }

  /** This thread, if it is a connection's; else one that stands for whichever runs a task. */
  public static ConnectionThread current() {
    return new ConnectionThread(ThreadExecutorMap.currentExecutor());
  }

  /** Equal for all calls of the connections that this thread reads. */
  public Object key() {
    return loop == null ? this : loop;
  }

  /** Runs a task on it, once it is done with what it does now, such as reading what has come. */
  public void after(Runnable task) {
    if (loop == null) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /** Runs a task on it: at once, if that is the thread that asks. */
  public void on(Runnable task) {
    if (loop == null || loop.equals(ThreadExecutorMap.currentExecutor())) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /**
   * To be told on this thread when it has answered the call by itself, with nothing else to do: the
   * caller may well ask again at once, so it watches for that a little before it sleeps.
   */
  public void answeredAlone() {
    @Nullable LoopRhythm rhythm = LoopRhythm.current();
    if (rhythm != null) {
      rhythm.answered(arrivedNanos);
    }
  }

  /**
   * To be told on a connection's thread when it refuses a call because too many come: it reads on
   * some milliseconds later, so that those that come until then are refused together, at less cost.
   */
  public static void refused() {
    @Nullable LoopRhythm rhythm = LoopRhythm.current();
    if (rhythm != null) {
      rhythm.refused();
    }
  }
}
