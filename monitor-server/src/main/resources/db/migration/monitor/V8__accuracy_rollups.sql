-- Accuracy over long windows: the sums that figures follow from, per day. A day's sums stand for its steps while the day's row says
-- so; whatever changes a step or an actual of the day takes that word back in the same transaction.

CREATE TABLE accuracy_day (
  series_id     bigint NOT NULL,
  grid_id       integer NOT NULL,
  day           timestamptz NOT NULL,
  state         smallint NOT NULL CHECK (state BETWEEN 1 AND 3),
  marked_by     bigint CHECK (marked_by >= 0),
  steps_pending bigint NOT NULL CHECK (steps_pending >= 0),
  steps_known   bigint NOT NULL CHECK (steps_known >= 0),
  steps_missing bigint NOT NULL CHECK (steps_missing >= 0),
  PRIMARY KEY (series_id, grid_id, day),
  CHECK ((state = 2) = (marked_by IS NOT NULL))
);
CREATE INDEX accuracy_day_to_roll ON accuracy_day (day) WHERE state <> 3;
CREATE INDEX accuracy_day_by_day ON accuracy_day (day);
COMMENT ON TABLE accuracy_day IS 'Each day of each series and grid that has steps, and whether its rollup stands for them.';
COMMENT ON COLUMN accuracy_day.series_id IS 'The series (series).';
COMMENT ON COLUMN accuracy_day.grid_id IS 'The grid (grid).';
COMMENT ON COLUMN accuracy_day.day IS 'Midnight UTC; the day holds the target intervals that start in the 24 hours from it.';
COMMENT ON COLUMN accuracy_day.state IS '1 open: only the steps count. 2 marked: to be rolled up once every transaction that began before is over. 3 rolled: the rollup equals the steps.';
COMMENT ON COLUMN accuracy_day.marked_by IS 'State 2: number of the transaction that marked it.';
COMMENT ON COLUMN accuracy_day.steps_pending IS 'State 3: steps whose actual is pending.';
COMMENT ON COLUMN accuracy_day.steps_known IS 'State 3: steps whose actual is known.';
COMMENT ON COLUMN accuracy_day.steps_missing IS 'State 3: steps whose interval held no reading.';

DO $$
DECLARE
  by_day text := '';
  extension_schema text;
BEGIN
  IF (SELECT kind FROM layout) = 'plain' THEN
    by_day := 'PARTITION BY RANGE (day)';
  END IF;

  EXECUTE $ddl$
    CREATE TABLE accuracy_rollup (
      series_id        bigint NOT NULL,
      grid_id          integer NOT NULL,
      day              timestamptz NOT NULL,
      model_version_id integer NOT NULL,
      role             smallint NOT NULL,
      alias            text NOT NULL,
      step             integer NOT NULL,
      pairs            bigint NOT NULL,
      pending          bigint NOT NULL,
      missing          bigint NOT NULL,
      absolute         double precision NOT NULL,
      squared          double precision NOT NULL,
      signed           double precision NOT NULL,
      percent          double precision NOT NULL,
      zeros            bigint NOT NULL,
      symmetric_percent double precision NOT NULL,
      scaled           double precision NOT NULL,
      scaled_pairs     bigint NOT NULL,
      directed         bigint NOT NULL,
      direction_pairs  bigint NOT NULL,
      actual_sum       double precision NOT NULL,
      actual_absolute  double precision NOT NULL,
      naive_pairs      bigint NOT NULL,
      against_naive    double precision NOT NULL,
      naive            double precision NOT NULL,
      pinball          double precision NOT NULL,
      pinball_terms    bigint NOT NULL,
      PRIMARY KEY (series_id, grid_id, day, model_version_id, role, alias, step)
    ) $ddl$ || by_day;
  EXECUTE $ddl$
    CREATE TABLE accuracy_rollup_interval (
      series_id        bigint NOT NULL,
      grid_id          integer NOT NULL,
      day              timestamptz NOT NULL,
      model_version_id integer NOT NULL,
      role             smallint NOT NULL,
      alias            text NOT NULL,
      step             integer NOT NULL,
      level            double precision NOT NULL,
      pairs            bigint NOT NULL,
      covered          bigint NOT NULL,
      width            double precision NOT NULL,
      score            double precision NOT NULL,
      PRIMARY KEY (series_id, grid_id, day, model_version_id, role, alias, step, level)
    ) $ddl$ || by_day;

  IF (SELECT kind FROM layout) = 'timescale' THEN
    SELECT n.nspname INTO STRICT extension_schema
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb';
    EXECUTE format(
      'SELECT %1$I.create_hypertable(''accuracy_rollup'', %1$I.by_range(''day'', INTERVAL ''90 days''), create_default_indexes => false)',
      extension_schema);
    EXECUTE format(
      'SELECT %1$I.create_hypertable(''accuracy_rollup_interval'', %1$I.by_range(''day'', INTERVAL ''90 days''), create_default_indexes => false)',
      extension_schema);
  END IF;
END
$$;

