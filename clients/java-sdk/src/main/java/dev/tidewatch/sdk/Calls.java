package dev.tidewatch.sdk;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Calls through blocking stubs whose failures arrive decoded. */
public final class Calls {
  private Calls() {}

  /**
   * Makes one call.
   *
   * @throws TidewatchException if it fails
   */
  public static <T> T unary(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw TidewatchException.from(e);
    }
  }

  /** Opens a server stream; the messages are read as they are asked for. */
  public static <T> ServerStream<T> stream(Supplier<Iterator<T>> call) {
    Context.CancellableContext context = Context.current().withCancellation();
    Context before = context.attach();
    try {
      return new ServerStream<>(call.get(), context);
    } catch (RuntimeException e) {
      context.cancel(e);
      throw TidewatchException.from(e);
    } finally {
      context.detach(before);
    }
  }

  /**
   * All items of a paged list, fetched page by page while the stream is read.
   *
   * @param page asks for the page of a token; the empty token is the first page
   */
  static <R, T> Stream<T> pages(
      Function<String, R> page, Function<R, List<T>> items, Function<R, String> nextToken) {
    Iterator<T> all =
        new Iterator<>() {
          private Iterator<T> current = List.<T>of().iterator();
          private String token = "";
          private boolean last;

          @Override
          public boolean hasNext() {
            while (!current.hasNext() && !last) {
              R answer = unary(() -> page.apply(token));
              current = items.apply(answer).iterator();
              token = nextToken.apply(answer);
              last = token.isEmpty();
            }
            return current.hasNext();
          }

          @Override
          public T next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            return current.next();
          }
        };
    Iterable<T> iterable = () -> all;
    return StreamSupport.stream(iterable.spliterator(), false);
  }
}
