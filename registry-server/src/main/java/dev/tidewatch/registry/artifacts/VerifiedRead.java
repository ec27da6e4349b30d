package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.serverkit.errors.DataLoss;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an artifact from a place on, hashing all of it. The last block is given out only after the
 * digest of the whole file was found right, so that a reader who got all blocks has the true bytes.
 * Not thread-safe.
 */
public final class VerifiedRead implements AutoCloseable {
  /** Size of a block; the last one may be shorter. */
  public static final int BLOCK_BYTES = 1 << 18;

  private final Artifact artifact;
  private final InputStream bytes;
  private final Digest digest = new Digest();
  private long position;
  private final long wantedFrom;

  private VerifiedRead(Artifact artifact, InputStream bytes, long wantedFrom) {
    this.artifact = artifact;
    this.bytes = bytes;
    this.wantedFrom = wantedFrom;
  }

  static VerifiedRead open(ContentStore store, Artifact artifact, long offset) throws IOException {
    ContentStore.Content content = store.open(artifact.sha256());
    if (content.sizeBytes() != artifact.sizeBytes()) {
      content.bytes().close();
      throw damaged(
          artifact,
          "its file has " + content.sizeBytes() + " bytes instead of " + artifact.sizeBytes(),
          null);
    }
    return new VerifiedRead(artifact, content.bytes(), offset);
  }

  public Artifact artifact() {
    return artifact;
  }

  /**
   * A piece of the file.
   *
   * @param offset of its first byte
   */
  public record Block(long offset, ByteBuffer bytes) {}

  /**
   * The next block; empty at the end.
   *
   * @throws DataLoss {@code ARTIFACT_DAMAGED}, instead of the last block
   */
  public Optional<Block> next() throws IOException {
    if (wantedFrom >= artifact.sizeBytes() && position < artifact.sizeBytes()) {
      verifyAll();
    }
    while (position < artifact.sizeBytes()) {
      long start = position;
      ByteBuffer block = readBlock();
      if (position == artifact.sizeBytes()) {
        requireRight();
      }
      if (position > wantedFrom) {
        int skip = (int) Math.max(0, wantedFrom - start);
        block.position(skip);
        return Optional.of(new Block(start + skip, block.slice()));
      }
    }
    return Optional.empty();
  }

  /**
   * Reads to the end without giving anything out.
   *
   * @throws DataLoss {@code ARTIFACT_DAMAGED}
   */
  void verifyAll() throws IOException {
    while (position < artifact.sizeBytes()) {
      ByteBuffer _ = readBlock();
    }
    requireRight();
  }

  private ByteBuffer readBlock() throws IOException {
    int length = (int) Math.min(BLOCK_BYTES, artifact.sizeBytes() - position);
    ByteBuffer block = ByteBuffer.wrap(bytes.readNBytes(length));
    if (block.remaining() < length) {
      throw damaged(artifact, "its file became shorter", null);
    }
    position += block.remaining();
    digest.add(block.duplicate());
    return block;
  }

  private void requireRight() {
    if (!digest.finish().equals(artifact.sha256())) {
      throw damaged(artifact, "its bytes have another SHA-256", null);
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  static DataLoss damaged(Artifact artifact, String how, @Nullable Exception cause) {
    String message =
        "artifact " + artifact.sha256() + " is damaged: " + how + "; upload the same bytes again";
    return (cause == null
            ? new DataLoss("ARTIFACT_DAMAGED", message)
            : new DataLoss("ARTIFACT_DAMAGED", message, cause))
        .with("sha256", artifact.sha256().hex());
  }
}