COMMENT ON TABLE accuracy_rollup IS 'Sums over the steps of one day; y is the actual, f the point forecast. Counts only where accuracy_day is in state 3.';
COMMENT ON COLUMN accuracy_rollup.series_id IS 'The series (series).';
COMMENT ON COLUMN accuracy_rollup.grid_id IS 'The grid (grid).';
COMMENT ON COLUMN accuracy_rollup.day IS 'Midnight UTC (accuracy_day).';
COMMENT ON COLUMN accuracy_rollup.model_version_id IS 'Who predicted (model_version).';
COMMENT ON COLUMN accuracy_rollup.role IS '1 champion, 2 canary, 3 shadow.';
COMMENT ON COLUMN accuracy_rollup.alias IS 'The alias through which the version was reached; empty: by its number.';
COMMENT ON COLUMN accuracy_rollup.step IS 'Horizon step, from 1.';
COMMENT ON COLUMN accuracy_rollup.pairs IS 'Steps with a known actual; the sums are over them.';
COMMENT ON COLUMN accuracy_rollup.pending IS 'Steps whose actual is pending.';
COMMENT ON COLUMN accuracy_rollup.missing IS 'Steps whose interval held no reading.';
COMMENT ON COLUMN accuracy_rollup.absolute IS 'Sum of |y - f|.';
COMMENT ON COLUMN accuracy_rollup.squared IS 'Sum of (y - f)^2.';
COMMENT ON COLUMN accuracy_rollup.signed IS 'Sum of f - y.';
COMMENT ON COLUMN accuracy_rollup.percent IS 'Sum of 100 |y - f| / |y| over the pairs with y other than 0.';
COMMENT ON COLUMN accuracy_rollup.zeros IS 'Pairs with y = 0.';
COMMENT ON COLUMN accuracy_rollup.symmetric_percent IS 'Sum of 200 |y - f| / (|y| + |f|), two zeros counting 0.';
COMMENT ON COLUMN accuracy_rollup.scaled IS 'Sum of |y - f| over the prediction''s MASE scale.';
COMMENT ON COLUMN accuracy_rollup.scaled_pairs IS 'Pairs whose prediction has such a scale.';
COMMENT ON COLUMN accuracy_rollup.directed IS 'Pairs whose forecast moved from the last value in the direction of the actual.';
COMMENT ON COLUMN accuracy_rollup.direction_pairs IS 'Pairs whose prediction has a last value.';
COMMENT ON COLUMN accuracy_rollup.actual_sum IS 'Sum of y.';
COMMENT ON COLUMN accuracy_rollup.actual_absolute IS 'Sum of |y|.';
COMMENT ON COLUMN accuracy_rollup.naive_pairs IS 'Pairs with a seasonal naive forecast s.';
COMMENT ON COLUMN accuracy_rollup.against_naive IS 'Sum of |y - f| over those.';
COMMENT ON COLUMN accuracy_rollup.naive IS 'Sum of |y - s| over those.';
COMMENT ON COLUMN accuracy_rollup.pinball IS 'Sum of pinball losses over pairs and quantiles.';
COMMENT ON COLUMN accuracy_rollup.pinball_terms IS 'Number of those.';

COMMENT ON TABLE accuracy_rollup_interval IS 'Sums over the central intervals of one day''s steps; l and u are the bounds. Counts only where accuracy_day is in state 3.';
COMMENT ON COLUMN accuracy_rollup_interval.series_id IS 'The series (series).';
COMMENT ON COLUMN accuracy_rollup_interval.grid_id IS 'The grid (grid).';
COMMENT ON COLUMN accuracy_rollup_interval.day IS 'Midnight UTC (accuracy_day).';
COMMENT ON COLUMN accuracy_rollup_interval.model_version_id IS 'Who predicted (model_version).';
COMMENT ON COLUMN accuracy_rollup_interval.role IS '1 champion, 2 canary, 3 shadow.';
COMMENT ON COLUMN accuracy_rollup_interval.alias IS 'The alias through which the version was reached; empty: by its number.';
COMMENT ON COLUMN accuracy_rollup_interval.step IS 'Horizon step, from 1.';
COMMENT ON COLUMN accuracy_rollup_interval.level IS 'Nominal level, between 0 and 1.';
COMMENT ON COLUMN accuracy_rollup_interval.pairs IS 'Steps with a known actual and this interval; the sums are over them.';
COMMENT ON COLUMN accuracy_rollup_interval.covered IS 'Pairs with l <= y <= u.';
COMMENT ON COLUMN accuracy_rollup_interval.width IS 'Sum of u - l.';
COMMENT ON COLUMN accuracy_rollup_interval.score IS 'Sum of interval scores.';

-- What a ledger holds already is rolled up as if it had just been written.
INSERT INTO accuracy_day (series_id, grid_id, day, state, steps_pending, steps_known, steps_missing)
SELECT DISTINCT series_id, grid_id, date_trunc('day', interval_start, 'UTC'), 1, 0, 0, 0 FROM actual;
