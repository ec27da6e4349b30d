package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The limits that ingest is measured against: the same rows by binary COPY in durable transactions
 * of 100,000 rows, into a table like {@code ingest.reading}: same columns, same key, and
 * partitioned by month or a hypertable as that one is. The client's part is kept small: one buffer
 * a transaction, filled and sent at once.
 */
final class CopyBaseline {
  static final int ROWS_PER_TRANSACTION = 100_000;
  private static final String TABLE = "bench_baseline.reading";
  private static final String COLUMNS = "time, value, commit_id, series_id, quality";
  private static final int ROW_BYTES = 2 + 4 + 8 + 4 + 8 + 4 + 8 + 4 + 4 + 4 + 2;

  /** 2000-01-01, from where PostgreSQL counts. */
  private static final long EPOCH_MICROS = 946_684_800_000_000L;

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final byte[] TRAILER = {(byte) 0xff, (byte) 0xff};

  private final BenchDatabase database;

  CopyBaseline(BenchDatabase database) {
    this.database = database;
  }

  /**
   * What a measured part came to.
   *
   * @param rows that were sent
   * @param stored those of them that the table had not
   */
  record Result(long rows, long stored, double seconds) {
    double rowsPerSecond() {
      return rows / seconds;
    }
  }

  /**
   * Makes the table, empty, with room for 40 days from a time on.
   *
   * @throws IllegalStateException if {@code ingest.reading} has other columns than are filled here
   */
  void makeTable(long firstMicros) throws SQLException {
    String columns =
        database.text(
            """
            SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = 'ingest.reading'::regclass AND attnum > 0 AND NOT attisdropped
            """);
    if (!columns.equals(COLUMNS)) {
      throw new IllegalStateException("ingest.reading has the columns " + columns);
    }
    drop();
    database.execute("CREATE SCHEMA bench_baseline");
    if (database.text("SELECT kind FROM ingest.layout").equals("timescale")) {
      database.execute("CREATE TABLE " + TABLE + " (LIKE ingest.reading INCLUDING ALL)");
      String extension =
          database.text(
              "SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'timescaledb'");
      database.text(
          """
          SELECT %1$s.create_hypertable('%2$s', %1$s.by_range('time', time_interval), create_default_indexes => false)
          FROM timescaledb_information.dimensions
          WHERE hypertable_schema = 'ingest' AND hypertable_name = 'reading'
          """
              .formatted(extension, TABLE));
    } else {
      database.execute(
          "CREATE TABLE "
              + TABLE
              + " (LIKE ingest.reading INCLUDING ALL) PARTITION BY RANGE (time)");
      for (int month = 0; month < 3; month++) {
        database.execute(
            """
            DO $$ DECLARE first timestamptz := date_trunc('month', to_timestamp(%d), 'UTC') + interval '%d months';
            BEGIN EXECUTE format('CREATE TABLE %s_%d PARTITION OF %s FOR VALUES FROM (%%L) TO (%%L)',
              first, first + interval '1 month'); END $$
            """
                .formatted(firstMicros / 1_000_000, month, TABLE, month, TABLE));
      }
    }
  }

  /** Drops the table. */
  void drop() throws SQLException {
    database.execute("DROP SCHEMA IF EXISTS bench_baseline CASCADE");
  }

  /** COPY of in-order rows straight into the table; each connection has its share of the series. */
  Result copy(int connections, int streams, int seconds, long seed, long firstMicros)
      throws Exception {
    int seriesCount = streams * ColumnarLoad.SERIES_PER_STREAM / connections;
    int ofEach = Math.ceilDiv(ROWS_PER_TRANSACTION, seriesCount);
    return run(
        connections,
        seconds,
        connection ->
            new InOrderReadings(
                seed,
                ColumnarLoad.firstSeries(false, 0) + connection * seriesCount,
                seriesCount,
                ofEach,
                firstMicros),
        "",
        TABLE,
        "");
  }

  /**
   * COPY of shuffled rows with repeated ones into a temporary table, and from there, ordered by the
   * key, into the table, leaving out what is there.
   */
  Result staged(int connections, int streams, int seconds, long seed, long firstMicros)
      throws Exception {
    return run(
        connections,
        seconds,
        connection ->
            new ShuffledStreams(
                seed,
                streams * connection / connections,
                streams * (connection + 1) / connections,
                firstMicros),
        "CREATE TEMP TABLE staged (LIKE ingest.reading) ON COMMIT DELETE ROWS",
        "staged",
        "INSERT INTO %s SELECT %s FROM staged ORDER BY series_id, time ON CONFLICT DO NOTHING"
            .formatted(TABLE, COLUMNS));
  }

