package dev.tidewatch.registry.signature;

/** A file does not say what it takes and gives, or in terms that cannot be served. */
public final class UnreadableModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableModelException(String message) {
    super(message);
  }

  UnreadableModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
