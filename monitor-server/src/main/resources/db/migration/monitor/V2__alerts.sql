-- Alert rules, alerts, every transition of theirs, and silences.

CREATE SEQUENCE alert_rule_revision;

CREATE TABLE alert_rule (
  name               text PRIMARY KEY,
  revision           bigint NOT NULL,
  request_id         uuid NOT NULL UNIQUE,
  series_pattern     text NOT NULL,
  model              text NOT NULL,
  condition_kind     smallint NOT NULL CHECK (condition_kind BETWEEN 1 AND 6),
  measure            smallint CHECK (measure BETWEEN 1 AND 7),
  limit_value        double precision,
  level              double precision,
  trailing_micros    bigint CHECK (trailing_micros >= 0),
  count_min          integer CHECK (count_min >= 0),
  severity_min       smallint CHECK (severity_min BETWEEN 1 AND 4),
  strong_only        boolean,
  server             text,
  severity           smallint NOT NULL CHECK (severity BETWEEN 1 AND 4),
  hold_micros        bigint NOT NULL CHECK (hold_micros >= 0),
  resolve_micros     bigint NOT NULL CHECK (resolve_micros >= 0),
  cool_down_micros   bigint NOT NULL CHECK (cool_down_micros >= 0),
  flaps_per_hour_max integer NOT NULL CHECK (flaps_per_hour_max >= 0),
  group_by           text[] NOT NULL,
  inhibited_by       text[] NOT NULL,
  advice             text NOT NULL,
  disabled           boolean NOT NULL
);
COMMENT ON SEQUENCE alert_rule_revision IS 'Gives every state of every rule a number of its own.';
COMMENT ON TABLE alert_rule IS 'What people want to be told of.';
COMMENT ON COLUMN alert_rule.name IS 'Unique.';
COMMENT ON COLUMN alert_rule.revision IS 'Of the newest change, never used twice: the etag.';
COMMENT ON COLUMN alert_rule.request_id IS 'Of the request that made it: a repeat finds it.';
COMMENT ON COLUMN alert_rule.series_pattern IS 'Exact series or, with a trailing *, a prefix; empty: all.';
COMMENT ON COLUMN alert_rule.model IS 'Registered model; empty: all.';
COMMENT ON COLUMN alert_rule.condition_kind IS '1 accuracy, 2 drift, 3 anomaly, 4 staleness, 5 health, 6 server.';
COMMENT ON COLUMN alert_rule.measure IS 'Accuracy: 1 MAE, 2 RMSE, 3 MAPE, 4 sMAPE, 5 MASE, 6 skill, 7 coverage error.';
COMMENT ON COLUMN alert_rule.limit_value IS 'Accuracy and health: where the condition begins.';
COMMENT ON COLUMN alert_rule.level IS 'Accuracy: level of the interval whose coverage counts.';
COMMENT ON COLUMN alert_rule.trailing_micros IS 'Accuracy and anomaly: window. Staleness: how long a series may be silent. 0: what the contract says.';
COMMENT ON COLUMN alert_rule.count_min IS 'Accuracy: least pairs. Anomaly: least anomalies.';
COMMENT ON COLUMN alert_rule.severity_min IS 'Anomaly: least severity that counts.';
COMMENT ON COLUMN alert_rule.strong_only IS 'Drift: moderate drift does not count.';
COMMENT ON COLUMN alert_rule.server IS 'Server: its name; empty: any.';
COMMENT ON COLUMN alert_rule.severity IS 'Of its alerts: 1 low, 2 medium, 3 high, 4 critical.';
COMMENT ON COLUMN alert_rule.hold_micros IS 'Domain time for which the condition must hold before an alert fires.';
COMMENT ON COLUMN alert_rule.resolve_micros IS 'Domain time for which the condition must be over before an alert is resolved.';
COMMENT ON COLUMN alert_rule.cool_down_micros IS 'Domain time after a resolution in which it does not fire again.';
COMMENT ON COLUMN alert_rule.flaps_per_hour_max IS 'More transitions an hour and the alert is held firing; 0: what the contract says.';
COMMENT ON COLUMN alert_rule.group_by IS 'Labels: alerts that agree in them are delivered as one.';
COMMENT ON COLUMN alert_rule.inhibited_by IS 'Rules whose firing alerts of the same series hold back delivery.';
COMMENT ON COLUMN alert_rule.advice IS 'What a person should do; may be empty.';
COMMENT ON COLUMN alert_rule.disabled IS 'Off.';

