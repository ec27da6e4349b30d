package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.catalog.NeighbourRule;
import dev.tidewatch.ingest.catalog.SeriesEntry;
import dev.tidewatch.ingest.intake.CheckedColumn;
import dev.tidewatch.ingest.intake.NeighbourJudge;
import dev.tidewatch.ingest.intake.NeighbourJudge.Held;
import dev.tidewatch.timeseries.Times;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Applies the rules that look at neighbours to a group, inside its transaction, once it is known
 * whose batches count. Only series with such a rule take part: they are locked against other
 * commits until this one ends (by advisory locks, so that this holds over several servers), and
 * what is stored next to their new readings is read in one query. Used once, by one thread.
 */
final class NeighbourCheck {
  /** First key of the advisory locks; any number that nobody else in the database uses. */
  private static final int LOCK_CLASS = 0x7469_6465;

  /** Bounds what one transaction takes of the server's lock table. */
  private static final int LOCKS = 512;

  private final Connection connection;
  private final List<BatchTally> tallies;
  private final Map<Integer, Subject> subjects = new TreeMap<>();
  private final List<NeighbourJudge<SQLException>> judges = new ArrayList<>();

  /** A series with a rule, and its columns in the order they were sent. */
  private static final class Subject {
    final SeriesEntry entry;
    final NeighbourRule rule;

    /** Read once: another commit may raise the entry's own at any moment. */
    final long headMicros;

    final List<Part> parts = new ArrayList<>();
    final Set<Long> lateMicros = new LinkedHashSet<>();
    final TreeMap<Long, Held> stored = new TreeMap<>();

    Subject(SeriesEntry entry, NeighbourRule rule) {
      this.entry = entry;
      this.rule = rule;
      this.headMicros = entry.headMicros();
    }

    /** Finds the readings that are not newer than all before them. */
    void findLate(long headMicros) {
      long newest = headMicros;
      for (Part part : parts) {
        CheckedColumn column = part.column;
        for (int row = 0; row < column.size(); row++) {
          if (column.isGood(row)) {
            if (column.timeMicros(row) <= newest) {
              lateMicros.add(column.timeMicros(row));
            } else {
              newest = column.timeMicros(row);
            }
          }
        }
      }
    }
  }

  private record Part(BatchTally tally, CheckedColumn column) {}

  NeighbourCheck(Connection connection, List<BatchTally> tallies) {
    this.connection = connection;
    this.tallies = tallies;
  }

  /** Rejects or flags what breaks a rule. */
  void run() throws SQLException {
    for (BatchTally tally : tallies) {
      if (tally.live) {
        for (CheckedColumn column : tally.columns) {
          NeighbourRule rule = column.entry().neighbourRule();
          if (rule != null) {
            subjects
                .computeIfAbsent(column.entry().id(), id -> new Subject(column.entry(), rule))
                .parts
                .add(new Part(tally, column));
          }
        }
      }
    }
    if (subjects.isEmpty()) {
      return;
    }
    lock();
    readNeighbours();
    Map<CheckedColumn, @Nullable CheckedColumn> judged = new HashMap<>();
    for (Subject subject : subjects.values()) {
      judge(subject, judged);
    }
    for (BatchTally tally : tallies) {
      if (tally.live) {
        tally.replaceColumns(judged);
      }
    }
  }

  /** To be called after COMMIT. */
  void remember() {
    judges.forEach(NeighbourJudge::remember);
  }

  private void lock() throws SQLException {
    Set<Integer> locks = new TreeSet<>();
    subjects.keySet().forEach(id -> locks.add(id % LOCKS));
    // In one order for everybody, so that two transactions never wait for each other crosswise.
    try (PreparedStatement lock =
        connection.prepareStatement(
            "SELECT count(pg_advisory_xact_lock(?, k)) FROM unnest(?::integer[]) AS k")) {
      lock.setInt(1, LOCK_CLASS);
      lock.setArray(2, connection.createArrayOf("integer", locks.toArray()));
      lock.execute();
    }
  }

  private void readNeighbours() throws SQLException {
    for (Subject subject : subjects.values()) {
      subject.findLate(subject.headMicros);
    }
    read();
    // The heads in memory are hints: another server may have stored newer readings, or a commit of
    // this one that has not raised them yet.
    boolean again = false;
    for (Subject subject : subjects.values()) {
      if (!subject.stored.isEmpty() && subject.stored.lastKey() > subject.headMicros) {
        if (subject.stored.lastKey() > subject.entry.headMicros()) {
          subject.entry.forgetHead();
        }
        subject.findLate(subject.stored.lastKey());
        again = true;
      }
    }
    if (again) {
      read();
    }
  }

