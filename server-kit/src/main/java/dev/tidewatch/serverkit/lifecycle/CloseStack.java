package dev.tidewatch.serverkit.lifecycle;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What has been opened, to be closed in reverse. Everything is closed even when something fails on
 * the way: the first failure is thrown with the later ones suppressed in it. Thread-safe; closing
 * twice does nothing the second time.
 */
public final class CloseStack implements AutoCloseable {
  private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();
  private boolean closed;

  /**
   * Adds what was just opened and returns it.
   *
   * @throws IllegalStateException when the stack has been closed; the resource is closed then
   */
  public <T extends AutoCloseable> T push(T resource) {
    synchronized (opened) {
      if (!closed) {
        opened.push(resource);
        return resource;
      }
    }
    var late = new IllegalStateException("opened after the close: " + resource);
    closeInto(resource, late);
    throw late;
  }

  /**
   * Closes everything because of {@code failure}, which keeps its place as the error that is told.
   */
  public void closeAfter(Throwable failure) {
    closeAll(failure);
  }

  @Override
  public void close() {
    Throwable failure = closeAll(null);
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("close failed: " + failure.getMessage(), failure);
    }
  }

  private @Nullable Throwable closeAll(@Nullable Throwable first) {
    Throwable failure = first;
    while (true) {
      AutoCloseable next;
      synchronized (opened) {
        closed = true;
        next = opened.poll();
      }
      if (next == null) {
        return failure;
      }
      failure = closeInto(next, failure);
    }
  }

  private static @Nullable Throwable closeInto(
      AutoCloseable resource, @Nullable Throwable failure) {
    try {
      resource.close();
      return failure;
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      if (failure == null) {
        return e;
      }
      if (!failure.equals(e)) {
        failure.addSuppressed(e);
      }
      return failure;
    }
  }
}
