package dev.tidewatch.serverkit.grpc;

import io.grpc.netty.shaded.io.netty.util.internal.ThreadExecutorMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The thread that reads and writes a connection. Answers that are given on it are sent together;
 * from any other thread each wakes it, and goes out in a packet of its own.
 */
public final class ConnectionThread {
  private ConnectionThread() {}

  /**
   * Runs tasks on this thread once it is done with what it does now, if it is a connection's; else
   * wherever they are given to it.
   */
  public static Executor current() {
    @Nullable Executor loop = ThreadExecutorMap.currentExecutor();
    return loop == null ? Runnable::run : loop;
  }
}
