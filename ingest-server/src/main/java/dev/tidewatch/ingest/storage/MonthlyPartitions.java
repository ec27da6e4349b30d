package dev.tidewatch.ingest.storage;

import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.postgresql.util.PSQLException;

/**
 * The plain layout's partitions of {@code reading}, one a month, made when the first reading of the
 * month comes, each in a short transaction of its own: made apart and then attached, so that
 * neither readers nor writers of other months wait. Thread-safe.
 */
final class MonthlyPartitions {
  /** Taken while a partition is made, so that two processes do not make the same one. */
  private static final long ADVISORY_LOCK = 0x7469646577617463L;

  /** check_violation, which is what a row without a partition is; then it names no constraint. */
  private static final String NO_PARTITION = "23514";

  private static final String UNDEFINED_TABLE = "42P01";

  private final DataSource source;
  private final Set<Integer> known = ConcurrentHashMap.newKeySet();

  MonthlyPartitions(DataSource source) {
    this.source = source;
  }

  /** Months since year 0. */
  static int monthOf(long micros) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(micros, Times.MICROS_PER_DAY));
    return date.getYear() * 12 + date.getMonthValue() - 1;
  }

  private static LocalDate beginOf(int month) {
    return LocalDate.of(Math.floorDiv(month, 12), Math.floorMod(month, 12) + 1, 1);
  }

  /** The first microsecond of the month. */
  static long beginMicros(int month) {
    return beginOf(month).toEpochDay() * Times.MICROS_PER_DAY;
  }

  /** The partition of the month. */
  static String nameOf(int month) {
    LocalDate begin = beginOf(month);
    return "reading_y%04dm%02d".formatted(begin.getYear(), begin.getMonthValue());
  }

  /** Sees to it that every month has its partition. */
  void ensure(Set<Integer> months) throws SQLException {
    var missing = new TreeSet<>(months);
    missing.removeAll(known);
    for (int month : missing) {
      make(month);
      known.add(month);
    }
  }

  /** True if a row met no partition: the month was dropped since. Looks for it again then. */
  boolean isMissing(SQLException failure) {
    boolean missing =
        NO_PARTITION.equals(failure.getSQLState())
            && failure instanceof PSQLException detailed
            && detailed.getServerErrorMessage() != null
            && detailed.getServerErrorMessage().getConstraint() == null;
    missing |= UNDEFINED_TABLE.equals(failure.getSQLState());
    if (missing) {
      known.clear();
    }
    return missing;
  }

  private void make(int month) throws SQLException {
    LocalDate begin = beginOf(month);
    String name = nameOf(month);
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT pg_advisory_xact_lock(" + ADVISORY_LOCK + ")");
        try (var exists =
            statement.executeQuery("SELECT to_regclass('" + name + "') IS NOT NULL")) {
          exists.next();
          if (exists.getBoolean(1)) {
            return;
          }
        }
        statement.execute("CREATE TABLE " + name + " (LIKE reading INCLUDING ALL)");
        statement.execute(
            "ALTER TABLE reading ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
                .formatted(name, instant(begin), instant(begin.plusMonths(1))));
        connection.commit();
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  private static String instant(LocalDate date) {
    return date.atStartOfDay(ZoneOffset.UTC).toInstant().toString();
  }
}
