package dev.tidewatch.cli;

import java.io.Serial;

/** The command line holds something wrong; the message names the option and the fix. */
final class UsageException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
