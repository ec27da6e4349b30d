package dev.tidewatch.benchmarks;

import dev.tidewatch.serverkit.database.EmbeddedConfig;
import dev.tidewatch.serverkit.database.EmbeddedDatabase;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * An empty database of one run: on an embedded PostgreSQL, or on the TimescaleDB that {@code
 * TIDEWATCH_TIMESCALE_URL} names, where it is made and dropped again.
 */
final class BenchDatabase implements AutoCloseable {
  private static final String TIMESCALE = "TIDEWATCH_TIMESCALE_URL";

  private final CloseStack opened;
  private final String url;
  private final String kind;
  private final OptionalLong postmaster;

  private BenchDatabase(CloseStack opened, String url, String kind, OptionalLong postmaster) {
    this.opened = opened;
    this.url = url;
    this.kind = kind;
    this.postmaster = postmaster;
  }

  /**
   * Opens it.
   *
   * @param folder where an embedded PostgreSQL keeps its files
   * @param realTime names the database where others may run benches too
   */
  static BenchDatabase open(Path folder, java.time.InstantSource realTime) throws SQLException {
    String timescale = System.getenv(TIMESCALE);
    var opened = new CloseStack();
    try {
      if (timescale == null || timescale.isBlank()) {
        var embedded = opened.push(EmbeddedDatabase.start(EmbeddedConfig.in(folder)));
        String url = embedded.url() + "?user=postgres";
        return new BenchDatabase(opened, url, "embedded PostgreSQL", postmasterOf(url));
      }
      String name =
          "tidewatch_bench_%d_%d".formatted(ProcessHandle.current().pid(), realTime.millis());
      execute(timescale, "CREATE DATABASE " + name + " TEMPLATE template0");
      opened.push(() -> {
        try {
          execute(timescale, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        } catch (SQLException e) {
          System.err.printf("the database %s stays: %s%n", name, e.getMessage());
        }
      });
      String url = withDatabase(timescale, name);
      execute(url, "CREATE EXTENSION IF NOT EXISTS timescaledb");
      return new BenchDatabase(opened, url, "TimescaleDB", postmasterOf(url));
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  /** JDBC, with the user in it. */
  String url() {
    return url;
  }

  /** For people: {@code TimescaleDB}. */
  String kind() {
    return kind;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  /** Runs one statement. */
  void execute(String sql) throws SQLException {
    execute(url, sql);
  }

  /** One number; null counts as 0. */
  long number(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** One text. */
  String text(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** CPU seconds of all its processes so far; 0 where it runs on another machine. */
  double cpuSeconds() {
    return postmaster.isPresent() ? ProcessCpu.treeSeconds(postmaster.getAsLong()) : 0;
  }

  /** Whether {@link #cpuSeconds} means anything. */
  boolean cpuKnown() {
    return postmaster.isPresent();
  }

  /** Dirty pages of what ran before shall not be written at the cost of what runs next. */
  void settle() throws SQLException {
    execute("CHECKPOINT");
  }

  private static OptionalLong postmasterOf(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      long backend = row.getLong(1);
      return ProcessCpu.name(backend).toLowerCase(Locale.ROOT).startsWith("postgres")
          ? ProcessCpu.parent(backend)
          : OptionalLong.empty();
    }
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** {@code jdbc:postgresql://host:port/database?properties} with another database. */
  private static String withDatabase(String url, String name) {
    int slash = url.indexOf('/', url.indexOf("//") + 2);
    int question = url.indexOf('?');
    String properties = question < 0 ? "" : url.substring(question);
    int end = question < 0 ? url.length() : question;
    return url.substring(0, slash < 0 ? end : slash) + "/" + name + properties;
  }

  @Override
  public void close() {
    opened.close();
  }
}
