package dev.tidewatch.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The bytes of an object. Where a connection breaks (a slow reader may have kept it waiting too
 * long), another one goes on from there, on the same object or not at all. Not thread-safe.
 */
final class S3Bytes extends InputStream {
  private static final int BREAKS_IN_A_ROW_MAX = 3;

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final String eTag;
  private final long sizeBytes;
  private long position;
  private @Nullable ResponseInputStream<GetObjectResponse> open;

  S3Bytes(S3Client client, String bucket, String key, String eTag, long sizeBytes) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.eTag = eTag;
    this.sizeBytes = sizeBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position >= sizeBytes) {
      return -1;
    }
    for (int breaks = 0; ; ) {
      IOException failure;
      boolean passing = true;
      try {
        int count = opened().read(into, offset, length);
        if (count > 0) {
          position += count;
          return count;
        }
        failure = new IOException(key + " ended after " + position + " bytes");
      } catch (SdkException e) {
        failure = S3ContentStore.translated(e, bucket);
        passing = failure instanceof StoreUnavailable;
      } catch (IOException e) {
        failure = e;
      }
      close();
      if (!passing) {
        throw failure;
      }
      if (++breaks >= BREAKS_IN_A_ROW_MAX) {
        throw new StoreUnavailable("bucket " + bucket + ": " + failure.getMessage(), failure);
      }
    }
  }

  private ResponseInputStream<GetObjectResponse> opened() {
    var now = open;
    if (now == null) {
      now =
          client.getObject(request ->
              request.bucket(bucket).key(key).ifMatch(eTag).range("bytes=" + position + "-"));
      open = now;
    }
    return now;
  }

  @Override
  public void close() {
    var now = open;
    open = null;
    if (now != null) {
      now.abort(); // what a reader does not want need not come
    }
  }
}
