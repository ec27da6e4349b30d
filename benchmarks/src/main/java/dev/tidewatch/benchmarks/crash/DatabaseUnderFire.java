package dev.tidewatch.benchmarks.crash;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.random.RandomGenerator;

/** The database of the campaign, which can be hurt. */
abstract class DatabaseUnderFire implements AutoCloseable {
  /** JDBC URL with the user in it; the same after each blow. */
  abstract String url();

  /**
   * Kills it, or as much of it as may be killed, and sees that it comes up again. Returns when it
   * takes connections.
   *
   * @param whole true: all of it at once, if there is a choice
   * @param afterKill runs as soon as the signals are sent
   */
  abstract void kill(boolean whole, RandomGenerator random, Runnable afterKill) throws Exception;

  /** Whether {@link #kill} kills processes, not only connections. */
  abstract boolean killsProcesses();

  @Override
  public abstract void close() throws SQLException;

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  /** The process ids of what serves ingest servers at this moment. */
  static long[] backends(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT pid FROM pg_stat_activity
                WHERE application_name = 'tidewatch-ingest' AND datname = current_database()
                ORDER BY state = 'active' DESC\
                """)) {
      var pids = java.util.stream.LongStream.builder();
      while (rows.next()) {
        pids.add(rows.getLong(1));
      }
      return pids.build().toArray();
    }
  }
}
