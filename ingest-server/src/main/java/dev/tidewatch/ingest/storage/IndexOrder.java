package dev.tidewatch.ingest.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A read-only transaction whose plans walk indexes in order. Left alone, the planner reads a whole
 * series by bitmap and sorts it for every page, which costs twice the time, and a multiple of it
 * where a page is a part of the series. The settings are penalties, not bans: what has no index is
 * still read.
 */
final class IndexOrder implements AutoCloseable {
  private static final String SETTINGS =
      """
      SET TRANSACTION READ ONLY;
      SET LOCAL enable_sort = off;
      SET LOCAL enable_bitmapscan = off;
      SET LOCAL enable_seqscan = off;
      SET LOCAL jit = off\
      """;

  private final Connection connection;

  private IndexOrder(Connection connection) {
    this.connection = connection;
  }

  static IndexOrder begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
    } catch (SQLException e) {
      connection.setAutoCommit(true);
      throw e;
    }
    return new IndexOrder(connection);
  }

  @Override
  public void close() throws SQLException {
    try {
      connection.rollback();
    } finally {
      connection.setAutoCommit(true);
    }
  }
}
