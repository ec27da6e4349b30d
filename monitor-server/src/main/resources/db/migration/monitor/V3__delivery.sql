-- Delivery of alerts: targets, the queue, and what is held back.

CREATE TABLE delivery_target (
  target_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name             text COLLATE "C" NOT NULL UNIQUE,
  request_id       uuid NOT NULL UNIQUE,
  url              text NOT NULL,
  format           smallint NOT NULL CHECK (format BETWEEN 1 AND 3),
  secret           text NOT NULL,
  matcher_labels   text[] NOT NULL,
  matcher_patterns text[] NOT NULL,
  attempts_max     integer NOT NULL CHECK (attempts_max BETWEEN 1 AND 100),
  disabled         boolean NOT NULL,
  revision         integer NOT NULL CHECK (revision > 0),
  CHECK (cardinality(matcher_labels) = cardinality(matcher_patterns))
);
COMMENT ON TABLE delivery_target IS 'Where alerts are delivered to.';
COMMENT ON COLUMN delivery_target.target_id IS 'Stands for it in the queue; never used again.';
COMMENT ON COLUMN delivery_target.name IS 'Unique; may be used again after a deletion.';
COMMENT ON COLUMN delivery_target.request_id IS 'Client-made, of the request that made it: a repeat makes no other.';
COMMENT ON COLUMN delivery_target.url IS 'http or https.';
COMMENT ON COLUMN delivery_target.format IS '1 this contract''s JSON, 2 Slack, 3 Alertmanager v2.';
COMMENT ON COLUMN delivery_target.secret IS 'Signs bodies, so it is kept as it was given; no API, log or error shows it. Empty: not signed.';
COMMENT ON COLUMN delivery_target.matcher_labels IS 'Labels of the matchers, all of which must match.';
COMMENT ON COLUMN delivery_target.matcher_patterns IS 'For each: exact value or, with a trailing *, a prefix.';
COMMENT ON COLUMN delivery_target.attempts_max IS 'Attempts before a delivery is given up.';
COMMENT ON COLUMN delivery_target.disabled IS 'Nothing is queued for it, and what is queued waits.';
COMMENT ON COLUMN delivery_target.revision IS 'One more with each change: the etag.';

CREATE TABLE delivery (
  delivery_id      uuid PRIMARY KEY,
  target_id        bigint NOT NULL REFERENCES delivery_target ON DELETE CASCADE,
  position         bigint NOT NULL CHECK (position > 0),
  order_key        text NOT NULL,
  collecting       boolean NOT NULL,
  events           text[] NOT NULL CHECK (cardinality(events) > 0),
  traceparent      text NOT NULL,
  state            smallint NOT NULL CHECK (state BETWEEN 1 AND 3),
  attempts         integer NOT NULL CHECK (attempts >= 0),
  due_at           timestamptz NOT NULL,
  first_attempt_at timestamptz,
  last_attempt_at  timestamptz,
  error            text NOT NULL,
  settled_at       timestamptz,
  CHECK ((state = 1) = (settled_at IS NULL))
);
CREATE INDEX delivery_due ON delivery (target_id, due_at) WHERE state = 1;
CREATE INDEX delivery_in_order ON delivery (target_id, order_key, position) WHERE state = 1;
CREATE INDEX delivery_settled ON delivery (state, settled_at) WHERE state <> 1;
CREATE INDEX delivery_dead ON delivery (last_attempt_at DESC, delivery_id) WHERE state = 3;
COMMENT ON TABLE delivery IS 'What targets are told, and what came of it. All times are real.';
COMMENT ON COLUMN delivery.delivery_id IS 'Hash of the target and the first transition: the same on every attempt.';
COMMENT ON COLUMN delivery.target_id IS 'The target.';
COMMENT ON COLUMN delivery.position IS 'Of the first transition (alert_transition).';
COMMENT ON COLUMN delivery.order_key IS 'Alert or group: deliveries of one target with the same key are sent one after the other.';
COMMENT ON COLUMN delivery.collecting IS 'A group that still takes further transitions.';
COMMENT ON COLUMN delivery.events IS 'AlertEvents of the contract as JSON, oldest first: the transition, and the alert as it was when queued.';
COMMENT ON COLUMN delivery.traceparent IS 'W3C trace context that led to the first alert; empty: none.';
COMMENT ON COLUMN delivery.state IS '1 queued, 2 delivered, 3 given up.';
COMMENT ON COLUMN delivery.attempts IS 'Begun so far, since it was queued or put back.';
COMMENT ON COLUMN delivery.due_at IS 'When it may be sent; while it is being sent, when the lease on it ends.';
COMMENT ON COLUMN delivery.first_attempt_at IS 'Begin of the first attempt; null: none yet.';
COMMENT ON COLUMN delivery.last_attempt_at IS 'Begin of the newest attempt; null: none yet.';
COMMENT ON COLUMN delivery.error IS 'What the newest failed attempt met; empty: none failed.';
COMMENT ON COLUMN delivery.settled_at IS 'When it was delivered or given up; null: queued.';

CREATE TABLE delivery_held (
  alert_id  uuid PRIMARY KEY REFERENCES alert ON DELETE CASCADE,
  position  bigint NOT NULL CHECK (position > 0),
  announced boolean NOT NULL,
  judge_at  timestamptz NOT NULL
);
CREATE INDEX delivery_held_to_judge ON delivery_held (judge_at);
COMMENT ON TABLE delivery_held IS 'Alerts whose newest transition a silence or another alert holds back.';
COMMENT ON COLUMN delivery_held.alert_id IS 'The alert.';
COMMENT ON COLUMN delivery_held.position IS 'Its newest transition that was held back.';
COMMENT ON COLUMN delivery_held.announced IS 'Targets were told that it fires, so they must be told of its end.';
COMMENT ON COLUMN delivery_held.judge_at IS 'Real time from which it is judged again.';

CREATE TABLE delivery_follower (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL CHECK (position >= 0)
);
COMMENT ON TABLE delivery_follower IS 'How far transitions were fanned out. Its row lock lets one replica at a time do so.';
COMMENT ON COLUMN delivery_follower.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN delivery_follower.position IS 'Newest transition whose deliveries are queued.';
INSERT INTO delivery_follower (position) SELECT position FROM alert_head;
