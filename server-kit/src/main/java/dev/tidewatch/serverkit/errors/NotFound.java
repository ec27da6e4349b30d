package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** What the request names does not exist: correct the name, or make the thing first. */
public final class NotFound extends ServiceException {
  public NotFound(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public NotFound(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public NotFound with(String key, String value) {
    put(key, value);
    return this;
  }
}
