package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A passing condition: the same request can succeed after the delay. */
public final class Unavailable extends ServiceException {
  public Unavailable(String reason, String message, Duration retryAfter) {
    this(reason, message, retryAfter, null);
  }

  public Unavailable(
      String reason, String message, Duration retryAfter, @Nullable Throwable cause) {
    super(reason, message, List.of(), retryAfter, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public Unavailable with(String key, String value) {
    put(key, value);
    return this;
  }
}
