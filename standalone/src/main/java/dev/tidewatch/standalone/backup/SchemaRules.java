package dev.tidewatch.standalone.backup;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a schema goes into an archive, and what a restored one begins with.
 *
 * @param migrations location of its Flyway scripts
 * @param leftOut tables that stay as the migrations make them: what is rebuilt, or means nothing in
 *     another database
 * @param selects SELECT lists that are not the columns themselves, by table and column
 * @param where conditions on the rows, by table
 * @param afterLoad statements in the new schema, in which %1$s stands for its name and %2$s for the
 *     real time
 */
record SchemaRules(
    String schema,
    String migrations,
    Set<String> leftOut,
    Map<String, Map<String, String>> selects,
    Map<String, String> where,
    List<String> afterLoad) {
  private static final String OF_LIVE_SERIES =
      "NOT EXISTS (SELECT FROM series s WHERE s.series_id = t.series_id AND s.deleted)";

  /** In the order of their places in an archive. */
  static final List<SchemaRules> ALL =
      List.of(
          new SchemaRules(
              "ingest",
              "db/migration/ingest",
              Set.of(
                  "layout",
                  "feed_block",
                  "feed_section",
                  "feed_floor",
                  "feed_consumer",
                  "reading_superseded",
                  "reading_minute",
                  "reading_hour",
                  "reading_day",
                  "reading_sketch",
                  "rollup_pending",
                  "rollup_head",
                  "as_of_floor"),
              Map.of(
                  // Commit ids are transaction ids of the old database.
                  "reading", Map.of("commit_id", "0::bigint"),
                  "series",
                      Map.of(
                          "created_commit", "0::bigint",
                          "changed_commit", "0::bigint",
                          "purge_after", "NULL::timestamptz"),
                  "feed_head",
                      Map.of(
                          "epoch", "epoch + 1",
                          "position", "position + 1",
                          "newest_commit_id", "0::bigint")),
              Map.of(
                  "reading", OF_LIVE_SERIES,
                  "reading_tally", OF_LIVE_SERIES,
                  "reject_tally", OF_LIVE_SERIES),
              // The restore is a commit of its own, the first of the new life: everything that was
              // restored is visible from it on, and nobody can follow the feed from before it.
              List.of(
                  """
                  INSERT INTO %1$s.feed_block
                    (position, commit_id, commit_time, settled_below, newest_commit_id, stored_at, byte_count, reading_count)
                  SELECT position, 0, commit_time, 1, 0, '%2$s'::timestamptz, 0, 0 FROM %1$s.feed_head\
                  """,
                  "UPDATE %1$s.feed_floor SET position = (SELECT position FROM %1$s.feed_head)",
                  "UPDATE %1$s.as_of_floor SET position = (SELECT position FROM %1$s.feed_head)")),
          new SchemaRules(
              "registry",
              "db/migration/registry",
              Set.of("upload"),
              // A new life of the registry: revisions may come again for other changes.
              Map.of("registry_head", Map.of("registry_id", "gen_random_uuid()")),
              Map.of(),
              List.of()),
          // Detectors are started again from history; nobody holds a shard.
          new SchemaRules(
              "inference",
              "db/migration/inference",
              Set.of("shard_lease", "detector_state"),
              Map.of(),
              Map.of(),
              List.of()),
          new SchemaRules(
              "monitor",
              "db/migration/monitor",
              Set.of("layout"),
              // Checkpoints, of the old life of the feed, tell that all actuals are to be taken
              // again; nobody
              // holds a shard. And a new life of the log, since positions may come again.
              Map.of(
                  "shard_lease", Map.of("owner", "''", "expires_at", "'epoch'::timestamptz"),
                  "anomaly_head", Map.of("epoch", "epoch + 1")),
              Map.of(),
              List.of()));

  static SchemaRules of(String schema) throws BackupException {
    return ALL.stream()
        .filter(rules -> rules.schema().equals(schema))
        .findFirst()
        .orElseThrow(() -> new BackupException("schema " + schema + " is not known here"));
  }
}
