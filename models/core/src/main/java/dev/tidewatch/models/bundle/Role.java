package dev.tidewatch.models.bundle;

/**
 * One input of a model. Roles are ordered; an assignment binds each to a series.
 *
 * @param name lower-case letters, digits and underscores, 1 to 64 characters; unique in its bundle
 * @param kind whether the model predicts it or only reads it
 */
public record Role(String name, Kind kind) {
  /** The only role of a model of one series. */
  public static final Role TARGET = new Role("target", Kind.TARGET);

  /** Whether a model predicts an input or only reads it. */
  public enum Kind {
    TARGET,
    COVARIATE
  }

  public Role {
    if (!name.matches("[a-z0-9_]{1,64}")) {
      throw new IllegalArgumentException(
          "role name '%s' must be 1 to 64 of a-z 0-9 _".formatted(name));
    }
  }
}
