-- The truth ledger and the anomaly log. The row in `layout` says for ever whether the big tables are TimescaleDB hypertables or
-- natively partitioned by month; nothing above storage can tell.

CREATE TABLE layout (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  kind     text NOT NULL CHECK (kind IN ('plain', 'timescale'))
);
COMMENT ON TABLE layout IS 'How the big tables of this schema are laid out; written once, when the schema is made.';
COMMENT ON COLUMN layout.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN layout.kind IS 'plain: native monthly partitions. timescale: hypertables.';

INSERT INTO layout (kind)
SELECT CASE
    WHEN EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
      AND (EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')
        OR current_setting('shared_preload_libraries', true) LIKE '%timescaledb%')
    THEN 'timescale'
    ELSE 'plain'
  END;

CREATE TABLE series (
  series_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name      text NOT NULL UNIQUE CHECK (octet_length(name) BETWEEN 1 AND 255),
  shard     smallint NOT NULL CHECK (shard >= 0)
);
COMMENT ON TABLE series IS 'Series that the monitor has heard of, by predictions or anomalies. Numbers are this schema''s own.';
COMMENT ON COLUMN series.series_id IS 'Stands for the name in the big tables.';
COMMENT ON COLUMN series.name IS 'SeriesName, as in the catalogue of ingest.';
COMMENT ON COLUMN series.shard IS 'Shard of the feed that carries it: 64-bit FNV-1a hash of the name modulo the number of shards.';

CREATE TABLE grid (
  grid_id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  step_seconds       integer NOT NULL CHECK (step_seconds BETWEEN 1 AND 604800),
  time_zone          text NOT NULL,
  aggregation        text NOT NULL CHECK (aggregation IN ('MEAN', 'LAST', 'SUM', 'MAX', 'MIN')),
  fill               text NOT NULL CHECK (fill IN ('NONE', 'PREVIOUS', 'LINEAR')),
  fill_intervals_max integer NOT NULL CHECK (fill_intervals_max >= 0),
  lateness_seconds   integer NOT NULL CHECK (lateness_seconds BETWEEN 0 AND 604800),
  UNIQUE (step_seconds, time_zone, aggregation, fill, fill_intervals_max, lateness_seconds)
);
COMMENT ON TABLE grid IS 'Grids that predictions were made on.';
COMMENT ON COLUMN grid.grid_id IS 'Stands for the grid in the big tables.';
COMMENT ON COLUMN grid.step_seconds IS 'Width of an interval.';
COMMENT ON COLUMN grid.time_zone IS 'IANA name; decides where days start.';
COMMENT ON COLUMN grid.aggregation IS 'How the readings of an interval become one value.';
COMMENT ON COLUMN grid.fill IS 'What the model saw in an interval without readings; an actual is never filled.';
COMMENT ON COLUMN grid.fill_intervals_max IS 'Longest run that was filled; 0: no limit.';
COMMENT ON COLUMN grid.lateness_seconds IS 'How long after its end an interval''s readings may arrive before its value counts as known.';

CREATE TABLE model_version (
  model_version_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model            text NOT NULL,
  version          text NOT NULL,
  UNIQUE (model, version)
);
COMMENT ON TABLE model_version IS 'Model versions that predicted.';
COMMENT ON COLUMN model_version.model_version_id IS 'Stands for the version in the big tables.';
COMMENT ON COLUMN model_version.model IS 'Registered model.';
COMMENT ON COLUMN model_version.version IS 'Semantic version.';

CREATE TABLE series_grid (
  series_id bigint NOT NULL REFERENCES series,
  grid_id   integer NOT NULL REFERENCES grid,
  PRIMARY KEY (series_id, grid_id)
);
COMMENT ON TABLE series_grid IS 'On which grids a series has targets: where a reading can change an actual.';
COMMENT ON COLUMN series_grid.series_id IS 'The series.';
COMMENT ON COLUMN series_grid.grid_id IS 'The grid.';

