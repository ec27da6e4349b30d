package dev.tidewatch.ingest.api;

import com.google.protobuf.CodedOutputStream;
import dev.tidewatch.ingest.feed.EncodedSection;
import dev.tidewatch.ingest.feed.FeedBlock;
import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
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
    return EncodedAnswers.bind(
        FeedServiceGrpc.bindService(service), FeedServiceGrpc.getSubscribeMethod(), subscribe);
  }
}
