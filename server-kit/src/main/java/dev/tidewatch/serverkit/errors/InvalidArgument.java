package dev.tidewatch.serverkit.errors;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;

/** The request is wrong in itself, whatever the state of the system; it must be corrected. */
public final class InvalidArgument extends ServiceException {
  /** The usual reason when no more precise one is promised by the contract. */
  public static final String FIELD_INVALID = "FIELD_INVALID";

  /** One field is wrong; the message of the error is {@code field: description}. */
  public InvalidArgument(String reason, String field, String description) {
    this(reason, field + ": " + description, List.of(new FieldViolation(field, description)));
  }

  public InvalidArgument(String reason, String message, List<FieldViolation> violations) {
    super(reason, message, violations, null, null);
  }

  /** One field is wrong, with the reason {@link #FIELD_INVALID}. */
  public static InvalidArgument field(String field, String description) {
    return new InvalidArgument(FIELD_INVALID, field, description);
  }

  /** Adds one pair to the metadata of the ErrorInfo. */
  @CanIgnoreReturnValue
  public InvalidArgument with(String key, String value) {
    put(key, value);
    return this;
  }
}
