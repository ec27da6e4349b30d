package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The limit that ingest is measured against: binary COPY of in-order rows into a table with the
 * columns and key of {@code ingest.reading}, in durable transactions.
 */
final class CopyBaseline {
  private static final int ROWS_PER_TRANSACTION = 100_000;
  private static final int SERIES_PER_CONNECTION = 100;
  private static final int ROW_BYTES = 2 + 4 + 8 + 4 + 8 + 4 + 8 + 4 + 4 + 4 + 2;

  /** 2025-01-01, counted from PostgreSQL's epoch, 2000-01-01. */
  private static final long FIRST_MICROS = 789_004_800_000_000L;

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final byte[] TRAILER = {(byte) 0xff, (byte) 0xff};

  private final String url;

  CopyBaseline(String url) {
    this.url = url;
  }

  /** Rows per second over the given connections, each for about the given time. */
  double rowsPerSecond(int connections, int seconds, long seed) throws Exception {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS copy_baseline");
      statement.execute(
          """
          CREATE TABLE copy_baseline (
            time timestamptz NOT NULL,
            value double precision NOT NULL,
            commit_id bigint NOT NULL,
            series_id integer NOT NULL,
            quality smallint NOT NULL,
            PRIMARY KEY (series_id, time)
          )
          """);
    }
    long started = System.nanoTime();
    long rows = 0;
    try (var threads = Executors.newFixedThreadPool(connections)) {
      var results = new ArrayList<Future<Long>>();
      for (int c = 0; c < connections; c++) {
        int firstSeries = 1 + c * SERIES_PER_CONNECTION;
        var random = new SplittableRandom(seed + c);
        results.add(threads.submit(() -> copy(firstSeries, started, seconds, random)));
      }
      for (Future<Long> result : results) {
        rows += result.get();
      }
    }
    return rows / ((System.nanoTime() - started) / 1e9);
  }

  /** What the server says of durability, asked while it works. */
  String durability() throws SQLException {
    var found = new StringBuilder();
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
        try (var row = statement.executeQuery("SHOW " + setting)) {
          row.next();
          found.append(found.isEmpty() ? "" : ", ").append(setting).append('=');
          found.append(row.getString(1));
        }
      }
    }
    return found.toString();
  }

  private long copy(int firstSeries, long started, int seconds, SplittableRandom random)
      throws SQLException, IOException {
    long deadline = started + seconds * 1_000_000_000L;
    long rows = 0;
    ByteBuffer buffer = ByteBuffer.allocate(ROWS_PER_TRANSACTION * ROW_BYTES);
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      var copies = connection.unwrap(PGConnection.class).getCopyAPI();
      while (System.nanoTime() < deadline) {
        buffer.clear();
        int perSeries = ROWS_PER_TRANSACTION / SERIES_PER_CONNECTION;
        long firstMicros = rows / SERIES_PER_CONNECTION * 1_000_000;
        for (int s = 0; s < SERIES_PER_CONNECTION; s++) {
          for (int i = 0; i < perSeries; i++) {
            long micros = firstMicros + i * 1_000_000L;
            buffer.putShort((short) 5);
            buffer.putInt(8).putLong(FIRST_MICROS + micros);
            buffer.putInt(8).putDouble(random.nextDouble());
            buffer.putInt(8).putLong(rows);
            buffer.putInt(4).putInt(firstSeries + s);
            buffer.putInt(2).putShort((short) 0);
          }
        }
        CopyIn copy = copies.copyIn("COPY copy_baseline FROM STDIN (FORMAT binary)");
        copy.writeToCopy(HEADER, 0, HEADER.length);
        copy.writeToCopy(buffer.array(), 0, buffer.position());
        copy.writeToCopy(TRAILER, 0, TRAILER.length);
        copy.endCopy();
        connection.commit();
        rows += ROWS_PER_TRANSACTION;
      }
    }
    return rows;
  }
}
