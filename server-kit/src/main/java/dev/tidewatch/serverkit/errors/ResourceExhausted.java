package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit was reached (rate, quota, size of a queue); wait before the next try. Without a stack
 * trace, since refusing has to be cheap.
 */
public final class ResourceExhausted extends ServiceException {
  public ResourceExhausted(String reason, String message, Duration retryAfter) {
    this(reason, message, retryAfter, null);
  }

  public ResourceExhausted(
      String reason, String message, Duration retryAfter, @Nullable Throwable cause) {
    super(reason, message, List.of(), retryAfter, cause, false);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public ResourceExhausted with(String key, String value) {
    put(key, value);
    return this;
  }
}
