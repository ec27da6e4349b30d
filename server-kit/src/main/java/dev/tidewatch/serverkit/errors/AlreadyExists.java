package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** What the request would make exists already, and is not the same. */
public final class AlreadyExists extends ServiceException {
  public AlreadyExists(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public AlreadyExists(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public AlreadyExists with(String key, String value) {
    put(key, value);
    return this;
  }
}
