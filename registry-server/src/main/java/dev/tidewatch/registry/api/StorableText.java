package dev.tidewatch.registry.api;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;

/** Refuses text with U+0000, which PostgreSQL cannot hold, in whatever field it comes. */
public final class StorableText implements ServerInterceptor {
  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q request) {
        if (request instanceof Message message) {
          require("", message);
        }
        super.onMessage(request);
      }
    };
  }

  private static void require(String path, Message message) {
    message.getAllFields().forEach((field, value) -> require(path + field.getName(), field, value));
  }

  private static void require(String path, FieldDescriptor field, Object value) {
    if (value instanceof List<?> items) {
      for (int i = 0; i < items.size(); i++) {
        require(path + "[" + i + "]", field, java.util.Objects.requireNonNull(items.get(i)));
      }
    } else if (value instanceof Message nested) {
      require(path + ".", nested);
    } else if (value instanceof String text && text.indexOf('\0') >= 0) {
      throw InvalidArgument.field(path, "contains the character U+0000");
    }
  }
}
