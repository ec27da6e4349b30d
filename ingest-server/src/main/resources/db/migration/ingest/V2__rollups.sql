-- Rollups: what readings come to by minute, hour and day, and which hours are still to be computed again.

-- (count, sum, sum of squared deviations from the mean) of numbers in one pass, and of two such states together: PostgreSQL's own
-- functions, which are those of Youngs and Cramer (1971), equal to the parallel formula of Chan et al. (1979).
CREATE AGGREGATE moments (double precision) (
  SFUNC = float8_accum, STYPE = double precision[], COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}', PARALLEL = SAFE
);
COMMENT ON AGGREGATE moments (double precision) IS 'Array of count, sum, and sum of squared deviations from the mean.';
CREATE AGGREGATE moments_merge (double precision[]) (
  SFUNC = float8_combine, STYPE = double precision[], COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}', PARALLEL = SAFE
);
COMMENT ON AGGREGATE moments_merge (double precision[]) IS 'Merges states of moments.';

DO $layout$
DECLARE
  extension_schema text := (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                            WHERE e.extname = 'timescaledb');
  rollup text;
BEGIN
  IF (SELECT kind FROM layout) = 'timescale' THEN
    -- Filled by the server, not by TimescaleDB's scheduler: it knows what is quiet, and that it need not compute what nobody changed.
    EXECUTE format($ddl$
      CREATE MATERIALIZED VIEW reading_minute
      WITH (timescaledb.continuous, timescaledb.materialized_only = true, timescaledb.create_group_indexes = true) AS
      SELECT
        series_id,
        %1$I.time_bucket(INTERVAL '1 minute', time) AS bucket,
        count(*) AS reading_count,
        sum(value) FILTER (WHERE abs(value) < 1e140) AS value_sum,
        (moments(value) FILTER (WHERE abs(value) < 1e140))[3] AS value_m2,
        min(value) AS value_min,
        max(value) AS value_max,
        %1$I.first(value, time) AS value_first,
        min(time) AS time_first,
        %1$I.last(value, time) AS value_last,
        max(time) AS time_last
      FROM reading
      GROUP BY series_id, %1$I.time_bucket(INTERVAL '1 minute', time)
      WITH NO DATA
    $ddl$, extension_schema);
    EXECUTE format($ddl$
      CREATE MATERIALIZED VIEW reading_hour
      WITH (timescaledb.continuous, timescaledb.materialized_only = true, timescaledb.create_group_indexes = true) AS
      SELECT
        series_id,
        %1$I.time_bucket(INTERVAL '1 hour', bucket) AS bucket,
        sum(reading_count)::bigint AS reading_count,
        sum(value_sum) AS value_sum,
        (moments_merge(ARRAY[reading_count::double precision, value_sum, value_m2])
          FILTER (WHERE value_min > -1e140 AND value_max < 1e140))[3] AS value_m2,
        min(value_min) AS value_min,
        max(value_max) AS value_max,
        %1$I.first(value_first, time_first) AS value_first,
        min(time_first) AS time_first,
        %1$I.last(value_last, time_last) AS value_last,
        max(time_last) AS time_last
      FROM reading_minute
      GROUP BY series_id, %1$I.time_bucket(INTERVAL '1 hour', bucket)
      WITH NO DATA
    $ddl$, extension_schema);
    EXECUTE format($ddl$
      CREATE MATERIALIZED VIEW reading_day
      WITH (timescaledb.continuous, timescaledb.materialized_only = true, timescaledb.create_group_indexes = true) AS
      SELECT
        series_id,
        %1$I.time_bucket(INTERVAL '1 day', bucket) AS bucket,
        sum(reading_count)::bigint AS reading_count,
        sum(value_sum) AS value_sum,
        (moments_merge(ARRAY[reading_count::double precision, value_sum, value_m2])
          FILTER (WHERE value_min > -1e140 AND value_max < 1e140))[3] AS value_m2,
        min(value_min) AS value_min,
        max(value_max) AS value_max,
        %1$I.first(value_first, time_first) AS value_first,
        min(time_first) AS time_first,
        %1$I.last(value_last, time_last) AS value_last,
        max(time_last) AS time_last
      FROM reading_hour
      GROUP BY series_id, %1$I.time_bucket(INTERVAL '1 day', bucket)
      WITH NO DATA
    $ddl$, extension_schema);
    COMMENT ON VIEW reading_minute IS 'Rollup by minutes of UTC: a continuous aggregate.';
    COMMENT ON VIEW reading_hour IS 'Rollup by hours of UTC: a continuous aggregate.';
    COMMENT ON VIEW reading_day IS 'Rollup by days of UTC: a continuous aggregate.';
  ELSE
    FOREACH rollup IN ARRAY ARRAY['minute', 'hour', 'day'] LOOP
      -- Columns may be null as those of a view may, so that both layouts are alike.
      EXECUTE format($ddl$
        CREATE TABLE reading_%1$s (
          series_id integer,
          bucket timestamptz,
          reading_count bigint,
          value_sum double precision,
          value_m2 double precision,
          value_min double precision,
          value_max double precision,
          value_first double precision,
          time_first timestamptz,
          value_last double precision,
          time_last timestamptz
        );
        CREATE UNIQUE INDEX reading_%1$s_key ON reading_%1$s (series_id, bucket);
        COMMENT ON TABLE reading_%1$s IS 'Rollup by %1$ss of UTC, kept by the server.';
      $ddl$, rollup);
    END LOOP;
  END IF;
  FOREACH rollup IN ARRAY ARRAY['minute', 'hour', 'day'] LOOP
    EXECUTE format($ddl$
      COMMENT ON COLUMN reading_%1$s.series_id IS 'Whose readings.';
      COMMENT ON COLUMN reading_%1$s.bucket IS 'Its begin.';
      COMMENT ON COLUMN reading_%1$s.reading_count IS 'How many, never 0. Minutes of an hour are to be relied on only if the hour has more than 240.';
      COMMENT ON COLUMN reading_%1$s.value_sum IS 'Their sum. Not to be relied on if the smallest or largest is 1e140 or more in size.';
      COMMENT ON COLUMN reading_%1$s.value_m2 IS 'Sum of their squared deviations from their mean. To be relied on as the sum is.';
      COMMENT ON COLUMN reading_%1$s.value_min IS 'The smallest.';
      COMMENT ON COLUMN reading_%1$s.value_max IS 'The largest.';
      COMMENT ON COLUMN reading_%1$s.value_first IS 'The oldest.';
      COMMENT ON COLUMN reading_%1$s.time_first IS 'When that was.';
      COMMENT ON COLUMN reading_%1$s.value_last IS 'The newest.';
      COMMENT ON COLUMN reading_%1$s.time_last IS 'When that was.';
    $ddl$, rollup);
  END LOOP;
