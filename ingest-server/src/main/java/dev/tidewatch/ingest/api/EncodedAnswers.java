package dev.tidewatch.ingest.api;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Streams whose messages the server encodes by hand, because they are on the path of every reading.
 * The generated stubs of clients read them as usual.
 */
final class EncodedAnswers {
  private EncodedAnswers() {}

  /** The service with one method whose answers are bytes: each an encoded response. */
  static <Q, R> ServerServiceDefinition bind(
      ServerServiceDefinition typed,
      MethodDescriptor<Q, R> typedMethod,
      ServerCalls.ServerStreamingMethod<Q, byte[]> handler) {
    MethodDescriptor<Q, byte[]> method =
        typedMethod.toBuilder(typedMethod.getRequestMarshaller(), new BytesMarshaller()).build();
    var descriptor =
        ServiceDescriptor.newBuilder(typed.getServiceDescriptor().getName())
            .setSchemaDescriptor(typed.getServiceDescriptor().getSchemaDescriptor());
    typed.getServiceDescriptor().getMethods().stream()
        .map(known -> isSame(known, typedMethod) ? method : known)
        .forEach(descriptor::addMethod);
    var bound = ServerServiceDefinition.builder(descriptor.build());
    typed.getMethods().stream()
        .filter(known -> !isSame(known.getMethodDescriptor(), typedMethod))
        .forEach(bound::addMethod);
    return bound.addMethod(method, ServerCalls.asyncServerStreamingCall(handler)).build();
  }

  private static boolean isSame(MethodDescriptor<?, ?> a, MethodDescriptor<?, ?> b) {
    return a.getFullMethodName().equals(b.getFullMethodName());
  }

  private static final class BytesMarshaller implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new KnownBytes(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class KnownBytes extends ByteArrayInputStream
      implements io.grpc.KnownLength {
    KnownBytes(byte[] bytes) {
      super(bytes);
    }
  }
}
