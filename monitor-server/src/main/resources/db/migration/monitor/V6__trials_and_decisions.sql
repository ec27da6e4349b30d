-- What the monitor decides by itself: trials of candidates against champions, and every decision with its reasons.

CREATE TABLE trial (
  trial_id            uuid PRIMARY KEY,
  number              bigint GENERATED ALWAYS AS IDENTITY,
  model               text NOT NULL,
  champion_version    text NOT NULL,
  candidate_version   text NOT NULL,
  retrain_task_id     text NOT NULL,
  step                text NOT NULL CHECK (step IN
    ('GATE', 'START_CANARY', 'CANARY', 'WAITING', 'PROMOTE', 'ROLL_BACK', 'PROMOTED', 'REFUSED', 'ROLLED_BACK')),
  canary_basis_points integer NOT NULL CHECK (canary_basis_points BETWEEN 0 AND 10000),
  pairs_min           integer NOT NULL CHECK (pairs_min > 0),
  duration_max_micros bigint NOT NULL CHECK (duration_max_micros > 0),
  significance        double precision NOT NULL CHECK (significance > 0 AND significance <= 0.5),
  approval_needed     boolean NOT NULL,
  started_at          timestamptz NOT NULL,
  canary_at           timestamptz,
  ends_at             timestamptz,
  ended_at            timestamptz,
  share_before        integer NOT NULL CHECK (share_before BETWEEN 0 AND 10000),
  shadowed_before     boolean NOT NULL,
  looks               integer NOT NULL CHECK (looks >= 0),
  reason              text NOT NULL,
  actor               text NOT NULL,
  figure_names        text[] NOT NULL,
  figure_values       double precision[] NOT NULL,
  traceparent         text NOT NULL,
  revision            integer NOT NULL CHECK (revision > 0),
  look_at             timestamptz NOT NULL,
  CHECK ((ended_at IS NOT NULL) = (step IN ('PROMOTED', 'REFUSED', 'ROLLED_BACK')))
);
CREATE UNIQUE INDEX trial_open ON trial (model) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX trial_of_task ON trial (retrain_task_id) WHERE retrain_task_id <> '';
CREATE INDEX trial_by_model ON trial (model, number DESC);
CREATE INDEX trial_due ON trial (look_at) WHERE ended_at IS NULL;
COMMENT ON TABLE trial IS 'A candidate against the champion: gate, canary, promotion or not. A model has at most one that has not ended.';
COMMENT ON COLUMN trial.trial_id IS 'Hash of model, candidate and task: the same candidate of the same task has one trial.';
COMMENT ON COLUMN trial.number IS 'In order of beginning.';
COMMENT ON COLUMN trial.model IS 'Registered model.';
COMMENT ON COLUMN trial.champion_version IS 'What the alias champion named when the trial began; empty: nothing.';
COMMENT ON COLUMN trial.candidate_version IS 'The version on trial.';
COMMENT ON COLUMN trial.retrain_task_id IS 'The task that it came from, 32 hexadecimal digits; empty: none.';
COMMENT ON COLUMN trial.step IS 'What is to be done next, or how it ended. Written before the registry is asked to do it, so that a crash goes on there.';
COMMENT ON COLUMN trial.canary_basis_points IS 'Share of keys of the canary; 0: no canary.';
COMMENT ON COLUMN trial.pairs_min IS 'Pairs before the first verdict.';
COMMENT ON COLUMN trial.duration_max_micros IS 'Domain time after which a canary without a verdict is rolled back.';
COMMENT ON COLUMN trial.significance IS 'Level of the Diebold-Mariano test over all looks together.';
COMMENT ON COLUMN trial.approval_needed IS 'Whether a person must agree to the promotion.';
COMMENT ON COLUMN trial.started_at IS 'Domain time of the beginning.';
COMMENT ON COLUMN trial.canary_at IS 'Domain time from which the canary answered; null: not yet.';
COMMENT ON COLUMN trial.ends_at IS 'Domain time at which a canary without a verdict is rolled back; null: no canary yet.';
COMMENT ON COLUMN trial.ended_at IS 'Domain time of the end; null: it goes on.';
COMMENT ON COLUMN trial.share_before IS 'Canary share of the model''s routing before the canary, to return to.';
COMMENT ON COLUMN trial.shadowed_before IS 'Whether the alias canary was a shadow before, to return to.';
COMMENT ON COLUMN trial.looks IS 'Looks at which a verdict was possible so far; each uses up part of the significance.';
COMMENT ON COLUMN trial.reason IS 'Why it stands as it does, one sentence.';
COMMENT ON COLUMN trial.actor IS 'The person behind the step; empty: the monitor itself.';
COMMENT ON COLUMN trial.figure_names IS 'Names of the figures of the newest look.';
COMMENT ON COLUMN trial.figure_values IS 'Their values.';
COMMENT ON COLUMN trial.traceparent IS 'W3C trace context that led here; empty: none.';
COMMENT ON COLUMN trial.revision IS 'One more with each change: the etag.';
COMMENT ON COLUMN trial.look_at IS 'Real time from which a replica may take it up; pushed ahead while one has it.';

