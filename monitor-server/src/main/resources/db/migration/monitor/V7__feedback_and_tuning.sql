-- What people make of anomalies beyond acknowledging them, maintenance windows, and the tuning of versions per series.

ALTER TABLE anomaly
  ADD COLUMN suppression_window_id uuid,
  ADD COLUMN feedback_revision bigint NOT NULL DEFAULT 0 CHECK (feedback_revision >= 0);
COMMENT ON COLUMN anomaly.suppression_window_id IS 'The maintenance window that it fell in; null: none. Stays when the window is removed.';
COMMENT ON COLUMN anomaly.feedback_revision IS 'Revision of the tuning that marking it a false alarm made; 0: none.';

ALTER TABLE anomaly_change ADD COLUMN request_id uuid;
CREATE UNIQUE INDEX anomaly_change_by_request ON anomaly_change (anomaly_id, request_id) WHERE request_id IS NOT NULL;
COMMENT ON COLUMN anomaly_change.request_id IS 'Made by the client, so that a comment that is sent again adds nothing; null: none.';

CREATE TABLE suppression_window (
  suppression_window_id uuid PRIMARY KEY,
  series_pattern        text NOT NULL CHECK (octet_length(series_pattern) BETWEEN 1 AND 256),
  starts_at             timestamptz NOT NULL,
  ends_at               timestamptz NOT NULL,
  reason                text NOT NULL,
  actor                 text NOT NULL,
  created_at            timestamptz NOT NULL,
  removed_at            timestamptz,
  removed_by            text NOT NULL,
  CHECK (starts_at < ends_at)
);
CREATE INDEX suppression_window_by_end ON suppression_window (ends_at) WHERE removed_at IS NULL;
COMMENT ON TABLE suppression_window IS 'Times in which anomalies are expected. They are kept and marked, and raise no alert.';
COMMENT ON COLUMN suppression_window.suppression_window_id IS 'Hash of the client''s request id: a request that is sent again has the same.';
COMMENT ON COLUMN suppression_window.series_pattern IS 'Exact series or, with a trailing asterisk, a prefix.';
COMMENT ON COLUMN suppression_window.starts_at IS 'First moment, in domain time.';
COMMENT ON COLUMN suppression_window.ends_at IS 'The moment behind the last.';
COMMENT ON COLUMN suppression_window.reason IS 'For people.';
COMMENT ON COLUMN suppression_window.actor IS 'Who made it.';
COMMENT ON COLUMN suppression_window.created_at IS 'Domain time.';
COMMENT ON COLUMN suppression_window.removed_at IS 'Domain time from which it marks nothing; null: in force.';
COMMENT ON COLUMN suppression_window.removed_by IS 'Who removed it; empty: nobody.';

CREATE TABLE tuning_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  revision bigint NOT NULL CHECK (revision >= 0)
);
COMMENT ON TABLE tuning_head IS 'Newest revision of any tuning. Its row lock, held to commit, makes the order of revisions the order of commits.';
COMMENT ON COLUMN tuning_head.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN tuning_head.revision IS 'Newest revision; 0: none.';
INSERT INTO tuning_head (revision) VALUES (0);

CREATE TABLE tuning (
  series_id         bigint NOT NULL REFERENCES series,
  model_version_id  integer NOT NULL REFERENCES model_version,
  revision          bigint NOT NULL UNIQUE,
  threshold_factor  double precision NOT NULL CHECK (threshold_factor BETWEEN 0.1 AND 10),
  conformal_offsets double precision[] NOT NULL,
  changed_at        timestamptz NOT NULL,
  reason            text NOT NULL,
  raised_to         double precision CHECK (raised_to BETWEEN 0.1 AND 10),
  raised_at         timestamptz,
  raised_revision   bigint NOT NULL,
  PRIMARY KEY (series_id, model_version_id),
  CHECK ((raised_to IS NULL) = (raised_at IS NULL))
);
COMMENT ON TABLE tuning IS 'What adapts per series after training. A version without a row runs as it was trained.';
COMMENT ON COLUMN tuning.series_id IS 'The series.';
COMMENT ON COLUMN tuning.model_version_id IS 'The version.';
COMMENT ON COLUMN tuning.revision IS 'Of the change that made this state.';
COMMENT ON COLUMN tuning.threshold_factor IS 'What a detector''s threshold is multiplied by; 1: as trained.';
COMMENT ON COLUMN tuning.conformal_offsets IS 'Added outwards to both ends of the intervals, by step, in the unit of the series; the last holds for later steps.';
COMMENT ON COLUMN tuning.changed_at IS 'Domain time.';
COMMENT ON COLUMN tuning.reason IS 'Why, with figures.';
COMMENT ON COLUMN tuning.raised_to IS 'Factor after the newest false alarm, from where it goes back towards 1; null: no feedback is in it.';
COMMENT ON COLUMN tuning.raised_at IS 'Domain time of that; null: none.';
COMMENT ON COLUMN tuning.raised_revision IS 'Revision of that; 0: none. Only anomalies found under this or a later one raise it again.';

CREATE TABLE tuning_change (
  revision          bigint PRIMARY KEY CHECK (revision > 0),
  series_id         bigint NOT NULL REFERENCES series,
  model_version_id  integer NOT NULL REFERENCES model_version,
  reset             boolean NOT NULL,
  threshold_factor  double precision NOT NULL,
  conformal_offsets double precision[] NOT NULL,
  changed_at        timestamptz NOT NULL,
  reason            text NOT NULL
);
COMMENT ON TABLE tuning_change IS 'Every change of a tuning, without gaps: what watchers follow, and which offsets a recorded prediction had.';
COMMENT ON COLUMN tuning_change.revision IS 'Place in the order of changes, from 1.';
COMMENT ON COLUMN tuning_change.series_id IS 'The series.';
COMMENT ON COLUMN tuning_change.model_version_id IS 'The version.';
COMMENT ON COLUMN tuning_change.reset IS 'True: from here on as trained.';
COMMENT ON COLUMN tuning_change.threshold_factor IS 'From here on; 1 after a reset.';
COMMENT ON COLUMN tuning_change.conformal_offsets IS 'From here on; empty after a reset.';
COMMENT ON COLUMN tuning_change.changed_at IS 'Domain time.';
COMMENT ON COLUMN tuning_change.reason IS 'Why, with figures.';
