package dev.tidewatch.systemtests.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads the folder docker/ of the checkout. */
final class DockerFolder {
  private DockerFolder() {}

  /** The folder of the root pom. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docker/compose.yaml"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("not inside a checkout: " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }

  static Path docker() {
    return root().resolve("docker");
  }

  static List<Path> dockerfiles() {
    try (Stream<Path> files = Files.list(docker())) {
      return files.filter(file -> file.toString().endsWith(".Dockerfile")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, Object> yaml(Path file) {
    Object parsed =
        new Load(LoadSettings.builder().setLabel(file.toString()).build())
            .loadFromString(read(file));
    return map(parsed);
  }

  /** A mapping with its merge keys ({@code <<}) carried out; what is nested keeps its own. */
  static Map<String, Object> map(Object value) {
    Map<String, Object> merged = new TreeMap<>();
    if (value instanceof Map<?, ?> map) {
      Object base = map.get("<<");
      if (base != null) {
        merged.putAll(map(base));
      }
      map.forEach((key, entry) -> {
        if (!"<<".equals(key)) {
          merged.put(String.valueOf(key), entry == null ? "" : entry);
        }
      });
      return merged;
    }
    if ("".equals(value)) {
      return merged;
    }
    throw new IllegalArgumentException("not a mapping: " + value);
  }

  static List<Object> list(Object value) {
    if (value instanceof List<?> items) {
      return items.stream().map(Object.class::cast).toList();
    }
    throw new IllegalArgumentException("not a list: " + value);
  }
}
