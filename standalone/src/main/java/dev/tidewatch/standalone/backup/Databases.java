package dev.tidewatch.standalone.backup;

import dev.tidewatch.serverkit.database.EmbeddedConfig;
import dev.tidewatch.serverkit.database.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The databases of a command: given by URL, or the one in a data folder. */
final class Databases implements AutoCloseable {
  private final Places places;
  private final @Nullable EmbeddedDatabase started;

  private Databases(Places places, @Nullable EmbeddedDatabase started) {
    this.places = places;
    this.started = started;
  }

  /**
   * Opens what was named.
   *
   * @param urls by schema; empty: the embedded PostgreSQL of the folder
   * @param mayRun true: a PostgreSQL that runs on the folder is used as it is; false: it is refused
   */
  static Databases open(
      Path data, Map<String, String> urls, @Nullable Path artifacts, boolean mayRun)
      throws BackupException, IOException {
    if (!urls.isEmpty()) {
      for (SchemaRules rules : SchemaRules.ALL) {
        if (!urls.containsKey(rules.schema())) {
          throw new BackupException("--url: no database for schema " + rules.schema());
        }
      }
      if (artifacts == null) {
        throw new BackupException("--artifacts: needed with --url");
      }
      return new Databases(new Places(urls, artifacts), null);
    }
    Path folder = data.toAbsolutePath();
    Path blobs = artifacts == null ? folder.resolve("artifacts") : artifacts;
    Path database = folder.resolve("database");
    if (mayRun && !Files.isDirectory(database)) {
      throw new BackupException(folder + ": there is no data folder of Tidewatch");
    }
    Optional<Integer> port = runningPort(database.resolve("postgres").resolve("postmaster.pid"));
    if (port.isPresent() && !mayRun) {
      throw new BackupException(
          folder + ": a server runs on this folder; stop it, and restore into a fresh folder");
    }
    if (port.isPresent()) {
      return new Databases(
          new Places(everywhere("jdbc:postgresql://localhost:" + port.get() + "/postgres"), blobs),
          null);
    }
    Files.createDirectories(database);
    var started = EmbeddedDatabase.start(EmbeddedConfig.in(database));
    return new Databases(new Places(everywhere(started.url()), blobs), started);
  }

  Places places() {
    return places;
  }

  private static Map<String, String> everywhere(String url) {
    var urls = new HashMap<String, String>();
    SchemaRules.ALL.forEach(rules -> urls.put(rules.schema(), url + "?user=postgres"));
    return urls;
  }

  /** What a running PostgreSQL says in its first lines: its process, and its port in the fourth. */
  private static Optional<Integer> runningPort(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(pidFile);
    if (lines.size() < 4) {
      return Optional.empty();
    }
    boolean alive =
        ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
            .map(ProcessHandle::isAlive)
            .orElse(false);
    return alive ? Optional.of(Integer.valueOf(lines.get(3).strip())) : Optional.empty();
  }

  @Override
  public void close() {
    if (started != null) {
      started.close();
    }
  }
}
