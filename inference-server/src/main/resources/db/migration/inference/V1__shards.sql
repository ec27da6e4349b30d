-- How detection on the feed is shared among replicas, and how far it has come.

CREATE TABLE shard_lease (
  shard      smallint    NOT NULL PRIMARY KEY,
  owner      text        NOT NULL,
  fence      bigint      NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT shard_lease_shard_range CHECK (shard >= 0)
);
COMMENT ON TABLE shard_lease IS 'Which replica consumes which shard of the feed. A shard without a row was never consumed.';
COMMENT ON COLUMN shard_lease.shard IS 'Shard of the feed, from 0.';
COMMENT ON COLUMN shard_lease.owner IS 'The replica: a name that one process at a time bears, kept beside its prediction spool.';
COMMENT ON COLUMN shard_lease.fence IS 'Rises by one with each change of owner; work under an older fence is refused.';
COMMENT ON COLUMN shard_lease.expires_at IS 'Real time until which the owner may work without renewing. In the past: anybody may take the shard.';

CREATE TABLE shard_checkpoint (
  shard      smallint    NOT NULL PRIMARY KEY,
  epoch      bigint      NOT NULL,
  position   bigint      NOT NULL,
  fence      bigint      NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT shard_checkpoint_position_range CHECK (position >= 0)
);
COMMENT ON TABLE shard_checkpoint IS 'How far each shard of the feed was scored. Moves only once everything found up to it was acknowledged by the monitor.';
COMMENT ON COLUMN shard_checkpoint.shard IS 'Shard of the feed, from 0.';
COMMENT ON COLUMN shard_checkpoint.epoch IS 'Life of the ingest database that the position belongs to.';
COMMENT ON COLUMN shard_checkpoint.position IS 'Last position of the feed whose effects are acknowledged.';
COMMENT ON COLUMN shard_checkpoint.fence IS 'Fence under which it was written.';
COMMENT ON COLUMN shard_checkpoint.updated_at IS 'Real time of the last move.';

CREATE TABLE detector_state (
  series           text     NOT NULL,
  slot             text     NOT NULL,
  shard            smallint NOT NULL,
  model            text     NOT NULL,
  version          text     NOT NULL,
  last_time_micros bigint   NOT NULL,
  position         bigint   NOT NULL,
  state            bytea,
  PRIMARY KEY (series, slot),
  CONSTRAINT detector_state_size CHECK (octet_length(state) <= 16384)
);
COMMENT ON TABLE detector_state IS 'What the detector of one series knows, as of the checkpoint of its shard.';
COMMENT ON COLUMN detector_state.series IS 'Name of the series.';
COMMENT ON COLUMN detector_state.slot IS 'Slot of the assignment, so that several detectors can run on one series; empty is the first.';
COMMENT ON COLUMN detector_state.shard IS 'Shard of the feed that carries the series.';
COMMENT ON COLUMN detector_state.model IS 'Registered model of the detector.';
COMMENT ON COLUMN detector_state.version IS 'Its semantic version; a state is of no use to another version.';
COMMENT ON COLUMN detector_state.last_time_micros IS 'Time of the newest reading that it has seen, microseconds since 1970 (UTC). Older readings are not scored.';
COMMENT ON COLUMN detector_state.position IS 'Position of the feed that changed it last.';
COMMENT ON COLUMN detector_state.state IS 'In the form of the detector''s family. NULL: larger than 16 KiB, rebuilt from history.';
