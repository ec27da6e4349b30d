package dev.tidewatch.monitor.truth;

/**
 * Another replica holds a shard by now; nothing was written. Claim again, then go on from the
 * checkpoint.
 */
public final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LeaseLostException(String message) {
    super(message);
  }
}
