package dev.tidewatch.sdk;

import io.grpc.Status;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a server streams, over broken connections: after each break it is asked again behind the
 * last message that was handed over, so that messages follow each other as if nothing had happened.
 * A watch has no end: where its stream ends it is asked again, and no number of failures is too
 * many. A reader that pauses slows the server. Not thread-safe, except that {@link #close} may come
 * from any thread.
 */
public final class ResumableStream<T> implements Iterator<T>, AutoCloseable {
  /** Failures in a row after which the last one is thrown, unless it is a watch. */
  static final int FAILURES_MAX = 12;

  private final Function<String, ServerStream<T>> open;
  private final Function<T, String> tokenOf;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final Runnable reconnectNow;
  private final boolean endless;
  private Consumer<TidewatchException> breaks = failure -> {};
  private volatile @Nullable ServerStream<T> stream;
  private volatile boolean closed;
  private String resumeToken;
  private int failures;

  /**
   * @param open asks behind a token; the empty one means from the beginning
   * @param tokenOf continues after the message; an empty one keeps the last
   * @param resumeToken where to begin
   * @param endless whether it is a watch
   */
  ResumableStream(
      Function<String, ServerStream<T>> open,
      Function<T, String> tokenOf,
      String resumeToken,
      Backoff backoff,
      RandomGenerator random,
      Runnable reconnectNow,
      boolean endless) {
    this.open = open;
    this.tokenOf = tokenOf;
    this.resumeToken = resumeToken;
    this.backoff = backoff;
    this.random = random;
    this.reconnectNow = reconnectNow;
    this.endless = endless;
  }

  /** Of a watch, which waits as usual between its connections. */
  static <T> ResumableStream<T> watch(
      Function<String, ServerStream<T>> open,
      Function<T, String> tokenOf,
      String resumeToken,
      Runnable reconnectNow) {
    return new ResumableStream<>(
        open,
        tokenOf,
        resumeToken,
        Backoff.USUAL,
        RandomGenerator.getDefault(),
        reconnectNow,
        true);
  }

  /** Tells of each failure that will be tried again. */
  public ResumableStream<T> onBreak(Consumer<TidewatchException> listener) {
    this.breaks = listener;
    return this;
  }

  /** Continues behind the last message that {@link #next} returned; for another process, later. */
  public String resumeToken() {
    return resumeToken;
  }

  /**
   * Waits for the next message or the end.
   *
   * @throws TidewatchException at a failure that another try would only repeat, after too many
   *     failures in a row, or {@code CANCELLED} when the thread is interrupted
   */
  @Override
  public boolean hasNext() {
    while (true) {
      boolean more;
      try {
        more = present().hasNext();
      } catch (TidewatchException e) {
        retryAfter(e);
        continue;
      }
      if (more || closed || !endless) {
        return more;
      }
      failures++;
      askAgainLater();
    }
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T message = present().next();
    failures = 0;
    String token = tokenOf.apply(message);
    resumeToken = token.isEmpty() ? resumeToken : token;
    return message;
  }

  private ServerStream<T> present() {
    ServerStream<T> known = stream;
    if (known == null) {
      known = open.apply(resumeToken);
      stream = known;
      if (closed) {
        known.close();
      }
    }
    return known;
  }

  private void retryAfter(TidewatchException failure) {
    failures++;
    if (closed || !failure.isTransient() || (!endless && failures >= FAILURES_MAX)) {
      stream = null;
      throw failure;
    }
    breaks.accept(failure);
    askAgainLater();
  }

  private void askAgainLater() {
    stream = null;
    try {
      Duration wait = backoff.afterFailures(failures, random);
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TidewatchException.of(Status.Code.CANCELLED, "", "interrupted");
    }
    reconnectNow.run();
  }

  /** Ends the stream before its end. */
  @Override
  public void close() {
    closed = true;
    ServerStream<T> known = stream;
    if (known != null) {
      known.close();
    }
  }
}
