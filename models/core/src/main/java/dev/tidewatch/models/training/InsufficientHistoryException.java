package dev.tidewatch.models.training;

/**
 * There are fewer values than the model needs. The message says how many it has and how many it
 * needs.
 */
public final class InsufficientHistoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InsufficientHistoryException(String message) {
    super(message);
  }
}
