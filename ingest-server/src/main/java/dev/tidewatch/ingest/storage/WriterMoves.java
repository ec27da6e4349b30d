package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.intake.BatchOutcome;
import dev.tidewatch.ingest.intake.Counts;
import dev.tidewatch.ingest.intake.OutcomeCodec;
import dev.tidewatch.ingest.intake.WriterTicket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The writers of a group: moved on by compare-and-set at its begin, and what to remember of them.
 * Not thread-safe.
 */
final class WriterMoves {
  private final Connection connection;
  private final List<BatchTally> tallies;
  private final Instant now;
  private final TreeMap<Integer, Move> moves = new TreeMap<>();

  /** Batches of one writer, in the order of sequences. */
  private record Move(WriterTicket writer, List<BatchTally> batches) {
    long first() {
      return batches.getFirst().batch.sequence();
    }

    long last() {
      return batches.getLast().batch.sequence();
    }

    Counts expected() {
      long good = 0;
      long rejected = 0;
      for (BatchTally tally : batches) {
        good += tally.batch.checked().goodRows();
        rejected += tally.batch.checked().rejects().size();
      }
      return new Counts(good, 0, 0, 0, rejected);
    }

    Counts counted() {
      long accepted = 0;
      long unchanged = 0;
      long replaced = 0;
      long dropped = 0;
      long rejected = 0;
      for (BatchTally tally : batches) {
        accepted += tally.accepted;
        unchanged += tally.unchanged;
        replaced += tally.replaced;
        dropped += tally.dropped;
        rejected += tally.rejects().size();
      }
      return new Counts(accepted, unchanged, replaced, dropped, rejected);
    }
  }

  /** What was answered for the batches of one writer, encoded. */
  static final class Outcomes {
    final int writerKey;
    final long first;
    final long last;
    final byte[] encoded;

    Outcomes(int writerKey, long first, long last, byte[] encoded) {
      this.writerKey = writerKey;
      this.first = first;
      this.last = last;
      this.encoded = encoded;
    }
  }

  WriterMoves(Connection connection, List<BatchTally> tallies, Instant now) {
    this.connection = connection;
    this.tallies = tallies;
    this.now = now;
  }

  /**
   * Moves the writers; a batch whose writer did not move is no longer live. Answers the id of the
   * transaction.
   */
  long move() throws SQLException {
    for (BatchTally tally : tallies) {
      WriterTicket writer = tally.batch.writer();
      if (writer != null) {
        Move move = moves.get(writer.key());
        if (move == null) {
          moves.put(writer.key(), new Move(writer, new ArrayList<>(List.of(tally))));
        } else if (move.writer.epoch() == writer.epoch()
            && tally.batch.sequence() == move.last() + 1) {
          move.batches.add(tally);
        } else {
          takeTheNewerEpoch(move, writer, tally);
        }
      }
    }
    Set<Integer> moved = new HashSet<>();
    long transactionId = execute(moved);
    for (Move move : List.copyOf(moves.values())) {
      if (!moved.contains(move.writer.key())) {
        move.batches.forEach(tally -> tally.live = false);
        moves.remove(move.writer.key());
      }
    }
    return transactionId;
  }

  /** Two openings of one writer in one group: the older one is fenced already. */
  private void takeTheNewerEpoch(Move move, WriterTicket writer, BatchTally tally) {
    if (writer.epoch() > move.writer.epoch()) {
      move.batches.forEach(fenced -> fenced.live = false);
      moves.put(writer.key(), new Move(writer, new ArrayList<>(List.of(tally))));
    } else {
      tally.live = false;
    }
  }

  private long execute(Set<Integer> moved) throws SQLException {
    // Counts as if every good reading were new; corrected at the end where that was wrong.
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            WITH moved AS (
              UPDATE writer w
              SET sequence = m.last, source_position = m.source_position, committed_at = ?,
                accepted = w.accepted + m.accepted, rejected = w.rejected + m.rejected
              FROM unnest(?::integer[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bytea[], ?::bigint[], ?::bigint[])
                AS m (writer_key, epoch, first, last, source_position, accepted, rejected)
              WHERE w.writer_key = m.writer_key AND w.epoch = m.epoch AND w.sequence = m.first - 1
              RETURNING w.writer_key
            )
            SELECT pg_current_xact_id()::text::bigint, array(SELECT writer_key FROM moved)\
            """)) {
      List<Move> all = List.copyOf(moves.values());
      statement.setTimestamp(1, Timestamp.from(now));
      statement.setArray(2, array("integer", all, move -> move.writer.key()));
      statement.setArray(3, array("bigint", all, move -> move.writer.epoch()));
      statement.setArray(4, array("bigint", all, Move::first));
      statement.setArray(5, array("bigint", all, Move::last));
      statement.setArray(
          6,
          connection.createArrayOf(
              "bytea",
              all.stream()
                  .map(move ->
                      move.batches.getLast().batch.checked().batch().sourcePosition().bytes())
                  .toArray(byte[][]::new)));
      statement.setArray(7, array("bigint", all, move -> move.expected().accepted()));
      statement.setArray(8, array("bigint", all, move -> move.expected().rejected()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        for (Object key : (Object[]) row.getArray(2).getArray()) {
          moved.add((Integer) key);
        }
        return row.getLong(1);
      }
    }
  }

  /** What to remember, once every reading is counted; corrects the sums of the writers. */
  List<Outcomes> outcomes() throws SQLException {
    var outcomes = new ArrayList<Outcomes>();
    var wrong = new ArrayList<Move>();
    for (Move move : moves.values()) {
      List<BatchOutcome> answers = move.batches.stream().map(BatchTally::outcome).toList();
      outcomes.add(
          new Outcomes(move.writer.key(), move.first(), move.last(), OutcomeCodec.encode(answers)));
      if (!move.expected().equals(move.counted())) {
        wrong.add(move);
      }
    }
    if (!wrong.isEmpty()) {
      correct(wrong);
    }
    return outcomes;
  }

  private void correct(List<Move> wrong) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            UPDATE writer w
            SET accepted = w.accepted + c.accepted, unchanged = w.unchanged + c.unchanged,
              replaced = w.replaced + c.replaced, dropped = w.dropped + c.dropped, rejected = w.rejected + c.rejected
            FROM unnest(?::integer[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
              AS c (writer_key, accepted, unchanged, replaced, dropped, rejected)
            WHERE w.writer_key = c.writer_key\
            """)) {
      statement.setArray(1, array("integer", wrong, move -> move.writer.key()));
      statement.setArray(
          2, array("bigint", wrong, m -> m.counted().accepted() - m.expected().accepted()));
      statement.setArray(3, array("bigint", wrong, m -> m.counted().unchanged()));
      statement.setArray(4, array("bigint", wrong, m -> m.counted().replaced()));
      statement.setArray(5, array("bigint", wrong, m -> m.counted().dropped()));
      statement.setArray(
          6, array("bigint", wrong, m -> m.counted().rejected() - m.expected().rejected()));
      statement.executeUpdate();
    }
  }

  private <T> java.sql.Array array(
      String type, List<T> rows, java.util.function.Function<T, Object> column)
      throws SQLException {
    return connection.createArrayOf(type, rows.stream().map(column).toArray());
  }
}
