package dev.tidewatch.models.bundle;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A saved model: a zip with {@code bundle.json} first and the family's payload files after it, by
 * name. Immutable.
 *
 * <p>The same content always gives the same bytes: entries are stored uncompressed, sorted, and
 * carry a fixed date. The manifest lists size and SHA-256 of each file; reading compares them, so
 * that a bundle is whole or refused.
 */
public final class Bundle {
  static final String MANIFEST_NAME = "bundle.json";

  private static final Pattern SAFE_NAME =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*");
  private static final int NAME_CHARACTERS_MAX = 200;

  /** The earliest date that a zip entry can carry. */
  private static final LocalDateTime ENTRY_DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final BundleManifest manifest;
  private final SortedMap<String, byte[]> files;

  private Bundle(BundleManifest manifest, SortedMap<String, byte[]> files) {
    this.manifest = manifest;
    this.files = files;
  }

  /**
   * @param files payload by name: {@code /}-separated segments of {@code [A-Za-z0-9_.-]} that do
   *     not begin with a dot
   */
  public static Bundle of(BundleManifest manifest, Map<String, byte[]> files) {
    var copies = new TreeMap<String, byte[]>();
    files.forEach((name, bytes) -> {
      if (!isSafe(name)) {
        throw new IllegalArgumentException("payload file name '%s' is not allowed".formatted(name));
      }
      copies.put(name, bytes.clone());
    });
    return new Bundle(manifest, copies);
  }

  private static boolean isSafe(String name) {
    return name.length() <= NAME_CHARACTERS_MAX
        && !name.equals(MANIFEST_NAME)
        && SAFE_NAME.matcher(name).matches();
  }

  public BundleManifest manifest() {
    return manifest;
  }

  /** The same model with other metrics in its manifest. */
  public Bundle withMetrics(SortedMap<String, Double> metrics) {
    return new Bundle(manifest.withMetrics(metrics), files);
  }

  /** The same model with one file more, or another in its place. */
  public Bundle withFile(String name, byte[] bytes) {
    var all = new TreeMap<>(files);
    all.put(name, bytes);
    return of(manifest, all);
  }

  /** Names of the payload files. */
  public Set<String> fileNames() {
    return Collections.unmodifiableSet(files.keySet());
  }

  /**
   * A copy of a payload file.
   *
   * @throws BundleException DAMAGED if the bundle has no such file
   */
  public byte[] file(String name) {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      throw new BundleException(
          BundleException.Reason.DAMAGED,
          "bundle of family %s has no file %s".formatted(manifest.family(), name));
    }
    return bytes.clone();
  }

  /** The zip. */
  public byte[] toBytes() {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, MANIFEST_NAME, ManifestJson.write(manifest, files));
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        store(zip, file.getKey(), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory does not fail", e);
    }
    return out.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    var crc = new CRC32();
    crc.update(bytes);
    var entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setTimeLocal(ENTRY_DATE);
    entry.setSize(bytes.length);
    entry.setCompressedSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  /** SHA-256 of {@link #toBytes}: 64 lower-case hexadecimal digits. */
  public String sha256() {
    return sha256(toBytes());
  }

  /** SHA-256 as 64 lower-case hexadecimal digits. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public void write(Path path) throws IOException {
    Files.write(path, toBytes());
  }

  /**
   * @throws BundleException if the file is not a sound bundle
   */
  public static Bundle read(Path path, BundleLimits limits) throws IOException {
    if (Files.size(path) > limits.bytesMax()) {
      throw tooLarge("bundle", Files.size(path), limits.bytesMax());
    }
    try (InputStream in = Files.newInputStream(path)) {
      return read(in, limits);
    }
  }

  /**
   * @throws BundleException if the bytes are not a sound bundle
   */
  public static Bundle read(byte[] bytes, BundleLimits limits) {
    if (bytes.length > limits.bytesMax()) {
      throw tooLarge("bundle", bytes.length, limits.bytesMax());
    }
    try {
      return read(new ByteArrayInputStream(bytes), limits);
    } catch (IOException e) {
      throw new BundleException(
          BundleException.Reason.DAMAGED, "bundle cannot be unpacked: " + e.getMessage(), e);
    }
  }

  private static Bundle read(InputStream in, BundleLimits limits) throws IOException {
    var files = new TreeMap<String, byte[]>();
    byte[] manifest = null;
    long bytesLeft = limits.bytesMax();
    try (var zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (name.equals(MANIFEST_NAME) && manifest == null && files.isEmpty()) {
          manifest = readEntry(zip, name, Math.min(bytesLeft, limits.manifestBytesMax()));
          bytesLeft -= manifest.length;
          continue;
        }
        if (manifest == null) {
          throw damaged(
              "the first entry of a bundle is bundle.json, not '%s'".formatted(shown(name)));
        }
        if (!isSafe(name) || files.containsKey(name)) {
          throw damaged("entry '%s' is not allowed in a bundle".formatted(shown(name)));
        }
        if (files.size() == limits.filesMax()) {
          throw new BundleException(
              BundleException.Reason.TOO_LARGE,
              "bundle has more than %d files".formatted(limits.filesMax()));
        }
        byte[] bytes = readEntry(zip, name, bytesLeft);
        bytesLeft -= bytes.length;
        files.put(name, bytes);
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new BundleException(
          BundleException.Reason.DAMAGED, "bundle cannot be unpacked: " + e.getMessage(), e);
    }
    if (manifest == null) {
      throw damaged("not a bundle: %s is missing".formatted(MANIFEST_NAME));
    }
    return new Bundle(ManifestJson.read(manifest, files), files);
  }

  private static byte[] readEntry(ZipInputStream zip, String name, long bytesMax)
      throws IOException {
    int readMax = (int) Math.min(bytesMax + 1, Integer.MAX_VALUE - 8);
    byte[] bytes = zip.readNBytes(readMax);
    if (bytes.length > bytesMax) {
      throw tooLarge(name, bytes.length, bytesMax);
    }
    return bytes;
  }

  private static BundleException tooLarge(String what, long bytes, long bytesMax) {
    return new BundleException(
        BundleException.Reason.TOO_LARGE,
        "%s has at least %d bytes; at most %d are allowed".formatted(what, bytes, bytesMax));
  }

  private static BundleException damaged(String message) {
    return new BundleException(BundleException.Reason.DAMAGED, message);
  }

  private static String shown(String name) {
    return name.substring(0, Math.min(name.length(), 80)).replaceAll("[^\\x20-\\x7e]", "?");
  }
}
