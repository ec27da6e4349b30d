package dev.tidewatch.benchmarks.crash;

import java.sql.Connection;
import java.sql.SQLException;

/** Harm done before the verifier looks, to see that it notices. */
enum MonitorSabotage {
  LOSE_PREDICTION(
      "DELETE FROM monitor.prediction WHERE prediction_id ="
          + " (SELECT prediction_id FROM monitor.prediction LIMIT 1)"),
  LOSE_TRANSITION(
      "DELETE FROM monitor.alert_transition WHERE position ="
          + " (SELECT min(position) FROM monitor.alert_transition WHERE to_state = 2)");

  private final String statement;

  MonitorSabotage(String statement) {
    this.statement = statement;
  }

  void harm(Connection connection) throws SQLException {
    try (var sql = connection.createStatement()) {
      if (sql.executeUpdate(statement) != 1) {
        throw new IllegalStateException(name() + " found nothing to harm");
      }
    }
  }
}
