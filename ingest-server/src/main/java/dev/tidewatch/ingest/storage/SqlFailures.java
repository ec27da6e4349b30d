package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.intake.CommitException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/** What an error of PostgreSQL means for a commit (SQLSTATE, manual of PostgreSQL, appendix A). */
final class SqlFailures {
  private static final String REQUEST_KEY = "request_outcome_pkey";

  private SqlFailures() {}

  static CommitException.Kind kindOf(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null || state.length() != 5) {
      return CommitException.Kind.UNAVAILABLE;
    }
    if (state.equals("23505") && isRequestKey(failure)) {
      return CommitException.Kind.REPEATED;
    }
    return switch (state) {
      // Serialization failure, deadlock, lock not available, a unique key that another transaction
      // took.
      case "40001", "40P01", "55P03" -> CommitException.Kind.CONTENDED;
      // Raised by a trigger.
      case "P0001" -> CommitException.Kind.REFUSED;
      default ->
          switch (state.substring(0, 2)) {
            // Data exception, integrity constraint violation.
            case "22", "23" -> CommitException.Kind.REFUSED;
            default -> CommitException.Kind.UNAVAILABLE;
          };
    };
  }

  /** True if the connection broke, so that the server's last word is not known. */
  static boolean isConnectionLost(SQLException failure) {
    String state = failure.getSQLState();
    return state == null || state.startsWith("08") || state.startsWith("57P");
  }

  private static boolean isRequestKey(SQLException failure) {
    return failure instanceof PSQLException detailed
        && detailed.getServerErrorMessage() != null
        && REQUEST_KEY.equals(detailed.getServerErrorMessage().getConstraint());
  }
}
