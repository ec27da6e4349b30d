package dev.tidewatch.serverkit.database;

import com.sun.management.OperatingSystemMXBean;
import dev.tidewatch.serverkit.config.Secret;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that this process starts in a folder, and stops. Durable: {@code fsync} and {@code
 * synchronous_commit} are on, and asked of the running server before it is used. One process per
 * folder, held by a file lock; a server left over from a process that was killed is stopped first
 * (its data directory recovers at the next start).
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final int START_ATTEMPTS = 2;
  private static final long MESSAGES_BYTES_MAX = 10L << 20;
  private static final long SHARED_BUFFERS_MB_MIN = 64;
  private static final long SHARED_BUFFERS_MB_MAX = 1_024;
  private static final String WAL_SIZE_MAX = "2GB";

  private final CloseStack opened;
  private final EmbeddedPostgres postgres;

  private EmbeddedDatabase(CloseStack opened, EmbeddedPostgres postgres) {
    this.opened = opened;
    this.postgres = postgres;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @throws IllegalStateException when another process holds the folder, naming its id; or when the
   *     server cannot be started or is not durable
   */
  public static EmbeddedDatabase start(EmbeddedConfig config) {
    var opened = new CloseStack();
    try {
      Path folder = Files.createDirectories(config.folder().toAbsolutePath());
      opened.push(FolderLock.take(folder));
      Path data = folder.resolve("postgres");
      OrphanPostgres.stopIn(data);
      var postgres = opened.push(startIn(folder, data, config));
      assertDurable(postgres);
      return new EmbeddedDatabase(opened, postgres);
    } catch (IOException e) {
      var failure =
          new IllegalStateException(
              "embedded PostgreSQL in " + config.folder() + " did not start: " + e.getMessage(), e);
      opened.closeAfter(failure);
      throw failure;
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  /** JDBC URL of the database that is always there, {@code postgres}. */
  public String url() {
    return "jdbc:postgresql://localhost:" + port() + "/postgres";
  }

  public int port() {
    return postgres.getPort();
  }

  /** How servers of the same process reach it. */
  public DatabaseConfig config() {
    return DatabaseConfig.at(url(), "postgres", Secret.NONE);
  }

  @Override
  public void close() {
    opened.close();
  }

  private static EmbeddedPostgres startIn(Path folder, Path data, EmbeddedConfig config)
      throws IOException {
    Path messages = rotated(folder.resolve("postgres.log"));
    for (int attempt = 1; ; attempt++) {
      try {
        var builder =
            EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(config.startupWait())
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(messages.toFile()))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(messages.toFile()))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", Integer.toString(config.connectionsMax()))
                .setServerConfig("shared_buffers", sharedBuffersMegabytes() + "MB")
                // Everything that is read often is in memory, where one page costs what another
                // does.
                .setServerConfig("random_page_cost", "1.1")
                // Fewer checkpoints: less is written twice, and commits wait less for each other.
                .setServerConfig("max_wal_size", WAL_SIZE_MAX)
                .setServerConfig("checkpoint_timeout", "15min")
                .setServerConfig("listen_addresses", "localhost")
                // Errors of statements are told to their callers; a key violation is everyday life
                // here.
                .setServerConfig("log_min_messages", "log");
        if (config.port() != 0) {
          builder.setPort(config.port());
        }
        return builder.start();
      } catch (IOException | RuntimeException e) {
        if (attempt == START_ATTEMPTS) {
          setAside(data.resolve("epg-lock"), attempt);
          throw new IOException(
              e
                  + "; as root this needs `unshare -U`, which containers usually forbid: run as a user"
                  + " with a passwd entry there. The last messages of "
                  + messages
                  + ":\n"
                  + tail(messages),
              e);
        }
        log.warn("embedded PostgreSQL did not start, trying again: {}", e.toString());
        OrphanPostgres.stopIn(data);
        setAside(data.resolve("epg-lock"), attempt);
      }
    }
  }

  /**
   * An eighth of the machine's memory (the container's, where there is one), since servers of ours
   * share it; PostgreSQL's own default is a fixed 128 MB, which a million series do not fit.
   */
  private static long sharedBuffersMegabytes() {
    long machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() >> 20;
    return Math.clamp(machine / 8, SHARED_BUFFERS_MB_MIN, SHARED_BUFFERS_MB_MAX);
  }

  /**
   * After a failed start the library keeps its own lock on this file for the life of the JVM. The
   * lock on the folder is the one that counts, so the file makes room; it stays, because its inode
   * must not be used again.
   */
  private static void setAside(Path lockFile, int attempt) throws IOException {
    if (Files.exists(lockFile)) {
      Files.move(
          lockFile,
          lockFile.resolveSibling(
              "%s.%d.%d.%d"
                  .formatted(
                      lockFile.getFileName(),
                      ProcessHandle.current().pid(),
                      System.nanoTime(),
                      attempt)));
    }
  }

  private static Path rotated(Path messages) throws IOException {
    if (Files.exists(messages) && Files.size(messages) > MESSAGES_BYTES_MAX) {
      Files.move(
          messages,
          messages.resolveSibling(messages.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return messages;
  }

  private static String tail(Path messages) throws IOException {
    if (!Files.exists(messages)) {
      return "(none)";
    }
    List<String> lines =
        new String(Files.readAllBytes(messages), StandardCharsets.UTF_8).lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  private static void assertDurable(EmbeddedPostgres postgres) throws IOException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
        try (ResultSet shown = statement.executeQuery("SHOW " + setting)) {
          if (!shown.next() || !shown.getString(1).equals("on")) {
            throw new IllegalStateException(
                "embedded PostgreSQL runs without " + setting + ": commits would not be durable");
          }
        }
      }
    } catch (SQLException e) {
      throw new IOException("the settings cannot be read: " + e.getMessage(), e);
    }
  }
}
