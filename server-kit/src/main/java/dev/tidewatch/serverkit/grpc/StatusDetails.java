package dev.tidewatch.serverkit.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tidewatch.serverkit.errors.ServiceException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.Optional;

/** Reads and writes the details of a gRPC status ({@code google.rpc.Status} in the trailers). */
public final class StatusDetails {
  /** Domain of every ErrorInfo of this project. */
  public static final String DOMAIN = "tidewatch.dev";

  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private StatusDetails() {}

  /** The reason of the first ErrorInfo of a status that another server answered with. */
  public static Optional<String> reason(Throwable error) {
    return errorInfo(error).map(ErrorInfo::getReason);
  }

  /** The first ErrorInfo of a status that another server answered with. */
  public static Optional<ErrorInfo> errorInfo(Throwable error) {
    if (!(error instanceof StatusRuntimeException) && !(error instanceof StatusException)) {
      return Optional.empty();
    }
    com.google.rpc.Status status = StatusProto.fromThrowable(error);
    if (status == null) {
      return Optional.empty();
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return Optional.of(detail.unpack(ErrorInfo.class));
        } catch (InvalidProtocolBufferException damaged) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  static boolean present(Metadata trailers) {
    return trailers.containsKey(DETAILS);
  }

  /** Puts the details that belong to {@code error}. */
  static void put(Metadata trailers, Status status, ServiceException error) {
    var details = newDetails(status, error.reason(), error.metadata());
    if (!error.violations().isEmpty()) {
      var badRequest = BadRequest.newBuilder();
      error
          .violations()
          .forEach(violation ->
              badRequest
                  .addFieldViolationsBuilder()
                  .setField(violation.field())
                  .setDescription(violation.description()));
      details.addDetails(Any.pack(badRequest.build()));
    }
    error
        .retryAfter()
        .ifPresent(delay ->
            details.addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(
                            Duration.newBuilder()
                                .setSeconds(delay.getSeconds())
                                .setNanos(delay.getNano()))
                        .build())));
    trailers.put(DETAILS, details.build());
  }

  /** Puts an ErrorInfo alone. */
  static void put(Metadata trailers, Status status, String reason, Map<String, String> metadata) {
    trailers.put(DETAILS, newDetails(status, reason, metadata).build());
  }

  private static com.google.rpc.Status.Builder newDetails(
      Status status, String reason, Map<String, String> metadata) {
    String message = status.getDescription();
    return com.google.rpc.Status.newBuilder()
        .setCode(status.getCode().value())
        .setMessage(message == null ? "" : message)
        .addDetails(
            Any.pack(
                ErrorInfo.newBuilder()
                    .setReason(reason)
                    .setDomain(DOMAIN)
                    .putAllMetadata(metadata)
                    .build()));
  }
}
