package dev.tidewatch.monitor.truth;

/**
 * The feed does not reach back to the position asked for, or it is another database's: derive anew
 * from readings.
 */
public final class FeedExpiredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FeedExpiredException(String message, Throwable cause) {
    super(message, cause);
  }
}
