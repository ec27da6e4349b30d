package dev.tidewatch.ingest.storage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Where the functions of TimescaleDB are. */
final class Timescale {
  private Timescale() {}

  /** The schema of the extension, quoted. */
  static String schema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                WHERE e.extname = 'timescaledb'\
                """)) {
      if (!row.next()) {
        throw new SQLException("the extension timescaledb is gone from the database");
      }
      return row.getString(1);
    }
  }
}
