package dev.tidewatch.models.bundle;

/** A bundle cannot be used. The cause tells whose fault that is. */
public final class BundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** Not a bundle, cut short, or its content contradicts its manifest. */
    DAMAGED,
    /** Written by a newer release: its format version is not known here. */
    FORMAT_UNKNOWN,
    /** Larger than the limits allow. */
    TOO_LARGE,
    /** No family of that name is installed here. */
    FAMILY_UNKNOWN
  }

  private final Reason reason;

  public BundleException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public BundleException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Its content is not what the family writes. */
  public static BundleException unloadable(String family, IllegalArgumentException cause) {
    return new BundleException(
        Reason.DAMAGED,
        "bundle of family %s cannot be loaded: %s".formatted(family, cause.getMessage()),
        cause);
  }

  public Reason reason() {
    return reason;
  }
}