  /** The sources that the streams of a client have, in turn, as one connection's. */
  private static final class ShuffledStreams implements ReadingSource {
    private final ShuffledReadings[] sources;
    private int next;

    ShuffledStreams(long seed, int fromStream, int toStream, long firstMicros) {
      sources = new ShuffledReadings[toStream - fromStream];
      for (int i = 0; i < sources.length; i++) {
        sources[i] =
            new ShuffledReadings(
                seed,
                ColumnarLoad.firstSeries(true, fromStream + i),
                ColumnarLoad.SERIES_PER_STREAM,
                ColumnarLoad.BATCH_READINGS,
                firstMicros);
      }
    }

    @Override
    public int next(ReadingSink sink) throws Exception {
      int size = sources[next].next(sink);
      next = (next + 1) % sources.length;
      return size;
    }

    @Override
    public long distinct() {
      long sum = 0;
      for (ShuffledReadings source : sources) {
        sum += source.distinct();
      }
      return sum;
    }
  }

  /** Makes the source of a connection. */
  @FunctionalInterface
  private interface SourceMaker {
    ReadingSource source(int connection);
  }

  private Result run(
      int connections,
      int seconds,
      SourceMaker maker,
      String prepare,
      String copyTarget,
      String afterCopy)
      throws Exception {
    var opened = new ArrayList<Connection>();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      for (int c = 0; c < connections; c++) {
        Connection connection = database.connect();
        opened.add(connection);
        try (Statement statement = connection.createStatement()) {
          if (!prepare.isEmpty()) {
            statement.execute(prepare);
          }
        }
        connection.setAutoCommit(false);
      }
      long started = System.nanoTime();
      long deadline = started + seconds * 1_000_000_000L;
      var results = new ArrayList<Future<Result>>();
      for (int c = 0; c < connections; c++) {
        Connection connection = opened.get(c);
        ReadingSource source = maker.source(c);
        results.add(
            threads.submit(() -> load(connection, source, deadline, copyTarget, afterCopy)));
      }
      long rows = 0;
      long stored = 0;
      for (Future<Result> result : results) {
        rows += result.get().rows();
        stored += result.get().stored();
      }
      return new Result(rows, stored, (System.nanoTime() - started) / 1e9);
    } finally {
      for (Connection connection : opened) {
        connection.close();
      }
    }
  }

  private static Result load(
      Connection connection,
      ReadingSource source,
      long deadline,
      String copyTarget,
      String afterCopy)
      throws Exception {
    var copies = connection.unwrap(PGConnection.class).getCopyAPI();
    var buffer = new RowBuffer();
    long rows = 0;
    long stored = 0;
    do {
      int inTransaction = 0;
      buffer.clear();
      while (inTransaction < ROWS_PER_TRANSACTION) {
        inTransaction += source.next(buffer::put);
      }
      CopyIn copy =
          copies.copyIn("COPY %s (%s) FROM STDIN (FORMAT binary)".formatted(copyTarget, COLUMNS));
      buffer.writeTo(copy);
      long copied = copy.endCopy();
      if (!afterCopy.isEmpty()) {
        try (Statement statement = connection.createStatement()) {
          copied = statement.executeUpdate(afterCopy);
        }
      }
      connection.commit();
      rows += inTransaction;
      stored += copied;
    } while (System.nanoTime() < deadline);
    if (stored != source.distinct()) {
      throw new IllegalStateException(
          "sent " + source.distinct() + " distinct rows, stored " + stored);
    }
    return new Result(rows, stored, 0);
  }

  /** Rows in the binary format of COPY. */
  private static final class RowBuffer {
    private ByteBuffer bytes = ByteBuffer.allocate((ROWS_PER_TRANSACTION + 20_000) * ROW_BYTES);

    void clear() {
      bytes.clear();
    }

    void put(int series, long[] times, double[] values) {
      if (bytes.remaining() < times.length * ROW_BYTES) {
        bytes = ByteBuffer.allocate(bytes.capacity() * 2).put(bytes.flip());
      }
      for (int i = 0; i < times.length; i++) {
        bytes.putShort((short) 5);
        bytes.putInt(8).putLong(times[i] - EPOCH_MICROS);
        bytes.putInt(8).putDouble(values[i]);
        bytes.putInt(8).putLong(1);
        bytes.putInt(4).putInt(series);
        bytes.putInt(2).putShort((short) 0);
      }
    }

    void writeTo(CopyIn copy) throws SQLException, IOException {
      copy.writeToCopy(HEADER, 0, HEADER.length);
      copy.writeToCopy(bytes.array(), 0, bytes.position());
      copy.writeToCopy(TRAILER, 0, TRAILER.length);
    }
  }
}
