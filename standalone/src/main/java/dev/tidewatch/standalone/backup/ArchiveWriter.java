package dev.tidewatch.standalone.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes an archive beside its final name, and renames it once it is whole and on disk. Constant
 * memory. Not thread-safe.
 */
final class ArchiveWriter implements AutoCloseable {
  static final String MANIFEST = "manifest.json";
  static final String MANIFEST_DIGEST = "manifest.sha256";

  private final Path file;
  private final Path part;
  private final FileChannel channel;
  private final ZipOutputStream zip;

  /** Writes one entry's bytes. */
  interface Content {
    void writeTo(OutputStream out) throws Exception;
  }

  ArchiveWriter(Path file) throws IOException {
    this.file = file.toAbsolutePath();
    this.part = this.file.resolveSibling(this.file.getFileName() + ".part");
    this.channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    this.zip =
        new ZipOutputStream(
            new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel), 1 << 16));
    zip.setLevel(Deflater.BEST_SPEED);
  }

  Manifest.FilePart add(String entry, Content content) throws Exception {
    zip.putNextEntry(new ZipEntry(entry));
    var counted = new Digested(zip);
    content.writeTo(counted);
    zip.closeEntry();
    return new Manifest.FilePart(
        entry, counted.bytes, HexFormat.of().formatHex(counted.sha.digest()));
  }

  /** Adds the manifest, and gives the archive its name. */
  void finish(Manifest manifest) throws Exception {
    byte[] json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
    Manifest.FilePart written = add(MANIFEST, out -> out.write(json));
    var _ =
        add(
            MANIFEST_DIGEST,
            out -> out.write(written.sha256().getBytes(StandardCharsets.US_ASCII)));
    zip.finish();
    zip.flush();
    channel.force(true);
    zip.close();
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    Path folder = file.getParent();
    if (folder != null) {
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  /** Leaves nothing behind if it was not finished. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(part);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static final class Digested extends FilterOutputStream {
    private final MessageDigest sha = sha256();
    private long bytes;

    Digested(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      sha.update((byte) octet);
      bytes++;
      out.write(octet);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      sha.update(from, offset, length);
      bytes += length;
      out.write(from, offset, length);
    }

    /** The archive stays open. */
    @Override
    public void close() {}
  }
}