CREATE TABLE alert (
  alert_id        uuid PRIMARY KEY,
  subject         uuid NOT NULL,
  rule            text NOT NULL,
  severity        smallint NOT NULL CHECK (severity BETWEEN 1 AND 4),
  state           smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
  series          text NOT NULL,
  model           text NOT NULL,
  version         text NOT NULL,
  device          text NOT NULL,
  server          text NOT NULL,
  summary         text NOT NULL,
  figure_names    text[] NOT NULL,
  figure_values   double precision[] NOT NULL,
  advice          text NOT NULL,
  traceparent     text NOT NULL,
  pending_since   timestamptz NOT NULL,
  firing_since    timestamptz,
  resolved_at     timestamptz,
  over_since      timestamptz,
  condition_until timestamptz,
  due_at          timestamptz,
  anomaly_ids     uuid[] NOT NULL,
  occurrences     integer NOT NULL CHECK (occurrences > 0),
  flapping        boolean NOT NULL,
  actor           text NOT NULL,
  revision        integer NOT NULL CHECK (revision > 0),
  CHECK ((state = 4) = (resolved_at IS NOT NULL))
);
CREATE UNIQUE INDEX alert_open ON alert (subject) WHERE state <> 4;
CREATE INDEX alert_open_by_rule ON alert (rule) WHERE state <> 4;
CREATE INDEX alert_due ON alert (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alert_closed_by_subject ON alert (subject, resolved_at) WHERE state = 4;
CREATE INDEX alert_by_begin ON alert (pending_since DESC, alert_id);
CREATE INDEX alert_by_series ON alert (series, pending_since DESC);
COMMENT ON TABLE alert IS 'A rule that holds, or held, for one thing. At most one that is not resolved per rule and labels.';
COMMENT ON COLUMN alert.alert_id IS 'Hash of subject, begin and the alert before it.';
COMMENT ON COLUMN alert.subject IS 'Hash of rule and labels.';
COMMENT ON COLUMN alert.rule IS 'Name of the rule, which may be gone.';
COMMENT ON COLUMN alert.severity IS '1 low, 2 medium, 3 high, 4 critical: that of the rule when it began.';
COMMENT ON COLUMN alert.state IS '1 pending, 2 firing, 3 acknowledged, 4 resolved.';
COMMENT ON COLUMN alert.series IS 'Label; empty: not about one.';
COMMENT ON COLUMN alert.model IS 'Label, model or detector; empty: not about one.';
COMMENT ON COLUMN alert.version IS 'Label; empty: not about one.';
COMMENT ON COLUMN alert.device IS 'Label; empty: not about one.';
COMMENT ON COLUMN alert.server IS 'Label; empty: not about one.';
COMMENT ON COLUMN alert.summary IS 'One sentence: why, with the figures.';
COMMENT ON COLUMN alert.figure_names IS 'Measures.';
COMMENT ON COLUMN alert.figure_values IS 'One per measure.';
COMMENT ON COLUMN alert.advice IS 'What to do, as the rule said; may be empty.';
COMMENT ON COLUMN alert.traceparent IS 'W3C trace context of what led to it; empty: none.';
COMMENT ON COLUMN alert.pending_since IS 'Domain time at which the condition came true first.';
COMMENT ON COLUMN alert.firing_since IS 'Domain time; null: it has not fired.';
COMMENT ON COLUMN alert.resolved_at IS 'Domain time; null: it is open.';
COMMENT ON COLUMN alert.over_since IS 'Domain time from which the condition is over; null: it holds.';
COMMENT ON COLUMN alert.condition_until IS 'For anomalies: domain time to which the condition holds if no other is found; null: looked at anew each time.';
COMMENT ON COLUMN alert.due_at IS 'For anomalies: domain time at which it must be looked at; null: nothing to do.';
COMMENT ON COLUMN alert.anomaly_ids IS 'Anomalies that it stands for, the newest 100, oldest first.';
COMMENT ON COLUMN alert.occurrences IS 'How often the condition came true while it was open.';
COMMENT ON COLUMN alert.flapping IS 'Held firing, since it changed too often.';
COMMENT ON COLUMN alert.actor IS 'Who acknowledged it; empty: nobody.';
COMMENT ON COLUMN alert.revision IS 'One more with each transition: the etag.';

CREATE TABLE alert_transition (
  position   bigint PRIMARY KEY CHECK (position > 0),
  alert_id   uuid NOT NULL REFERENCES alert,
  subject    uuid NOT NULL,
  from_state smallint CHECK (from_state BETWEEN 1 AND 4),
  to_state   smallint NOT NULL CHECK (to_state BETWEEN 1 AND 4),
  changed_at timestamptz NOT NULL,
  actor      text NOT NULL,
  reason     text NOT NULL
);
CREATE INDEX alert_transition_by_alert ON alert_transition (alert_id, position);
CREATE INDEX alert_transition_by_subject ON alert_transition (subject, changed_at);
COMMENT ON TABLE alert_transition IS 'Every change of state of every alert, in the order of commits and without gaps: what watchers and deliveries follow.';
COMMENT ON COLUMN alert_transition.position IS 'Place in that order, from 1.';
COMMENT ON COLUMN alert_transition.alert_id IS 'The alert.';
COMMENT ON COLUMN alert_transition.subject IS 'Of the alert, so that flapping is counted fast.';
COMMENT ON COLUMN alert_transition.from_state IS 'As alert.state; null for the first.';
COMMENT ON COLUMN alert_transition.to_state IS 'As alert.state.';
COMMENT ON COLUMN alert_transition.changed_at IS 'Domain time.';
COMMENT ON COLUMN alert_transition.actor IS 'Person; empty: the server.';
COMMENT ON COLUMN alert_transition.reason IS 'One sentence.';

CREATE TABLE alert_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch    bigint NOT NULL,
  position bigint NOT NULL CHECK (position >= 0)
);
COMMENT ON TABLE alert_head IS 'Newest position of alert_transition. Its row lock, held to commit, makes position order commit order.';
COMMENT ON COLUMN alert_head.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN alert_head.epoch IS 'Life of this database, as in anomaly_head.';
COMMENT ON COLUMN alert_head.position IS 'Newest position; 0: none.';
INSERT INTO alert_head (epoch, position) SELECT epoch, 0 FROM anomaly_head;

