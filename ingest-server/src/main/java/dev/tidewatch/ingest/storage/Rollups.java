package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.feed.FeedStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Keeps the rollups, on a thread of its own: marks the hours that changed, and computes those that
 * are quiet. Of all servers on a database one does it at a time. A crash at any moment costs
 * nothing: a bucket is exact unless its hour is marked, or changed after the position of the marks.
 */
public final class Rollups implements AutoCloseable {
  /** Held by the connection of the server that does it. */
  private static final long ADVISORY_LOCK = 0x74696465726f6c6cL;

  private static final long COUNTED_MAX = 1_000_000;
  private static final long PAUSE_MILLIS_MAX = 5_000;

  private final Database database;
  private final FeedStore feed;
  private final RollupLimits limits;
  private final InstantSource realClock;
  private final RollupMarks marks;
  private final RollupFill fill;
  private final Rounds rounds;
  private volatile long pendingHours;
  private volatile long lagCommits;

  private Rollups(
      Database database,
      FeedStore feed,
      Layout layout,
      RollupLimits limits,
      InstantSource realClock) {
    this.database = database;
    this.feed = feed;
    this.limits = limits;
    this.realClock = realClock;
    this.marks = new RollupMarks(feed, limits.quiet());
    this.fill = new RollupFill(layout, limits.hoursMax());
    this.rounds = Rounds.of("ingest-rollups", Pace.every(limits.interval()), this::keep);
  }

  /** Starts the thread. */
  public static Rollups start(
      Database database,
      FeedStore feed,
      Layout layout,
      RollupLimits limits,
      InstantSource realClock) {
    var rollups = new Rollups(database, feed, layout, limits, realClock);
    rollups.rounds.start();
    return rollups;
  }

  /**
   * Hours that are marked, as of the last look of whichever server; at most 1,000,000 are counted.
   */
  public long pendingHours() {
    return pendingHours;
  }

  /** Commits after the position of the marks, as of the last look. */
  public long lagCommits() {
    return lagCommits;
  }

  private void keep() {
    try {
      database.withConnection(connection -> {
        pass(connection);
        return true;
      });
    } catch (SQLException e) {
      throw new IllegalStateException("the rollups are not kept: " + e.getMessage(), e);
    }
  }

  private void pass(Connection connection) throws SQLException {
    look(connection);
    if (!tryLock(connection)) {
      return;
    }
    try {
      while (!rounds.isClosing()) {
        long head = feed.head().position();
        long begun = System.nanoTime();
        boolean more = marks.step(connection, realClock.instant());
        if (!more) {
          Instant markedUntil = realClock.instant().minus(limits.quiet());
          if (fill.step(connection, markedUntil) == 0) {
            return;
          }
        }
        if (feed.head().position() != head) {
          pause(System.nanoTime() - begun);
        }
      }
    } finally {
      unlock(connection);
      look(connection);
    }
  }

  /** Leaves the machine to whoever brings readings. */
  private void pause(long workedNanos) {
    double factor = 1 / limits.busyShare() - 1;
    try {
      Thread.sleep(Math.min(PAUSE_MILLIS_MAX, (long) (workedNanos / 1e6 * factor)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (SELECT position FROM feed_head) - (SELECT position FROM rollup_head),"
                    + " (SELECT count(*) FROM (SELECT FROM rollup_pending LIMIT "
                    + COUNTED_MAX
                    + ") AS p)")) {
      row.next();
      lagCommits = Math.max(0, row.getLong(1));
      pendingHours = row.getLong(2);
    }
  }

  private static boolean tryLock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_try_advisory_lock(" + ADVISORY_LOCK + ")")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static void unlock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_unlock(" + ADVISORY_LOCK + ")");
    }
  }

  @Override
  public void close() {
    rounds.close();
  }
}
