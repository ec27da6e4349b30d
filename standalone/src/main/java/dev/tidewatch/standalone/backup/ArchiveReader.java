package dev.tidewatch.standalone.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads an archive; {@link #verified} has checked every byte of it. Not thread-safe. */
final class ArchiveReader implements AutoCloseable {
  private static final long MANIFEST_BYTES_MAX = 256L << 20;

  private final ZipFile zip;
  private final Manifest manifest;

  private ArchiveReader(ZipFile zip, Manifest manifest) {
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * Opens an archive and compares every entry with the manifest.
   *
   * @throws BackupException if anything is missing, damaged or too many, naming the entry
   */
  static ArchiveReader verified(Path file) throws BackupException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (IOException e) {
      throw new BackupException(
          file + ": is not a whole archive (truncated, or no archive at all): " + e.getMessage(),
          e);
    }
    try {
      var reader = new ArchiveReader(zip, manifest(zip));
      reader.verify();
      return reader;
    } catch (BackupException | RuntimeException | Error e) {
      try {
        zip.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  Manifest manifest() {
    return manifest;
  }

  InputStream open(Manifest.FilePart part) throws IOException {
    return zip.getInputStream(new ZipEntry(part.entry()));
  }

  private static Manifest manifest(ZipFile zip) throws BackupException {
    byte[] json = small(zip, ArchiveWriter.MANIFEST);
    String expected =
        new String(small(zip, ArchiveWriter.MANIFEST_DIGEST), StandardCharsets.US_ASCII);
    String actual = HexFormat.of().formatHex(ArchiveWriter.sha256().digest(json));
    if (!actual.equals(expected)) {
      throw damaged(ArchiveWriter.MANIFEST, "its SHA-256 is not the one of manifest.sha256");
    }
    try {
      var mapper = new ObjectMapper();
      JsonNode tree = mapper.readTree(json);
      int version = tree.path("formatVersion").asInt();
      if (version != Manifest.FORMAT_VERSION) {
        throw new BackupException(
            "%s: format version %d, this restore reads %d"
                .formatted(ArchiveWriter.MANIFEST, version, Manifest.FORMAT_VERSION));
      }
      return mapper.treeToValue(tree, Manifest.class);
    } catch (IOException e) {
      throw new BackupException(ArchiveWriter.MANIFEST + ": is not understood", e);
    }
  }

  private static byte[] small(ZipFile zip, String name) throws BackupException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw damaged(name, "is missing");
    }
    if (entry.getSize() > MANIFEST_BYTES_MAX) {
      throw damaged(name, "is too large");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw damaged(name, String.valueOf(e.getMessage()));
    }
  }

  private void verify() throws BackupException {
    Set<String> expected = new HashSet<>();
    expected.add(ArchiveWriter.MANIFEST);
    expected.add(ArchiveWriter.MANIFEST_DIGEST);
    for (Manifest.FilePart part : manifest.files()) {
      expected.add(part.entry());
      verify(part);
    }
    Set<String> seen = new HashSet<>();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      if (!expected.contains(entry.getName()) || !seen.add(entry.getName())) {
        throw damaged(entry.getName(), "does not belong to this archive");
      }
    }
  }

  private void verify(Manifest.FilePart part) throws BackupException {
    ZipEntry entry = zip.getEntry(part.entry());
    if (entry == null) {
      throw damaged(part.entry(), "is missing");
    }
    MessageDigest sha = ArchiveWriter.sha256();
    long bytes = 0;
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha.update(buffer, 0, read);
        bytes += read;
      }
    } catch (IOException e) {
      throw damaged(part.entry(), String.valueOf(e.getMessage()));
    }
    if (bytes != part.bytes() || !HexFormat.of().formatHex(sha.digest()).equals(part.sha256())) {
      throw damaged(part.entry(), "its content is not what was written");
    }
  }

  private static BackupException damaged(String entry, String why) {
    return new BackupException("the archive is damaged: " + entry + ": " + why);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
