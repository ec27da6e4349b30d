package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** The deadline would pass, or has passed, before an answer. */
public final class DeadlineExceeded extends ServiceException {
  public DeadlineExceeded(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public DeadlineExceeded(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public DeadlineExceeded with(String key, String value) {
    put(key, value);
    return this;
  }
}
