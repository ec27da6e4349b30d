-- Drift: reference sketches, verdicts, and the online tests of residuals.

CREATE TABLE drift_reference (
  reference_id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model_version_id integer NOT NULL REFERENCES model_version,
  series_id        bigint REFERENCES series,
  grid_id          integer NOT NULL REFERENCES grid,
  digest           bytea NOT NULL CHECK (octet_length(digest) = 32),
  registered_at    timestamptz NOT NULL,
  compare_at       timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (model_version_id, series_id)
);
CREATE INDEX drift_reference_due ON drift_reference (compare_at);
COMMENT ON TABLE drift_reference IS 'What the inputs of a version looked like when it was trained. Never changed but for compare_at.';
COMMENT ON COLUMN drift_reference.reference_id IS 'Stands for it in drift_sketch.';
COMMENT ON COLUMN drift_reference.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN drift_reference.series_id IS 'The predicted series (series); null: shared by all series of the version.';
COMMENT ON COLUMN drift_reference.grid_id IS 'The grid that readings are put on before they are compared; its zone decides hours of the week.';
COMMENT ON COLUMN drift_reference.digest IS 'SHA-256 of all that was registered: tells the same again from another.';
COMMENT ON COLUMN drift_reference.registered_at IS 'Domain time.';
COMMENT ON COLUMN drift_reference.compare_at IS 'Domain time from which the next comparison is due; moved on before it is made, so that of several replicas one makes it.';

CREATE TABLE drift_sketch (
  reference_id  integer NOT NULL REFERENCES drift_reference ON DELETE CASCADE,
  input         text NOT NULL,
  hour_of_week  smallint NOT NULL CHECK (hour_of_week BETWEEN -1 AND 167),
  source        text NOT NULL,
  samples       bigint NOT NULL CHECK (samples >= 0),
  missing_share double precision NOT NULL CHECK (missing_share BETWEEN 0 AND 1),
  payload       bytea NOT NULL,
  PRIMARY KEY (reference_id, input, hour_of_week)
);
COMMENT ON TABLE drift_sketch IS 'Quantile sketches of a reference.';
COMMENT ON COLUMN drift_sketch.reference_id IS 'The reference.';
COMMENT ON COLUMN drift_sketch.input IS 'Input role.';
COMMENT ON COLUMN drift_sketch.hour_of_week IS '0 (Monday 00:00 in the grid''s zone) to 167; -1: all hours together.';
COMMENT ON COLUMN drift_sketch.source IS 'Series that the input is read from; empty: the predicted series.';
COMMENT ON COLUMN drift_sketch.samples IS 'Grid values that it stands for.';
COMMENT ON COLUMN drift_sketch.missing_share IS 'Share of grid intervals without a reading.';
COMMENT ON COLUMN drift_sketch.payload IS 'KLL sketch of doubles in the form of Apache DataSketches; empty where samples is 0.';

CREATE TABLE drift_newest (
  model_version_id integer NOT NULL REFERENCES model_version,
  series_id        bigint NOT NULL REFERENCES series,
  input            text NOT NULL,
  kind             smallint NOT NULL CHECK (kind BETWEEN 1 AND 5),
  level            smallint NOT NULL CHECK (level BETWEEN 1 AND 4),
  window_from      timestamptz NOT NULL,
  window_to        timestamptz NOT NULL,
  samples          bigint NOT NULL,
  psi              double precision,
  kolmogorov       double precision,
  wasserstein      double precision,
  jensen_shannon   double precision,
  reason           text NOT NULL,
  time             timestamptz NOT NULL,
  logged_at        timestamptz NOT NULL,
  PRIMARY KEY (model_version_id, series_id, input, kind)
);
CREATE INDEX drift_newest_by_series ON drift_newest (series_id);
COMMENT ON TABLE drift_newest IS 'The newest verdict of each kind on each input.';
COMMENT ON COLUMN drift_newest.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN drift_newest.series_id IS 'The predicted series (series).';
COMMENT ON COLUMN drift_newest.input IS 'Input role; residual for residuals.';
COMMENT ON COLUMN drift_newest.kind IS '1 input, 2 prediction, 3 residual, 4 missing, 5 unit.';
COMMENT ON COLUMN drift_newest.level IS '1 unknown, 2 none, 3 moderate, 4 strong.';
COMMENT ON COLUMN drift_newest.window_from IS 'Start of the window that was compared.';
COMMENT ON COLUMN drift_newest.window_to IS 'Its end, exclusive.';
COMMENT ON COLUMN drift_newest.samples IS 'Values in it.';
COMMENT ON COLUMN drift_newest.psi IS 'Population stability index; null: not measured.';
COMMENT ON COLUMN drift_newest.kolmogorov IS 'Kolmogorov-Smirnov statistic; null: not measured.';
COMMENT ON COLUMN drift_newest.wasserstein IS 'Wasserstein-1 distance in deviations of the reference; null: not measured.';
COMMENT ON COLUMN drift_newest.jensen_shannon IS 'Jensen-Shannon divergence in bits; null: not measured.';
COMMENT ON COLUMN drift_newest.reason IS 'One sentence with the figures.';
COMMENT ON COLUMN drift_newest.time IS 'Domain time of the verdict.';
COMMENT ON COLUMN drift_newest.logged_at IS 'Time of the newest row of drift_verdict that it has.';

