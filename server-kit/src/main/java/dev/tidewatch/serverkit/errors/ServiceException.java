package dev.tidewatch.serverkit.errors;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error that the caller can act upon: the subclass says how (fix, read again, retry), the reason
 * says why. At the edge it becomes a gRPC status with one {@code google.rpc.ErrorInfo} (reason,
 * domain {@code tidewatch.dev}, metadata), plus {@code BadRequest} for violations and {@code
 * RetryInfo} for a delay. The message names the field and the fix; it is shown to callers, so it
 * holds no secret.
 */
public abstract sealed class ServiceException extends RuntimeException
    permits InvalidArgument,
        NotFound,
        AlreadyExists,
        FailedPrecondition,
        Aborted,
        OutOfRange,
        ResourceExhausted,
        Unavailable,
        PermissionDenied,
        Unauthenticated,
        Unimplemented,
        DeadlineExceeded,
        DataLoss {
  private static final Pattern REASON = Pattern.compile("[A-Z][A-Z0-9_]{1,62}");

  private final String reason;
  private final TreeMap<String, String> metadata = new TreeMap<>();
  private final List<FieldViolation> violations;
  private final @Nullable Duration retryAfter;

  ServiceException(
      String reason,
      String message,
      List<FieldViolation> violations,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    this(reason, message, violations, retryAfter, cause, true);
  }

  /**
   * @param traced false for what is thrown in great numbers just when there is no time to spare: it
   *     knows no stack trace
   */
  ServiceException(
      String reason,
      String message,
      List<FieldViolation> violations,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause,
      boolean traced) {
    super(message, cause, true, traced);
    if (!REASON.matcher(reason).matches()) {
      throw new IllegalArgumentException("reason: '" + reason + "', expected UPPER_SNAKE");
    }
    this.reason = reason;
    this.violations = List.copyOf(violations);
    this.retryAfter = retryAfter;
  }

  /** Stable, UPPER_SNAKE; part of the contract. */
  public String reason() {
    return reason;
  }

  /** Sorted by key; never holds a secret. */
  public Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  /** The fields at fault; only {@link InvalidArgument} has any. */
  public List<FieldViolation> violations() {
    return violations;
  }

  /** How long to wait before a retry, where a retry can help. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  final void put(String key, String value) {
    metadata.put(key, value);
  }
}
