package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** Another writer came first: read again, then decide. */
public final class Aborted extends ServiceException {
  public Aborted(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public Aborted(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public Aborted with(String key, String value) {
    put(key, value);
    return this;
  }
}
