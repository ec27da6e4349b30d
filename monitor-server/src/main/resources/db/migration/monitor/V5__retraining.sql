-- When models are trained again, and the tasks that workers lease for it. Neither table grows without bound: a task a model at a
-- time, and none within the cool-down.

CREATE SEQUENCE retrain_policy_revision;
COMMENT ON SEQUENCE retrain_policy_revision IS 'Etags of policies: one that was deleted and made again never has an old one.';

CREATE TABLE retrain_policy (
  model                  text PRIMARY KEY CHECK (length(model) BETWEEN 1 AND 128),
  mape_max               double precision CHECK (mape_max > 0),
  coverage_error_max     double precision CHECK (coverage_error_max > 0 AND coverage_error_max <= 100),
  on_drift               boolean NOT NULL,
  age_max_micros         bigint CHECK (age_max_micros > 0),
  cron                   text CHECK (length(cron) BETWEEN 1 AND 128),
  trailing_micros        bigint NOT NULL CHECK (trailing_micros > 0),
  pairs_min              integer NOT NULL CHECK (pairs_min > 0),
  cool_down_micros       bigint NOT NULL CHECK (cool_down_micros > 0),
  canary_basis_points    integer CHECK (canary_basis_points BETWEEN 0 AND 10000),
  canary_pairs_min       integer CHECK (canary_pairs_min > 0),
  canary_duration_micros bigint CHECK (canary_duration_micros > 0),
  canary_significance    double precision CHECK (canary_significance > 0 AND canary_significance <= 0.5),
  approval_needed        boolean,
  disabled               boolean NOT NULL,
  revision               bigint NOT NULL UNIQUE,
  set_at                 timestamptz NOT NULL,
  cron_seen_to           timestamptz NOT NULL,
  CHECK (num_nulls(canary_basis_points, canary_pairs_min, canary_duration_micros, canary_significance, approval_needed) IN (0, 5))
);
COMMENT ON TABLE retrain_policy IS 'When a model is trained again, and what happens with the version that comes out.';
COMMENT ON COLUMN retrain_policy.model IS 'Registered model.';
COMMENT ON COLUMN retrain_policy.mape_max IS 'Percent; above it the model is trained again. Null: not looked at.';
COMMENT ON COLUMN retrain_policy.coverage_error_max IS 'Points of a percent between observed and nominal coverage. Null: not looked at.';
COMMENT ON COLUMN retrain_policy.on_drift IS 'Also on strong drift.';
COMMENT ON COLUMN retrain_policy.age_max_micros IS 'Oldest age of the champion''s version, domain time. Null: not looked at.';
COMMENT ON COLUMN retrain_policy.cron IS 'Five fields, UTC domain time. Null: no schedule.';
COMMENT ON COLUMN retrain_policy.trailing_micros IS 'Domain time over which the figures are taken.';
COMMENT ON COLUMN retrain_policy.pairs_min IS 'Fewer known pairs say nothing.';
COMMENT ON COLUMN retrain_policy.cool_down_micros IS 'Domain time from the end of a task to the next.';
COMMENT ON COLUMN retrain_policy.canary_basis_points IS 'Share of keys that a canary gets; 0: no canary. Null, as the next four: no plan, promotion at the gate.';
COMMENT ON COLUMN retrain_policy.canary_pairs_min IS 'Shadow pairs before a verdict.';
COMMENT ON COLUMN retrain_policy.canary_duration_micros IS 'Domain time after which a canary without a verdict is rolled back.';
COMMENT ON COLUMN retrain_policy.canary_significance IS 'Level of the Diebold-Mariano test.';
COMMENT ON COLUMN retrain_policy.approval_needed IS 'A person lets the promotion go on.';
COMMENT ON COLUMN retrain_policy.disabled IS 'Off without being removed.';
COMMENT ON COLUMN retrain_policy.revision IS 'New with each change: the etag.';
COMMENT ON COLUMN retrain_policy.set_at IS 'Domain time of the newest change.';
COMMENT ON COLUMN retrain_policy.cron_seen_to IS 'Domain time up to which moments of the schedule were dealt with.';

