package dev.tidewatch.ingest.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * When commits were made. Remembers a bounded number of them, since neighbouring readings, and
 * those of different series, share commits. Not thread-safe.
 */
final class CommitTimes {
  /** Restored readings belong to no commit. */
  static final long NONE = Long.MIN_VALUE;

  private static final int KEPT_MAX = 100_000;

  private final Connection connection;
  private final Map<Long, Long> micros = new HashMap<>();
  private long last;
  private long lastMicros = NONE;

  CommitTimes(Connection connection) {
    this.connection = connection;
  }

  /** Reads what is not known of these commits. */
  void learn(long[] commitIds, int count) throws SQLException {
    if (micros.size() > KEPT_MAX) {
      micros.clear();
    }
    Set<Long> unknown = new HashSet<>();
    long before = 0;
    for (int i = 0; i < count; i++) {
      if (commitIds[i] != before && !micros.containsKey(commitIds[i])) {
        unknown.add(commitIds[i]);
      }
      before = commitIds[i];
    }
    if (unknown.isEmpty()) {
      return;
    }
    unknown.forEach(id -> micros.put(id, NONE));
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT commit_id, (extract(epoch FROM commit_time) * 1000000)::bigint
            FROM feed_block WHERE commit_id = ANY(?)\
            """)) {
      select.setArray(1, connection.createArrayOf("bigint", unknown.toArray()));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          micros.put(rows.getLong(1), rows.getLong(2));
        }
      }
    }
  }

  /** In microseconds, or {@link #NONE}; must have been learnt, or be 0. */
  long micros(long commitId) {
    if (commitId != last) {
      last = commitId;
      lastMicros = micros.getOrDefault(commitId, NONE);
    }
    return lastMicros;
  }
}
