package dev.tidewatch.registry.artifacts;

import dev.tidewatch.registry.domain.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Where the bytes of finished artifacts are kept, each under its SHA-256. A digest either has all
 * of its bytes or none; what is kept may rot, so readers verify. Shared by all replicas.
 * Thread-safe.
 */
public interface ContentStore extends AutoCloseable {
  /** Makes what is missing, and sees that the store can be used. */
  void prepare() throws IOException;

  /**
   * Stores the bytes of a file under their digest, whole or not at all, and safely when this
   * returns. Bytes that were there are replaced, which heals damage. The file stays where it is.
   *
   * @param staged verified, closed, and forced to disk
   */
  void publish(Path staged, Sha256 sha256) throws IOException;

  /**
   * All bytes, from the first on. The caller closes them.
   *
   * @throws java.nio.file.NoSuchFileException if there are none
   */
  Content open(Sha256 sha256) throws IOException;

  /** How many bytes a digest has; empty for none. */
  OptionalLong sizeBytes(Sha256 sha256) throws IOException;

  /** Removes the bytes; whether there were any. */
  boolean delete(Sha256 sha256) throws IOException;

  /** Hands over all digests whose bytes were last stored before a time. */
  void forEachOlderThan(Instant time, Consumer<Sha256> digest) throws IOException;

  @Override
  void close();

  /** Bytes with how many there are. */
  record Content(long sizeBytes, InputStream bytes) {}
}
