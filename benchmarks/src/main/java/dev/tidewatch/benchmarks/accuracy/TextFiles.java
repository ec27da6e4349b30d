package dev.tidewatch.benchmarks.accuracy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** UTF-8 text files, packed by gzip if their name ends in {@code .gz}. */
final class TextFiles {
  private static final String GZ = ".gz";

  private TextFiles() {}

  static BufferedReader reader(Path file) throws IOException {
    var in = Files.newInputStream(file);
    try {
      return new BufferedReader(
          new InputStreamReader(
              isPacked(file) ? new GZIPInputStream(in, 1 << 16) : in, StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** A new file; its folders are made. */
  static BufferedWriter writer(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    var out = Files.newOutputStream(file);
    try {
      return new BufferedWriter(
          new OutputStreamWriter(
              isPacked(file) ? new GZIPOutputStream(out, 1 << 16) : out, StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      out.close();
      throw e;
    }
  }

  /** All {@code *.csv} and {@code *.csv.gz} below a folder, in the order of their names. */
  static List<Path> csvBelow(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> unpackedName(file).endsWith(".csv"))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }

  /** The path relative to a folder, with {@code /} between names and without {@code .gz}. */
  static String key(Path folder, Path file) {
    String relative = folder.relativize(file).toString().replace('\\', '/');
    return isPacked(file) ? relative.substring(0, relative.length() - GZ.length()) : relative;
  }

  private static boolean isPacked(Path file) {
    return file.toString().endsWith(GZ);
  }

  private static String unpackedName(Path file) {
    String name = file.toString();
    return isPacked(file) ? name.substring(0, name.length() - GZ.length()) : name;
  }
}
