package dev.tidewatch.sdk;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed, decoded: the gRPC status, the stable reason ({@code SERIES_UNKNOWN}, {@code
 * WRITER_FENCED}, …), what is wrong with which field, and how long to wait before a retry.
 *
 * <p>Decide by {@link #reason()} first and by {@link #code()} otherwise; the message is for people.
 */
public final class TidewatchException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * One field that the server refused.
   *
   * @param field path of the field in the request, such as {@code series.name}
   * @param description what is wrong and what would be right
   */
  public record FieldViolation(String field, String description) {}

  private final Status.Code code;
  private final String description;
  private final transient Details details;

  private record Details(
      String reason,
      Map<String, String> metadata,
      List<FieldViolation> fieldViolations,
      Optional<Duration> retryDelay) {
    static final Details NONE = new Details("", Map.of(), List.of(), Optional.empty());
  }

  private TidewatchException(Status status, Details details, Throwable cause) {
    super(text(status, details), cause);
    this.code = status.getCode();
    this.description = status.getDescription() == null ? "" : status.getDescription();
    this.details = details;
  }

  /** A failure found by the client itself, in the shape of those that servers report. */
  public static TidewatchException of(Status.Code code, String reason, String message) {
    Status status = code.toStatus().withDescription(message);
    var details = new Details(reason, Map.of(), List.of(), Optional.empty());
    return new TidewatchException(status, details, status.asRuntimeException());
  }

  /** Decodes whatever a gRPC stub threw; anything else becomes {@code UNKNOWN}. */
  public static TidewatchException from(Throwable failure) {
    if (failure instanceof TidewatchException already) {
      return already;
    }
    Status status = Status.fromThrowable(failure);
    Metadata trailers = Status.trailersFromThrowable(failure);
    return new TidewatchException(named(status), details(status, trailers), failure);
  }

  /** The transport says "io exception" and no more; what is behind it names the address. */
  private static Status named(Status status) {
    String known = status.getCause() == null ? null : status.getCause().getMessage();
    if (known != null && known.contains("Connection refused")) {
      known = known.substring(known.indexOf("Connection refused"));
    }
    return known != null && status.getCode() == Status.Code.UNAVAILABLE
        ? status.withDescription(known)
        : status;
  }

  private static Details details(Status status, @Nullable Metadata trailers) {
    if (trailers == null) {
      return Details.NONE;
    }
    com.google.rpc.Status rich = StatusProto.fromStatusAndTrailers(status, trailers);
    String reason = "";
    Map<String, String> metadata = Map.of();
    List<FieldViolation> violations = new ArrayList<>();
    Optional<Duration> retryDelay = Optional.empty();
    for (Any detail : rich.getDetailsList()) {
      try {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          reason = info.getReason();
          metadata = Map.copyOf(info.getMetadataMap());
        } else if (detail.is(BadRequest.class)) {
          for (var violation : detail.unpack(BadRequest.class).getFieldViolationsList()) {
            violations.add(new FieldViolation(violation.getField(), violation.getDescription()));
          }
        } else if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          retryDelay = Optional.of(Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
        }
      } catch (InvalidProtocolBufferException damaged) {
        metadata = Map.of("undecodable_detail", detail.getTypeUrl());
      }
    }
    return new Details(reason, metadata, List.copyOf(violations), retryDelay);
  }

  private static String text(Status status, Details details) {
    var text = new StringBuilder(status.getCode().name());
    if (!details.reason.isEmpty()) {
      text.append(" / ").append(details.reason);
    }
    if (status.getDescription() != null) {
      text.append(": ").append(status.getDescription());
    }
    for (FieldViolation violation : details.fieldViolations) {
      text.append(" [").append(violation.field()).append(": ").append(violation.description());
      text.append(']');
    }
    return text.toString();
  }

  public Status.Code code() {
    return code;
  }

  /** Stable, UPPER_SNAKE; empty if the server gave none (a proxy, a cut connection). */
  public String reason() {
    return details.reason;
  }

  public boolean hasReason(String reason) {
    return details.reason.equals(reason);
  }

  /** The server's own words, without status, reason and fields. May be empty. */
  public String description() {
    return description;
  }

  /** What the error carried besides, such as {@code oldest_position} or {@code incident}. */
  public Map<String, String> metadata() {
    return details.metadata;
  }

  public List<FieldViolation> fieldViolations() {
    return details.fieldViolations;
  }

  /** How long the server asks to wait before the next try. */
  public Optional<Duration> retryDelay() {
    return details.retryDelay;
  }

  /**
   * True if the same call may succeed later without being changed: the server was away, full or
   * slow. {@code INTERNAL} and {@code UNKNOWN} count, since a crash in mid-call shows as either.
   */
  public boolean isTransient() {
    return switch (code) {
      case UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, INTERNAL, UNKNOWN -> true;
      default -> false;
    };
  }
}
