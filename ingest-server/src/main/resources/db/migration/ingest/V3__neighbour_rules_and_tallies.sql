-- Rules of a series that look at neighbouring readings, and counts that cannot be had from the readings themselves.

ALTER TABLE series
  ADD COLUMN change_per_second_max double precision,
  ADD COLUMN restart_below double precision,
  ADD COLUMN stale_after_micros bigint;
COMMENT ON COLUMN series.change_per_second_max IS 'Largest change between neighbours in time, in the unit of the series per second; null: any.';
COMMENT ON COLUMN series.restart_below IS 'A counter that falls below this has restarted; null: one that falls below a tenth of its value has.';
COMMENT ON COLUMN series.stale_after_micros IS 'How long the value may stay the same before readings are flagged; null: for ever.';

-- Changed in every commit that counts something, so there is room on each page for the next version of a row.
CREATE TABLE reading_tally (
  series_id integer NOT NULL,
  day date NOT NULL,
  unchanged bigint NOT NULL,
  replaced bigint NOT NULL,
  dropped bigint NOT NULL,
  out_of_order bigint NOT NULL,
  PRIMARY KEY (series_id, day)
) WITH (fillfactor = 70);
COMMENT ON TABLE reading_tally IS 'What became of readings that met others, by series and day of the reading. Only where something is to be counted.';
COMMENT ON COLUMN reading_tally.series_id IS 'Whose readings.';
COMMENT ON COLUMN reading_tally.day IS 'Of the times of the readings, in UTC.';
COMMENT ON COLUMN reading_tally.unchanged IS 'Readings that were there already with the same value and quality.';
COMMENT ON COLUMN reading_tally.replaced IS 'Readings stored in place of others.';
COMMENT ON COLUMN reading_tally.dropped IS 'Readings not stored because another was first.';
COMMENT ON COLUMN reading_tally.out_of_order IS 'Readings stored as new after a newer one of their series.';

CREATE TABLE reject_tally (
  series_id integer NOT NULL,
  day date NOT NULL,
  reason smallint NOT NULL,
  rejected bigint NOT NULL,
  PRIMARY KEY (series_id, day, reason)
) WITH (fillfactor = 70);
COMMENT ON TABLE reject_tally IS 'Rejected readings of series that are in the catalogue, by series, day and reason. Quarantine is pruned; this stays.';
COMMENT ON COLUMN reject_tally.series_id IS 'Whose readings.';
COMMENT ON COLUMN reject_tally.day IS 'Of the times of the readings, in UTC; of the commit where a time is missing or out of range.';
COMMENT ON COLUMN reject_tally.reason IS 'Number of tidewatch.ingest.v1.RejectReason.';
COMMENT ON COLUMN reject_tally.rejected IS 'How many.';
