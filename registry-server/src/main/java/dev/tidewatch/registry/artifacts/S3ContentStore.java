package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * {@link ContentStore} in a bucket of S3 or of a server that speaks its protocol: {@code
 * <prefix>blobs/ab/abcd…}. An object is put in one request, so it is there whole or not at all; it
 * is then read back and hashed, since not every such server checks what it takes, and some refuse
 * the headers that ask for it.
 */
public final class S3ContentStore implements ContentStore {
  /** The most that one request can put. */
  public static final long OBJECT_BYTES_MAX = 5L << 30;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int NOT_FOUND = 404;
  private static final int SERVER_ERROR = 500;
  private static final int NOT_IMPLEMENTED = 501;
  private static final int TOO_MANY_REQUESTS = 429;

  private final S3Client client;
  private final String bucket;
  private final String blobs;

  /**
   * @param client closed with this store
   * @param prefix of all keys, such as {@code tidewatch/}; may be empty
   */
  public S3ContentStore(S3Client client, String bucket, String prefix) {
    this.client = client;
    this.bucket = bucket;
    this.blobs = prefix + "blobs/";
  }

  @Override
  public void prepare() throws IOException {
    call(() -> client.headBucket(request -> request.bucket(bucket)));
  }

  String key(Sha256 sha256) {
    return blobs + sha256.hex().substring(0, 2) + "/" + sha256.hex();
  }

  @Override
  public void publish(Path staged, Sha256 sha256) throws IOException {
    call(() ->
        client.putObject(
            request ->
                request.bucket(bucket).key(key(sha256)).contentType("application/octet-stream"),
            staged));
    Sha256 kept = digestOf(sha256);
    if (!kept.equals(sha256)) {
      throw new IOException(
          "bucket "
              + bucket
              + " took artifact "
              + sha256
              + " but gives bytes with SHA-256 "
              + kept);
    }
  }

  private Sha256 digestOf(Sha256 sha256) throws IOException {
    Digest digest = new Digest();
    try (InputStream bytes = open(sha256).bytes()) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
        digest.add(ByteBuffer.wrap(buffer, 0, count));
      }
    }
    return digest.finish();
  }

  @Override
  public Content open(Sha256 sha256) throws IOException {
    HeadObjectResponse head = head(sha256);
    if (head == null) {
      throw new NoSuchFileException(key(sha256));
    }
    return new Content(
        head.contentLength(),
        new S3Bytes(client, bucket, key(sha256), head.eTag(), head.contentLength()));
  }

  @Override
  public OptionalLong sizeBytes(Sha256 sha256) throws IOException {
    HeadObjectResponse head = head(sha256);
    return head == null ? OptionalLong.empty() : OptionalLong.of(head.contentLength());
  }

  private @Nullable HeadObjectResponse head(Sha256 sha256) throws IOException {
    try {
      return call(() -> client.headObject(request -> request.bucket(bucket).key(key(sha256))));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public boolean delete(Sha256 sha256) throws IOException {
    if (head(sha256) == null) {
      return false;
    }
    call(() -> client.deleteObject(request -> request.bucket(bucket).key(key(sha256))));
    return true;
  }

  @Override
  public void forEachOlderThan(Instant time, Consumer<Sha256> digest) throws IOException {
    Iterable<S3Object> objects =
        call(() -> client.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(blobs))).contents();
    try {
      for (S3Object object : objects) {
        String name = object.key().substring(object.key().lastIndexOf('/') + 1);
        if (Sha256.isOne(name) && object.lastModified().isBefore(time)) {
          digest.accept(new Sha256(name));
        }
      }
    } catch (SdkException e) {
      throw translated(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private <T> T call(Supplier<T> request) throws IOException {
    try {
      return request.get();
    } catch (SdkException e) {
      throw translated(e);
    }
  }

  private IOException translated(SdkException e) {
    return translated(e, bucket);
  }

  static IOException translated(SdkException e, String bucket) {
    if (e instanceof S3Exception answer && answer.statusCode() == NOT_FOUND) {
      return new NoSuchFileException(bucket, null, e.getMessage());
    }
    boolean passing =
        e instanceof S3Exception answer
            ? answer.statusCode() == TOO_MANY_REQUESTS
                || (answer.statusCode() >= SERVER_ERROR && answer.statusCode() != NOT_IMPLEMENTED)
            : e instanceof SdkClientException || e instanceof RetryableException;
    String message = "bucket " + bucket + ": " + e.getMessage();
    return passing ? new StoreUnavailable(message, e) : new IOException(message, e);
  }
}