CREATE TABLE decision (
  decision_id     uuid PRIMARY KEY,
  number          bigint GENERATED ALWAYS AS IDENTITY,
  kind            smallint NOT NULL CHECK (kind BETWEEN 1 AND 8),
  model           text NOT NULL,
  alias           text NOT NULL,
  from_version    text NOT NULL,
  to_version      text NOT NULL,
  alias_revision  bigint NOT NULL CHECK (alias_revision >= 0),
  time            timestamptz NOT NULL,
  actor           text NOT NULL,
  reason          text NOT NULL,
  figure_names    text[] NOT NULL,
  figure_values   double precision[] NOT NULL,
  retrain_task_id text NOT NULL,
  trial_id        text NOT NULL,
  alert_id        text NOT NULL,
  trace_id        text NOT NULL,
  reverted_by     uuid REFERENCES decision
);
CREATE INDEX decision_by_time ON decision (time DESC, number DESC);
CREATE INDEX decision_by_model ON decision (model, time DESC, number DESC);
COMMENT ON TABLE decision IS 'What was decided and why. Never changed, save that a later one may take it back.';
COMMENT ON COLUMN decision.decision_id IS 'Made of what it decides: a repeat has the same.';
COMMENT ON COLUMN decision.number IS 'In order of recording.';
COMMENT ON COLUMN decision.kind IS '1 retrain, 2 gate passed, 3 gate refused, 4 canary started, 5 promoted, 6 rolled back, 7 reverted, 8 tuned.';
COMMENT ON COLUMN decision.model IS 'Registered model; of a tuning the detector.';
COMMENT ON COLUMN decision.alias IS 'The alias that moved; empty: none.';
COMMENT ON COLUMN decision.from_version IS 'Where it stood; empty: nowhere.';
COMMENT ON COLUMN decision.to_version IS 'Where it stands; empty: nowhere.';
COMMENT ON COLUMN decision.alias_revision IS 'Registry revision of the move; 0: none, or not told.';
COMMENT ON COLUMN decision.time IS 'Domain time.';
COMMENT ON COLUMN decision.actor IS 'Person; empty: the monitor itself.';
COMMENT ON COLUMN decision.reason IS 'One sentence.';
COMMENT ON COLUMN decision.figure_names IS 'Names of the figures that it rests on.';
COMMENT ON COLUMN decision.figure_values IS 'Their values.';
COMMENT ON COLUMN decision.retrain_task_id IS 'The task that it came from or made, 32 hexadecimal digits; empty: none.';
COMMENT ON COLUMN decision.trial_id IS 'The trial that it belongs to, 32 hexadecimal digits; empty: none.';
COMMENT ON COLUMN decision.alert_id IS 'The alert that it came from; empty: none.';
COMMENT ON COLUMN decision.trace_id IS '32 hexadecimal digits; empty: none.';
COMMENT ON COLUMN decision.reverted_by IS 'The decision that took this one back; null: it stands.';