END
$layout$;

CREATE TABLE reading_sketch (
  series_id integer NOT NULL,
  hour timestamptz NOT NULL,
  sketch bytea NOT NULL,
  PRIMARY KEY (series_id, hour)
);
COMMENT ON TABLE reading_sketch IS 'How the values of each hour are distributed, for percentiles. Kept by the server.';
COMMENT ON COLUMN reading_sketch.series_id IS 'Whose readings.';
COMMENT ON COLUMN reading_sketch.hour IS 'Its begin, UTC.';
COMMENT ON COLUMN reading_sketch.sketch IS 'A mergeable quantile sketch; format: class QuantileSketch.';

CREATE TABLE rollup_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch bigint NOT NULL,
  position bigint NOT NULL,
  rebuilt_through integer
);
-- Nothing is stored yet, so nothing is to be computed.
INSERT INTO rollup_head (epoch, position, rebuilt_through) VALUES (1, 0, NULL);
COMMENT ON TABLE rollup_head IS 'How far the rollups have followed the feed. A bucket is exact unless its hour is in rollup_pending or changed after this position.';
COMMENT ON COLUMN rollup_head.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN rollup_head.epoch IS 'Of the feed; in another epoch the rollups are made anew.';
COMMENT ON COLUMN rollup_head.position IS 'What changed up to here is marked.';
COMMENT ON COLUMN rollup_head.rebuilt_through IS 'While everything is being marked: series ids up to this one are. Null: all are.';

CREATE TABLE rollup_pending (
  series_id integer NOT NULL,
  hour timestamptz NOT NULL,
  marked_at timestamptz NOT NULL,
  PRIMARY KEY (series_id, hour)
);
CREATE INDEX rollup_pending_marked_at ON rollup_pending (marked_at);
CREATE INDEX rollup_pending_hour ON rollup_pending (hour);
COMMENT ON TABLE rollup_pending IS 'Hours that changed since their buckets were computed.';
COMMENT ON COLUMN rollup_pending.series_id IS 'Whose.';
COMMENT ON COLUMN rollup_pending.hour IS 'Its begin, UTC.';
COMMENT ON COLUMN rollup_pending.marked_at IS 'By the real clock, to within half of the quiet time: it is computed once nothing came for a while.';