CREATE TABLE retrain_task (
  task_id           uuid PRIMARY KEY,
  number            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  model             text NOT NULL CHECK (length(model) BETWEEN 1 AND 128),
  cause             smallint NOT NULL CHECK (cause BETWEEN 1 AND 6),
  reason            text NOT NULL,
  figure_names      text[] NOT NULL,
  figure_values     double precision[] NOT NULL,
  actor             text NOT NULL,
  state             smallint NOT NULL CHECK (state BETWEEN 1 AND 5),
  champion_version  text NOT NULL,
  series            text[] NOT NULL,
  train_until       timestamptz NOT NULL,
  parameter_names   text[] NOT NULL,
  parameter_values  text[] NOT NULL,
  created_at        timestamptz NOT NULL,
  ended_at          timestamptz,
  attempts          integer NOT NULL CHECK (attempts BETWEEN 0 AND 5),
  worker            text NOT NULL,
  fence             bigint NOT NULL CHECK (fence >= 0),
  lease_term_micros bigint NOT NULL CHECK (lease_term_micros >= 0),
  lease_expires_at  timestamptz,
  completed_fence   bigint NOT NULL CHECK (completed_fence >= 0),
  progress          double precision NOT NULL CHECK (progress BETWEEN 0 AND 1),
  progress_note     text NOT NULL,
  result_version    text NOT NULL,
  failure           text NOT NULL,
  traceparent       text NOT NULL,
  CHECK (cardinality(figure_names) = cardinality(figure_values)),
  CHECK (cardinality(parameter_names) = cardinality(parameter_values)),
  CHECK ((state IN (1, 2)) = (ended_at IS NULL)),
  CHECK ((state = 2) = (lease_expires_at IS NOT NULL)),
  CHECK ((state = 3) = (result_version <> ''))
);
CREATE UNIQUE INDEX retrain_task_open ON retrain_task (model) WHERE state IN (1, 2);
CREATE INDEX retrain_task_waiting ON retrain_task (number) WHERE state IN (1, 2);
CREATE INDEX retrain_task_by_model ON retrain_task (model, number DESC);
COMMENT ON TABLE retrain_task IS 'A training that is wanted, under way, or over.';
COMMENT ON COLUMN retrain_task.task_id IS 'The id of the request that made it, or drawn by lot.';
COMMENT ON COLUMN retrain_task.number IS 'Order of making.';
COMMENT ON COLUMN retrain_task.model IS 'Registered model; at most one open or leased task each.';
COMMENT ON COLUMN retrain_task.cause IS '1 MAPE, 2 coverage, 3 drift, 4 age, 5 schedule, 6 by hand.';
COMMENT ON COLUMN retrain_task.reason IS 'One sentence with the figures.';
COMMENT ON COLUMN retrain_task.figure_names IS 'Names of the figures that the reason rests on.';
COMMENT ON COLUMN retrain_task.figure_values IS 'A value for each.';
COMMENT ON COLUMN retrain_task.actor IS 'Who asked for it; empty: a policy.';
COMMENT ON COLUMN retrain_task.state IS '1 open, 2 leased, 3 succeeded, 4 failed, 5 cancelled. A lease that ran out is as good as open.';
COMMENT ON COLUMN retrain_task.champion_version IS 'The version that is to be beaten.';
COMMENT ON COLUMN retrain_task.series IS 'To train on; empty: those of the champion''s lineage.';
COMMENT ON COLUMN retrain_task.train_until IS 'Training sees readings before this domain time.';
COMMENT ON COLUMN retrain_task.parameter_names IS 'Names of the settings for the trainer.';
COMMENT ON COLUMN retrain_task.parameter_values IS 'A value for each.';
COMMENT ON COLUMN retrain_task.created_at IS 'Domain time.';
COMMENT ON COLUMN retrain_task.ended_at IS 'Domain time of the end; null: not ended.';
COMMENT ON COLUMN retrain_task.attempts IS 'Leases so far.';
COMMENT ON COLUMN retrain_task.worker IS 'Who has or had the lease; empty: nobody yet.';
COMMENT ON COLUMN retrain_task.fence IS 'One more with each lease; calls under an older one are refused.';
COMMENT ON COLUMN retrain_task.lease_term_micros IS 'By how much a heartbeat renews the lease; 0: never leased.';
COMMENT ON COLUMN retrain_task.lease_expires_at IS 'Real time; null: not leased.';
COMMENT ON COLUMN retrain_task.completed_fence IS 'Fence of the newest completion, so that a repeat of it is known; 0: none.';
COMMENT ON COLUMN retrain_task.progress IS 'Share of the work, as the worker told.';
COMMENT ON COLUMN retrain_task.progress_note IS 'What the worker last said.';
COMMENT ON COLUMN retrain_task.result_version IS 'The version that came out; empty: none.';
COMMENT ON COLUMN retrain_task.failure IS 'Why none came out of the newest attempt; empty: nothing went wrong.';
COMMENT ON COLUMN retrain_task.traceparent IS 'W3C trace context that the worker continues; empty: none.';

CREATE TABLE retrain_request (
  request_id uuid PRIMARY KEY,
  task_id    uuid NOT NULL REFERENCES retrain_task
);
CREATE INDEX retrain_request_by_task ON retrain_request (task_id);
COMMENT ON TABLE retrain_request IS 'What requests for a task were answered with, so that a repeat gets the same.';
COMMENT ON COLUMN retrain_request.request_id IS 'Made by the client.';
COMMENT ON COLUMN retrain_request.task_id IS 'The task of the answer.';
