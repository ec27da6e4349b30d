package dev.tidewatch.serverkit.grpc;

import io.grpc.netty.shaded.io.netty.util.internal.ThreadExecutorMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The thread that reads and writes a connection. Answers that are given on it are sent together;
 * from any other thread each wakes it, and goes out in a packet of its own. Thread-safe.
 */
public final class ConnectionThread {
  private static final ConnectionThread NONE = new ConnectionThread(null);

  private final @Nullable Executor loop;

  private ConnectionThread(@Nullable Executor loop) {
    this.loop = loop;
  }

  /** This thread, if it is a connection's; else one that stands for whichever runs a task. */
  public static ConnectionThread current() {
    @Nullable Executor loop = ThreadExecutorMap.currentExecutor();
    return loop == null ? NONE : new ConnectionThread(loop);
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
}
