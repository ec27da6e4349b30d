package dev.tidewatch.serverkit.grpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tidewatch.proto.registry.v1.GetRunRequest;
import dev.tidewatch.proto.registry.v1.RunServiceGrpc;
import dev.tidewatch.proto.type.v1.Grid;
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
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ErrorsTest {
  private static final java.time.Duration DELAY = java.time.Duration.ofMillis(1_500);

  private static final Map<Status.Code, Supplier<ServiceException>> FAMILY =
      Map.ofEntries(
          Map.entry(
              Status.Code.INVALID_ARGUMENT,
              () -> new InvalidArgument("UNIT_UNKNOWN", "unit", "is no unit")),
          Map.entry(Status.Code.NOT_FOUND, () -> new NotFound("R1", "m")),
          Map.entry(Status.Code.ALREADY_EXISTS, () -> new AlreadyExists("R2", "m")),
          Map.entry(Status.Code.FAILED_PRECONDITION, () -> new FailedPrecondition("R3", "m")),
          Map.entry(Status.Code.ABORTED, () -> new Aborted("R4", "m")),
          Map.entry(Status.Code.OUT_OF_RANGE, () -> new OutOfRange("R5", "m")),
          Map.entry(Status.Code.RESOURCE_EXHAUSTED, () -> new ResourceExhausted("R6", "m", DELAY)),
          Map.entry(Status.Code.UNAVAILABLE, () -> new Unavailable("R7", "m", DELAY)),
          Map.entry(Status.Code.PERMISSION_DENIED, () -> new PermissionDenied("R8", "m")),
          Map.entry(Status.Code.UNAUTHENTICATED, () -> new Unauthenticated("R9", "m")),
          Map.entry(Status.Code.UNIMPLEMENTED, () -> new Unimplemented("R10", "m")),
          Map.entry(Status.Code.DEADLINE_EXCEEDED, () -> new DeadlineExceeded("R11", "m")),
          Map.entry(Status.Code.DATA_LOSS, () -> new DataLoss("R12", "m")));

  @Test
  void everyServiceExceptionHasItsStatusWithOneErrorInfoThrownOrHandedOver() {
    try (var running =
        Running.with(
            new EchoService(code -> {
              throw requireNonNull(FAMILY.get(Status.Code.valueOf(code))).get();
            }),
            Running.inProcess())) {
      FAMILY.forEach((code, supplier) -> {
        ServiceException expected = supplier.get();
        for (var method : List.of(EchoService.ECHO, EchoService.FAIL)) {
          var error =
              failure(() ->
                  Running.call(running.channel.channel(), method, EchoService.text(code.name())));
          assertThat(error.getStatus().getCode()).isEqualTo(code);
          assertThat(error.getStatus().getDescription()).isEqualTo(expected.getMessage());
          ErrorInfo info = detail(error, ErrorInfo.class);
          assertThat(info.getReason()).isEqualTo(expected.reason());
          assertThat(info.getDomain()).isEqualTo("tidewatch.dev");
        }
      });
    }
  }

  @Test
  void metadataViolationsAndDelaysTravelAlong() {
    try (var running =
        Running.with(
            new EchoService(what -> {
              throw what.equals("bad")
                  ? new InvalidArgument("VALUE_NOT_FINITE", "batch.values[3]", "is NaN")
                      .with("index", "3")
                  : new ResourceExhausted("QUEUE_FULL", "full", DELAY);
            }),
            Running.inProcess())) {
      var bad = failure(() -> running.echo("bad"));
      assertThat(bad.getStatus().getDescription()).isEqualTo("batch.values[3]: is NaN");
      assertThat(detail(bad, ErrorInfo.class).getMetadataMap()).containsEntry("index", "3");
      assertThat(detail(bad, BadRequest.class).getFieldViolationsList())
          .singleElement()
          .satisfies(violation -> {
            assertThat(violation.getField()).isEqualTo("batch.values[3]");
            assertThat(violation.getDescription()).isEqualTo("is NaN");
          });
      var full = failure(() -> running.echo("full"));
      assertThat(detail(full, RetryInfo.class).getRetryDelay())
          .isEqualTo(Duration.newBuilder().setSeconds(1).setNanos(500_000_000).build());
      assertThat(StatusDetails.reason(full)).contains("QUEUE_FULL");
    }
  }

  @Test
  void theUnknownBecomesInternalWithAnIncidentAndWithoutItsText() {
    try (var running =
        Running.with(
            new EchoService(what -> {
              throw new IllegalStateException("password is hunter2");
            }),
            Running.inProcess())) {
      for (var method : List.of(EchoService.ECHO, EchoService.FAIL)) {
        var error =
            failure(() -> Running.call(running.channel.channel(), method, EchoService.text("x")));
        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        ErrorInfo info = detail(error, ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo("INTERNAL");
        String incident = info.getMetadataOrThrow("incident_id");
        assertThat(UUID.fromString(incident)).isNotNull();
        assertThat(error.getStatus().getDescription()).contains(incident).doesNotContain("hunter2");
      }
    }
  }

  @Test
  void bytesThatAreNoMessageAreTheCallersFault() {
    // A length-delimited field that ends before its length.
    var cut = EchoService.ECHO.toBuilder(new RawText(), EchoService.ECHO.getResponseMarshaller());
    for (var config : List.of(Running.inProcess(), Running.onSocket())) {
      try (var running = Running.with(new EchoService(text -> text), config)) {
        var error =
            failure(() ->
                ClientCalls.blockingUnaryCall(
                    running.channel.channel(),
                    cut.build(),
                    CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
                    "\n\u007f\u0001"));
        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(detail(error, ErrorInfo.class).getReason()).isEqualTo("MESSAGE_UNDECODABLE");
        assertThat(running.echo("still there")).isEqualTo("still there");
      }
    }
  }

  private static final class RawText implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String parse(InputStream stream) {
      throw new UnsupportedOperationException("only sent");
    }
  }

  @Test
  void aDatabaseThatIsAwayIsUnavailableAndAnSqlErrorIsInternal() {
    try (var running =
        Running.with(
            new EchoService(what -> {
              throw new IllegalStateException(
                  "wrapped",
                  what.equals("pool")
                      ? new SQLTransientConnectionException("no connection in 10 s")
                      : new SQLException("…", what));
            }),
            Running.inProcess())) {
      // The channel would try UNAVAILABLE again, which changes only the time.
      for (String away : List.of("pool", "08006", "57P01", "53300")) {
        var error = failure(() -> running.echo(away));
        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(StatusDetails.reason(error)).contains("DATABASE_UNAVAILABLE");
      }
      assertThat(failure(() -> running.echo("42P01")).getStatus().getCode())
          .isEqualTo(Status.Code.INTERNAL);
    }
  }

  @Test
  void aStatusOfTheServicesOwnKeepsItsCodeAndGetsAnErrorInfo() {
    try (var running =
        Running.with(
            new EchoService(what -> {
              throw Status.OUT_OF_RANGE.withDescription("past the end").asRuntimeException();
            }),
            Running.inProcess())) {
      var error = failure(() -> running.echo("x"));
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
      assertThat(error.getStatus().getDescription()).isEqualTo("past the end");
      assertThat(detail(error, ErrorInfo.class).getReason()).isEqualTo("OUT_OF_RANGE");
    }
  }

  @Test
  void anRpcThatIsNotBuiltSaysSo() {
    try (var running =
        Running.with(new RunServiceGrpc.RunServiceImplBase() {}, Running.inProcess())) {
      var runs = RunServiceGrpc.newBlockingStub(running.channel.channel());
      var error = failure(() -> runs.getRun(GetRunRequest.newBuilder().setRunId(uuid()).build()));
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      assertThat(error.getStatus().getDescription())
          .contains("tidewatch.registry.v1.RunService/GetRun");
      assertThat(detail(error, ErrorInfo.class).getReason()).isEqualTo("NOT_BUILT");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void brokenRulesOfTheContractNameTheFields(boolean socket) {
    try (var running =
        Running.with(
            new EchoService(what -> what), socket ? Running.onSocket() : Running.inProcess())) {
      var error =
          failure(() ->
              Running.call(
                  running.channel.channel(),
                  EchoService.CHECK,
                  Grid.newBuilder().setTimeZone("x".repeat(100)).setFillIntervalsMax(-1).build()));
      assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(detail(error, ErrorInfo.class).getReason()).isEqualTo("FIELD_INVALID");
      assertThat(detail(error, BadRequest.class).getFieldViolationsList())
          .extracting(BadRequest.FieldViolation::getField)
          .contains("step", "time_zone", "fill_intervals_max");
      assertThat(error.getStatus().getDescription()).contains("time_zone: ");
    }
  }

  @Test
  void anErrorInAStreamEndsItAndReleasesTheService() throws InterruptedException {
    var service =
        new EchoService(what -> {
          if (what.equals("boom")) {
            throw new Aborted("WRITER_FENCED", "another writer came");
          }
          return what;
        });
    try (var running = Running.with(service, Running.onSocket())) {
      Running.Chat chat = running.chat();
      chat.say("hello");
      assertThat(chat.next()).isEqualTo("hello");
      chat.say("boom");
      assertThat(chat.next())
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              error -> {
                assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
                assertThat(StatusDetails.reason(error)).contains("WRITER_FENCED");
              });
      assertThat(service.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static String uuid() {
    return UUID.randomUUID().toString();
  }

  private static StatusRuntimeException failure(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(thrown).isNotNull();
    return thrown;
  }

  /** The one detail of that type; there is exactly one. */
  private static <T extends com.google.protobuf.Message> T detail(
      StatusRuntimeException error, Class<T> type) {
    List<Any> details =
        StatusProto.fromThrowable(error).getDetailsList().stream()
            .filter(detail -> detail.is(type))
            .toList();
    assertThat(details).hasSize(1);
    try {
      return details.getFirst().unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
