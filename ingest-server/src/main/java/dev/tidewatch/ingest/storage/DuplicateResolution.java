package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.intake.CommitException;
import dev.tidewatch.ingest.intake.Reject;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores rows that may meet others at the same time, as if they had been stored one by one in the
 * order they were sent. Each key's winner goes to a staging table by COPY and from there into
 * {@code reading} unless the key is taken; what the taken keys hold is read, and each series'
 * policy decides. Not thread-safe.
 */
final class DuplicateResolution {
  private final Connection connection;
  private final long commitId;
  private final List<BatchTally> tallies;
  private final StagedKeys keys;

  // What is to be replaced, and what was there.
  private final List<Integer> replacedKeys = new ArrayList<>();
  private final List<Double> oldValues = new ArrayList<>();
  private final List<Short> oldQualities = new ArrayList<>();
  private final List<Long> oldCommits = new ArrayList<>();
  private final ReadingTallies counted;

  DuplicateResolution(
      Connection connection,
      long commitId,
      List<BatchTally> tallies,
      StagedKeys keys,
      ReadingTallies counted) {
    this.connection = connection;
    this.commitId = commitId;
    this.tallies = tallies;
    this.keys = keys;
    this.counted = counted;
  }

  /**
   * @throws CommitException if another transaction changed a row in between
   */
  void run() throws SQLException, CommitException {
    stage();
    boolean[] taken = new boolean[keys.keyCount()];
    insertWhereFree(taken);
    if (!replacedKeys.isEmpty()) {
      replace(
          replacedKeys.toArray(),
          oldValues.toArray(),
          oldQualities.toArray(),
          oldCommits.toArray());
    }
    for (int key = 0; key < taken.length; key++) {
      if (!taken[key]) {
        apply(key, false, 0, (short) 0);
      }
    }
  }

