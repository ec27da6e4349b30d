package dev.tidewatch.registry.artifacts;

import java.io.IOException;

/** A store elsewhere cannot be reached, or answers that it cannot serve now; worth another try. */
public final class StoreUnavailable extends IOException {
  private static final long serialVersionUID = 1;

  StoreUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
