package dev.tidewatch.standalone;

import dev.tidewatch.serverkit.security.KeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/**
 * The key that the four servers call each other with. It is made once, kept in the data folder for
 * the owner's eyes only, and listed in the keys file as {@code standalone}.
 *
 * @param text empty when nobody is asked for keys
 */
record ServiceKey(String text) {
  private static final String NAME = "standalone";
  private static final Set<String> SCOPES =
      Set.of(
          "readings:read",
          "models:read",
          "models:write",
          "monitor:write",
          "monitor:read",
          "predict");

  static ServiceKey none() {
    return new ServiceKey("");
  }

  /** The key of the data folder, made and listed in {@code keysFile} where it is not yet. */
  static ServiceKey of(Path data, Path keysFile, InstantSource realTime) {
    try {
      Path secret = data.resolve("service-key");
      KeyFile listed = Files.exists(keysFile) ? KeyFile.read(keysFile) : KeyFile.empty();
      if (Files.exists(secret)) {
        String text = Files.readString(secret).strip();
        if (listed.entries().stream().anyMatch(entry -> text.contains("_" + entry.id() + "_"))) {
          return new ServiceKey(text);
        }
      }
      Instant now = realTime.instant();
      var created = listed.create(NAME, SCOPES, now, new SecureRandom());
      created.file().write(keysFile);
      write(secret, created.key());
      return new ServiceKey(created.key());
    } catch (IOException e) {
      throw new UncheckedIOException("the keys file cannot be used: " + e.getMessage(), e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  @Override
  public String toString() {
    return "ServiceKey[****]";
  }
}
