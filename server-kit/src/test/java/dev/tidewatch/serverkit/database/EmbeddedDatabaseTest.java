package dev.tidewatch.serverkit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.serverkit.testing.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedDatabaseTest {
  @TempDir Path folder;

  @Test
  void rowsPersistAndTheSettingsAreDurable() throws SQLException {
    try (var database = start()) {
      execute(database.url(), "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (42)");
    }
    try (var database = start()) {
      assertThat(text(database.url(), "SELECT id FROM kept")).isEqualTo("42");
      assertThat(text(database.url(), "SHOW fsync")).isEqualTo("on");
      assertThat(text(database.url(), "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(text(database.url(), "SHOW full_page_writes")).isEqualTo("on");
    }
  }

  @Test
  void aSecondOwnerOfTheFolderIsToldWhoTheFirstIs() {
    try (var database = start()) {
      assertThat(database.port()).isPositive();
      assertThatThrownBy(this::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is in use by the process " + ProcessHandle.current().pid())
          .hasMessageContaining(folder.toString());
    }
  }

  @Test
  void anotherProcessIsRefusedAndAnOrphanIsStoppedAndRecovered() throws Exception {
    String before;
    try (var child = hold()) {
      before = child.awaitLine("URL ");
      assertThatThrownBy(this::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is in use by the process");
      execute(before, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
      child.kill();
    }
    // PostgreSQL outlives the JVM that was killed.
    long orphan = postmaster();
    assertThat(ProcessHandle.of(orphan).map(ProcessHandle::isAlive)).contains(true);
    assertThat(text(before, "SELECT id FROM kept")).isEqualTo("7");

    try (var database = start()) {
      assertThat(postmaster()).isNotEqualTo(orphan);
      assertThat(database.url()).isNotEqualTo(before);
      assertThatThrownBy(() -> text(before, "SELECT 1")).isInstanceOf(SQLException.class);
      assertThat(text(database.url(), "SELECT id FROM kept")).isEqualTo("7");
    }
  }

  @Test
  void startsAgainAfterJvmAndPostgresWereBothKilled() throws Exception {
    try (var child = hold()) {
      execute(child.awaitLine("URL "), "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (8)");
      child.kill();
    }
    ProcessHandle.of(postmaster()).orElseThrow().destroyForcibly();
    try (var database = start()) {
      assertThat(text(database.url(), "SELECT id FROM kept")).isEqualTo("8");
    }
  }

  @Test
  void aStaleProcessIdOfAnotherProgramIsNoObstacle() throws IOException, SQLException {
    try (var database = start()) {
      execute(database.url(), "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (9)");
    }
    Files.writeString(
        folder.resolve("postgres/postmaster.pid"),
        ProcessHandle.current().pid() + "\n/elsewhere\n");
    try (var database = start()) {
      assertThat(text(database.url(), "SELECT id FROM kept")).isEqualTo("9");
    }
  }

  @Test
  void aFailedStartTellsPostgresOwnMessagesAndTheNextOneWorks() throws IOException {
    start().close();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      hangUpOnEverybody(taken);
      var config = new EmbeddedConfig(folder, taken.getLocalPort(), Duration.ofSeconds(2), 200);
      assertThatThrownBy(() -> EmbeddedDatabase.start(config))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("could not bind")
          .hasMessageContaining("postgres.log");
    }
    start().close();
  }

  /** Whoever asks whether PostgreSQL answers there learns at once that it does not. */
  private static void hangUpOnEverybody(ServerSocket server) {
    Thread.startVirtualThread(() -> {
      while (!server.isClosed()) {
        try {
          server.accept().close();
        } catch (IOException closed) {
          return;
        }
      }
    });
  }

  private EmbeddedDatabase start() {
    return EmbeddedDatabase.start(EmbeddedConfig.in(folder));
  }

  private ChildJvm hold() throws IOException {
    return ChildJvm.start(HoldEmbeddedDatabase.class, Map.of(), folder.toString());
  }

  private long postmaster() throws IOException {
    return Long.parseLong(
        Files.readAllLines(folder.resolve("postgres/postmaster.pid")).getFirst().strip());
  }

  private static void execute(String url, String... statements) throws SQLException {
    try (var connection = DriverManager.getConnection(url, "postgres", "");
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String text(String url, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url, "postgres", "");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
