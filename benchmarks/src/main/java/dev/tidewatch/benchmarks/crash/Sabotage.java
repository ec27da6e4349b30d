package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.proto.ingest.v1.ReadingsChange;
import dev.tidewatch.proto.ingest.v1.ReadingsChangeKind;
import dev.tidewatch.proto.ingest.v1.ShardSection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Harm done to the database behind the verifier's back, to see whether it notices. */
enum Sabotage {
  /** An acknowledged reading is gone from the table. */
  DROP_ONE {
    @Override
    void harm(Connection connection, Script script, long key) throws SQLException {
      try (PreparedStatement delete =
          connection.prepareStatement(
              """
              DELETE FROM ingest.reading USING ingest.series
              WHERE series.series_id = reading.series_id AND series.name = ?
                AND reading.time = 'epoch'::timestamptz + ? * interval '1 microsecond'\
              """)) {
        delete.setString(1, script.seriesOf(key));
        delete.setLong(2, script.timeMicrosOf(key));
        requireOne(delete.executeUpdate());
      }
    }
  },
  /** A commit is applied to the feed a second time, with one reading in it. */
  DOUBLE_ONE {
    @Override
    void harm(Connection connection, Script script, long key) throws SQLException {
      connection.setAutoCommit(false);
      try (PreparedStatement section =
              connection.prepareStatement(
                  """
                  INSERT INTO ingest.feed_section (commit_id, shard, content)
                  SELECT pg_current_xact_id()::text::bigint, shard, ? FROM ingest.series WHERE name = ?\
                  """);
          PreparedStatement head =
              connection.prepareStatement(
                  """
                  UPDATE ingest.feed_head
                  SET position = position + 1, newest_commit_id = pg_current_xact_id()::text::bigint\
                  """);
          PreparedStatement block =
              connection.prepareStatement(
                  """
                  INSERT INTO ingest.feed_block
                  SELECT (jsonb_populate_record(newest, jsonb_build_object(
                    'position', newest.position + 1,
                    'commit_id', pg_current_xact_id()::text::bigint,
                    'newest_commit_id', pg_current_xact_id()::text::bigint,
                    'reading_count', 1))).*
                  FROM ingest.feed_block newest ORDER BY newest.position DESC LIMIT 1\
                  """)) {
        section.setBytes(1, content(connection, script, key));
        section.setString(2, script.seriesOf(key));
        requireOne(section.executeUpdate());
        requireOne(head.executeUpdate());
        requireOne(block.executeUpdate());
      }
      connection.commit();
    }

    private static byte[] content(Connection connection, Script script, long key)
        throws SQLException {
      try (PreparedStatement select =
          connection.prepareStatement(
              """
              SELECT r.value, s.shard, s.series_id
              FROM ingest.reading r JOIN ingest.series s USING (series_id)
              WHERE s.name = ? AND r.time = 'epoch'::timestamptz + ? * interval '1 microsecond'\
              """)) {
        select.setString(1, script.seriesOf(key));
        select.setLong(2, script.timeMicrosOf(key));
        try (var row = select.executeQuery()) {
          if (!row.next()) {
            throw new IllegalStateException("the reading to double is not there");
          }
          return ShardSection.newBuilder()
              .setShard(row.getInt(2))
              .addReadings(
                  ReadingsChange.newBuilder()
                      .setSeries(script.seriesOf(key))
                      .setSeriesId(row.getLong(3))
                      .setKind(ReadingsChangeKind.READINGS_CHANGE_KIND_NEW)
                      .addTimesMicros(script.timeMicrosOf(key))
                      .addValues(row.getDouble(1)))
              .build()
              .toByteArray();
        }
      }
    }
  };

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  /** Does it to one reading, which was acknowledged. */
  abstract void harm(Connection connection, Script script, long key) throws SQLException;

  private static void requireOne(int rows) {
    if (rows != 1) {
      throw new IllegalStateException("the sabotage touched " + rows + " rows");
    }
  }
}
