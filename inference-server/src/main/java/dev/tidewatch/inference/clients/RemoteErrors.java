package dev.tidewatch.inference.clients;

import dev.tidewatch.serverkit.errors.DataLoss;
import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;

/**
 * What another server answered, as an error of this one: the reason is kept where the caller can
 * act upon it.
 */
final class RemoteErrors {
  private RemoteErrors() {}

  /**
   * @param unavailableReason for everything that a retry may cure
   */
  static ServiceException of(String server, String unavailableReason, StatusRuntimeException e) {
    Status status = e.getStatus();
    String description = status.getDescription();
    String message = description == null ? status.getCode().name() : description;
    return switch (status.getCode()) {
      case NOT_FOUND -> new NotFound(reason(e, "NOT_FOUND"), message, e);
      case INVALID_ARGUMENT ->
          new InvalidArgument(reason(e, InvalidArgument.FIELD_INVALID), server, message);
      case OUT_OF_RANGE -> new OutOfRange(reason(e, "OUT_OF_RANGE"), message, e);
      case DATA_LOSS -> new DataLoss(reason(e, "DATA_LOSS"), message, e);
      case DEADLINE_EXCEEDED ->
          new DeadlineExceeded(
              "DEADLINE_EXCEEDED", "%s did not answer in time".formatted(server), e);
      default ->
          new Unavailable(
              unavailableReason,
              "%s cannot be reached or cannot answer: %s".formatted(server, message),
              Duration.ofSeconds(1),
              e);
    };
  }

  private static String reason(StatusRuntimeException e, String otherwise) {
    return StatusDetails.reason(e).orElse(otherwise);
  }
}