  private void stage() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Late rows may meet a compressed chunk of TimescaleDB, whose limit on what a transaction may
      // decompress would refuse them again and again. Plain PostgreSQL takes the setting as a name.
      // What was inserted is set against what was staged by one hash table in memory.
      statement.execute(
          """
          SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0;
          SET LOCAL work_mem = '32MB';
          SET LOCAL enable_mergejoin = off;
          CREATE TEMPORARY TABLE IF NOT EXISTS staged_reading (
            key integer, time timestamptz, value double precision, series_id integer, quality smallint
          ) ON COMMIT DELETE ROWS\
          """);
    }
    try (var rows =
        CopyRows.begin(connection, "staged_reading (key, time, value, series_id, quality)")) {
      for (int key = 0; key < keys.keyCount(); key++) {
        int winner = keys.winner(key);
        rows.row(5);
        rows.int32(key);
        rows.timestamp(keys.keyTimeMicros(key));
        rows.float64(keys.value(winner));
        rows.int32(keys.seriesId(key));
        rows.int16(keys.quality(winner));
      }
      rows.end();
    }
  }

  /**
   * Inserts what is free, and reads what holds the keys that are not: first what this statement
   * sees, then what was committed since it began. The staging table is written, and so read, in the
   * order of keys, so that two transactions seldom wait for each other crosswise (and one of them
   * is told so if they do).
   */
  private void insertWhereFree(boolean[] taken) throws SQLException, CommitException {
    var unseen = new ArrayList<Integer>();
    // LATERAL with LIMIT, so that the plan looks each key up whatever is known of the tables.
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            WITH inserted AS (
              INSERT INTO reading (time, value, commit_id, series_id, quality)
              SELECT time, value, ?, series_id, quality FROM staged_reading
              ON CONFLICT (series_id, time) DO NOTHING
              RETURNING series_id, time
            )
            SELECT s.key, r.value, r.quality, r.commit_id
            FROM staged_reading s LEFT JOIN inserted i ON i.series_id = s.series_id AND i.time = s.time
              LEFT JOIN LATERAL (
                SELECT value, quality, commit_id FROM reading
                WHERE series_id = s.series_id AND time = s.time LIMIT 1
              ) r ON true
            WHERE i.time IS NULL\
            """)) {
      insert.setLong(1, commitId);
      try (ResultSet rows = insert.executeQuery()) {
        while (rows.next()) {
          if (rows.getObject(4) == null) {
            unseen.add(rows.getInt(1));
          } else {
            resolve(rows, taken);
          }
        }
      }
    }
    if (!unseen.isEmpty()) {
      resolveUnseen(unseen, taken);
    }
  }

  private void resolveUnseen(List<Integer> unseen, boolean[] taken)
      throws SQLException, CommitException {
    int resolved = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT s.key, r.value, r.quality, r.commit_id
            FROM staged_reading s CROSS JOIN LATERAL (
              SELECT value, quality, commit_id FROM reading
              WHERE series_id = s.series_id AND time = s.time LIMIT 1
            ) r
            WHERE s.key = ANY (?::integer[])\
            """)) {
      select.setArray(1, connection.createArrayOf("integer", unseen.toArray()));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          resolve(rows, taken);
          resolved++;
        }
      }
    }
    if (resolved != unseen.size()) {
      throw new CommitException(
          CommitException.Kind.CONTENDED, "readings in the way were deleted meanwhile", null);
    }
  }

  /** Takes (key, value, quality, commit id) of a row that was there before. */
  private void resolve(ResultSet row, boolean[] taken) throws SQLException {
    int key = row.getInt(1);
    double value = row.getDouble(2);
    short quality = row.getShort(3);
    taken[key] = true;
    if (apply(key, true, value, quality)) {
      replacedKeys.add(key);
      oldValues.add(value);
      oldQualities.add(quality);
      oldCommits.add(row.getLong(4));
    }
  }

  private void replace(Object[] replacedKeys, Object[] values, Object[] qualities, Object[] commits)
      throws SQLException, CommitException {
    try (Statement statement = connection.createStatement()) {
      // The staging table has no statistics: without this, the plan may read whole partitions.
      statement.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off");
    }
    try (PreparedStatement keep =
            connection.prepareStatement(
                """
                INSERT INTO reading_superseded (series_id, time, value, quality, commit_id, superseded_by)
                SELECT s.series_id, s.time, o.value, o.quality, o.commit_id, ?
                FROM unnest(?::integer[], ?::double precision[], ?::smallint[], ?::bigint[])
                  AS o (key, value, quality, commit_id)
                JOIN staged_reading s ON s.key = o.key\
                """);
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE reading r SET value = s.value, quality = s.quality, commit_id = ?
                FROM unnest(?::integer[], ?::bigint[]) AS o (key, commit_id)
                JOIN staged_reading s ON s.key = o.key
                WHERE r.series_id = s.series_id AND r.time = s.time AND r.commit_id = o.commit_id\
                """)) {
      // The rows first: from then on nobody else can keep, or delete, what they held.
      update.setLong(1, commitId);
      update.setArray(2, connection.createArrayOf("integer", replacedKeys));
      update.setArray(3, connection.createArrayOf("bigint", commits));
      if (update.executeUpdate() != replacedKeys.length) {
        throw new CommitException(
            CommitException.Kind.CONTENDED, "another transaction replaced the same readings", null);
      }
      keep.setLong(1, commitId);
      keep.setArray(2, connection.createArrayOf("integer", replacedKeys));
      keep.setArray(3, connection.createArrayOf("float8", values));
      keep.setArray(4, connection.createArrayOf("smallint", qualities));
      keep.setArray(5, connection.createArrayOf("bigint", commits));
      keep.executeUpdate();
    }
  }

  /**
   * Counts the rows of a key as if they came one by one; answers whether the stored row is to be
   * replaced by the winner.
   *
   * @param present true if the table held (value, quality) before
   */
  private boolean apply(int key, boolean present, double value, short quality) {
    boolean held = present;
    double heldValue = value;
    short heldQuality = quality;
    for (int at = keys.keyBegin(key); at < keys.keyEnd(key); at++) {
      BatchTally tally = tallies.get(keys.plan(at).batch);
      if (!held) {
        tally.accepted++;
        if (keys.plan(at).isLate(keys.row(at))) {
          counted(key).outOfOrder++;
        }
      } else if (keys.same(at, heldValue, heldQuality)) {
        tally.unchanged++;
        counted(key).unchanged++;
        continue;
      } else {
        switch (keys.policy(key)) {
          case KEEP_FIRST -> {
            tally.dropped++;
            counted(key).dropped++;
            continue;
          }
          case REJECT -> {
            tally.reject(duplicate(at, heldValue));
            continue;
          }
          case KEEP_LAST -> {
            tally.replaced++;
            counted(key).replaced++;
          }
        }
      }
      held = true;
      heldValue = keys.value(at);
      heldQuality = keys.quality(at);
    }
    int winner = keys.winner(key);
    if (!present) {
      keys.plan(winner).created(keys.row(winner));
      return false;
    }
    if (Double.doubleToRawLongBits(heldValue) == Double.doubleToRawLongBits(value)
        && heldQuality == quality) {
      return false;
    }
    keys.plan(winner).replaced(keys.row(winner));
    return true;
  }

  private ReadingTallies.Counted counted(int key) {
    return counted.of(keys.seriesId(key), keys.keyTimeMicros(key));
  }

  private Reject duplicate(int at, double heldValue) {
    ColumnPlan plan = keys.plan(at);
    return new Reject(
        plan.column.firstIndex() + keys.row(at),
        RejectReason.DUPLICATE,
        "reading of %s at %s has the value %s, but %s is stored and the series rejects duplicates"
            .formatted(
                plan.column.entry().name(),
                Times.toInstant(keys.timeMicros(at)),
                keys.value(at),
                heldValue));
  }
}
