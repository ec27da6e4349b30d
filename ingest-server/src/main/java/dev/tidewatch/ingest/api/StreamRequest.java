package dev.tidewatch.ingest.api;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A message of StreamReadings as it came: decoded by hand if it is a usual batch, by the generated
 * classes otherwise. Exactly one of the two is there.
 */
final class StreamRequest {
  private final @Nullable WireBatch usual;
  private final StreamReadingsRequest generated;

  private StreamRequest(@Nullable WireBatch usual, StreamReadingsRequest generated) {
    this.usual = usual;
    this.generated = generated;
  }

  /**
   * @throws InvalidProtocolBufferException if the bytes are no message of the type
   */
  static StreamRequest parse(byte[] message) throws InvalidProtocolBufferException {
    WireBatch usual = WireBatch.read(message);
    return usual != null
        ? new StreamRequest(usual, StreamReadingsRequest.getDefaultInstance())
        : new StreamRequest(null, StreamReadingsRequest.parseFrom(message));
  }

  /** Null if it is anything but a usual batch. */
  @Nullable WireBatch usual() {
    return usual;
  }

  /** The message, unless it is {@link #usual}. */
  StreamReadingsRequest generated() {
    return generated;
  }

  /** From and to the wire. A server only reads. */
  static final class Marshaller implements MethodDescriptor.Marshaller<StreamRequest> {
    @Override
    public InputStream stream(StreamRequest value) {
      throw new UnsupportedOperationException("a server does not send requests");
    }

    @Override
    public StreamRequest parse(InputStream stream) {
      try {
        return StreamRequest.parse(bytes(stream));
      } catch (InvalidProtocolBufferException e) {
        throw Status.INTERNAL
            .withDescription("Invalid protobuf byte sequence")
            .withCause(e)
            .asRuntimeException();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static byte[] bytes(InputStream stream) throws IOException {
      return stream instanceof KnownLength
          ? stream.readNBytes(stream.available())
          : stream.readAllBytes();
    }
  }
}
