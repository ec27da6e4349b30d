package dev.tidewatch.trainer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Makes calls whose outcome must be known, even if the caller is interrupted meanwhile. */
final class Uninterrupted {
  private Uninterrupted() {}

  /** Runs on a thread of its own; an interrupt of the caller is kept for later. */
  static <T> T call(Supplier<T> call) {
    var result = new CompletableFuture<T>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            result.complete(call.get());
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.join(); // not ended by an interrupt
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    }
  }
}
