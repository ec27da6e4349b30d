package dev.tidewatch.serverkit.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.util.Set;
import java.util.concurrent.Executor;

/** Runs the calls of some methods on their connection's thread, all others on a pool. */
final class CallThreads implements ServerCallExecutorSupplier {
  private final Set<String> direct;
  private final Executor pool;

  /**
   * @param direct full method names
   */
  CallThreads(Set<String> direct, Executor pool) {
    this.direct = Set.copyOf(direct);
    this.pool = pool;
  }

  @Override
  public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
    return direct.contains(call.getMethodDescriptor().getFullMethodName()) ? Runnable::run : pool;
  }
}
