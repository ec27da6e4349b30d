package dev.tidewatch.serverkit.grpc;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.Violation;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.Message;
import dev.tidewatch.serverkit.errors.FieldViolation;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks each request message against the rules that its contract declares (protovalidate). All
 * violations are told at once, as {@code INVALID_ARGUMENT / FIELD_INVALID} with a BadRequest.
 */
final class ValidationInterceptor implements ServerInterceptor {
  private static final int VIOLATIONS_MAX = 50;

  private final Validator validator = ValidatorFactory.newBuilder().build();
  private final Set<String> excluded;

  /** Messages of the {@code excluded} types (full names) are not checked here. */
  ValidationInterceptor(Set<String> excluded) {
    this.excluded = Set.copyOf(excluded);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof Message proto
            && !excluded.contains(proto.getDescriptorForType().getFullName())) {
          check(proto);
        }
        super.onMessage(message);
      }
    };
  }

  private void check(Message message) {
    ValidationResult result;
    try {
      result = validator.validate(message);
    } catch (ValidationException e) {
      throw new IllegalStateException(
          "the rules of " + message.getDescriptorForType().getFullName() + " do not work", e);
    } catch (RuntimeException e) {
      // The rules cannot even be asked about some values, such as times beyond java.time.Instant.
      throw new InvalidArgument(
          InvalidArgument.FIELD_INVALID,
          "a value is outside of what its type can hold: " + e.getMessage(),
          List.of());
    }
    if (result.isSuccess()) {
      return;
    }
    List<FieldViolation> violations = new ArrayList<>();
    for (Violation violation : result.getViolations()) {
      if (violations.size() < VIOLATIONS_MAX) {
        violations.add(
            new FieldViolation(
                path(violation.toProto().getField().getElementsList()),
                violation.toProto().getMessage()));
      }
    }
    throw new InvalidArgument(
        InvalidArgument.FIELD_INVALID,
        violations.stream()
            .map(violation ->
                violation.field().isEmpty()
                    ? violation.description()
                    : violation.field() + ": " + violation.description())
            .collect(Collectors.joining("; ")),
        violations);
  }

  private static String path(List<FieldPathElement> elements) {
    var path = new StringBuilder();
    for (FieldPathElement element : elements) {
      if (!path.isEmpty()) {
        path.append('.');
      }
      path.append(element.getFieldName());
      switch (element.getSubscriptCase()) {
        case INDEX -> path.append('[').append(element.getIndex()).append(']');
        case BOOL_KEY -> path.append('[').append(element.getBoolKey()).append(']');
        case INT_KEY -> path.append('[').append(element.getIntKey()).append(']');
        case UINT_KEY ->
            path.append('[').append(Long.toUnsignedString(element.getUintKey())).append(']');
        case STRING_KEY -> path.append("[\"").append(element.getStringKey()).append("\"]");
        case SUBSCRIPT_NOT_SET -> {}
      }
    }
    return path.toString();
  }
}
