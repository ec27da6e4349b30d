package dev.tidewatch.serverkit.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.io.InputStream;

/**
 * Lets a request that is no message of its type come as far as {@link GuardedCall.Listener}, which
 * refuses it as such. Left to itself grpc-java decodes before any interceptor and ends the call
 * with UNKNOWN.
 */
final class LenientDecoding {
  private LenientDecoding() {}

  /** Stands for a request whose bytes could not be decoded. */
  record Undecodable(String description) {}

  /** The same service, with requests decoded leniently. */
  static ServerServiceDefinition of(ServerServiceDefinition service) {
    var original = service.getServiceDescriptor();
    var descriptor =
        ServiceDescriptor.newBuilder(original.getName())
            .setSchemaDescriptor(original.getSchemaDescriptor());
    var methods = service.getMethods().stream().map(LenientDecoding::of).toList();
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    var builder = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(builder::addMethod);
    return builder.build();
  }

  private static <Q, A> ServerMethodDefinition<Q, A> of(ServerMethodDefinition<Q, A> method) {
    MethodDescriptor<Q, A> strict = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        strict.toBuilder(
                new LenientMarshaller<>(strict.getRequestMarshaller()),
                strict.getResponseMarshaller())
            .build(),
        method.getServerCallHandler());
  }

  private record LenientMarshaller<Q>(MethodDescriptor.Marshaller<Q> strict)
      implements MethodDescriptor.Marshaller<Q> {
    @Override
    public InputStream stream(Q value) {
      return strict.stream(value);
    }

    /** The listener looks for {@link Undecodable} before anybody takes the message for a Q. */
    @Override
    @SuppressWarnings("unchecked")
    public Q parse(InputStream stream) {
      try {
        return strict.parse(stream);
      } catch (RuntimeException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return (Q) new Undecodable(String.valueOf(cause.getMessage()));
      }
    }
  }
}
