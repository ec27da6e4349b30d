package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Artifact;
import dev.tidewatch.serverkit.errors.DataLoss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  private final FileChannel file;
  private final Digest digest = new Digest();
  private long position;
  private final long wantedFrom;

  private VerifiedRead(Artifact artifact, FileChannel file, long wantedFrom) {
    this.artifact = artifact;
    this.file = file;
    this.wantedFrom = wantedFrom;
  }

  static VerifiedRead open(Path blob, Artifact artifact, long offset) throws IOException {
    FileChannel file = FileChannel.open(blob, StandardOpenOption.READ);
    if (file.size() != artifact.sizeBytes()) {
      long found = file.size();
      file.close();
      throw damaged(
          artifact, "its file has " + found + " bytes instead of " + artifact.sizeBytes(), null);
    }
    return new VerifiedRead(artifact, file, offset);
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
    ByteBuffer block =
        ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, artifact.sizeBytes() - position));
    while (block.hasRemaining()) {
      int read = file.read(block, position + block.position());
      if (read < 0) {
        throw damaged(artifact, "its file became shorter", null);
      }
    }
    block.flip();
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
    file.close();
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
