package dev.tidewatch.benchmarks;

import java.sql.SQLException;
import java.util.List;

/**
 * A great many versions of a thousand models, written into the registry's tables at once; what each
 * says follows from its number alone, so that answers can be checked. Tags, words, series and
 * metrics are as unevenly rare as in life: some in every version, some in one of a thousand.
 */
final class ManyVersions {
  static final int MODELS = 1_000;
  static final int SITES = 40;
  static final int OWNERS = 9;
  static final int BUILDINGS = 300;
  static final int SERIES = 5_000;
  static final List<String> FAMILIES = List.of("ridge", "ets", "lstm", "seasonal-naive", "mstl");
  static final List<String> KINDS = List.of("load", "price", "wind", "heat", "sun");

  private ManyVersions() {}

  /** {@code model-0042}. */
  static String model(int version) {
    return "model-%04d".formatted(version % MODELS);
  }

  /** As {@code 1.7.0}. */
  static String number(int version) {
    return "1." + version / MODELS + ".0";
  }

  static String site(int version) {
    return "site-" + version * 13L % SITES;
  }

  static String owner(int version) {
    return "team-" + version * 17L % OWNERS;
  }

  static String family(int version) {
    return FAMILIES.get((int) (version * 7L % FAMILIES.size()));
  }

  static String kind(int version) {
    return KINDS.get(version % KINDS.size());
  }

  /** As {@code b42}. */
  static String building(int version) {
    return "b" + version % BUILDINGS;
  }

  static double mase(int version) {
    return 0.5 + version * 7919L % 10007 / 10007.0;
  }

  /** Writes them; the index that is dearest to keep is made afterwards. */
  static void load(BenchDatabase database, int versions) throws SQLException {
    String index =
        database.text("SELECT indexdef FROM pg_indexes WHERE indexname = 'version_search_terms'");
    database.execute("DROP INDEX registry.version_search_terms");
    database.execute(
        """
        INSERT INTO registry.model (model, task, description, tags, archived, revision, created_by, created_at, updated_at)
        SELECT 'model-' || lpad(m::text, 4, '0'), 'FORECAST', '', '{}', false, 1, 'bench', timestamptz '2026-01-01', timestamptz '2026-01-01'
        FROM generate_series(0, %d) AS m
        """
            .formatted(MODELS - 1));
    database.execute(
        """
        INSERT INTO registry.artifact (sha256, size_bytes, format, created_at, removed)
        VALUES (repeat('0a', 32), 10, 'BUNDLE', timestamptz '2026-01-01', false)
        """);
    database.execute(
        """
        INSERT INTO registry.model_version (model, version, major, minor, patch, state, state_reason, artifact_sha256,
          family, signature, metrics, tags, description, lineage, run_id, created_by, created_at, revision)
        SELECT 'model-' || lpad((i %% %1$d)::text, 4, '0'), '1.' || i / %1$d || '.0', 1, i / %1$d, 0,
          CASE WHEN i %% 50 = 49 THEN 'ARCHIVED' ELSE 'READY' END, '', repeat('0a', 32),
          (array['ridge', 'ets', 'lstm', 'seasonal-naive', 'mstl'])[1 + i * 7 %% 5],
          '{"roles": [{"role": "target", "kind": "ROLE_KIND_TARGET"}], "grid": {"step": "3600s"}, "horizonSteps": 24}',
          jsonb_build_object('mase', 0.5 + (i * 7919 %% 10007) / 10007.0::float8, 'mae', i * 104729 %% 10007 / 10.0,
            'coverage_90', 0.8 + i %% 199 / 1000.0, 'rmse', i * 31 %% 1009),
          jsonb_build_object('site', 'site-' || i * 13 %% %2$d, 'owner', 'team-' || i * 17 %% %3$d, 'ticket', 'T' || i),
          'trained for ' || (array['load', 'price', 'wind', 'heat', 'sun'])[1 + i %% 5] || ' of building b' || i %% %4$d || ' with care',
          jsonb_build_object('training', jsonb_build_array(jsonb_build_object('series', 'site/' || i %% %5$d || '/load'))),
          NULL, 'bench', timestamptz '2026-01-01' + i * interval '1 minute', 1
        FROM generate_series(0, %6$d - 1) AS n (i), LATERAL (SELECT n.i::bigint) AS wide (i2)
        """
            .replace("i * ", "i2 * ")
            .formatted(MODELS, SITES, OWNERS, BUILDINGS, SERIES, versions));
    database.execute(index);
    database.execute("VACUUM ANALYZE");
  }
}
