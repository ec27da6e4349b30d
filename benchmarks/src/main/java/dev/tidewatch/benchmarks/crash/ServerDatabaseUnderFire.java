package dev.tidewatch.benchmarks.crash;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.random.RandomGenerator;

/**
 * A database of our own on somebody's server: that one must live on, so all connections of ingest
 * servers are terminated instead.
 */
final class ServerDatabaseUnderFire extends DatabaseUnderFire {
  private final String adminUrl;
  private final String name;

  private ServerDatabaseUnderFire(String adminUrl, String name) {
    this.adminUrl = adminUrl;
    this.name = name;
  }

  /**
   * Makes the database, with TimescaleDB if the server has it.
   *
   * @param adminUrl JDBC URL of any database there, with a user who may create databases
   */
  static ServerDatabaseUnderFire create(String adminUrl) throws SQLException {
    String name = "tidewatch_crash_" + ProcessHandle.current().pid();
    var database = new ServerDatabaseUnderFire(adminUrl, name);
    database.asAdmin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    database.asAdmin("CREATE DATABASE " + name + " TEMPLATE template0");
    return database;
  }

  private void asAdmin(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(adminUrl);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  String url() {
    return adminUrl.replaceFirst("(?<=[^/]/)[^/?]+(?=\\?|$)", name);
  }

  @Override
  boolean killsProcesses() {
    return false;
  }

  @Override
  void kill(boolean whole, RandomGenerator random, Runnable afterKill) throws SQLException {
    try (Connection connection = connect();
        var terminate =
            connection.prepareStatement("SELECT pg_terminate_backend(CAST(? AS integer))")) {
      for (long pid : backends(connection)) {
        terminate.setLong(1, pid);
        terminate.execute();
      }
    }
    afterKill.run();
  }

  @Override
  public void close() throws SQLException {
    asAdmin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }
}
