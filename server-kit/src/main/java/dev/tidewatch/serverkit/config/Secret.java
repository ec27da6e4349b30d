package dev.tidewatch.serverkit.config;

/**
 * Text that is never printed, logged or put in an error.
 *
 * @param value the text itself
 */
public record Secret(String value) {
  /** The empty secret. */
  public static final Secret NONE = new Secret("");

  @Override
  public String toString() {
    return value.isEmpty() ? "" : "****";
  }
}
