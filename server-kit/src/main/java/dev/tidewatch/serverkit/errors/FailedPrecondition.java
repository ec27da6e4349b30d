package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** The state of the system forbids it; a retry without changing that state fails again. */
public final class FailedPrecondition extends ServiceException {
  public FailedPrecondition(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public FailedPrecondition(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public FailedPrecondition with(String key, String value) {
    put(key, value);
    return this;
  }
}
