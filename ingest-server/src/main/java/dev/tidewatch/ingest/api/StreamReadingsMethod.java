package dev.tidewatch.ingest.api;

import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;

/**
 * StreamReadings with its requests decoded by {@link StreamRequest.Marshaller}. Name, schema and
 * answers are the contract's, so that clients, reflection and interceptors see no difference.
 */
final class StreamReadingsMethod {
  private StreamReadingsMethod() {}

  /** The same service with this method in place of the generated one. */
  static ServerServiceDefinition putInto(
      ServerServiceDefinition service,
      ServerCalls.BidiStreamingMethod<StreamRequest, StreamReadingsResponse> handler) {
    MethodDescriptor<StreamRequest, StreamReadingsResponse> descriptor =
        IngestServiceGrpc.getStreamReadingsMethod().toBuilder(
                new StreamRequest.Marshaller(),
                IngestServiceGrpc.getStreamReadingsMethod().getResponseMarshaller())
            .build();
    var method =
        ServerMethodDefinition.create(descriptor, ServerCalls.asyncBidiStreamingCall(handler));
    var original = service.getServiceDescriptor();
    var methods =
        service.getMethods().stream()
            .map(each ->
                each.getMethodDescriptor()
                        .getFullMethodName()
                        .equals(descriptor.getFullMethodName())
                    ? method
                    : each)
            .toList();
    var rebuilt =
        ServiceDescriptor.newBuilder(original.getName())
            .setSchemaDescriptor(original.getSchemaDescriptor());
    methods.forEach(each -> rebuilt.addMethod(each.getMethodDescriptor()));
    var builder = ServerServiceDefinition.builder(rebuilt.build());
    methods.forEach(builder::addMethod);
    return builder.build();
  }
}