  private void read() throws SQLException {
    String ids = subjects.keySet().stream().map(String::valueOf).collect(Collectors.joining(","));
    var select = new StringBuilder();
    select.append(
        """
        SELECT s.id, r.time, r.value, r.quality FROM unnest('{%s}'::integer[]) AS s (id) CROSS JOIN LATERAL (
          SELECT time, value, quality FROM reading WHERE series_id = s.id ORDER BY time DESC LIMIT 1
        ) r\
        """
            .formatted(ids));
    var lateIds = new StringBuilder();
    var lateTimes = new StringBuilder();
    for (Subject subject : subjects.values()) {
      for (long micros : subject.lateMicros) {
        lateIds.append(lateIds.isEmpty() ? "" : ",").append(subject.entry.id());
        lateTimes.append(lateTimes.isEmpty() ? "" : ",").append(Times.toInstant(micros));
      }
    }
    if (!lateIds.isEmpty()) {
      // The one at the same time, the one before and the one after.
      select.append(
          """
           UNION ALL
          SELECT l.id, r.time, r.value, r.quality
          FROM unnest('{%s}'::integer[], '{%s}'::timestamptz[]) AS l (id, at) CROSS JOIN LATERAL (
            (SELECT time, value, quality FROM reading
             WHERE series_id = l.id AND time <= l.at ORDER BY time DESC LIMIT 2)
            UNION ALL
            (SELECT time, value, quality FROM reading
             WHERE series_id = l.id AND time > l.at ORDER BY time LIMIT 1)
          ) r\
          """
              .formatted(lateIds, lateTimes));
    }
    try (CopyOutRows rows = CopyOutRows.begin(connection, select.toString())) {
      while (rows.next()) {
        Subject subject = subjects.get(rows.int32());
        var held = new Held(rows.timestamp(), rows.float64(), rows.int16());
        if (subject != null) {
          subject.stored.put(held.timeMicros(), held);
        }
      }
    }
  }

  private void judge(Subject subject, Map<CheckedColumn, @Nullable CheckedColumn> judged)
      throws SQLException {
    var judge =
        new NeighbourJudge<SQLException>(
            subject.entry,
            subject.rule,
            (micros, limit) -> before(subject.entry.id(), micros, limit),
            subject.stored.values(),
            !subject.lateMicros.isEmpty());
    judges.add(judge);
    for (Part part : subject.parts) {
      CheckedColumn column = part.column;
      BitSet rejected = null;
      short[] qualities = null;
      for (int row = 0; row < column.size(); row++) {
        if (!column.isGood(row)) {
          continue;
        }
        int verdict =
            judge.judge(
                column.timeMicros(row),
                column.value(row),
                column.quality(row),
                column.firstIndex() + row);
        if (verdict == NeighbourJudge.REJECTED) {
          rejected = rejected == null ? new BitSet(column.size()) : rejected;
          rejected.set(row);
          part.tally.reject(judge.lastReject());
        } else if (verdict != 0) {
          qualities = qualities == null ? qualities(column) : qualities;
          qualities[row] |= (short) verdict;
        }
      }
      if (rejected != null || qualities != null) {
        CheckedColumn after = column.judged(rejected, qualities);
        judged.put(column, after.goodRows() == 0 ? null : after);
      }
    }
  }

  private static short[] qualities(CheckedColumn column) {
    var qualities = new short[column.size()];
    for (int row = 0; row < qualities.length; row++) {
      qualities[row] = column.quality(row);
    }
    return qualities;
  }

  private List<Held> before(int seriesId, long micros, int limit) throws SQLException {
    var found = new ArrayList<Held>();
    try (CopyOutRows rows =
        CopyOutRows.begin(
            connection,
            """
            SELECT time, value, quality FROM reading
            WHERE series_id = %d AND time < '%s' ORDER BY time DESC LIMIT %d\
            """
                .formatted(seriesId, Times.toInstant(micros), limit))) {
      while (rows.next()) {
        found.add(new Held(rows.timestamp(), rows.float64(), rows.int16()));
      }
    }
    return found;
  }
}
