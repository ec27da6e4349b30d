package dev.tidewatch.registry.api;

import dev.tidewatch.registry.artifacts.VerifiedRead;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/** An artifact's file as a stream. Not thread-safe. */
final class ArtifactBytes extends InputStream {
  private final VerifiedRead file;
  private ByteBuffer block = ByteBuffer.allocate(0);

  ArtifactBytes(VerifiedRead file) {
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    return filled() ? block.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (!filled()) {
      return -1;
    }
    int count = Math.min(length, block.remaining());
    block.get(into, offset, count);
    return count;
  }

  private boolean filled() throws IOException {
    if (!block.hasRemaining()) {
      Optional<VerifiedRead.Block> next = file.next();
      if (next.isPresent()) {
        block = next.get().bytes();
      }
    }
    return block.hasRemaining();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