-- The big tables. Keys hold the time, since both layouts ask for it.
DO $$
DECLARE
  by_origin text := '';
  by_target text := '';
  by_interval text := '';
  extension_schema text;
BEGIN
  IF (SELECT kind FROM layout) = 'plain' THEN
    by_origin := 'PARTITION BY RANGE (origin)';
    by_target := 'PARTITION BY RANGE (target_time)';
    by_interval := 'PARTITION BY RANGE (interval_start)';
  END IF;

  EXECUTE $ddl$
    CREATE TABLE prediction (
      prediction_id     uuid NOT NULL,
      origin            timestamptz NOT NULL,
      series_id         bigint NOT NULL,
      grid_id           integer NOT NULL,
      model_version_id  integer NOT NULL,
      role              smallint NOT NULL CHECK (role BETWEEN 1 AND 3),
      alias             text NOT NULL,
      cause             smallint NOT NULL CHECK (cause BETWEEN 1 AND 3),
      fallback          boolean NOT NULL,
      step_count        integer NOT NULL CHECK (step_count > 0),
      probabilities     double precision[] NOT NULL,
      interval_levels   double precision[] NOT NULL,
      interval_lowers   integer[] NOT NULL,
      interval_uppers   integer[] NOT NULL,
      mase_scale        double precision CHECK (mase_scale > 0),
      last_value        double precision,
      last_reading_time timestamptz,
      feed_epoch        bigint NOT NULL,
      feed_position     bigint NOT NULL,
      tuning_revision   bigint NOT NULL,
      issued_at         timestamptz NOT NULL,
      recorded_at       timestamptz NOT NULL,
      traceparent       text NOT NULL,
      PRIMARY KEY (prediction_id, origin)
    ) $ddl$ || by_origin;
  EXECUTE $ddl$
    CREATE TABLE prediction_step (
      prediction_id    uuid NOT NULL,
      target_time      timestamptz NOT NULL,
      step             integer NOT NULL CHECK (step > 0),
      origin           timestamptz NOT NULL,
      series_id        bigint NOT NULL,
      grid_id          integer NOT NULL,
      mean             double precision NOT NULL,
      quantiles        double precision[] NOT NULL,
      seasonal_naive   double precision,
      PRIMARY KEY (prediction_id, step, target_time)
    ) $ddl$ || by_target;
  EXECUTE $ddl$
    CREATE TABLE actual (
      series_id      bigint NOT NULL,
      grid_id        integer NOT NULL,
      interval_start timestamptz NOT NULL,
      interval_index bigint NOT NULL,
      shard          smallint NOT NULL,
      due_at         timestamptz NOT NULL,
      state          text NOT NULL CHECK (state IN ('PENDING', 'KNOWN', 'MISSING')),
      value          double precision,
      revision       integer NOT NULL CHECK (revision >= 0),
      changed_at     timestamptz,
      attention_at   timestamptz,
      PRIMARY KEY (series_id, grid_id, interval_start),
      CHECK ((state = 'KNOWN') = (value IS NOT NULL))
    ) $ddl$ || by_interval;

  IF (SELECT kind FROM layout) = 'timescale' THEN
    CREATE EXTENSION IF NOT EXISTS timescaledb;
    SELECT n.nspname INTO STRICT extension_schema
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb';
    -- A month of predictions a chunk; steps come three times as dense, so a week of them.
    EXECUTE format(
      'SELECT %1$I.create_hypertable(''prediction'', %1$I.by_range(''origin'', INTERVAL ''30 days''), create_default_indexes => false)',
      extension_schema);
    EXECUTE format(
      'SELECT %1$I.create_hypertable(''prediction_step'', %1$I.by_range(''target_time'', INTERVAL ''7 days''), create_default_indexes => false)',
      extension_schema);
    EXECUTE format(
      'SELECT %1$I.create_hypertable(''actual'', %1$I.by_range(''interval_start'', INTERVAL ''30 days''), create_default_indexes => false)',
      extension_schema);
  END IF;
END
$$;

