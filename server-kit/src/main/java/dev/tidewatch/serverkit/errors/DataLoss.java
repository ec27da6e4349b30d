package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** Stored content is damaged and was not served. */
public final class DataLoss extends ServiceException {
  public DataLoss(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public DataLoss(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public DataLoss with(String key, String value) {
    put(key, value);
    return this;
  }
}
