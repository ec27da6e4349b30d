package dev.tidewatch.serverkit.grpc;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.List;

/**
 * A call that can be ended from outside of its service: by an interceptor that refuses a message,
 * by an exception, by the drain. After that the service's own answers are dropped, {@link
 * #isCancelled} is true, and the service is told as if the client had cancelled, so that what it
 * holds for the call is released. Answers may come from any thread.
 */
final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
  private boolean closed;
  private volatile boolean endedOutside;

  GuardedCall(ServerCall<Q, A> call) {
    super(call);
  }

  String method() {
    return getMethodDescriptor().getFullMethodName();
  }

  /** Ends the call unless it has ended. */
  void end(ErrorStatus error) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      endedOutside = true;
      super.close(error.status(), error.trailers());
    }
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!closed) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(A message) {
    if (!closed) {
      super.sendMessage(message);
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    // Mapped outside of the lock: it may write a log.
    ErrorStatus told = ErrorStatus.complete(status, trailers, method());
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      super.close(told.status(), told.trailers());
    }
  }

  @Override
  public synchronized boolean isReady() {
    return !closed && super.isReady();
  }

  @Override
  public boolean isCancelled() {
    return endedOutside || super.isCancelled();
  }

  /** Turns what the service throws into the end of the call. */
  static final class Listener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final GuardedCall<Q, ?> call;
    private final Runnable whenDone;

    Listener(ServerCall.Listener<Q> service, GuardedCall<Q, ?> call, Runnable whenDone) {
      super(service);
      this.call = call;
      this.whenDone = whenDone;
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof LenientDecoding.Undecodable undecodable) {
        guarded(() -> {
          throw new InvalidArgument(
              "MESSAGE_UNDECODABLE",
              "the request is no message of the type that %s takes: %s"
                  .formatted(call.method(), undecodable.description()),
              List.of());
        });
        return;
      }
      guarded(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guarded(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guarded(super::onReady);
    }

    @Override
    public void onCancel() {
      whenDone.run();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      whenDone.run();
      if (call.endedOutside) {
        super.onCancel();
      } else {
        super.onComplete();
      }
    }

    private void guarded(Runnable event) {
      if (call.endedOutside) {
        return;
      }
      try {
        event.run();
      } catch (RuntimeException | Error e) {
        call.end(ErrorStatus.of(e, call.method()));
        if (e instanceof VirtualMachineError) {
          throw e;
        }
      }
    }
  }
}