CREATE INDEX prediction_by_origin ON prediction (origin DESC, prediction_id);
CREATE INDEX prediction_by_series ON prediction (series_id, origin DESC);
CREATE INDEX prediction_step_by_target ON prediction_step (series_id, target_time DESC);
CREATE INDEX actual_in_need ON actual (attention_at) WHERE attention_at IS NOT NULL;

COMMENT ON TABLE prediction IS 'One forecast of one series from one origin. Never changed after it was written.';
COMMENT ON COLUMN prediction.prediction_id IS 'Hash of the key (series, grid, model, version, origin, role): a repeat has the same.';
COMMENT ON COLUMN prediction.origin IS 'Start of the first predicted interval.';
COMMENT ON COLUMN prediction.series_id IS 'The predicted series (series).';
COMMENT ON COLUMN prediction.grid_id IS 'The grid of the intervals (grid).';
COMMENT ON COLUMN prediction.model_version_id IS 'Who predicted (model_version).';
COMMENT ON COLUMN prediction.role IS '1 champion, 2 canary, 3 shadow.';
COMMENT ON COLUMN prediction.alias IS 'The alias through which the version was reached; empty: by its number.';
COMMENT ON COLUMN prediction.cause IS '1 standing, 2 request, 3 recorded on request.';
COMMENT ON COLUMN prediction.fallback IS 'True: seasonal naive stood in.';
COMMENT ON COLUMN prediction.step_count IS 'Horizon.';
COMMENT ON COLUMN prediction.probabilities IS 'Of the quantiles, rising.';
COMMENT ON COLUMN prediction.interval_levels IS 'Levels of the central intervals that the quantiles make, falling.';
COMMENT ON COLUMN prediction.interval_lowers IS 'For each level, the place of its lower bound in the quantiles, from 1.';
COMMENT ON COLUMN prediction.interval_uppers IS 'For each level, the place of its upper bound in the quantiles, from 1.';
COMMENT ON COLUMN prediction.mase_scale IS 'In-sample error of seasonal naive that MASE divides by; null: none.';
COMMENT ON COLUMN prediction.last_value IS 'Grid value of the interval before the origin; null: none.';
COMMENT ON COLUMN prediction.last_reading_time IS 'Time of the newest reading that the model saw; null: not told.';
COMMENT ON COLUMN prediction.feed_epoch IS 'Life of the ingest database that the history was read in; 0: not told.';
COMMENT ON COLUMN prediction.feed_position IS 'Commit that the history was read at; 0: not told.';
COMMENT ON COLUMN prediction.tuning_revision IS 'Revision of the tuning that took part; 0: none.';
COMMENT ON COLUMN prediction.issued_at IS 'Domain time of the answer.';
COMMENT ON COLUMN prediction.recorded_at IS 'Domain time at which the ledger took it.';
COMMENT ON COLUMN prediction.traceparent IS 'W3C trace context of the call or feed section; empty: none.';

COMMENT ON TABLE prediction_step IS 'One step of a prediction. Its truth is the row of actual with the same series, grid and start.';
COMMENT ON COLUMN prediction_step.prediction_id IS 'The prediction.';
COMMENT ON COLUMN prediction_step.target_time IS 'Start of the target interval.';
COMMENT ON COLUMN prediction_step.step IS 'From 1.';
COMMENT ON COLUMN prediction_step.origin IS 'Of the prediction, to find its row fast.';
COMMENT ON COLUMN prediction_step.series_id IS 'Of the prediction.';
COMMENT ON COLUMN prediction_step.grid_id IS 'Of the prediction.';
COMMENT ON COLUMN prediction_step.mean IS 'Point forecast, in the unit of the series.';
COMMENT ON COLUMN prediction_step.quantiles IS 'One per probability of the prediction.';
COMMENT ON COLUMN prediction_step.seasonal_naive IS 'What seasonal naive would have said; null: nothing.';

