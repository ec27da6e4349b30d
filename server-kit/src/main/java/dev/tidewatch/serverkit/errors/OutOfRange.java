package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** The position or range asked for lies outside of what is kept. */
public final class OutOfRange extends ServiceException {
  public OutOfRange(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public OutOfRange(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public OutOfRange with(String key, String value) {
    put(key, value);
    return this;
  }
}
