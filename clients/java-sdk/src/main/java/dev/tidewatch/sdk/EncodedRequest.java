package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import dev.tidewatch.proto.ingest.v1.StreamReadingsResponse;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A message of StreamReadings as it goes over the wire. It is encoded once, when its batch is
 * sealed, and sent as it is however often that takes.
 */
final class EncodedRequest {
  /** StreamReadings for requests that are encoded already. */
  static final MethodDescriptor<EncodedRequest, StreamReadingsResponse> METHOD =
      IngestServiceGrpc.getStreamReadingsMethod().toBuilder(
              new Marshaller(), IngestServiceGrpc.getStreamReadingsMethod().getResponseMarshaller())
          .build();

  private final byte[] bytes;

  /**
   * @param bytes an encoded {@code StreamReadingsRequest}; not copied, and not to be changed
   */
  EncodedRequest(byte[] bytes) {
    this.bytes = bytes;
  }

  static EncodedRequest of(StreamReadingsRequest message) {
    return new EncodedRequest(message.toByteArray());
  }

  int size() {
    return bytes.length;
  }

  StreamReadingsRequest decode() {
    try {
      return StreamReadingsRequest.parseFrom(bytes);
    } catch (IOException e) {
      throw new IllegalStateException("encoded wrongly", e);
    }
  }

  private static final class Marshaller implements MethodDescriptor.Marshaller<EncodedRequest> {
    @Override
    public InputStream stream(EncodedRequest value) {
      return new Bytes(value.bytes);
    }

    @Override
    public EncodedRequest parse(InputStream stream) {
      try {
        return new EncodedRequest(stream.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Goes into the transport's buffers in one piece. */
  private static final class Bytes extends ByteArrayInputStream implements KnownLength, Drainable {
    Bytes(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int drainTo(OutputStream target) throws IOException {
      int count = available();
      writeTo(target);
      return count;
    }

    /** From where reading stands. */
    private void writeTo(OutputStream target) throws IOException {
      target.write(buf, pos, count - pos);
      pos = count;
    }
  }
}
