package dev.tidewatch.serverkit.grpc;

import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.errors.PermissionDenied;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unauthenticated;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.errors.Unimplemented;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a call ends with: the one place where errors become statuses. */
record ErrorStatus(Status status, Metadata trailers) {
  private static final Logger log = LoggerFactory.getLogger(ErrorStatus.class);
  private static final Duration DATABASE_RETRY = Duration.ofSeconds(1);
  private static final int CAUSES_MAX = 20;

  /** The status of something thrown by a service or an interceptor. */
  static ErrorStatus of(Throwable thrown, String method) {
    return switch (known(thrown)) {
      case ServiceException error -> of(error);
      case StatusRuntimeException error ->
          complete(error.getStatus(), trailers(error.getTrailers()), method);
      case StatusException error ->
          complete(error.getStatus(), trailers(error.getTrailers()), method);
      case SQLException error when isConnection(error) ->
          of(
              new Unavailable(
                  "DATABASE_UNAVAILABLE",
                  "the database cannot be reached at the moment",
                  DATABASE_RETRY,
                  error));
      case null, default -> unknown(thrown, method);
    };
  }

  /**
   * The status that a service closed its call with, completed: an error without details gets an
   * ErrorInfo, an unimplemented RPC says so, and an exception that grpc wrapped is unwrapped.
   */
  static ErrorStatus complete(Status status, Metadata trailers, String method) {
    if (status.isOk() || StatusDetails.present(trailers)) {
      return new ErrorStatus(status, trailers);
    }
    Throwable cause = status.getCause();
    if (known(cause) instanceof ServiceException error) {
      return of(error);
    }
    if (status.getCode() == Status.Code.UNKNOWN) {
      return cause == null ? unknown(status.asRuntimeException(), method) : ofCause(cause, method);
    }
    if (status.getCode() == Status.Code.UNIMPLEMENTED) {
      Status told =
          Status.UNIMPLEMENTED.withDescription(
              method + " is part of the contract and not built in this version of the server");
      StatusDetails.put(trailers, told, "NOT_BUILT", Map.of("method", method));
      return new ErrorStatus(told, trailers);
    }
    StatusDetails.put(trailers, status, status.getCode().name(), Map.of());
    return new ErrorStatus(status, trailers);
  }

  private static ErrorStatus ofCause(Throwable cause, String method) {
    return cause instanceof StatusRuntimeException || cause instanceof StatusException
        ? unknown(cause, method)
        : of(cause, method);
  }

  private static ErrorStatus of(ServiceException error) {
    Status status = code(error).toStatus().withDescription(error.getMessage()).withCause(error);
    var trailers = new Metadata();
    StatusDetails.put(trailers, status, error);
    if (error instanceof DataLoss) {
      log.error("{}: {}", error.reason(), error.getMessage(), error);
    }
    return new ErrorStatus(status, trailers);
  }

  private static ErrorStatus unknown(@Nullable Throwable thrown, String method) {
    String incident = UUID.randomUUID().toString();
    log.error("incident {} in {}", incident, method, thrown);
    Status status =
        Status.INTERNAL.withDescription(
            "internal error; quote the incident " + incident + " when you report it");
    var trailers = new Metadata();
    StatusDetails.put(trailers, status, "INTERNAL", Map.of("incident_id", incident));
    return new ErrorStatus(status, trailers);
  }

  private static Status.Code code(ServiceException error) {
    return switch (error) {
      case InvalidArgument e -> Status.Code.INVALID_ARGUMENT;
      case NotFound e -> Status.Code.NOT_FOUND;
      case AlreadyExists e -> Status.Code.ALREADY_EXISTS;
      case FailedPrecondition e -> Status.Code.FAILED_PRECONDITION;
      case Aborted e -> Status.Code.ABORTED;
      case OutOfRange e -> Status.Code.OUT_OF_RANGE;
      case ResourceExhausted e -> Status.Code.RESOURCE_EXHAUSTED;
      case Unavailable e -> Status.Code.UNAVAILABLE;
      case PermissionDenied e -> Status.Code.PERMISSION_DENIED;
      case Unauthenticated e -> Status.Code.UNAUTHENTICATED;
      case Unimplemented e -> Status.Code.UNIMPLEMENTED;
      case DeadlineExceeded e -> Status.Code.DEADLINE_EXCEEDED;
      case DataLoss e -> Status.Code.DATA_LOSS;
    };
  }

  /** The first of the causes that has a status of its own. */
  private static @Nullable Throwable known(@Nullable Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < CAUSES_MAX; depth++) {
      if (each instanceof ServiceException
          || each instanceof StatusRuntimeException
          || each instanceof StatusException
          || (each instanceof SQLException sql && isConnection(sql))) {
        return each;
      }
      each = each.getCause();
    }
    return null;
  }

  private static boolean isConnection(SQLException error) {
    String state = error.getSQLState();
    return error instanceof SQLTransientConnectionException
        || (state != null
            && (state.startsWith("08") || state.startsWith("57P") || state.equals("53300")));
  }

  private static Metadata trailers(@Nullable Metadata given) {
    var copy = new Metadata();
    if (given != null) {
      copy.merge(given);
    }
    return copy;
  }
}
