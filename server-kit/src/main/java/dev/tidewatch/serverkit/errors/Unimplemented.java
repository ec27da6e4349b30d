package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** The contract has it, this server does not. */
public final class Unimplemented extends ServiceException {
  public Unimplemented(String reason, String message) {
    super(reason, message, List.of(), null, null);
  }

  public Unimplemented(String reason, String message, Throwable cause) {
    super(reason, message, List.of(), null, cause);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public Unimplemented with(String key, String value) {
    put(key, value);
    return this;
  }
}
