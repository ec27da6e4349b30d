package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.feed.SectionWriter;
import dev.tidewatch.ingest.intake.OutcomeCodec;
import dev.tidewatch.ingest.intake.RequestTicket;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.postgresql.util.ByteStreamWriter;

/** The rows by which a commit gets its place in the feed. */
final class FeedRows {
  private FeedRows() {}

  /**
   * A commit about to take its position.
   *
   * @param id of its transaction
   * @param now by the domain clock
   * @param stored by the real clock
   * @param bytes of its sections
   * @param readings stored by it
   * @param catalogueChanges by how much the catalogue's revision grows: 1 for a change other than a
   *     creation
   */
  record Commit(
      long id, Instant now, Instant stored, int bytes, int readings, int catalogueChanges) {}

  /** What was taken, and the revision of the catalogue at that place. */
  record Taken(FeedPosition position, long catalogueRevision) {}

  /** The id of the current transaction, which its rows carry. */
  static long transactionId(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT pg_current_xact_id()::text::bigint");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Answers the size of all sections. */
  static int insertSections(
      Connection connection, long commitId, Map<Integer, SectionWriter> sections)
      throws SQLException {
    if (sections.isEmpty()) {
      return 0;
    }
    int bytes = 0;
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO feed_section (commit_id, shard, content) VALUES (?, ?, ?)")) {
      for (var section : sections.entrySet()) {
        ByteBuffer content = section.getValue().view();
        bytes += content.remaining();
        insert.setLong(1, commitId);
        insert.setShort(2, section.getKey().shortValue());
        insert.setObject(3, ByteStreamWriter.of(content));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    return bytes;
  }

  /**
   * Takes the next position and writes what refers to it, in one statement, the last of the
   * transaction: from here to COMMIT the head is locked.
   */
  static Taken takePosition(
      Connection connection,
      Commit commit,
      List<WriterMoves.Outcomes> writers,
      List<BatchTally> tallies)
      throws SQLException {
    List<BatchTally> requests =
        tallies.stream().filter(tally -> tally.batch.request() != null).toList();
    // A snapshot's xmin is older than the lock on the head, so what is below it is settled all the
    // more.
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            WITH head AS (
              UPDATE feed_head
              SET position = position + 1, commit_time = greatest(commit_time, ?),
                newest_commit_id = greatest(newest_commit_id, ?), catalogue_revision = catalogue_revision + ?
              RETURNING epoch, position, commit_time, newest_commit_id, catalogue_revision
            ), block AS (
              INSERT INTO feed_block
                (position, commit_id, commit_time, settled_below, newest_commit_id, stored_at, byte_count, reading_count)
              SELECT position, ?, commit_time, pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
                newest_commit_id, ?, ?, ?
              FROM head
            )\
            """
                + (writers.isEmpty()
                    ? ""
                    : """
                    , answered AS (
                      INSERT INTO writer_outcome (writer_key, first_sequence, last_sequence, position, outcomes)
                      SELECT w.writer_key, w.first, w.last, head.position, w.outcomes
                      FROM head, unnest(?::integer[], ?::bigint[], ?::bigint[], ?::bytea[])
                        AS w (writer_key, first, last, outcomes)
                    )\
                    """)
                + (requests.isEmpty()
                    ? ""
                    : """
                    , requested AS (
                      INSERT INTO request_outcome (request_id, owner, position, outcome, recorded_at)
                      SELECT r.request_id, r.owner, head.position, r.outcome, s.recorded_at
                      FROM head, unnest(?::uuid[], ?::text[], ?::bytea[]) AS r (request_id, owner, outcome),
                        (SELECT ?::timestamptz) AS s (recorded_at)
                    )\
                    """)
                + " SELECT epoch, position, catalogue_revision FROM head")) {
      int at = 1;
      statement.setTimestamp(at++, Timestamp.from(commit.now()));
      statement.setLong(at++, commit.id());
      statement.setInt(at++, commit.catalogueChanges());
      statement.setLong(at++, commit.id());
      statement.setTimestamp(at++, Timestamp.from(commit.stored()));
      statement.setInt(at++, commit.bytes());
      statement.setInt(at++, commit.readings());
      if (!writers.isEmpty()) {
        statement.setArray(
            at++,
            connection.createArrayOf("integer", writers.stream().map(w -> w.writerKey).toArray()));
        statement.setArray(
            at++, connection.createArrayOf("bigint", writers.stream().map(w -> w.first).toArray()));
        statement.setArray(
            at++, connection.createArrayOf("bigint", writers.stream().map(w -> w.last).toArray()));
        statement.setArray(
            at++,
            connection.createArrayOf(
                "bytea", writers.stream().map(w -> w.encoded).toArray(byte[][]::new)));
      }
      if (!requests.isEmpty()) {
        List<RequestTicket> tickets =
            requests.stream()
                .map(tally -> tally.batch.request())
                .filter(java.util.Objects::nonNull)
                .toList();
        statement.setArray(
            at++,
            connection.createArrayOf(
                "uuid", tickets.stream().map(RequestTicket::requestId).toArray()));
        statement.setArray(
            at++,
            connection.createArrayOf("text", tickets.stream().map(RequestTicket::owner).toArray()));
        statement.setArray(
            at++,
            connection.createArrayOf(
                "bytea",
                requests.stream()
                    .map(tally -> OutcomeCodec.encode(List.of(tally.outcome())))
                    .toArray(byte[][]::new)));
        statement.setTimestamp(at++, Timestamp.from(commit.stored()));
      }
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Taken(new FeedPosition(row.getLong(1), row.getLong(2)), row.getLong(3));
      }
    }
  }
}
