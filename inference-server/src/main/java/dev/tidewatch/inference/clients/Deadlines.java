package dev.tidewatch.inference.clients;

import io.grpc.Context;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Deadlines of calls to other servers. */
final class Deadlines {
  private Deadlines() {}

  /**
   * The caller's own, which gRPC passes on; the given one at most where it has none or a later one.
   */
  static <S extends AbstractStub<S>> S limit(S stub, Duration longest) {
    var own = Context.current().getDeadline();
    boolean isSooner = own != null && own.timeRemaining(TimeUnit.MILLISECONDS) < longest.toMillis();
    return isSooner ? stub : stub.withDeadlineAfter(longest.toMillis(), TimeUnit.MILLISECONDS);
  }
}
