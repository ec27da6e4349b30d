package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.catalog.SeriesEntry;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.intake.BatchOutcome;
import dev.tidewatch.ingest.intake.CheckedColumn;
import dev.tidewatch.ingest.intake.CommitException;
import dev.tidewatch.ingest.intake.Lateness;
import dev.tidewatch.ingest.intake.PendingBatch;
import dev.tidewatch.ingest.intake.ReadingStore.GroupOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One transaction that commits a group of batches: first the writers move on (whoever was fenced
 * leaves), then the readings, the rejects and the feed sections, and last, under the lock of the
 * feed's head, the position and the outcomes. Used once, by one thread.
 */
final class GroupTransaction {
  private static final String UNIQUE_VIOLATION = "23505";

  private final Connection connection;
  private final boolean plain;
  private final long catalogueRevision;
  private final Instant now;
  private final Instant stored;
  private final List<BatchTally> tallies = new ArrayList<>();
  private final List<ColumnPlan> plans = new ArrayList<>();
  private final NeighbourCheck neighbours;
  private Lateness lateness = new Lateness();
  private long commitId;

  GroupTransaction(
      Connection connection,
      Layout layout,
      List<PendingBatch> group,
      long catalogueRevision,
      Instant now,
      Instant stored) {
    this.connection = connection;
    this.plain = layout == Layout.PLAIN;
    this.catalogueRevision = catalogueRevision;
    this.now = now;
    this.stored = stored;
    group.forEach(batch -> tallies.add(new BatchTally(batch)));
    this.neighbours = new NeighbourCheck(connection, tallies);
  }

  /** Known once {@link #prepare} has begun; 0 before. */
  long commitId() {
    return commitId;
  }

  /**
   * Does everything but COMMIT.
   *
   * @return empty if nothing is to be committed, since every writer was fenced
   */
  @Nullable GroupOutcome prepare() throws SQLException, CommitException {
    var writers = new WriterMoves(connection, tallies, now);
    commitId = writers.move();
    if (tallies.stream().noneMatch(tally -> tally.live)) {
      return null;
    }
    neighbours.run();
    plan();
    var counted = new ReadingTallies(now);
    List<ColumnPlan> staged = storeDirect();
    if (!staged.isEmpty()) {
      StagedKeys keys = StagedKeys.of(staged);
      lateness = keys.lateness();
      new DuplicateResolution(connection, commitId, tallies, keys, counted).run();
    }
    Quarantine.insert(connection, tallies, counted, now);
    Quarantine.release(connection, tallies, counted);
    var sections = new GroupSections(plans, tallies);
    int bytes = FeedRows.insertSections(connection, commitId, sections.write());
    counted.write(connection);
    FeedRows.Taken taken =
        FeedRows.takePosition(
            connection,
            new FeedRows.Commit(commitId, now, stored, bytes, sections.readings(), 0),
            writers.outcomes(),
            tallies);
    if (taken.catalogueRevision() != catalogueRevision) {
      throw new CommitException(
          CommitException.Kind.CATALOGUE_MOVED,
          "the catalogue is at revision " + taken.catalogueRevision(),
          null);
    }
    return outcome(taken.position());
  }

  /** How late readings of the group came. */
  Lateness lateness() {
    return lateness;
  }

  /** To be called after COMMIT: what is stored now is newer than what was. */
  void raiseHeads() {
    neighbours.remember();
    for (ColumnPlan plan : plans) {
      CheckedColumn column = plan.column;
      if (column.inOrder()) {
        column.entry().raiseHead(column.lastGoodMicros());
      } else {
        for (int row = 0; row < column.size(); row++) {
          if (column.isGood(row)) {
            column.entry().raiseHead(column.timeMicros(row));
          }
        }
      }
    }
  }

  /**
   * A series goes directly into the table if each of its columns is in order and newer than what
   * came before; otherwise all of its columns are staged, so that no key can occur on both ways.
   */
  private void plan() {
    var heads = new HashMap<SeriesEntry, Long>();
    Set<SeriesEntry> meeting = new HashSet<>();
    for (int i = 0; i < tallies.size(); i++) {
      BatchTally tally = tallies.get(i);
      if (!tally.live) {
        continue;
      }
      for (CheckedColumn column : tally.columns) {
        plans.add(new ColumnPlan(i, column));
        SeriesEntry entry = column.entry();
        if (!column.inOrder()) {
          meeting.add(entry);
          continue;
        }
        long head = heads.getOrDefault(entry, entry.headMicros());
        if (column.firstGoodMicros() <= head) {
          meeting.add(entry);
        } else {
          heads.put(entry, column.lastGoodMicros());
        }
      }
    }
    plans.forEach(plan -> plan.staged = meeting.contains(plan.column.entry()));
    // Stable: neighbours in the index are stored together, and columns of one series stay in order.
    plans.sort(Comparator.comparingInt(plan -> plan.column.entry().id()));
  }

  /** Copies what is newer than the heads; answers what is left to stage. */
  private List<ColumnPlan> storeDirect() throws SQLException {
    var staged = new ArrayList<ColumnPlan>();
    var direct = new ArrayList<ColumnPlan>();
    plans.forEach(plan -> (plan.staged ? staged : direct).add(plan));
    if (direct.isEmpty()) {
      return staged;
    }
    Savepoint before = connection.setSavepoint();
    try {
      copy(direct);
    } catch (SQLException e) {
      if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw e;
      }
      // The heads are hints: somebody else stored newer readings.
      connection.rollback(before);
      for (ColumnPlan plan : direct) {
        plan.column.entry().forgetHead();
        plan.staged = true;
      }
      return plans;
    }
    direct.forEach(plan -> tallies.get(plan.batch).accepted += plan.column.goodRows());
    return staged;
  }

  /** The partition that takes all rows, which spares finding it for each; else the whole table. */
  private String target(List<ColumnPlan> direct) {
    if (!plain) {
      return "reading";
    }
    int month = MonthlyPartitions.monthOf(direct.getFirst().column.firstGoodMicros());
    long begin = MonthlyPartitions.beginMicros(month);
    long end = MonthlyPartitions.beginMicros(month + 1);
    for (ColumnPlan plan : direct) {
      if (plan.column.firstGoodMicros() < begin || plan.column.lastGoodMicros() >= end) {
        return "reading";
      }
    }
    return MonthlyPartitions.nameOf(month);
  }

  private void copy(List<ColumnPlan> direct) throws SQLException {
    try (var rows = CopyRows.begin(connection, target(direct) + " " + CopyRows.READING)) {
      for (ColumnPlan plan : direct) {
        CheckedColumn column = plan.column;
        int seriesId = column.entry().id();
        for (int row = 0; row < column.size(); row++) {
          if (column.isGood(row)) {
            rows.reading(
                column.timeMicros(row), column.value(row), commitId, seriesId, column.quality(row));
          }
        }
      }
      rows.end();
    }
  }

  private GroupOutcome outcome(FeedPosition position) {
    var outcomes = new ArrayList<@Nullable BatchOutcome>(tallies.size());
    for (BatchTally tally : tallies) {
      outcomes.add(tally.live ? tally.outcome() : null);
    }
    return new GroupOutcome(position, outcomes);
  }
}
