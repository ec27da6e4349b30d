package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** The caller has not shown who it is. */
public final class Unauthenticated extends ServiceException {
  public Unauthenticated(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public Unauthenticated(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public Unauthenticated with(String key, String value) {
    put(key, value);
    return this;
  }
}
