package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** The caller is known and may not do this. */
public final class PermissionDenied extends ServiceException {
  public PermissionDenied(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public PermissionDenied(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public PermissionDenied with(String key, String value) {
    put(key, value);
    return this;
  }
}
