package dev.tidewatch.models.tensor;

/** A file cannot be used as a model of tensors. */
public final class TensorModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** Not of the format, or cut short. */
    DAMAGED,
    /** Sound perhaps, but it asks for what is not supported here. */
    UNSUPPORTED,
    /** Larger than the limits allow. */
    TOO_LARGE
  }

  private final Reason reason;

  public TensorModelException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public TensorModelException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