CREATE TABLE alert_progress (
  only_row         boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  anomaly_position bigint NOT NULL CHECK (anomaly_position >= 0),
  evaluator        text NOT NULL,
  evaluates_until  timestamptz NOT NULL
);
COMMENT ON TABLE alert_progress IS 'How far alerts have come, and which replica evaluates the conditions that are looked at from time to time.';
COMMENT ON COLUMN alert_progress.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN alert_progress.anomaly_position IS 'Every change of anomaly_change up to it has had its effect on the alerts.';
COMMENT ON COLUMN alert_progress.evaluator IS 'The replica; empty: nobody yet.';
COMMENT ON COLUMN alert_progress.evaluates_until IS 'Real time until which that is its duty; another takes over after that.';
INSERT INTO alert_progress (anomaly_position, evaluator, evaluates_until)
SELECT position, '', timestamptz '1970-01-01 00:00:00+00' FROM anomaly_head;

-- Anomalies of a trailing window are counted by the time of their report.
CREATE INDEX anomaly_by_report ON anomaly (series_id, reported_at);

CREATE TABLE silence (
  silence_id uuid PRIMARY KEY,
  labels     text[] NOT NULL,
  patterns   text[] NOT NULL,
  starts_at  timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  actor      text NOT NULL,
  reason     text NOT NULL,
  CHECK (cardinality(labels) = cardinality(patterns) AND cardinality(labels) > 0),
  CHECK (starts_at <= ends_at)
);
CREATE INDEX silence_by_end ON silence (ends_at DESC, silence_id);
COMMENT ON TABLE silence IS 'Times in which matching alerts are kept but not delivered.';
COMMENT ON COLUMN silence.silence_id IS 'That of the request that made it: a repeat finds it.';
COMMENT ON COLUMN silence.labels IS 'Labels that are looked at; all must match.';
COMMENT ON COLUMN silence.patterns IS 'One per label: exact or, with a trailing *, a prefix.';
COMMENT ON COLUMN silence.starts_at IS 'Domain time, inclusive.';
COMMENT ON COLUMN silence.ends_at IS 'Domain time, exclusive.';
COMMENT ON COLUMN silence.actor IS 'Who made it, or ended it early.';
COMMENT ON COLUMN silence.reason IS 'Why.';