DO $$
DECLARE
  by_time text := '';
  extension_schema text;
BEGIN
  IF (SELECT kind FROM layout) = 'plain' THEN
    by_time := 'PARTITION BY RANGE (time)';
  END IF;
  EXECUTE $ddl$
    CREATE TABLE drift_verdict (
      model_version_id integer NOT NULL,
      series_id        bigint NOT NULL,
      input            text NOT NULL,
      kind             smallint NOT NULL CHECK (kind BETWEEN 1 AND 5),
      level            smallint NOT NULL CHECK (level BETWEEN 1 AND 4),
      window_from      timestamptz NOT NULL,
      window_to        timestamptz NOT NULL,
      samples          bigint NOT NULL,
      psi              double precision,
      kolmogorov       double precision,
      wasserstein      double precision,
      jensen_shannon   double precision,
      reason           text NOT NULL,
      time             timestamptz NOT NULL,
      PRIMARY KEY (model_version_id, series_id, input, kind, time)
    ) $ddl$ || by_time;
  IF (SELECT kind FROM layout) = 'timescale' THEN
    SELECT n.nspname INTO STRICT extension_schema
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb';
    EXECUTE format(
      'SELECT %1$I.create_hypertable(''drift_verdict'', %1$I.by_range(''time'', INTERVAL ''30 days''), create_default_indexes => false)',
      extension_schema);
  END IF;
END
$$;
CREATE INDEX drift_verdict_by_time ON drift_verdict (time DESC);
COMMENT ON TABLE drift_verdict IS 'Verdicts over time: each that changed the level, and one a day where nothing changed.';
COMMENT ON COLUMN drift_verdict.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN drift_verdict.series_id IS 'The predicted series (series).';
COMMENT ON COLUMN drift_verdict.input IS 'Input role; residual for residuals.';
COMMENT ON COLUMN drift_verdict.kind IS '1 input, 2 prediction, 3 residual, 4 missing, 5 unit.';
COMMENT ON COLUMN drift_verdict.level IS '1 unknown, 2 none, 3 moderate, 4 strong.';
COMMENT ON COLUMN drift_verdict.window_from IS 'Start of the window that was compared.';
COMMENT ON COLUMN drift_verdict.window_to IS 'Its end, exclusive.';
COMMENT ON COLUMN drift_verdict.samples IS 'Values in it.';
COMMENT ON COLUMN drift_verdict.psi IS 'Population stability index; null: not measured.';
COMMENT ON COLUMN drift_verdict.kolmogorov IS 'Kolmogorov-Smirnov statistic; null: not measured.';
COMMENT ON COLUMN drift_verdict.wasserstein IS 'Wasserstein-1 distance in deviations of the reference; null: not measured.';
COMMENT ON COLUMN drift_verdict.jensen_shannon IS 'Jensen-Shannon divergence in bits; null: not measured.';
COMMENT ON COLUMN drift_verdict.reason IS 'One sentence with the figures.';
COMMENT ON COLUMN drift_verdict.time IS 'Domain time of the verdict.';

CREATE TABLE residual_test (
  model_version_id integer NOT NULL REFERENCES model_version,
  series_id        bigint NOT NULL REFERENCES series,
  target_time      timestamptz NOT NULL,
  state            double precision[] NOT NULL,
  revision         bigint NOT NULL CHECK (revision > 0),
  PRIMARY KEY (series_id, model_version_id)
);
COMMENT ON TABLE residual_test IS 'Where the online test of a version''s residuals on a series stands: its checkpoint.';
COMMENT ON COLUMN residual_test.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN residual_test.series_id IS 'The series (series).';
COMMENT ON COLUMN residual_test.target_time IS 'Newest target that was taken in.';
COMMENT ON COLUMN residual_test.state IS 'State of the tests after it.';
COMMENT ON COLUMN residual_test.revision IS 'One more with each write: of two replicas that go on from one state, one succeeds.';

CREATE TABLE residual_change (
  model_version_id integer NOT NULL REFERENCES model_version,
  series_id        bigint NOT NULL REFERENCES series,
  time             timestamptz NOT NULL,
  test             text NOT NULL,
  mean_before      double precision NOT NULL,
  mean_after       double precision NOT NULL,
  PRIMARY KEY (series_id, model_version_id, time)
);
COMMENT ON TABLE residual_change IS 'Changes that the online tests of residuals found.';
COMMENT ON COLUMN residual_change.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN residual_change.series_id IS 'The series (series).';
COMMENT ON COLUMN residual_change.time IS 'Target time at which the alarm was given.';
COMMENT ON COLUMN residual_change.test IS 'page-hinkley or adwin.';
COMMENT ON COLUMN residual_change.mean_before IS 'Mean scaled residual of the baseline.';
COMMENT ON COLUMN residual_change.mean_after IS 'Mean scaled residual of the newest values.';
