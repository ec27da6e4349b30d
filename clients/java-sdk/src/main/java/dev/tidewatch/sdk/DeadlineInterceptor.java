package dev.tidewatch.sdk;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Gives unary calls that carry no deadline the connection's; streams live as long as they want. */
final class DeadlineInterceptor implements ClientInterceptor {
  private final long deadlineNanos;

  DeadlineInterceptor(Duration deadline) {
    this.deadlineNanos = deadline.toNanos();
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    boolean unary = method.getType() == MethodDescriptor.MethodType.UNARY;
    return next.newCall(
        method,
        unary && options.getDeadline() == null
            ? options.withDeadlineAfter(deadlineNanos, TimeUnit.NANOSECONDS)
            : options);
  }
}