COMMENT ON TABLE actual IS 'The truth of a grid interval that somebody predicted, shared by all predictions of it.';
COMMENT ON COLUMN actual.series_id IS 'The series.';
COMMENT ON COLUMN actual.grid_id IS 'The grid.';
COMMENT ON COLUMN actual.interval_start IS 'Names the interval.';
COMMENT ON COLUMN actual.interval_index IS 'Number of the interval on its grid.';
COMMENT ON COLUMN actual.shard IS 'Of the series.';
COMMENT ON COLUMN actual.due_at IS 'Domain time from which the value counts as known: end of the interval plus lateness.';
COMMENT ON COLUMN actual.state IS 'PENDING: not taken yet. KNOWN: has a value. MISSING: taken, and there was no reading.';
COMMENT ON COLUMN actual.value IS 'The grid''s aggregate of the interval''s readings.';
COMMENT ON COLUMN actual.revision IS '0 while pending, 1 when first taken, one more each time the truth changed.';
COMMENT ON COLUMN actual.changed_at IS 'Domain time of the newest revision.';
COMMENT ON COLUMN actual.attention_at IS 'Domain time from which it must be taken (again); null: nothing to do.';

CREATE TABLE shard_lease (
  shard      smallint PRIMARY KEY CHECK (shard >= 0),
  owner      text NOT NULL,
  fence      bigint NOT NULL CHECK (fence >= 0),
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE shard_lease IS 'Which replica joins which shard of the feed.';
COMMENT ON COLUMN shard_lease.shard IS 'Shard of the feed.';
COMMENT ON COLUMN shard_lease.owner IS 'The replica that has or had it; empty: nobody yet.';
COMMENT ON COLUMN shard_lease.fence IS 'One more with each change of hands; writes under an older fence are refused.';
COMMENT ON COLUMN shard_lease.expires_at IS 'Real time until which it is held.';

CREATE TABLE checkpoint (
  shard    smallint PRIMARY KEY REFERENCES shard_lease,
  epoch    bigint NOT NULL,
  position bigint NOT NULL CHECK (position >= 0)
);
COMMENT ON TABLE checkpoint IS 'How far the feed has been followed: the effects of every commit up to it are committed here.';
COMMENT ON COLUMN checkpoint.shard IS 'Shard of the feed.';
COMMENT ON COLUMN checkpoint.epoch IS 'Life of the ingest database.';
COMMENT ON COLUMN checkpoint.position IS 'Newest commit whose effects are in.';

CREATE TABLE anomaly (
  anomaly_id       uuid PRIMARY KEY,
  series_id        bigint NOT NULL REFERENCES series,
  time             timestamptz NOT NULL,
  value            double precision NOT NULL,
  expected         double precision,
  lower_bound      double precision,
  upper_bound      double precision,
  score            double precision NOT NULL CHECK (score >= 0),
  severity         smallint NOT NULL CHECK (severity BETWEEN 1 AND 4),
  detector         text NOT NULL,
  detector_version text NOT NULL,
  alias            text NOT NULL,
  kind             text NOT NULL,
  reason           text NOT NULL,
  tuning_revision  bigint NOT NULL,
  feed_epoch       bigint NOT NULL,
  feed_position    bigint NOT NULL,
  traceparent      text NOT NULL,
  reported_at      timestamptz NOT NULL,
  status           smallint NOT NULL CHECK (status BETWEEN 1 AND 3),
  actor            text NOT NULL,
  acted_at         timestamptz,
  assignee         text NOT NULL,
  revision         integer NOT NULL CHECK (revision > 0)
);
CREATE INDEX anomaly_by_time ON anomaly (time DESC, anomaly_id);
CREATE INDEX anomaly_by_series ON anomaly (series_id, time DESC);
COMMENT ON TABLE anomaly IS 'What the detectors found, and what people made of it.';
COMMENT ON COLUMN anomaly.anomaly_id IS 'Hash of series, time, detector and its version: a repeat has the same.';
COMMENT ON COLUMN anomaly.series_id IS 'The series.';
COMMENT ON COLUMN anomaly.time IS 'Time of the reading, or start of the grid interval.';
COMMENT ON COLUMN anomaly.value IS 'In the unit of the series, as the next three.';
COMMENT ON COLUMN anomaly.expected IS 'What the detector expected; null: not told.';
COMMENT ON COLUMN anomaly.lower_bound IS 'Lower bound of what would have been normal; null: none.';
COMMENT ON COLUMN anomaly.upper_bound IS 'Upper bound of what would have been normal; null: none.';
COMMENT ON COLUMN anomaly.score IS 'The detector''s; larger is stranger.';
COMMENT ON COLUMN anomaly.severity IS '1 low, 2 medium, 3 high, 4 critical.';
COMMENT ON COLUMN anomaly.detector IS 'Registered model of the detector.';
COMMENT ON COLUMN anomaly.detector_version IS 'Its semantic version.';
COMMENT ON COLUMN anomaly.alias IS 'The alias through which the version ran; empty: by its number.';
COMMENT ON COLUMN anomaly.kind IS 'As the detector names it, such as point.';
COMMENT ON COLUMN anomaly.reason IS 'One sentence for people; may be empty.';
COMMENT ON COLUMN anomaly.tuning_revision IS 'Revision of the tuning that took part; 0: none.';
COMMENT ON COLUMN anomaly.feed_epoch IS 'Life of the ingest database; 0: not told.';
COMMENT ON COLUMN anomaly.feed_position IS 'The commit that held the reading; 0: not told.';
COMMENT ON COLUMN anomaly.traceparent IS 'W3C trace context of the detection; empty: none.';
COMMENT ON COLUMN anomaly.reported_at IS 'Domain time of the report.';
COMMENT ON COLUMN anomaly.status IS '1 open, 2 acknowledged, 3 false alarm.';
COMMENT ON COLUMN anomaly.actor IS 'Who set the status; empty: nobody yet.';
COMMENT ON COLUMN anomaly.acted_at IS 'Domain time of that; null: not yet.';
COMMENT ON COLUMN anomaly.assignee IS 'Who cares for it; empty: nobody.';
COMMENT ON COLUMN anomaly.revision IS 'One more with each change: the etag.';

CREATE TABLE anomaly_change (
  position   bigint PRIMARY KEY CHECK (position > 0),
  anomaly_id uuid NOT NULL REFERENCES anomaly,
  action     smallint NOT NULL CHECK (action BETWEEN 1 AND 5),
  actor      text NOT NULL,
  changed_at timestamptz NOT NULL,
  comment    text NOT NULL,
  assignee   text NOT NULL
);
CREATE INDEX anomaly_change_by_anomaly ON anomaly_change (anomaly_id, position);
COMMENT ON TABLE anomaly_change IS 'Everything that happened to anomalies, in the order of commits and without gaps: what watchers follow.';
COMMENT ON COLUMN anomaly_change.position IS 'Place in that order, from 1.';
COMMENT ON COLUMN anomaly_change.anomaly_id IS 'The anomaly.';
COMMENT ON COLUMN anomaly_change.action IS '1 reported, 2 acknowledged, 3 assigned, 4 commented, 5 marked a false alarm.';
COMMENT ON COLUMN anomaly_change.actor IS 'Who; empty for reports.';
COMMENT ON COLUMN anomaly_change.changed_at IS 'Domain time.';
COMMENT ON COLUMN anomaly_change.comment IS 'What was said; may be empty.';
COMMENT ON COLUMN anomaly_change.assignee IS 'For action 3: to whom.';

CREATE TABLE anomaly_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch    bigint NOT NULL,
  position bigint NOT NULL CHECK (position >= 0)
);
COMMENT ON TABLE anomaly_head IS 'Newest position of anomaly_change. Its row lock, held to commit, makes position order commit order.';
COMMENT ON COLUMN anomaly_head.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN anomaly_head.epoch IS 'Life of this database: drawn by lot, so that resume tokens of another one are known as such.';
COMMENT ON COLUMN anomaly_head.position IS 'Newest position; 0: none.';
INSERT INTO anomaly_head (epoch, position)
VALUES (('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8))::bit(32)::bigint, 0);
