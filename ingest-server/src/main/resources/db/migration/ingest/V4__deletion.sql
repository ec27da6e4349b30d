-- Deleting series and readings.

ALTER TABLE series ADD COLUMN purge_after timestamptz;
CREATE INDEX series_to_purge ON series (purge_after) WHERE purge_after IS NOT NULL;
COMMENT ON COLUMN series.purge_after IS 'By the real clock: from when on the rows of a deleted series may go. Null: not deleted, or nothing of it is left.';

CREATE TABLE deletion_outcome (
  request_id uuid NOT NULL,
  owner text NOT NULL,
  digest bytea NOT NULL,
  position bigint NOT NULL,
  readings_deleted bigint NOT NULL,
  series_touched bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (request_id, owner)
);
CREATE INDEX deletion_outcome_recorded_at ON deletion_outcome (recorded_at);
COMMENT ON TABLE deletion_outcome IS 'What was answered to DeleteReadings and DeleteSeries, so that a repeat is answered the same. Pruned after 24 hours.';
COMMENT ON COLUMN deletion_outcome.request_id IS 'Made by the client.';
COMMENT ON COLUMN deletion_outcome.owner IS 'Name of the API key that sent it; empty where keys are off.';
COMMENT ON COLUMN deletion_outcome.digest IS 'SHA-256 of the request without its id: a repeat must say the same.';
COMMENT ON COLUMN deletion_outcome.position IS 'The commit in the feed.';
COMMENT ON COLUMN deletion_outcome.readings_deleted IS 'As answered; 0 for a series.';
COMMENT ON COLUMN deletion_outcome.series_touched IS 'As answered; 1 for a series.';
COMMENT ON COLUMN deletion_outcome.recorded_at IS 'By the real clock.';
