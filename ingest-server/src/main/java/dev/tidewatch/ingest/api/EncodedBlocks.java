package dev.tidewatch.ingest.api;

import com.google.protobuf.CodedOutputStream;
import dev.tidewatch.ingest.feed.EncodedSection;
import dev.tidewatch.ingest.feed.FeedBlock;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Sends feed blocks as the bytes they are stored as. On the wire an embedded message is its length
 * and its bytes, so a section needs no decoding to become part of a {@code SubscribeResponse}; the
 * generated stubs of clients read it as usual.
 */
final class EncodedBlocks {
  private static final int RESPONSE_BLOCK = SubscribeResponse.BLOCK_FIELD_NUMBER;
  private static final int BLOCK_POSITION =
      dev.tidewatch.proto.ingest.v1.FeedBlock.FEED_POSITION_FIELD_NUMBER;
  private static final int BLOCK_TIME =
      dev.tidewatch.proto.ingest.v1.FeedBlock.COMMIT_TIME_FIELD_NUMBER;
  private static final int BLOCK_SECTIONS =
      dev.tidewatch.proto.ingest.v1.FeedBlock.SECTIONS_FIELD_NUMBER;

  private EncodedBlocks() {}

  /** An encoded {@code SubscribeResponse}. */
  static byte[] encode(FeedBlock block) {
    byte[] position = Protos.token(block.position()).toByteArray();
    byte[] time = Protos.timestamp(block.commitTime()).toByteArray();
    int size =
        CodedOutputStream.computeByteArraySize(BLOCK_POSITION, position)
            + CodedOutputStream.computeByteArraySize(BLOCK_TIME, time);
    for (EncodedSection section : block.sections()) {
      size += CodedOutputStream.computeByteArraySize(BLOCK_SECTIONS, section.content());
    }
    byte[] bytes =
        new byte
            [CodedOutputStream.computeTagSize(RESPONSE_BLOCK)
                + CodedOutputStream.computeUInt32SizeNoTag(size)
                + size];
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeUInt32NoTag((RESPONSE_BLOCK << 3) | 2);
      out.writeUInt32NoTag(size);
      out.writeByteArray(BLOCK_POSITION, position);
      out.writeByteArray(BLOCK_TIME, time);
      for (EncodedSection section : block.sections()) {
        out.writeByteArray(BLOCK_SECTIONS, section.content());
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  /** The service with a Subscribe whose answers are bytes. */
  static ServerServiceDefinition bind(
      FeedServiceGrpc.AsyncService service,
      ServerCalls.ServerStreamingMethod<SubscribeRequest, byte[]> subscribe) {
    ServerServiceDefinition typed = FeedServiceGrpc.bindService(service);
    MethodDescriptor<SubscribeRequest, SubscribeResponse> typedMethod =
        FeedServiceGrpc.getSubscribeMethod();
    MethodDescriptor<SubscribeRequest, byte[]> method =
        typedMethod.toBuilder(typedMethod.getRequestMarshaller(), new BytesMarshaller()).build();
    var descriptor =
        ServiceDescriptor.newBuilder(typed.getServiceDescriptor().getName())
            .setSchemaDescriptor(typed.getServiceDescriptor().getSchemaDescriptor());
    typed.getServiceDescriptor().getMethods().stream()
        .map(known -> known == typedMethod ? method : known)
        .forEach(descriptor::addMethod);
    var bound = ServerServiceDefinition.builder(descriptor.build());
    typed.getMethods().stream()
        .filter(known -> known.getMethodDescriptor() != typedMethod)
        .forEach(bound::addMethod);
    return bound.addMethod(method, ServerCalls.asyncServerStreamingCall(subscribe)).build();
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
