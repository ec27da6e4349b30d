-- How models, series and devices are doing.

CREATE TABLE health_newest (
  kind           smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
  subject        text NOT NULL CHECK (octet_length(subject) BETWEEN 1 AND 255),
  score          double precision NOT NULL CHECK (score BETWEEN 0 AND 100),
  part_kinds     smallint[] NOT NULL,
  part_scores    double precision[] NOT NULL,
  part_weights   double precision[] NOT NULL,
  part_reasons   text[] NOT NULL,
  recommendation text NOT NULL,
  scored_at      timestamptz NOT NULL,
  point_score    double precision NOT NULL,
  point_at       timestamptz NOT NULL,
  PRIMARY KEY (kind, subject)
);
CREATE INDEX health_newest_by_score ON health_newest (score, kind, subject);
COMMENT ON TABLE health_newest IS 'The newest score of each subject.';
COMMENT ON COLUMN health_newest.kind IS '1 model, 2 series, 3 device.';
COMMENT ON COLUMN health_newest.subject IS 'Name of the model, series or device.';
COMMENT ON COLUMN health_newest.score IS '0 (broken) to 100 (as it should be): weighted mean of the parts.';
COMMENT ON COLUMN health_newest.part_kinds IS '1 communication, 2 completeness, 3 sensor drift, 4 anomalies, 5 accuracy, 6 coverage, 7 freshness.';
COMMENT ON COLUMN health_newest.part_scores IS '0 to 100, one per part.';
COMMENT ON COLUMN health_newest.part_weights IS 'Shares of the whole, one per part; together 1.';
COMMENT ON COLUMN health_newest.part_reasons IS 'A sentence with the figures, one per part.';
COMMENT ON COLUMN health_newest.recommendation IS 'What would help most; empty: nothing is needed.';
COMMENT ON COLUMN health_newest.scored_at IS 'Domain time.';
COMMENT ON COLUMN health_newest.point_score IS 'Score of the newest row of health_point.';
COMMENT ON COLUMN health_newest.point_at IS 'Domain time of that row.';

DO $$
DECLARE
  extension_schema text;
BEGIN
  EXECUTE $ddl$
    CREATE TABLE health_point (
      kind           smallint NOT NULL,
      subject        text NOT NULL,
      scored_at      timestamptz NOT NULL,
      score          double precision NOT NULL,
      part_kinds     smallint[] NOT NULL,
      part_scores    double precision[] NOT NULL,
      part_weights   double precision[] NOT NULL,
      part_reasons   text[] NOT NULL,
      recommendation text NOT NULL,
      PRIMARY KEY (kind, subject, scored_at)
    ) $ddl$ || CASE WHEN (SELECT layout.kind FROM layout) = 'plain' THEN 'PARTITION BY RANGE (scored_at)' ELSE '' END;
  IF (SELECT layout.kind FROM layout) = 'timescale' THEN
    SELECT n.nspname INTO STRICT extension_schema
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb';
    EXECUTE format(
      'SELECT %1$I.create_hypertable(''health_point'', %1$I.by_range(''scored_at'', INTERVAL ''30 days''), create_default_indexes => false)',
      extension_schema);
  END IF;
END
$$;
COMMENT ON TABLE health_point IS 'Scores over time: where one moved by a point, and each hour.';
COMMENT ON COLUMN health_point.kind IS 'As in health_newest.';
COMMENT ON COLUMN health_point.subject IS 'As in health_newest.';
COMMENT ON COLUMN health_point.scored_at IS 'Domain time.';
COMMENT ON COLUMN health_point.score IS 'As in health_newest.';
COMMENT ON COLUMN health_point.part_kinds IS 'As in health_newest.';
COMMENT ON COLUMN health_point.part_scores IS 'As in health_newest.';
COMMENT ON COLUMN health_point.part_weights IS 'As in health_newest.';
COMMENT ON COLUMN health_point.part_reasons IS 'As in health_newest.';
COMMENT ON COLUMN health_point.recommendation IS 'As in health_newest.';

CREATE TABLE health_baseline (
  series_id        bigint NOT NULL REFERENCES series,
  model_version_id integer NOT NULL REFERENCES model_version,
  error            double precision NOT NULL CHECK (error >= 0),
  pairs            bigint NOT NULL CHECK (pairs > 0),
  measured_at      timestamptz NOT NULL,
  PRIMARY KEY (series_id, model_version_id)
);
COMMENT ON TABLE health_baseline IS 'Error of a version on a series when it was new: the first that rests on enough pairs.';
COMMENT ON COLUMN health_baseline.series_id IS 'The series.';
COMMENT ON COLUMN health_baseline.model_version_id IS 'The version.';
COMMENT ON COLUMN health_baseline.error IS 'Mean absolute error, in the unit of the series.';
COMMENT ON COLUMN health_baseline.pairs IS 'That it rests on.';
COMMENT ON COLUMN health_baseline.measured_at IS 'Domain time.';

CREATE TABLE health_round (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  next_at  timestamptz NOT NULL
);
COMMENT ON TABLE health_round IS 'When scores are due again: the replica that moves it makes them.';
COMMENT ON COLUMN health_round.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN health_round.next_at IS 'Real time.';
INSERT INTO health_round (next_at) VALUES ('1970-01-01T00:00:00Z');
