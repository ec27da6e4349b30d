package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.OutOfRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The one stream that feeds an upload. Thread-safe, so that another stream can take the upload over
 * at any moment; what this one wrote until then stays.
 */
public final class OpenUpload implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final ArtifactStore store;
  private final Upload upload;
  private final Path part;
  private final FileChannel file;
  private final Digest digest = new Digest();
  private long receivedBytes;
  private boolean superseded;
  private boolean closed;

  private OpenUpload(ArtifactStore store, Upload upload, Path part, FileChannel file) {
    this.store = store;
    this.upload = upload;
    this.part = part;
    this.file = file;
  }

  static OpenUpload open(ArtifactStore store, Upload upload, Path part) throws IOException {
    FileChannel file =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      OpenUpload opened = new OpenUpload(store, upload, part, file);
      opened.digestWhatIsThere();
      return opened;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  UUID id() {
    return upload.id();
  }

  public synchronized long receivedBytes() {
    return receivedBytes;
  }

  /** Adds bytes at the place where the upload stands. */
  public synchronized void write(long offset, ByteBuffer bytes) throws IOException {
    requireMine();
    if (offset != receivedBytes) {
      throw new OutOfRange(
              "OFFSET_MISMATCH",
              "chunk.offset: " + offset + "; the upload stands at " + receivedBytes)
          .with("received_bytes", Long.toString(receivedBytes));
    }
    if (bytes.remaining() > upload.sizeBytes() - receivedBytes) {
      throw InvalidArgument.field(
          "chunk.data", "goes beyond the announced size of " + upload.sizeBytes() + " bytes");
    }
    digest.add(bytes.duplicate());
    while (bytes.hasRemaining()) {
      receivedBytes += file.write(bytes, receivedBytes);
    }
  }

  /** Whether all bytes came. */
  public synchronized boolean isFull() {
    return receivedBytes == upload.sizeBytes();
  }

  /**
   * Verifies all bytes and makes them an artifact.
   *
   * @throws InvalidArgument {@code DIGEST_MISMATCH}; the upload is gone then
   */
  public synchronized Artifact finish() throws IOException {
    requireMine();
    Sha256 actual = digest.finish();
    if (!actual.equals(upload.sha256())) {
      close();
      store.discard(upload, part);
      throw new InvalidArgument(
          "DIGEST_MISMATCH",
          "start.sha256",
          "the bytes have the SHA-256 " + actual + ", not " + upload.sha256());
    }
    file.force(true);
    Artifact artifact = store.finish(upload, part);
    close();
    return artifact;
  }

  /** Ends this stream's hold; its next call is refused. */
  synchronized void supersede() throws IOException {
    superseded = true;
    close();
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      store.closed(this);
      file.close();
    }
  }

  private void requireMine() {
    if (superseded) {
      throw new Aborted(
          "UPLOAD_SUPERSEDED", "start.upload_id: another stream has taken " + id() + " over");
    }
    if (closed) {
      throw new IllegalStateException("closed");
    }
  }

  /** A process that was killed may have left bytes that never reached the digest of a stream. */
  private void digestWhatIsThere() throws IOException {
    if (file.size() > upload.sizeBytes()) {
      file.truncate(0);
    }
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (file.read(buffer, receivedBytes) > 0) {
      buffer.flip();
      receivedBytes += buffer.remaining();
      digest.add(buffer);
      buffer.clear();
    }
  }
}
