package dev.tidewatch.sdk;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;

/**
 * What a server streams, read one message at a time; a reader that pauses slows the server. Close
 * it to end a stream before its end. Not thread-safe, except that {@link #close} may come from any
 * thread and makes a waiting reader fail with {@code CANCELLED}.
 */
public final class ServerStream<T> implements Iterator<T>, AutoCloseable {
  private final Iterator<T> messages;
  private final Context.CancellableContext context;

  ServerStream(Iterator<T> messages, Context.CancellableContext context) {
    this.messages = messages;
    this.context = context;
  }

  /**
   * Waits for the next message or the end.
   *
   * @throws TidewatchException if the stream fails
   */
  @Override
  public boolean hasNext() {
    try {
      boolean more = messages.hasNext();
      if (!more) {
        context.cancel(null);
      }
      return more;
    } catch (StatusRuntimeException e) {
      context.cancel(null);
      throw TidewatchException.from(e);
    }
  }

  @Override
  public T next() {
    try {
      return messages.next();
    } catch (StatusRuntimeException e) {
      context.cancel(null);
      throw TidewatchException.from(e);
    }
  }

  @Override
  public void close() {
    context.cancel(null);
  }
}
