package dev.tidewatch.serverkit.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys in force: those of the file, looked at again at most once per interval while calls come
 * in. A file that has become unreadable leaves the last good keys in force, and is told in the log.
 * Thread-safe.
 */
final class KeyRing {
  private static final Logger log = LoggerFactory.getLogger(KeyRing.class);

  private record Loaded(KeyFile keys, Stamp stamp) {}

  private record Stamp(long modifiedNanos, long size, String fileKey) {}

  private final Path file;
  private final long intervalNanos;
  private final AtomicLong nextLook;
  private volatile Loaded loaded;

  private KeyRing(Path file, Loaded loaded, Duration interval) {
    this.file = file;
    this.loaded = loaded;
    this.intervalNanos = interval.toNanos();
    this.nextLook = new AtomicLong(System.nanoTime() + intervalNanos);
  }

  /** Reads the file for the first time; it must be good. */
  static KeyRing open(Path file, Duration interval) {
    try {
      return new KeyRing(file, load(file), interval);
    } catch (IOException e) {
      throw new UncheckedIOException("keys-file: " + e.getMessage(), e);
    }
  }

  Optional<Caller> authenticate(String text) {
    lookAgain();
    return loaded.keys().authenticate(text);
  }

  private void lookAgain() {
    long due = nextLook.get();
    long now = System.nanoTime();
    if (now - due < 0 || !nextLook.compareAndSet(due, now + intervalNanos)) {
      return;
    }
    try {
      if (!stamp(file).equals(loaded.stamp())) {
        loaded = load(file);
        log.info("API keys reloaded from {}: {} keys", file, loaded.keys().entries().size());
      }
    } catch (IOException e) {
      log.error("API keys not reloaded, the last good ones stay in force: {}", e.getMessage());
    }
  }

  private static Loaded load(Path file) throws IOException {
    // The stamp first: a change in between is then seen at the next look.
    Stamp stamp = stamp(file);
    return new Loaded(KeyFile.read(file), stamp);
  }

  private static Stamp stamp(Path file) throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    var modified = attributes.lastModifiedTime().toInstant();
    return new Stamp(
        modified.getEpochSecond() * 1_000_000_000L + modified.getNano(),
        attributes.size(),
        String.valueOf(attributes.fileKey()));
  }
}
