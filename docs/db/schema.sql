-- The whole database of Tidewatch on plain PostgreSQL, one schema per server.
-- Generated from the migrations by `./tidewatch docs`; the migrations are what servers run.

SET check_function_bodies = false;


-- ==================== ingest ====================

CREATE SCHEMA ingest;

CREATE TABLE ingest.as_of_floor (
  only_row boolean DEFAULT true NOT NULL,
  position bigint NOT NULL,
  CONSTRAINT as_of_floor_pkey PRIMARY KEY (only_row),
  CONSTRAINT as_of_floor_only_row_check CHECK (only_row)
);
COMMENT ON TABLE ingest.as_of_floor IS 'From where on reads as of a position are exact.';
COMMENT ON COLUMN ingest.as_of_floor.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN ingest.as_of_floor.position IS 'The oldest position that one may read as of. Never falls.';

CREATE TABLE ingest.deletion_outcome (
  request_id uuid NOT NULL,
  owner text NOT NULL,
  digest bytea NOT NULL,
  position bigint NOT NULL,
  readings_deleted bigint NOT NULL,
  series_touched bigint NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  CONSTRAINT deletion_outcome_pkey PRIMARY KEY (request_id, owner)
);
COMMENT ON TABLE ingest.deletion_outcome IS 'What was answered to DeleteReadings and DeleteSeries, so that a repeat is answered the same. Pruned after 24 hours.';
COMMENT ON COLUMN ingest.deletion_outcome.request_id IS 'Made by the client.';
COMMENT ON COLUMN ingest.deletion_outcome.owner IS 'Name of the API key that sent it; empty where keys are off.';
COMMENT ON COLUMN ingest.deletion_outcome.digest IS 'SHA-256 of the request without its id: a repeat must say the same.';
COMMENT ON COLUMN ingest.deletion_outcome.position IS 'The commit in the feed.';
COMMENT ON COLUMN ingest.deletion_outcome.readings_deleted IS 'As answered; 0 for a series.';
COMMENT ON COLUMN ingest.deletion_outcome.series_touched IS 'As answered; 1 for a series.';
COMMENT ON COLUMN ingest.deletion_outcome.recorded_at IS 'By the real clock.';
CREATE INDEX deletion_outcome_recorded_at ON ingest.deletion_outcome USING btree (recorded_at);

CREATE TABLE ingest.feed_block (
  position bigint NOT NULL,
  commit_id bigint NOT NULL,
  commit_time timestamp with time zone NOT NULL,
  settled_below bigint NOT NULL,
  newest_commit_id bigint NOT NULL,
  stored_at timestamp with time zone NOT NULL,
  byte_count integer NOT NULL,
  reading_count integer NOT NULL,
  CONSTRAINT feed_block_pkey PRIMARY KEY ("position"),
  CONSTRAINT feed_block_commit_id_key UNIQUE (commit_id)
);
COMMENT ON TABLE ingest.feed_block IS 'One row a commit: which position a commit id got. Kept for ever; the bytes are in feed_section.';
COMMENT ON COLUMN ingest.feed_block.position IS 'Gapless, in the order of commits.';
COMMENT ON COLUMN ingest.feed_block.commit_id IS 'What the rows of the commit carry: the id of its transaction, known before its position. 0 in rows of a restored database.';
COMMENT ON COLUMN ingest.feed_block.commit_time IS 'By the domain clock, never falling.';
COMMENT ON COLUMN ingest.feed_block.settled_below IS 'Every commit id below this one has a smaller position, or none.';
COMMENT ON COLUMN ingest.feed_block.newest_commit_id IS 'The greatest commit id up to this position. A row is visible as of this position if its commit id is below settled_below, or belongs to a block up to it.';
COMMENT ON COLUMN ingest.feed_block.stored_at IS 'By the real clock: how old it is for pruning.';
COMMENT ON COLUMN ingest.feed_block.byte_count IS 'Size of its sections.';
COMMENT ON COLUMN ingest.feed_block.reading_count IS 'Readings stored by it, new and replaced.';
CREATE INDEX feed_block_commit_time ON ingest.feed_block USING btree (commit_time);
CREATE INDEX feed_block_stored_at ON ingest.feed_block USING btree (stored_at);

CREATE TABLE ingest.feed_consumer (
  consumer_id text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  created_at timestamp with time zone NOT NULL,
  checkpoint_at timestamp with time zone,
  CONSTRAINT feed_consumer_pkey PRIMARY KEY (consumer_id)
);
COMMENT ON TABLE ingest.feed_consumer IS 'For whom sections are kept.';
COMMENT ON COLUMN ingest.feed_consumer.consumer_id IS 'Chosen by the consumer.';
COMMENT ON COLUMN ingest.feed_consumer.position IS 'It is done with everything up to here.';
COMMENT ON COLUMN ingest.feed_consumer.created_at IS 'By the domain clock.';
COMMENT ON COLUMN ingest.feed_consumer.checkpoint_at IS 'By the domain clock; null: never.';

CREATE TABLE ingest.feed_floor (
  only_row boolean DEFAULT true NOT NULL,
  position bigint NOT NULL,
  CONSTRAINT feed_floor_pkey PRIMARY KEY (only_row),
  CONSTRAINT feed_floor_only_row_check CHECK (only_row)
);
COMMENT ON TABLE ingest.feed_floor IS 'Up to where sections were pruned.';
COMMENT ON COLUMN ingest.feed_floor.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN ingest.feed_floor.position IS 'The oldest position one may subscribe after.';

CREATE TABLE ingest.feed_head (
  only_row boolean DEFAULT true NOT NULL,
  epoch bigint NOT NULL,
  position bigint NOT NULL,
  commit_time timestamp with time zone NOT NULL,
  newest_commit_id bigint NOT NULL,
  catalogue_revision bigint NOT NULL,
  CONSTRAINT feed_head_pkey PRIMARY KEY (only_row),
  CONSTRAINT feed_head_only_row_check CHECK (only_row)
);
COMMENT ON TABLE ingest.feed_head IS 'The newest commit. Every commit updates this row last and holds its lock to the end, so that the order of positions is the order of commits.';
COMMENT ON COLUMN ingest.feed_head.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN ingest.feed_head.epoch IS 'The life of the database; a restore starts a new one.';
COMMENT ON COLUMN ingest.feed_head.position IS 'Gapless; 0 before the first commit.';
COMMENT ON COLUMN ingest.feed_head.commit_time IS 'By the domain clock, never falling.';
COMMENT ON COLUMN ingest.feed_head.newest_commit_id IS 'The greatest commit id that has a position.';
COMMENT ON COLUMN ingest.feed_head.catalogue_revision IS 'Grows with every change of the catalogue but creations. A commit that was checked against an older one is rolled back and checked again.';

CREATE TABLE ingest.feed_section (
  commit_id bigint NOT NULL,
  shard smallint NOT NULL,
  content bytea NOT NULL,
  CONSTRAINT feed_section_pkey PRIMARY KEY (commit_id, shard)
);
COMMENT ON TABLE ingest.feed_section IS 'What a commit changed, by shard. Pruned once every registered consumer has passed it.';
COMMENT ON COLUMN ingest.feed_section.commit_id IS 'See feed_block.';
COMMENT ON COLUMN ingest.feed_section.shard IS 'See series.shard.';
COMMENT ON COLUMN ingest.feed_section.content IS 'An encoded tidewatch.ingest.v1.ShardSection, sent to subscribers as it is.';

CREATE TABLE ingest.layout (
  only_row boolean DEFAULT true NOT NULL,
  kind text NOT NULL,
  shard_count integer NOT NULL,
  CONSTRAINT layout_pkey PRIMARY KEY (only_row),
  CONSTRAINT layout_kind_check CHECK (kind = ANY (ARRAY['plain'::text, 'timescale'::text])),
  CONSTRAINT layout_only_row_check CHECK (only_row),
  CONSTRAINT layout_shard_count_check CHECK (shard_count >= 1 AND shard_count <= 1024)
);
COMMENT ON TABLE ingest.layout IS 'How this database was laid out by its first migration. One row, never changed.';
COMMENT ON COLUMN ingest.layout.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN ingest.layout.kind IS 'plain: native monthly partitions. timescale: hypertables. An extension that appears later changes nothing.';
COMMENT ON COLUMN ingest.layout.shard_count IS 'How many shards the feed has; a series belongs to FNV-1a-64(name) modulo this.';

CREATE TABLE ingest.quarantine (
  quarantine_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  series text COLLATE "C" NOT NULL,
  time_micros bigint,
  value double precision,
  quality integer NOT NULL,
  reason smallint NOT NULL,
  message text NOT NULL,
  writer_id text NOT NULL,
  sequence bigint NOT NULL,
  index integer NOT NULL,
  rejected_at timestamp with time zone NOT NULL,
  CONSTRAINT quarantine_pkey PRIMARY KEY (quarantine_id)
);
COMMENT ON TABLE ingest.quarantine IS 'Readings that were rejected, as they were sent.';
COMMENT ON COLUMN ingest.quarantine.quarantine_id IS 'Grows; not gapless.';
COMMENT ON COLUMN ingest.quarantine.series IS 'As sent, even if it is not a name; at most 255 characters of it.';
COMMENT ON COLUMN ingest.quarantine.time_micros IS 'As sent, rounded down to microseconds; null: none was sent, or out of 64 bits.';
COMMENT ON COLUMN ingest.quarantine.value IS 'As sent, NaN included; null: none was sent.';
COMMENT ON COLUMN ingest.quarantine.quality IS 'As sent.';
COMMENT ON COLUMN ingest.quarantine.reason IS 'Number of tidewatch.ingest.v1.RejectReason.';
COMMENT ON COLUMN ingest.quarantine.message IS 'For people.';
COMMENT ON COLUMN ingest.quarantine.writer_id IS 'Who sent it; empty: by a unary request.';
COMMENT ON COLUMN ingest.quarantine.sequence IS 'Its batch; 0: by a unary request.';
COMMENT ON COLUMN ingest.quarantine.index IS 'Its index in the batch.';
COMMENT ON COLUMN ingest.quarantine.rejected_at IS 'By the domain clock.';
CREATE INDEX quarantine_rejected_at ON ingest.quarantine USING btree (rejected_at);
CREATE INDEX quarantine_series ON ingest.quarantine USING btree (series, quarantine_id);

CREATE TABLE ingest.reading (
  time timestamp with time zone NOT NULL,
  value double precision NOT NULL,
  commit_id bigint NOT NULL,
  series_id integer NOT NULL,
  quality smallint NOT NULL,
  CONSTRAINT reading_pkey PRIMARY KEY (series_id, "time")
) PARTITION BY RANGE ("time");
COMMENT ON TABLE ingest.reading IS 'The readings as they are now. Plain: native monthly partitions named reading_yYYYYmMM. Timescale: a hypertable.';
COMMENT ON COLUMN ingest.reading.time IS 'UTC, whole microseconds.';
COMMENT ON COLUMN ingest.reading.value IS 'Finite; in the unit of the series.';
COMMENT ON COLUMN ingest.reading.commit_id IS 'The commit that stored this value; see feed_block.';
COMMENT ON COLUMN ingest.reading.series_id IS 'Whose reading it is. No foreign key: it is checked against the catalogue revision at commit.';
COMMENT ON COLUMN ingest.reading.quality IS 'Sum of tidewatch.ingest.v1.QualityFlag bits.';

CREATE TABLE ingest.reading_day (
  series_id integer,
  bucket timestamp with time zone,
  reading_count bigint,
  value_sum double precision,
  value_m2 double precision,
  value_min double precision,
  value_max double precision,
  value_first double precision,
  time_first timestamp with time zone,
  value_last double precision,
  time_last timestamp with time zone
);
COMMENT ON TABLE ingest.reading_day IS 'Rollup by days of UTC, kept by the server.';
COMMENT ON COLUMN ingest.reading_day.series_id IS 'Whose readings.';
COMMENT ON COLUMN ingest.reading_day.bucket IS 'Its begin.';
COMMENT ON COLUMN ingest.reading_day.reading_count IS 'How many, never 0. Minutes of an hour are to be relied on only if the hour has more than 240.';
COMMENT ON COLUMN ingest.reading_day.value_sum IS 'Their sum. Not to be relied on if the smallest or largest is 1e140 or more in size.';
COMMENT ON COLUMN ingest.reading_day.value_m2 IS 'Sum of their squared deviations from their mean. To be relied on as the sum is.';
COMMENT ON COLUMN ingest.reading_day.value_min IS 'The smallest.';
COMMENT ON COLUMN ingest.reading_day.value_max IS 'The largest.';
COMMENT ON COLUMN ingest.reading_day.value_first IS 'The oldest.';
COMMENT ON COLUMN ingest.reading_day.time_first IS 'When that was.';
COMMENT ON COLUMN ingest.reading_day.value_last IS 'The newest.';
COMMENT ON COLUMN ingest.reading_day.time_last IS 'When that was.';
CREATE UNIQUE INDEX reading_day_key ON ingest.reading_day USING btree (series_id, bucket);

CREATE TABLE ingest.reading_hour (
  series_id integer,
  bucket timestamp with time zone,
  reading_count bigint,
  value_sum double precision,
  value_m2 double precision,
  value_min double precision,
  value_max double precision,
  value_first double precision,
  time_first timestamp with time zone,
  value_last double precision,
  time_last timestamp with time zone
);
COMMENT ON TABLE ingest.reading_hour IS 'Rollup by hours of UTC, kept by the server.';
COMMENT ON COLUMN ingest.reading_hour.series_id IS 'Whose readings.';
COMMENT ON COLUMN ingest.reading_hour.bucket IS 'Its begin.';
COMMENT ON COLUMN ingest.reading_hour.reading_count IS 'How many, never 0. Minutes of an hour are to be relied on only if the hour has more than 240.';
COMMENT ON COLUMN ingest.reading_hour.value_sum IS 'Their sum. Not to be relied on if the smallest or largest is 1e140 or more in size.';
COMMENT ON COLUMN ingest.reading_hour.value_m2 IS 'Sum of their squared deviations from their mean. To be relied on as the sum is.';
COMMENT ON COLUMN ingest.reading_hour.value_min IS 'The smallest.';
COMMENT ON COLUMN ingest.reading_hour.value_max IS 'The largest.';
COMMENT ON COLUMN ingest.reading_hour.value_first IS 'The oldest.';
COMMENT ON COLUMN ingest.reading_hour.time_first IS 'When that was.';
COMMENT ON COLUMN ingest.reading_hour.value_last IS 'The newest.';
COMMENT ON COLUMN ingest.reading_hour.time_last IS 'When that was.';
CREATE UNIQUE INDEX reading_hour_key ON ingest.reading_hour USING btree (series_id, bucket);

CREATE TABLE ingest.reading_minute (
  series_id integer,
  bucket timestamp with time zone,
  reading_count bigint,
  value_sum double precision,
  value_m2 double precision,
  value_min double precision,
  value_max double precision,
  value_first double precision,
  time_first timestamp with time zone,
  value_last double precision,
  time_last timestamp with time zone
);
COMMENT ON TABLE ingest.reading_minute IS 'Rollup by minutes of UTC, kept by the server.';
COMMENT ON COLUMN ingest.reading_minute.series_id IS 'Whose readings.';
COMMENT ON COLUMN ingest.reading_minute.bucket IS 'Its begin.';
COMMENT ON COLUMN ingest.reading_minute.reading_count IS 'How many, never 0. Minutes of an hour are to be relied on only if the hour has more than 240.';
COMMENT ON COLUMN ingest.reading_minute.value_sum IS 'Their sum. Not to be relied on if the smallest or largest is 1e140 or more in size.';
COMMENT ON COLUMN ingest.reading_minute.value_m2 IS 'Sum of their squared deviations from their mean. To be relied on as the sum is.';
COMMENT ON COLUMN ingest.reading_minute.value_min IS 'The smallest.';
COMMENT ON COLUMN ingest.reading_minute.value_max IS 'The largest.';
COMMENT ON COLUMN ingest.reading_minute.value_first IS 'The oldest.';
COMMENT ON COLUMN ingest.reading_minute.time_first IS 'When that was.';
COMMENT ON COLUMN ingest.reading_minute.value_last IS 'The newest.';
COMMENT ON COLUMN ingest.reading_minute.time_last IS 'When that was.';
CREATE UNIQUE INDEX reading_minute_key ON ingest.reading_minute USING btree (series_id, bucket);

CREATE TABLE ingest.reading_sketch (
  series_id integer NOT NULL,
  hour timestamp with time zone NOT NULL,
  sketch bytea NOT NULL,
  CONSTRAINT reading_sketch_pkey PRIMARY KEY (series_id, hour)
);
COMMENT ON TABLE ingest.reading_sketch IS 'How the values of each hour are distributed, for percentiles. Kept by the server.';
COMMENT ON COLUMN ingest.reading_sketch.series_id IS 'Whose readings.';
COMMENT ON COLUMN ingest.reading_sketch.hour IS 'Its begin, UTC.';
COMMENT ON COLUMN ingest.reading_sketch.sketch IS 'A mergeable quantile sketch; format: class QuantileSketch.';

CREATE TABLE ingest.reading_superseded (
  series_id integer NOT NULL,
  time timestamp with time zone NOT NULL,
  value double precision NOT NULL,
  quality smallint NOT NULL,
  commit_id bigint NOT NULL,
  superseded_by bigint NOT NULL,
  CONSTRAINT reading_superseded_pkey PRIMARY KEY (series_id, "time", commit_id)
);
COMMENT ON TABLE ingest.reading_superseded IS 'Readings as they were before they were replaced or deleted; what reads as of an earlier position need.';
COMMENT ON COLUMN ingest.reading_superseded.series_id IS 'Whose reading it was.';
COMMENT ON COLUMN ingest.reading_superseded.time IS 'UTC, whole microseconds.';
COMMENT ON COLUMN ingest.reading_superseded.value IS 'The value that was replaced.';
COMMENT ON COLUMN ingest.reading_superseded.quality IS 'Its quality.';
COMMENT ON COLUMN ingest.reading_superseded.commit_id IS 'The commit that had stored it.';
COMMENT ON COLUMN ingest.reading_superseded.superseded_by IS 'The commit that replaced or deleted it.';
CREATE INDEX reading_superseded_by ON ingest.reading_superseded USING btree (superseded_by);

CREATE TABLE ingest.reading_tally (
  series_id integer NOT NULL,
  day date NOT NULL,
  unchanged bigint NOT NULL,
  replaced bigint NOT NULL,
  dropped bigint NOT NULL,
  out_of_order bigint NOT NULL,
  CONSTRAINT reading_tally_pkey PRIMARY KEY (series_id, day)
) WITH (fillfactor=70);
COMMENT ON TABLE ingest.reading_tally IS 'What became of readings that met others, by series and day of the reading. Only where something is to be counted.';
COMMENT ON COLUMN ingest.reading_tally.series_id IS 'Whose readings.';
COMMENT ON COLUMN ingest.reading_tally.day IS 'Of the times of the readings, in UTC.';
COMMENT ON COLUMN ingest.reading_tally.unchanged IS 'Readings that were there already with the same value and quality.';
COMMENT ON COLUMN ingest.reading_tally.replaced IS 'Readings stored in place of others.';
COMMENT ON COLUMN ingest.reading_tally.dropped IS 'Readings not stored because another was first.';
COMMENT ON COLUMN ingest.reading_tally.out_of_order IS 'Readings stored as new after a newer one of their series.';

CREATE TABLE ingest.reject_tally (
  series_id integer NOT NULL,
  day date NOT NULL,
  reason smallint NOT NULL,
  rejected bigint NOT NULL,
  CONSTRAINT reject_tally_pkey PRIMARY KEY (series_id, day, reason)
) WITH (fillfactor=70);
COMMENT ON TABLE ingest.reject_tally IS 'Rejected readings of series that are in the catalogue, by series, day and reason. Quarantine is pruned; this stays.';
COMMENT ON COLUMN ingest.reject_tally.series_id IS 'Whose readings.';
COMMENT ON COLUMN ingest.reject_tally.day IS 'Of the times of the readings, in UTC; of the commit where a time is missing or out of range.';
COMMENT ON COLUMN ingest.reject_tally.reason IS 'Number of tidewatch.ingest.v1.RejectReason.';
COMMENT ON COLUMN ingest.reject_tally.rejected IS 'How many.';

CREATE TABLE ingest.request_outcome (
  request_id uuid NOT NULL,
  owner text NOT NULL,
  position bigint NOT NULL,
  outcome bytea NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  CONSTRAINT request_outcome_pkey PRIMARY KEY (request_id)
);
COMMENT ON TABLE ingest.request_outcome IS 'What was answered to unary requests, so that a repeat is answered the same. Pruned after 24 hours.';
COMMENT ON COLUMN ingest.request_outcome.request_id IS 'Made by the client.';
COMMENT ON COLUMN ingest.request_outcome.owner IS 'Name of the API key that sent it; empty where keys are off.';
COMMENT ON COLUMN ingest.request_outcome.position IS 'The commit in the feed.';
COMMENT ON COLUMN ingest.request_outcome.outcome IS 'Digest, counts and rejects; format: class OutcomeCodec.';
COMMENT ON COLUMN ingest.request_outcome.recorded_at IS 'By the real clock.';
CREATE INDEX request_outcome_recorded_at ON ingest.request_outcome USING btree (recorded_at);

CREATE TABLE ingest.rollup_head (
  only_row boolean DEFAULT true NOT NULL,
  epoch bigint NOT NULL,
  position bigint NOT NULL,
  rebuilt_through integer,
  CONSTRAINT rollup_head_pkey PRIMARY KEY (only_row),
  CONSTRAINT rollup_head_only_row_check CHECK (only_row)
);
COMMENT ON TABLE ingest.rollup_head IS 'How far the rollups have followed the feed. A bucket is exact unless its hour is in rollup_pending or changed after this position.';
COMMENT ON COLUMN ingest.rollup_head.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN ingest.rollup_head.epoch IS 'Of the feed; in another epoch the rollups are made anew.';
COMMENT ON COLUMN ingest.rollup_head.position IS 'What changed up to here is marked.';
COMMENT ON COLUMN ingest.rollup_head.rebuilt_through IS 'While everything is being marked: series ids up to this one are. Null: all are.';

CREATE TABLE ingest.rollup_pending (
  series_id integer NOT NULL,
  hour timestamp with time zone NOT NULL,
  marked_at timestamp with time zone NOT NULL,
  CONSTRAINT rollup_pending_pkey PRIMARY KEY (series_id, hour)
);
COMMENT ON TABLE ingest.rollup_pending IS 'Hours that changed since their buckets were computed.';
COMMENT ON COLUMN ingest.rollup_pending.series_id IS 'Whose.';
COMMENT ON COLUMN ingest.rollup_pending.hour IS 'Its begin, UTC.';
COMMENT ON COLUMN ingest.rollup_pending.marked_at IS 'By the real clock, to within half of the quiet time: it is computed once nothing came for a while.';
CREATE INDEX rollup_pending_hour ON ingest.rollup_pending USING btree (hour);
CREATE INDEX rollup_pending_marked_at ON ingest.rollup_pending USING btree (marked_at);

CREATE TABLE ingest.series (
  series_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
  name text COLLATE "C" NOT NULL,
  shard smallint NOT NULL,
  device text COLLATE "C" NOT NULL,
  point text NOT NULL,
  display_name text NOT NULL,
  description text NOT NULL,
  unit text NOT NULL,
  labels jsonb NOT NULL,
  kind smallint NOT NULL,
  states jsonb NOT NULL,
  duplicate_policy smallint NOT NULL,
  value_min double precision,
  value_max double precision,
  future_skew_micros bigint,
  flag_violations boolean NOT NULL,
  expected_interval_micros bigint,
  auto_created boolean NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  revision bigint NOT NULL,
  deleted boolean DEFAULT false NOT NULL,
  change_per_second_max double precision,
  restart_below double precision,
  stale_after_micros bigint,
  purge_after timestamp with time zone,
  created_commit bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
  changed_commit bigint DEFAULT 0 NOT NULL,
  CONSTRAINT series_pkey PRIMARY KEY (series_id)
);
COMMENT ON TABLE ingest.series IS 'The catalogue: one measured quantity over time a row.';
COMMENT ON COLUMN ingest.series.series_id IS 'Never used again, even when the name is.';
COMMENT ON COLUMN ingest.series.name IS 'Slash-separated segments; unique among the rows that are not deleted; ordered bytewise.';
COMMENT ON COLUMN ingest.series.shard IS 'Which section of a feed block carries it.';
COMMENT ON COLUMN ingest.series.device IS 'What it belongs to; by default the name without its last segment.';
COMMENT ON COLUMN ingest.series.point IS 'Which quantity of the device; by default the last segment of the name.';
COMMENT ON COLUMN ingest.series.display_name IS 'For people.';
COMMENT ON COLUMN ingest.series.description IS 'For people.';
COMMENT ON COLUMN ingest.series.unit IS 'UCUM code; empty: no unit.';
COMMENT ON COLUMN ingest.series.labels IS 'Object of text values.';
COMMENT ON COLUMN ingest.series.kind IS 'Number of tidewatch.ingest.v1.SeriesKind: 1 gauge, 2 counter, 3 boolean, 4 state.';
COMMENT ON COLUMN ingest.series.states IS 'Object from code to meaning, for kind state.';
COMMENT ON COLUMN ingest.series.duplicate_policy IS 'Number of tidewatch.ingest.v1.DuplicatePolicy: 1 keep first, 2 keep last, 3 reject.';
COMMENT ON COLUMN ingest.series.value_min IS 'Smallest allowed value; null: any.';
COMMENT ON COLUMN ingest.series.value_max IS 'Largest allowed value; null: any.';
COMMENT ON COLUMN ingest.series.future_skew_micros IS 'How far ahead of the clock a reading may be; null: the setting of the server.';
COMMENT ON COLUMN ingest.series.flag_violations IS 'True: readings that break a rule are stored with a quality flag instead of being rejected.';
COMMENT ON COLUMN ingest.series.expected_interval_micros IS 'How often a reading is due; null: not said.';
COMMENT ON COLUMN ingest.series.auto_created IS 'True: made by its first reading and described by nobody since.';
COMMENT ON COLUMN ingest.series.created_at IS 'By the domain clock.';
COMMENT ON COLUMN ingest.series.updated_at IS 'By the domain clock.';
COMMENT ON COLUMN ingest.series.revision IS 'feed_head.catalogue_revision of the last change other than creation; 0: never changed.';
COMMENT ON COLUMN ingest.series.deleted IS 'Tombstone: gone for every reader; the rows of its readings are purged later.';
COMMENT ON COLUMN ingest.series.change_per_second_max IS 'Largest change between neighbours in time, in the unit of the series per second; null: any.';
COMMENT ON COLUMN ingest.series.restart_below IS 'A counter that falls below this has restarted; null: one that falls below a tenth of its value has.';
COMMENT ON COLUMN ingest.series.stale_after_micros IS 'How long the value may stay the same before readings are flagged; null: for ever.';
COMMENT ON COLUMN ingest.series.purge_after IS 'By the real clock: from when on the rows of a deleted series may go. Null: not deleted, or nothing of it is left.';
COMMENT ON COLUMN ingest.series.created_commit IS 'The commit that created it; see feed_block. 0: older than this column, or of a restored database.';
COMMENT ON COLUMN ingest.series.changed_commit IS 'The last commit that changed or deleted it; 0: none.';
CREATE INDEX series_changed_commit ON ingest.series USING btree (changed_commit) WHERE (changed_commit > 0);
CREATE INDEX series_created_commit ON ingest.series USING btree (created_commit) WHERE (created_commit > 0);
CREATE INDEX series_device_live ON ingest.series USING btree (device, name) WHERE (NOT deleted);
CREATE INDEX series_labels ON ingest.series USING gin (labels);
CREATE UNIQUE INDEX series_name_live ON ingest.series USING btree (name) INCLUDE (series_id) WHERE (NOT deleted);
CREATE INDEX series_revision ON ingest.series USING btree (revision) WHERE (revision > 0);
CREATE INDEX series_to_purge ON ingest.series USING btree (purge_after) WHERE (purge_after IS NOT NULL);

CREATE TABLE ingest.writer (
  writer_key integer GENERATED ALWAYS AS IDENTITY NOT NULL,
  writer_id text COLLATE "C" NOT NULL,
  owner text NOT NULL,
  epoch bigint NOT NULL,
  sequence bigint NOT NULL,
  source_position bytea NOT NULL,
  accepted bigint NOT NULL,
  unchanged bigint NOT NULL,
  replaced bigint NOT NULL,
  dropped bigint NOT NULL,
  rejected bigint NOT NULL,
  created_at timestamp with time zone NOT NULL,
  committed_at timestamp with time zone,
  CONSTRAINT writer_pkey PRIMARY KEY (writer_key),
  CONSTRAINT writer_writer_id_key UNIQUE (writer_id)
);
COMMENT ON TABLE ingest.writer IS 'Who streams readings in, and how far each is durable.';
COMMENT ON COLUMN ingest.writer.writer_key IS 'Short name.';
COMMENT ON COLUMN ingest.writer.writer_id IS 'Chosen by the client and kept over its restarts.';
COMMENT ON COLUMN ingest.writer.owner IS 'Name of the API key that first opened it; empty where keys are off.';
COMMENT ON COLUMN ingest.writer.epoch IS 'Grows with every opening; a batch of an older epoch changes no row.';
COMMENT ON COLUMN ingest.writer.sequence IS 'The newest committed batch; 0: none.';
COMMENT ON COLUMN ingest.writer.source_position IS 'As sent with that batch.';
COMMENT ON COLUMN ingest.writer.accepted IS 'Readings stored as new, over all batches.';
COMMENT ON COLUMN ingest.writer.unchanged IS 'Readings that were there already, over all batches.';
COMMENT ON COLUMN ingest.writer.replaced IS 'Readings stored in place of others, over all batches.';
COMMENT ON COLUMN ingest.writer.dropped IS 'Readings dropped because another was first, over all batches.';
COMMENT ON COLUMN ingest.writer.rejected IS 'Readings rejected, over all batches.';
COMMENT ON COLUMN ingest.writer.created_at IS 'By the domain clock.';
COMMENT ON COLUMN ingest.writer.committed_at IS 'Of the newest batch, by the domain clock; null: none.';

CREATE TABLE ingest.writer_outcome (
  writer_key integer NOT NULL,
  last_sequence bigint NOT NULL,
  first_sequence bigint NOT NULL,
  position bigint NOT NULL,
  outcomes bytea NOT NULL,
  CONSTRAINT writer_outcome_pkey PRIMARY KEY (writer_key, last_sequence)
);
COMMENT ON TABLE ingest.writer_outcome IS 'What was answered for the batches of one writer in one commit, so that a repeat is answered the same. The older ones are pruned.';
COMMENT ON COLUMN ingest.writer_outcome.writer_key IS 'Whose batches.';
COMMENT ON COLUMN ingest.writer_outcome.last_sequence IS 'The last of them.';
COMMENT ON COLUMN ingest.writer_outcome.first_sequence IS 'The first of them.';
COMMENT ON COLUMN ingest.writer_outcome.position IS 'The commit in the feed.';
COMMENT ON COLUMN ingest.writer_outcome.outcomes IS 'Digest, counts and rejects of each batch; format: class OutcomeCodec.';

ALTER TABLE ingest.writer_outcome ADD CONSTRAINT writer_outcome_writer_key_fkey FOREIGN KEY (writer_key) REFERENCES ingest.writer(writer_key);


-- ==================== registry ====================

CREATE SCHEMA registry;

CREATE OR REPLACE FUNCTION registry.search_words(content text)
 RETURNS SETOF text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT left(word, 64)
  FROM regexp_split_to_table(lower(content COLLATE "C"), '[\x01-\x2f\x3a-\x60\x7b-\x7f]+') AS word
  WHERE word <> ''
$function$;

CREATE OR REPLACE FUNCTION registry.version_term(kind text, content text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN hashtextextended(((kind || '='::text) || content), (0)::bigint);

CREATE OR REPLACE FUNCTION registry.version_tag_term(key text, value text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN registry.version_term('tag'::text, (((char_length(key) || ':'::text) || key) || value));

CREATE OR REPLACE FUNCTION registry.follow_model_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'registry', '$user', 'public'
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM enter_version_search(NEW);
  ELSIF NEW.state <> OLD.state THEN
    UPDATE version_search
    SET terms = array_append(array_remove(terms, version_term('state', OLD.state)), version_term('state', NEW.state))
    WHERE model = NEW.model AND version = NEW.version;
  END IF;
  RETURN NULL;
END $function$;

CREATE TABLE registry.alias (
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  moved_at timestamp with time zone NOT NULL,
  moved_by text NOT NULL,
  CONSTRAINT alias_pkey PRIMARY KEY (model, alias)
);
COMMENT ON TABLE registry.alias IS 'Which version plays which part now.';
COMMENT ON COLUMN registry.alias.model IS 'The model.';
COMMENT ON COLUMN registry.alias.alias IS 'Such as champion.';
COMMENT ON COLUMN registry.alias.version IS 'The version named.';
COMMENT ON COLUMN registry.alias.revision IS 'Revision of the last move.';
COMMENT ON COLUMN registry.alias.moved_at IS 'Domain time of the last move.';
COMMENT ON COLUMN registry.alias.moved_by IS 'API key id, or anonymous.';
CREATE INDEX alias_by_name ON registry.alias USING btree (alias);
CREATE INDEX alias_of_version ON registry.alias USING btree (model, version);

CREATE TABLE registry.alias_move (
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  from_version text COLLATE "C",
  to_version text COLLATE "C",
  moved_at timestamp with time zone NOT NULL,
  moved_by text NOT NULL,
  reason text NOT NULL,
  forced boolean NOT NULL,
  rollback boolean NOT NULL,
  verdicts jsonb DEFAULT '[]'::jsonb NOT NULL,
  CONSTRAINT alias_move_pkey PRIMARY KEY (model, alias, revision)
);
COMMENT ON TABLE registry.alias_move IS 'Every move of every alias, also of aliases that are gone.';
COMMENT ON COLUMN registry.alias_move.model IS 'The model.';
COMMENT ON COLUMN registry.alias_move.alias IS 'The alias.';
COMMENT ON COLUMN registry.alias_move.revision IS 'Revision of the move.';
COMMENT ON COLUMN registry.alias_move.from_version IS 'Where it was; null where the alias was made.';
COMMENT ON COLUMN registry.alias_move.to_version IS 'Where it went; null where the alias was removed.';
COMMENT ON COLUMN registry.alias_move.moved_at IS 'Domain time; never before that of the move before.';
COMMENT ON COLUMN registry.alias_move.moved_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN registry.alias_move.reason IS 'Why, in the caller''s words.';
COMMENT ON COLUMN registry.alias_move.forced IS 'It went past a gate.';
COMMENT ON COLUMN registry.alias_move.rollback IS 'It went back to where the alias was before.';
COMMENT ON COLUMN registry.alias_move.verdicts IS 'What the gates said when it was moved: an array of {gate, passed, explanation, evidence} objects.';
CREATE INDEX alias_move_by_time ON registry.alias_move USING btree (model, alias, moved_at, revision);

CREATE TABLE registry.alias_protection (
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  protected boolean NOT NULL,
  approvals_min integer NOT NULL,
  evidence_age_max_micros bigint,
  paired_measure text,
  paired_pairs_min integer,
  paired_significance double precision,
  paired_better boolean,
  coverage_difference_max double precision,
  coverage_intervals_min bigint,
  data_rows_min bigint,
  data_span_min_micros bigint,
  same_signature boolean NOT NULL,
  revision bigint NOT NULL,
  CONSTRAINT alias_protection_pkey PRIMARY KEY (model, alias),
  CONSTRAINT alias_protection_approvals_min_check CHECK (approvals_min >= 0 AND approvals_min <= 10),
  CONSTRAINT alias_protection_check CHECK ((paired_measure IS NULL) = (paired_pairs_min IS NULL)),
  CONSTRAINT alias_protection_check1 CHECK ((paired_measure IS NULL) = (paired_significance IS NULL)),
  CONSTRAINT alias_protection_check2 CHECK ((paired_measure IS NULL) = (paired_better IS NULL)),
  CONSTRAINT alias_protection_check3 CHECK ((coverage_difference_max IS NULL) = (coverage_intervals_min IS NULL)),
  CONSTRAINT alias_protection_check4 CHECK ((data_rows_min IS NULL) = (data_span_min_micros IS NULL)),
  CONSTRAINT alias_protection_coverage_difference_max_check CHECK (coverage_difference_max > 0::double precision AND coverage_difference_max < 1::double precision),
  CONSTRAINT alias_protection_coverage_intervals_min_check CHECK (coverage_intervals_min > 0),
  CONSTRAINT alias_protection_data_rows_min_check CHECK (data_rows_min >= 0),
  CONSTRAINT alias_protection_data_span_min_micros_check CHECK (data_span_min_micros >= 0),
  CONSTRAINT alias_protection_evidence_age_max_micros_check CHECK (evidence_age_max_micros > 0),
  CONSTRAINT alias_protection_paired_pairs_min_check CHECK (paired_pairs_min > 0),
  CONSTRAINT alias_protection_paired_significance_check CHECK (paired_significance > 0::double precision AND paired_significance <= 0.5::double precision)
);
COMMENT ON TABLE registry.alias_protection IS 'What guards an alias, whether it exists yet or not.';
COMMENT ON COLUMN registry.alias_protection.model IS 'The model.';
COMMENT ON COLUMN registry.alias_protection.alias IS 'The alias.';
COMMENT ON COLUMN registry.alias_protection.protected IS 'Moves ask what follows; else it only waits.';
COMMENT ON COLUMN registry.alias_protection.approvals_min IS 'Approvals that a move needs.';
COMMENT ON COLUMN registry.alias_protection.evidence_age_max_micros IS 'Older evidence does not count; null: any age.';
COMMENT ON COLUMN registry.alias_protection.paired_measure IS 'Paired test: measure of the evidence; null: no such gate.';
COMMENT ON COLUMN registry.alias_protection.paired_pairs_min IS 'Paired test: origins needed.';
COMMENT ON COLUMN registry.alias_protection.paired_significance IS 'Paired test: level.';
COMMENT ON COLUMN registry.alias_protection.paired_better IS 'Paired test: significantly better is asked for; false: not significantly worse.';
COMMENT ON COLUMN registry.alias_protection.coverage_difference_max IS 'Coverage: largest difference of observed and nominal; null: no such gate.';
COMMENT ON COLUMN registry.alias_protection.coverage_intervals_min IS 'Coverage: intervals needed.';
COMMENT ON COLUMN registry.alias_protection.data_rows_min IS 'Data: rows needed; null: no such gate.';
COMMENT ON COLUMN registry.alias_protection.data_span_min_micros IS 'Data: span needed.';
COMMENT ON COLUMN registry.alias_protection.same_signature IS 'The signature must stay, except across a major number.';
COMMENT ON COLUMN registry.alias_protection.revision IS 'Revision of the last change; its etag.';

CREATE TABLE registry.answered_request (
  request_id text COLLATE "C" NOT NULL,
  action text NOT NULL,
  request_sha256 text NOT NULL,
  subject text NOT NULL,
  answered_at timestamp with time zone NOT NULL,
  CONSTRAINT answered_request_pkey PRIMARY KEY (request_id)
);
COMMENT ON TABLE registry.answered_request IS 'Requests that changed something, so that a repeat changes nothing.';
COMMENT ON COLUMN registry.answered_request.request_id IS 'Client-made.';
COMMENT ON COLUMN registry.answered_request.action IS 'The RPC.';
COMMENT ON COLUMN registry.answered_request.request_sha256 IS 'Digest of the request; a repeat must have the same.';
COMMENT ON COLUMN registry.answered_request.subject IS 'What was changed; read again for the answer to a repeat.';
COMMENT ON COLUMN registry.answered_request.answered_at IS 'Real time; rows are removed some days later.';
CREATE INDEX answered_request_oldest ON registry.answered_request USING btree (answered_at);

CREATE TABLE registry.approval (
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  approved_by text NOT NULL,
  approved_at timestamp with time zone NOT NULL,
  comment text NOT NULL,
  revision bigint NOT NULL,
  CONSTRAINT approval_pkey PRIMARY KEY (model, alias, version, approved_by),
  CONSTRAINT approval_revision_key UNIQUE (revision)
);
COMMENT ON TABLE registry.approval IS 'Who agrees that an alias names a version; one row for each API key.';
COMMENT ON COLUMN registry.approval.model IS 'The model.';
COMMENT ON COLUMN registry.approval.alias IS 'The alias.';
COMMENT ON COLUMN registry.approval.version IS 'The version.';
COMMENT ON COLUMN registry.approval.approved_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN registry.approval.approved_at IS 'Domain time.';
COMMENT ON COLUMN registry.approval.comment IS 'In the approver''s words.';
COMMENT ON COLUMN registry.approval.revision IS 'Revision of the change that gave it.';
CREATE INDEX approval_newest ON registry.approval USING btree (model, revision DESC);

CREATE TABLE registry.artifact (
  sha256 text COLLATE "C" NOT NULL,
  size_bytes bigint NOT NULL,
  format text NOT NULL,
  signature_key_id text,
  signature bytea,
  created_at timestamp with time zone NOT NULL,
  removed boolean NOT NULL,
  CONSTRAINT artifact_pkey PRIMARY KEY (sha256),
  CONSTRAINT artifact_check CHECK ((signature_key_id IS NULL) = (signature IS NULL)),
  CONSTRAINT artifact_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'::text),
  CONSTRAINT artifact_size_bytes_check CHECK (size_bytes > 0)
);
COMMENT ON TABLE registry.artifact IS 'Complete, verified files. A row is written after its file is safely in place, so a row without a file means damage.';
COMMENT ON COLUMN registry.artifact.sha256 IS 'SHA-256 of the bytes in lower-case hexadecimal; also the name of the file.';
COMMENT ON COLUMN registry.artifact.size_bytes IS 'Length of the file.';
COMMENT ON COLUMN registry.artifact.format IS 'BUNDLE, SAVED_MODEL_ZIP, ONNX, XGBOOST_JSON or TRIBUO_PROTOBUF.';
COMMENT ON COLUMN registry.artifact.signature_key_id IS 'Which trusted key signed it; null where unsigned.';
COMMENT ON COLUMN registry.artifact.signature IS 'Ed25519 over the 32 bytes of the SHA-256; null where unsigned.';
COMMENT ON COLUMN registry.artifact.created_at IS 'Domain time.';
COMMENT ON COLUMN registry.artifact.removed IS 'Retention removed the file; the row stays for the versions that name it.';

CREATE TABLE registry.assignment (
  assignment text COLLATE "C" NOT NULL,
  selector_exact text COLLATE "C",
  selector_prefix text COLLATE "C",
  selector_labels jsonb NOT NULL,
  task text NOT NULL,
  slot text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C",
  version text COLLATE "C",
  parameters jsonb NOT NULL,
  schedule_every_steps integer NOT NULL,
  schedule_offset_steps integer NOT NULL,
  schedule_horizon_steps integer NOT NULL,
  bindings jsonb NOT NULL,
  disabled boolean NOT NULL,
  description text NOT NULL,
  revision bigint NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  updated_by text NOT NULL,
  CONSTRAINT assignment_pkey PRIMARY KEY (assignment),
  CONSTRAINT assignment_check CHECK ((alias IS NULL) <> (version IS NULL)),
  CONSTRAINT assignment_schedule_every_steps_check CHECK (schedule_every_steps >= 0),
  CONSTRAINT assignment_schedule_horizon_steps_check CHECK (schedule_horizon_steps >= 0),
  CONSTRAINT assignment_schedule_offset_steps_check CHECK (schedule_offset_steps >= 0),
  CONSTRAINT assignment_task_check CHECK (task = ANY (ARRAY['FORECAST'::text, 'DETECT'::text]))
);
COMMENT ON TABLE registry.assignment IS 'What runs on which series.';
COMMENT ON COLUMN registry.assignment.assignment IS 'Name.';
COMMENT ON COLUMN registry.assignment.selector_exact IS 'The one series meant; null where prefix or labels select.';
COMMENT ON COLUMN registry.assignment.selector_prefix IS 'Whole segments that names begin with; null where any do.';
COMMENT ON COLUMN registry.assignment.selector_labels IS 'Labels that must all be there: an object of strings.';
COMMENT ON COLUMN registry.assignment.task IS 'FORECAST or DETECT.';
COMMENT ON COLUMN registry.assignment.slot IS 'Assignments of different slots run side by side.';
COMMENT ON COLUMN registry.assignment.model IS 'The model.';
COMMENT ON COLUMN registry.assignment.alias IS 'The alias that is followed; null where a version is pinned.';
COMMENT ON COLUMN registry.assignment.version IS 'The version that is pinned; null where an alias is followed.';
COMMENT ON COLUMN registry.assignment.parameters IS 'Handed to the model as they are.';
COMMENT ON COLUMN registry.assignment.schedule_every_steps IS 'Standing forecasts every so many grid steps; 0 is never.';
COMMENT ON COLUMN registry.assignment.schedule_offset_steps IS 'Grid index modulo every_steps at which they are issued.';
COMMENT ON COLUMN registry.assignment.schedule_horizon_steps IS 'Steps forecast; 0 is the model''s horizon.';
COMMENT ON COLUMN registry.assignment.bindings IS 'Which series take the other roles: an array of {role, series} objects in the order given.';
COMMENT ON COLUMN registry.assignment.disabled IS 'Nothing runs while true.';
COMMENT ON COLUMN registry.assignment.description IS 'Free text.';
COMMENT ON COLUMN registry.assignment.revision IS 'Revision of the last change; its etag.';
COMMENT ON COLUMN registry.assignment.created_at IS 'Domain time.';
COMMENT ON COLUMN registry.assignment.updated_at IS 'Domain time of the last change.';
COMMENT ON COLUMN registry.assignment.updated_by IS 'API key id, or anonymous.';
CREATE INDEX assignment_of_model ON registry.assignment USING btree (model, assignment);
CREATE INDEX assignment_of_selector ON registry.assignment USING btree (task, slot, selector_exact, selector_prefix);

CREATE TABLE registry.audit_entry (
  revision bigint NOT NULL,
  ordinal integer NOT NULL,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  model text COLLATE "C" NOT NULL,
  subject text NOT NULL,
  description text NOT NULL,
  reason text NOT NULL,
  request_id text NOT NULL,
  trace_id text NOT NULL,
  CONSTRAINT audit_entry_pkey PRIMARY KEY (revision, ordinal)
);
COMMENT ON TABLE registry.audit_entry IS 'Who changed what; never changed itself.';
COMMENT ON COLUMN registry.audit_entry.revision IS 'Revision of the change.';
COMMENT ON COLUMN registry.audit_entry.ordinal IS 'Place among the entries of one revision, from 0.';
COMMENT ON COLUMN registry.audit_entry.at IS 'Domain time.';
COMMENT ON COLUMN registry.audit_entry.actor IS 'API key id, or anonymous.';
COMMENT ON COLUMN registry.audit_entry.action IS 'The RPC.';
COMMENT ON COLUMN registry.audit_entry.model IS 'The model concerned.';
COMMENT ON COLUMN registry.audit_entry.subject IS 'The version, alias or assignment concerned.';
COMMENT ON COLUMN registry.audit_entry.description IS 'What happened, in a sentence.';
COMMENT ON COLUMN registry.audit_entry.reason IS 'Why, in the caller''s words; empty where none was given.';
COMMENT ON COLUMN registry.audit_entry.request_id IS 'Client-made; empty where none was given.';
COMMENT ON COLUMN registry.audit_entry.trace_id IS 'Of the request; empty where it was not traced.';
CREATE INDEX audit_entry_of_actor ON registry.audit_entry USING btree (actor, revision DESC, ordinal DESC);
CREATE INDEX audit_entry_of_model ON registry.audit_entry USING btree (model, revision DESC, ordinal DESC);

CREATE TABLE registry.change (
  revision bigint NOT NULL,
  ordinal integer NOT NULL,
  kind text NOT NULL,
  model text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  CONSTRAINT change_pkey PRIMARY KEY (revision, ordinal),
  CONSTRAINT change_kind_check CHECK (kind = ANY (ARRAY['ALIAS'::text, 'ROUTING'::text, 'ASSIGNMENT'::text]))
);
COMMENT ON TABLE registry.change IS 'What watchers must read again after which revision. The newest are kept.';
COMMENT ON COLUMN registry.change.revision IS 'Revision of the change.';
COMMENT ON COLUMN registry.change.ordinal IS 'Place among the changes of one revision, from 0.';
COMMENT ON COLUMN registry.change.kind IS 'What kind of thing changed.';
COMMENT ON COLUMN registry.change.model IS 'The model concerned.';
COMMENT ON COLUMN registry.change.name IS 'Alias or assignment; empty for a routing.';

CREATE TABLE registry.evidence (
  evidence_id uuid NOT NULL,
  model text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  artifact_sha256 text COLLATE "C" NOT NULL,
  found_at timestamp with time zone NOT NULL,
  data_fingerprint text COLLATE "C",
  attached_by text NOT NULL,
  attached_at timestamp with time zone NOT NULL,
  kind text NOT NULL,
  other_model text COLLATE "C",
  other_version text COLLATE "C",
  measure text COLLATE "C",
  pairs integer NOT NULL,
  origins_micros bigint[],
  candidate_errors double precision[],
  other_errors double precision[],
  p_better double precision,
  p_worse double precision,
  nominal double precision,
  observed double precision,
  intervals bigint,
  data_rows bigint,
  data_span_micros bigint,
  CONSTRAINT evidence_pkey PRIMARY KEY (evidence_id),
  CONSTRAINT evidence_revision_key UNIQUE (revision),
  CONSTRAINT evidence_check CHECK ((kind = 'PAIRED_ERRORS'::text) = (other_version IS NOT NULL)),
  CONSTRAINT evidence_check1 CHECK ((kind = 'PAIRED_ERRORS'::text) = (origins_micros IS NOT NULL)),
  CONSTRAINT evidence_check2 CHECK ((kind = 'PAIRED_ERRORS'::text) = (measure IS NOT NULL)),
  CONSTRAINT evidence_check3 CHECK ((kind = 'COVERAGE'::text) = (nominal IS NOT NULL)),
  CONSTRAINT evidence_check4 CHECK ((kind = 'COVERAGE'::text) = (observed IS NOT NULL)),
  CONSTRAINT evidence_check5 CHECK ((kind = 'COVERAGE'::text) = (intervals IS NOT NULL)),
  CONSTRAINT evidence_check6 CHECK ((kind = 'DATA'::text) = (data_rows IS NOT NULL)),
  CONSTRAINT evidence_data_rows_check CHECK (data_rows >= 0),
  CONSTRAINT evidence_data_span_micros_check CHECK (data_span_micros >= 0),
  CONSTRAINT evidence_intervals_check CHECK (intervals > 0),
  CONSTRAINT evidence_kind_check CHECK (kind = ANY (ARRAY['PAIRED_ERRORS'::text, 'COVERAGE'::text, 'DATA'::text])),
  CONSTRAINT evidence_nominal_check CHECK (nominal > 0::double precision AND nominal < 1::double precision),
  CONSTRAINT evidence_observed_check CHECK (observed >= 0::double precision AND observed <= 1::double precision),
  CONSTRAINT evidence_p_better_check CHECK (p_better >= 0::double precision AND p_better <= 1::double precision),
  CONSTRAINT evidence_p_worse_check CHECK (p_worse >= 0::double precision AND p_worse <= 1::double precision),
  CONSTRAINT evidence_pairs_check CHECK (pairs >= 0)
);
COMMENT ON TABLE registry.evidence IS 'Findings about versions; never changed.';
COMMENT ON COLUMN registry.evidence.evidence_id IS 'Server-made.';
COMMENT ON COLUMN registry.evidence.model IS 'The model.';
COMMENT ON COLUMN registry.evidence.version IS 'The version that it speaks of.';
COMMENT ON COLUMN registry.evidence.revision IS 'Revision of the change that attached it.';
COMMENT ON COLUMN registry.evidence.artifact_sha256 IS 'The artifact that was tried: that of the version.';
COMMENT ON COLUMN registry.evidence.found_at IS 'When the finding was made, as its finder says.';
COMMENT ON COLUMN registry.evidence.data_fingerprint IS 'SHA-256 over the data that it was found on; null where it was not said.';
COMMENT ON COLUMN registry.evidence.attached_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN registry.evidence.attached_at IS 'Domain time.';
COMMENT ON COLUMN registry.evidence.kind IS 'Which of the following columns are filled.';
COMMENT ON COLUMN registry.evidence.other_model IS 'Paired errors: model of the version compared with.';
COMMENT ON COLUMN registry.evidence.other_version IS 'Paired errors: the version compared with.';
COMMENT ON COLUMN registry.evidence.measure IS 'Paired errors: what was measured; less is better.';
COMMENT ON COLUMN registry.evidence.pairs IS 'Paired errors: how many; else 0.';
COMMENT ON COLUMN registry.evidence.origins_micros IS 'Paired errors: origins, microseconds since the epoch, ascending.';
COMMENT ON COLUMN registry.evidence.candidate_errors IS 'Paired errors: of the version, by origin.';
COMMENT ON COLUMN registry.evidence.other_errors IS 'Paired errors: of the other, by origin.';
COMMENT ON COLUMN registry.evidence.p_better IS 'Paired errors: probability of a difference as large in favour of the version if there were none; null where the pairs are too few for a test.';
COMMENT ON COLUMN registry.evidence.p_worse IS 'Paired errors: the same in favour of the other.';
COMMENT ON COLUMN registry.evidence.nominal IS 'Coverage: what was promised.';
COMMENT ON COLUMN registry.evidence.observed IS 'Coverage: what was seen.';
COMMENT ON COLUMN registry.evidence.intervals IS 'Coverage: intervals judged.';
COMMENT ON COLUMN registry.evidence.data_rows IS 'Data: grid values that were not missing.';
COMMENT ON COLUMN registry.evidence.data_span_micros IS 'Data: from the first training instant to the last; null where it was not said.';
CREATE INDEX evidence_of_version ON registry.evidence USING btree (model, version, revision DESC);

CREATE TABLE registry.model (
  model text COLLATE "C" NOT NULL,
  task text NOT NULL,
  description text NOT NULL,
  tags jsonb NOT NULL,
  archived boolean NOT NULL,
  revision bigint NOT NULL,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT model_pkey PRIMARY KEY (model),
  CONSTRAINT model_task_check CHECK (task = ANY (ARRAY['FORECAST'::text, 'DETECT'::text, 'INFER'::text]))
);
COMMENT ON TABLE registry.model IS 'Names under which versions are kept.';
COMMENT ON COLUMN registry.model.model IS 'Name; case-sensitive; sorted by bytes.';
COMMENT ON COLUMN registry.model.task IS 'What every version of it does.';
COMMENT ON COLUMN registry.model.description IS 'What it is for.';
COMMENT ON COLUMN registry.model.tags IS 'Free labels: an object of strings.';
COMMENT ON COLUMN registry.model.archived IS 'Takes no new versions.';
COMMENT ON COLUMN registry.model.revision IS 'Revision of the last change of this row; its etag.';
COMMENT ON COLUMN registry.model.created_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN registry.model.created_at IS 'Domain time.';
COMMENT ON COLUMN registry.model.updated_at IS 'Domain time of the last change.';

CREATE TABLE registry.model_version (
  model text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  major integer NOT NULL,
  minor integer NOT NULL,
  patch integer NOT NULL,
  state text NOT NULL,
  state_reason text NOT NULL,
  artifact_sha256 text COLLATE "C" NOT NULL,
  family text NOT NULL,
  signature jsonb NOT NULL,
  metrics jsonb NOT NULL,
  tags jsonb NOT NULL,
  description text NOT NULL,
  lineage jsonb NOT NULL,
  run_id uuid,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  revision bigint NOT NULL,
  CONSTRAINT model_version_pkey PRIMARY KEY (model, version),
  CONSTRAINT model_version_model_major_minor_patch_key UNIQUE (model, major, minor, patch),
  CONSTRAINT model_version_check CHECK (version = ((((major::text || '.'::text) || minor::text) || '.'::text) || patch::text)),
  CONSTRAINT model_version_major_check CHECK (major >= 0 AND major <= 999999),
  CONSTRAINT model_version_minor_check CHECK (minor >= 0 AND minor <= 999999),
  CONSTRAINT model_version_patch_check CHECK (patch >= 0 AND patch <= 999999),
  CONSTRAINT model_version_state_check CHECK (state = ANY (ARRAY['PENDING'::text, 'READY'::text, 'FAILED'::text, 'ARCHIVED'::text]))
);
COMMENT ON TABLE registry.model_version IS 'Artifacts with what is known about them. Only state and state_reason ever change; and the signature once, where it was read when a pending version was tried.';
COMMENT ON COLUMN registry.model_version.model IS 'The model.';
COMMENT ON COLUMN registry.model_version.version IS 'major.minor.patch as text.';
COMMENT ON COLUMN registry.model_version.major IS 'First part of the number.';
COMMENT ON COLUMN registry.model_version.minor IS 'Second part of the number.';
COMMENT ON COLUMN registry.model_version.patch IS 'Third part of the number.';
COMMENT ON COLUMN registry.model_version.state IS 'Whether it can be served.';
COMMENT ON COLUMN registry.model_version.state_reason IS 'Why it failed or was archived; else empty.';
COMMENT ON COLUMN registry.model_version.artifact_sha256 IS 'Its file.';
COMMENT ON COLUMN registry.model_version.family IS 'Such as seasonal-naive.';
COMMENT ON COLUMN registry.model_version.signature IS 'Inputs, outputs, roles, grid: ModelSignature of the contract in its JSON form.';
COMMENT ON COLUMN registry.model_version.metrics IS 'Figures from training and back-test: an object of numbers.';
COMMENT ON COLUMN registry.model_version.tags IS 'Free labels: an object of strings.';
COMMENT ON COLUMN registry.model_version.description IS 'Free text.';
COMMENT ON COLUMN registry.model_version.lineage IS 'Where it came from: Lineage of the contract in its JSON form.';
COMMENT ON COLUMN registry.model_version.run_id IS 'The run that trained it; null where none was logged.';
COMMENT ON COLUMN registry.model_version.created_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN registry.model_version.created_at IS 'Domain time.';
COMMENT ON COLUMN registry.model_version.revision IS 'Revision of the change that made it or last moved its state.';
CREATE INDEX model_version_of_artifact ON registry.model_version USING btree (artifact_sha256);
CREATE INDEX model_version_of_parent ON registry.model_version USING gin (((lineage -> 'parents'::text)) jsonb_path_ops);
CREATE INDEX model_version_of_run ON registry.model_version USING btree (run_id) WHERE (run_id IS NOT NULL);
CREATE INDEX model_version_pending ON registry.model_version USING btree (model, version) WHERE (state = 'PENDING'::text);

CREATE TABLE registry.registry_head (
  only_row boolean DEFAULT true NOT NULL,
  registry_id uuid NOT NULL,
  revision bigint NOT NULL,
  changes_from bigint NOT NULL,
  CONSTRAINT registry_head_pkey PRIMARY KEY (only_row),
  CONSTRAINT registry_head_changes_from_check CHECK (changes_from >= 1),
  CONSTRAINT registry_head_only_row_check CHECK (only_row),
  CONSTRAINT registry_head_revision_check CHECK (revision >= 0)
);
COMMENT ON TABLE registry.registry_head IS 'One row. Its lock, held to COMMIT, puts all changes into one order, so that revisions rise in commit order.';
COMMENT ON COLUMN registry.registry_head.only_row IS 'Always true: keeps the table at one row.';
COMMENT ON COLUMN registry.registry_head.registry_id IS 'The life of this database; revisions of different lives cannot be compared.';
COMMENT ON COLUMN registry.registry_head.revision IS 'Revision of the last committed change; 0 before the first.';
COMMENT ON COLUMN registry.registry_head.changes_from IS 'Oldest revision that the table change still holds; watchers behind it get a snapshot.';

CREATE TABLE registry.routing (
  model text COLLATE "C" NOT NULL,
  canary_basis_points integer NOT NULL,
  shadow_aliases text[] NOT NULL,
  revision bigint NOT NULL,
  CONSTRAINT routing_pkey PRIMARY KEY (model),
  CONSTRAINT routing_canary_basis_points_check CHECK (canary_basis_points >= 0 AND canary_basis_points <= 10000)
);
COMMENT ON TABLE registry.routing IS 'How requests for a model are shared among its aliases; champion takes all where there is no row.';
COMMENT ON COLUMN registry.routing.model IS 'The model.';
COMMENT ON COLUMN registry.routing.canary_basis_points IS 'Share of the alias canary in hundredths of a percent.';
COMMENT ON COLUMN registry.routing.shadow_aliases IS 'Aliases that answer too, without being sent.';
COMMENT ON COLUMN registry.routing.revision IS 'Revision of the last change.';

CREATE TABLE registry.run (
  run_id uuid NOT NULL,
  model text COLLATE "C" NOT NULL,
  title text NOT NULL,
  status text NOT NULL,
  status_reason text NOT NULL,
  parameters jsonb NOT NULL,
  tags jsonb NOT NULL,
  summary jsonb NOT NULL,
  progress double precision NOT NULL,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  finished_at timestamp with time zone,
  CONSTRAINT run_pkey PRIMARY KEY (run_id),
  CONSTRAINT run_check CHECK ((finished_at IS NULL) = (status = 'RUNNING'::text)),
  CONSTRAINT run_progress_check CHECK (progress >= 0::double precision AND progress <= 1::double precision),
  CONSTRAINT run_status_check CHECK (status = ANY (ARRAY['RUNNING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'CANCELLED'::text]))
);
COMMENT ON TABLE registry.run IS 'Trainings.';
COMMENT ON COLUMN registry.run.run_id IS 'Server-made.';
COMMENT ON COLUMN registry.run.model IS 'The model that it trains.';
COMMENT ON COLUMN registry.run.title IS 'Free text.';
COMMENT ON COLUMN registry.run.status IS 'Where it stands.';
COMMENT ON COLUMN registry.run.status_reason IS 'Why it failed or was cancelled; else empty.';
COMMENT ON COLUMN registry.run.parameters IS 'Settings: an object of strings.';
COMMENT ON COLUMN registry.run.tags IS 'Free labels: an object of strings.';
COMMENT ON COLUMN registry.run.summary IS 'Figures that were set by name: an object of numbers.';
COMMENT ON COLUMN registry.run.progress IS '0 to 1.';
COMMENT ON COLUMN registry.run.created_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN registry.run.created_at IS 'Domain time.';
COMMENT ON COLUMN registry.run.updated_at IS 'Domain time of the last sign of life.';
COMMENT ON COLUMN registry.run.finished_at IS 'Domain time; null while it goes on.';
CREATE INDEX run_newest ON registry.run USING btree (created_at DESC, run_id DESC);
CREATE INDEX run_newest_of_model ON registry.run USING btree (model, created_at DESC, run_id DESC);

CREATE TABLE registry.run_metric (
  run_id uuid NOT NULL,
  metric text COLLATE "C" NOT NULL,
  step bigint NOT NULL,
  value double precision NOT NULL,
  measured_at timestamp with time zone NOT NULL,
  CONSTRAINT run_metric_pkey PRIMARY KEY (run_id, metric, step),
  CONSTRAINT run_metric_step_check CHECK (step >= 0)
);
COMMENT ON TABLE registry.run_metric IS 'Points of the metric curves of runs; the last point of a step counts.';
COMMENT ON COLUMN registry.run_metric.run_id IS 'The run.';
COMMENT ON COLUMN registry.run_metric.metric IS 'Name of the curve.';
COMMENT ON COLUMN registry.run_metric.step IS 'Epoch, batch or fold, as the trainer counts.';
COMMENT ON COLUMN registry.run_metric.value IS 'Finite.';
COMMENT ON COLUMN registry.run_metric.measured_at IS 'Domain time.';

CREATE TABLE registry.upload (
  upload_id uuid NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  size_bytes bigint NOT NULL,
  format text NOT NULL,
  complete boolean NOT NULL,
  touched_at timestamp with time zone NOT NULL,
  CONSTRAINT upload_pkey PRIMARY KEY (upload_id),
  CONSTRAINT upload_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'::text),
  CONSTRAINT upload_size_bytes_check CHECK (size_bytes > 0)
);
COMMENT ON TABLE registry.upload IS 'Uploads that were begun. What came so far is the length of their temporary file.';
COMMENT ON COLUMN registry.upload.upload_id IS 'Client-made; the same id resumes.';
COMMENT ON COLUMN registry.upload.sha256 IS 'Announced digest of all bytes.';
COMMENT ON COLUMN registry.upload.size_bytes IS 'Announced length of all bytes.';
COMMENT ON COLUMN registry.upload.format IS 'Announced format.';
COMMENT ON COLUMN registry.upload.complete IS 'It became an artifact.';
COMMENT ON COLUMN registry.upload.touched_at IS 'Real time of the last stream that opened it; swept some time after.';

CREATE TABLE registry.version_metric (
  metric text COLLATE "C" NOT NULL,
  value double precision NOT NULL,
  ordinal bigint NOT NULL,
  CONSTRAINT version_metric_pkey PRIMARY KEY (metric, value, ordinal)
);
COMMENT ON TABLE registry.version_metric IS 'The metrics of all versions, by value. Written by a trigger on model_version alone.';
COMMENT ON COLUMN registry.version_metric.metric IS 'Name of the metric.';
COMMENT ON COLUMN registry.version_metric.value IS 'Finite.';
COMMENT ON COLUMN registry.version_metric.ordinal IS 'The version, in version_search.';
CREATE INDEX version_metric_of_version ON registry.version_metric USING btree (ordinal);

CREATE TABLE registry.version_search (
  ordinal bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  model text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  created_at timestamp with time zone NOT NULL,
  terms bigint[] NOT NULL,
  metric_names text[] COLLATE "C" NOT NULL,
  metric_values double precision[] NOT NULL,
  tag_keys text[] COLLATE "C" NOT NULL,
  CONSTRAINT version_search_pkey PRIMARY KEY (ordinal),
  CONSTRAINT version_search_model_version_key UNIQUE (model, version)
);
COMMENT ON TABLE registry.version_search IS 'What versions are found by. Written by a trigger on model_version alone.';
COMMENT ON COLUMN registry.version_search.ordinal IS 'Order in which versions were made.';
COMMENT ON COLUMN registry.version_search.model IS 'The model.';
COMMENT ON COLUMN registry.version_search.version IS 'major.minor.patch.';
COMMENT ON COLUMN registry.version_search.created_at IS 'Of the version.';
COMMENT ON COLUMN registry.version_search.terms IS 'Each value that can be asked for with its kind, as version_term hashes it to 64 bits; so that any number of conditions is one look into one small index.';
COMMENT ON COLUMN registry.version_search.metric_names IS 'Names of the metrics.';
COMMENT ON COLUMN registry.version_search.metric_values IS 'Their values, in the same order.';
COMMENT ON COLUMN registry.version_search.tag_keys IS 'Keys of the tags.';
CREATE INDEX version_search_newest ON registry.version_search USING btree (created_at, ordinal);
CREATE INDEX version_search_terms ON registry.version_search USING gin (terms) WITH (fastupdate=off);

CREATE TABLE registry.version_smoke_input (
  model text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL,
  tensor bytea NOT NULL,
  CONSTRAINT version_smoke_input_pkey PRIMARY KEY (model, version, ordinal),
  CONSTRAINT version_smoke_input_ordinal_check CHECK (ordinal >= 0)
);
COMMENT ON TABLE registry.version_smoke_input IS 'What a version must answer before it is ready.';
COMMENT ON COLUMN registry.version_smoke_input.model IS 'The model.';
COMMENT ON COLUMN registry.version_smoke_input.version IS 'major.minor.patch.';
COMMENT ON COLUMN registry.version_smoke_input.ordinal IS 'Place among the inputs, from 0.';
COMMENT ON COLUMN registry.version_smoke_input.tensor IS 'Tensor of the contract in its binary form.';

CREATE OR REPLACE FUNCTION registry.enter_version_search(made registry.model_version)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'registry', '$user', 'public'
AS $function$
DECLARE
  own_ordinal bigint;
BEGIN
  INSERT INTO version_search (model, version, created_at, terms, metric_names, metric_values, tag_keys)
  VALUES (made.model, made.version, made.created_at,
    (SELECT array_agg(DISTINCT term) FROM (
      SELECT version_term('model', made.model)
      UNION ALL SELECT version_term('task', task) FROM model WHERE model.model = made.model
      UNION ALL SELECT version_term('family', made.family)
      UNION ALL SELECT version_term('state', made.state)
      UNION ALL SELECT version_tag_term(key, value) FROM jsonb_each_text(made.tags)
      UNION ALL SELECT version_term('metric', key) FROM jsonb_object_keys(made.metrics) AS key
      UNION ALL SELECT version_term('series', trained ->> 'series')
        FROM jsonb_array_elements(COALESCE(made.lineage -> 'training', '[]')) AS trained
      UNION ALL SELECT version_term('word', word) FROM search_words(made.model || ' ' || made.family || ' ' || made.description
        || ' ' || COALESCE((SELECT string_agg(key || ' ' || value, ' ') FROM jsonb_each_text(made.tags)), '')) AS word
    ) AS found (term)),
    ARRAY(SELECT key FROM jsonb_each_text(made.metrics) ORDER BY key COLLATE "C"),
    ARRAY(SELECT value::double precision FROM jsonb_each_text(made.metrics) ORDER BY key COLLATE "C"),
    ARRAY(SELECT key FROM jsonb_object_keys(made.tags) AS key ORDER BY key COLLATE "C"))
  RETURNING ordinal INTO own_ordinal;
  INSERT INTO version_metric (metric, value, ordinal)
  SELECT key, value::double precision, own_ordinal FROM jsonb_each_text(made.metrics);
END $function$;

ALTER TABLE registry.alias ADD CONSTRAINT alias_model_version_fkey FOREIGN KEY (model, version) REFERENCES registry.model_version(model, version);
ALTER TABLE registry.alias_move ADD CONSTRAINT alias_move_model_fkey FOREIGN KEY (model) REFERENCES registry.model(model);
ALTER TABLE registry.alias_move ADD CONSTRAINT alias_move_model_from_version_fkey FOREIGN KEY (model, from_version) REFERENCES registry.model_version(model, version);
ALTER TABLE registry.alias_move ADD CONSTRAINT alias_move_model_to_version_fkey FOREIGN KEY (model, to_version) REFERENCES registry.model_version(model, version);
ALTER TABLE registry.alias_protection ADD CONSTRAINT alias_protection_model_fkey FOREIGN KEY (model) REFERENCES registry.model(model);
ALTER TABLE registry.approval ADD CONSTRAINT approval_model_version_fkey FOREIGN KEY (model, version) REFERENCES registry.model_version(model, version);
ALTER TABLE registry.assignment ADD CONSTRAINT assignment_model_fkey FOREIGN KEY (model) REFERENCES registry.model(model);
ALTER TABLE registry.evidence ADD CONSTRAINT evidence_artifact_sha256_fkey FOREIGN KEY (artifact_sha256) REFERENCES registry.artifact(sha256);
ALTER TABLE registry.evidence ADD CONSTRAINT evidence_model_version_fkey FOREIGN KEY (model, version) REFERENCES registry.model_version(model, version);
ALTER TABLE registry.evidence ADD CONSTRAINT evidence_other_model_other_version_fkey FOREIGN KEY (other_model, other_version) REFERENCES registry.model_version(model, version);
ALTER TABLE registry.model_version ADD CONSTRAINT model_version_artifact_sha256_fkey FOREIGN KEY (artifact_sha256) REFERENCES registry.artifact(sha256);
ALTER TABLE registry.model_version ADD CONSTRAINT model_version_model_fkey FOREIGN KEY (model) REFERENCES registry.model(model);
ALTER TABLE registry.model_version ADD CONSTRAINT model_version_run_id_fkey FOREIGN KEY (run_id) REFERENCES registry.run(run_id);
ALTER TABLE registry.routing ADD CONSTRAINT routing_model_fkey FOREIGN KEY (model) REFERENCES registry.model(model);
ALTER TABLE registry.run ADD CONSTRAINT run_model_fkey FOREIGN KEY (model) REFERENCES registry.model(model);
ALTER TABLE registry.run_metric ADD CONSTRAINT run_metric_run_id_fkey FOREIGN KEY (run_id) REFERENCES registry.run(run_id);
ALTER TABLE registry.version_metric ADD CONSTRAINT version_metric_ordinal_fkey FOREIGN KEY (ordinal) REFERENCES registry.version_search(ordinal) ON DELETE CASCADE;
ALTER TABLE registry.version_search ADD CONSTRAINT version_search_model_version_fkey FOREIGN KEY (model, version) REFERENCES registry.model_version(model, version) ON DELETE CASCADE;
ALTER TABLE registry.version_smoke_input ADD CONSTRAINT version_smoke_input_model_version_fkey FOREIGN KEY (model, version) REFERENCES registry.model_version(model, version);

CREATE TRIGGER model_version_search AFTER INSERT OR UPDATE OF state ON registry.model_version FOR EACH ROW EXECUTE FUNCTION registry.follow_model_version();


-- ==================== inference ====================

CREATE SCHEMA inference;

CREATE TABLE inference.detector_state (
  series text NOT NULL,
  slot text NOT NULL,
  shard smallint NOT NULL,
  model text NOT NULL,
  version text NOT NULL,
  last_time_micros bigint NOT NULL,
  position bigint NOT NULL,
  state bytea,
  CONSTRAINT detector_state_pkey PRIMARY KEY (series, slot),
  CONSTRAINT detector_state_size CHECK (octet_length(state) <= 16384)
);
COMMENT ON TABLE inference.detector_state IS 'What the detector of one series knows, as of the checkpoint of its shard.';
COMMENT ON COLUMN inference.detector_state.series IS 'Name of the series.';
COMMENT ON COLUMN inference.detector_state.slot IS 'Slot of the assignment, so that several detectors can run on one series; empty is the first.';
COMMENT ON COLUMN inference.detector_state.shard IS 'Shard of the feed that carries the series.';
COMMENT ON COLUMN inference.detector_state.model IS 'Registered model of the detector.';
COMMENT ON COLUMN inference.detector_state.version IS 'Its semantic version; a state is of no use to another version.';
COMMENT ON COLUMN inference.detector_state.last_time_micros IS 'Time of the newest reading that it has seen, microseconds since 1970 (UTC). Older readings are not scored.';
COMMENT ON COLUMN inference.detector_state.position IS 'Position of the feed that changed it last.';
COMMENT ON COLUMN inference.detector_state.state IS 'In the form of the detector''s family. NULL: larger than 16 KiB, rebuilt from history.';

CREATE TABLE inference.shard_checkpoint (
  shard smallint NOT NULL,
  epoch bigint NOT NULL,
  position bigint NOT NULL,
  fence bigint NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  CONSTRAINT shard_checkpoint_pkey PRIMARY KEY (shard),
  CONSTRAINT shard_checkpoint_position_range CHECK ("position" >= 0)
);
COMMENT ON TABLE inference.shard_checkpoint IS 'How far each shard of the feed was scored. Moves only once everything found up to it was acknowledged by the monitor.';
COMMENT ON COLUMN inference.shard_checkpoint.shard IS 'Shard of the feed, from 0.';
COMMENT ON COLUMN inference.shard_checkpoint.epoch IS 'Life of the ingest database that the position belongs to.';
COMMENT ON COLUMN inference.shard_checkpoint.position IS 'Last position of the feed whose effects are acknowledged.';
COMMENT ON COLUMN inference.shard_checkpoint.fence IS 'Fence under which it was written.';
COMMENT ON COLUMN inference.shard_checkpoint.updated_at IS 'Real time of the last move.';

CREATE TABLE inference.shard_lease (
  shard smallint NOT NULL,
  owner text NOT NULL,
  fence bigint NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT shard_lease_pkey PRIMARY KEY (shard),
  CONSTRAINT shard_lease_shard_range CHECK (shard >= 0)
);
COMMENT ON TABLE inference.shard_lease IS 'Which replica consumes which shard of the feed. A shard without a row was never consumed.';
COMMENT ON COLUMN inference.shard_lease.shard IS 'Shard of the feed, from 0.';
COMMENT ON COLUMN inference.shard_lease.owner IS 'The replica: a name that one process at a time bears, kept beside its prediction spool.';
COMMENT ON COLUMN inference.shard_lease.fence IS 'Rises by one with each change of owner; work under an older fence is refused.';
COMMENT ON COLUMN inference.shard_lease.expires_at IS 'Real time until which the owner may work without renewing. In the past: anybody may take the shard.';


-- ==================== monitor ====================

CREATE SCHEMA monitor;

CREATE TABLE monitor.actual (
  series_id bigint NOT NULL,
  grid_id integer NOT NULL,
  interval_start timestamp with time zone NOT NULL,
  interval_index bigint NOT NULL,
  shard smallint NOT NULL,
  due_at timestamp with time zone NOT NULL,
  state text NOT NULL,
  value double precision,
  revision integer NOT NULL,
  changed_at timestamp with time zone,
  attention_at timestamp with time zone,
  CONSTRAINT actual_pkey PRIMARY KEY (series_id, grid_id, interval_start),
  CONSTRAINT actual_check CHECK ((state = 'KNOWN'::text) = (value IS NOT NULL)),
  CONSTRAINT actual_revision_check CHECK (revision >= 0),
  CONSTRAINT actual_state_check CHECK (state = ANY (ARRAY['PENDING'::text, 'KNOWN'::text, 'MISSING'::text]))
) PARTITION BY RANGE (interval_start);
COMMENT ON TABLE monitor.actual IS 'The truth of a grid interval that somebody predicted, shared by all predictions of it.';
COMMENT ON COLUMN monitor.actual.series_id IS 'The series.';
COMMENT ON COLUMN monitor.actual.grid_id IS 'The grid.';
COMMENT ON COLUMN monitor.actual.interval_start IS 'Names the interval.';
COMMENT ON COLUMN monitor.actual.interval_index IS 'Number of the interval on its grid.';
COMMENT ON COLUMN monitor.actual.shard IS 'Of the series.';
COMMENT ON COLUMN monitor.actual.due_at IS 'Domain time from which the value counts as known: end of the interval plus lateness.';
COMMENT ON COLUMN monitor.actual.state IS 'PENDING: not taken yet. KNOWN: has a value. MISSING: taken, and there was no reading.';
COMMENT ON COLUMN monitor.actual.value IS 'The grid''s aggregate of the interval''s readings.';
COMMENT ON COLUMN monitor.actual.revision IS '0 while pending, 1 when first taken, one more each time the truth changed.';
COMMENT ON COLUMN monitor.actual.changed_at IS 'Domain time of the newest revision.';
COMMENT ON COLUMN monitor.actual.attention_at IS 'Domain time from which it must be taken (again); null: nothing to do.';
CREATE INDEX actual_in_need ON ONLY monitor.actual USING btree (attention_at) WHERE (attention_at IS NOT NULL);

CREATE TABLE monitor.anomaly (
  anomaly_id uuid NOT NULL,
  series_id bigint NOT NULL,
  time timestamp with time zone NOT NULL,
  value double precision NOT NULL,
  expected double precision,
  lower_bound double precision,
  upper_bound double precision,
  score double precision NOT NULL,
  severity smallint NOT NULL,
  detector text NOT NULL,
  detector_version text NOT NULL,
  alias text NOT NULL,
  kind text NOT NULL,
  reason text NOT NULL,
  tuning_revision bigint NOT NULL,
  feed_epoch bigint NOT NULL,
  feed_position bigint NOT NULL,
  traceparent text NOT NULL,
  reported_at timestamp with time zone NOT NULL,
  status smallint NOT NULL,
  actor text NOT NULL,
  acted_at timestamp with time zone,
  assignee text NOT NULL,
  revision integer NOT NULL,
  CONSTRAINT anomaly_pkey PRIMARY KEY (anomaly_id),
  CONSTRAINT anomaly_revision_check CHECK (revision > 0),
  CONSTRAINT anomaly_score_check CHECK (score >= 0::double precision),
  CONSTRAINT anomaly_severity_check CHECK (severity >= 1 AND severity <= 4),
  CONSTRAINT anomaly_status_check CHECK (status >= 1 AND status <= 3)
);
COMMENT ON TABLE monitor.anomaly IS 'What the detectors found, and what people made of it.';
COMMENT ON COLUMN monitor.anomaly.anomaly_id IS 'Hash of series, time, detector and its version: a repeat has the same.';
COMMENT ON COLUMN monitor.anomaly.series_id IS 'The series.';
COMMENT ON COLUMN monitor.anomaly.time IS 'Time of the reading, or start of the grid interval.';
COMMENT ON COLUMN monitor.anomaly.value IS 'In the unit of the series, as the next three.';
COMMENT ON COLUMN monitor.anomaly.expected IS 'What the detector expected; null: not told.';
COMMENT ON COLUMN monitor.anomaly.lower_bound IS 'Lower bound of what would have been normal; null: none.';
COMMENT ON COLUMN monitor.anomaly.upper_bound IS 'Upper bound of what would have been normal; null: none.';
COMMENT ON COLUMN monitor.anomaly.score IS 'The detector''s; larger is stranger.';
COMMENT ON COLUMN monitor.anomaly.severity IS '1 low, 2 medium, 3 high, 4 critical.';
COMMENT ON COLUMN monitor.anomaly.detector IS 'Registered model of the detector.';
COMMENT ON COLUMN monitor.anomaly.detector_version IS 'Its semantic version.';
COMMENT ON COLUMN monitor.anomaly.alias IS 'The alias through which the version ran; empty: by its number.';
COMMENT ON COLUMN monitor.anomaly.kind IS 'As the detector names it, such as point.';
COMMENT ON COLUMN monitor.anomaly.reason IS 'One sentence for people; may be empty.';
COMMENT ON COLUMN monitor.anomaly.tuning_revision IS 'Revision of the tuning that took part; 0: none.';
COMMENT ON COLUMN monitor.anomaly.feed_epoch IS 'Life of the ingest database; 0: not told.';
COMMENT ON COLUMN monitor.anomaly.feed_position IS 'The commit that held the reading; 0: not told.';
COMMENT ON COLUMN monitor.anomaly.traceparent IS 'W3C trace context of the detection; empty: none.';
COMMENT ON COLUMN monitor.anomaly.reported_at IS 'Domain time of the report.';
COMMENT ON COLUMN monitor.anomaly.status IS '1 open, 2 acknowledged, 3 false alarm.';
COMMENT ON COLUMN monitor.anomaly.actor IS 'Who set the status; empty: nobody yet.';
COMMENT ON COLUMN monitor.anomaly.acted_at IS 'Domain time of that; null: not yet.';
COMMENT ON COLUMN monitor.anomaly.assignee IS 'Who cares for it; empty: nobody.';
COMMENT ON COLUMN monitor.anomaly.revision IS 'One more with each change: the etag.';
CREATE INDEX anomaly_by_series ON monitor.anomaly USING btree (series_id, "time" DESC);
CREATE INDEX anomaly_by_time ON monitor.anomaly USING btree ("time" DESC, anomaly_id);

CREATE TABLE monitor.anomaly_change (
  position bigint NOT NULL,
  anomaly_id uuid NOT NULL,
  action smallint NOT NULL,
  actor text NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  comment text NOT NULL,
  assignee text NOT NULL,
  CONSTRAINT anomaly_change_pkey PRIMARY KEY ("position"),
  CONSTRAINT anomaly_change_action_check CHECK (action >= 1 AND action <= 5),
  CONSTRAINT anomaly_change_position_check CHECK ("position" > 0)
);
COMMENT ON TABLE monitor.anomaly_change IS 'Everything that happened to anomalies, in the order of commits and without gaps: what watchers follow.';
COMMENT ON COLUMN monitor.anomaly_change.position IS 'Place in that order, from 1.';
COMMENT ON COLUMN monitor.anomaly_change.anomaly_id IS 'The anomaly.';
COMMENT ON COLUMN monitor.anomaly_change.action IS '1 reported, 2 acknowledged, 3 assigned, 4 commented, 5 marked a false alarm.';
COMMENT ON COLUMN monitor.anomaly_change.actor IS 'Who; empty for reports.';
COMMENT ON COLUMN monitor.anomaly_change.changed_at IS 'Domain time.';
COMMENT ON COLUMN monitor.anomaly_change.comment IS 'What was said; may be empty.';
COMMENT ON COLUMN monitor.anomaly_change.assignee IS 'For action 3: to whom.';
CREATE INDEX anomaly_change_by_anomaly ON monitor.anomaly_change USING btree (anomaly_id, "position");

CREATE TABLE monitor.anomaly_head (
  only_row boolean DEFAULT true NOT NULL,
  epoch bigint NOT NULL,
  position bigint NOT NULL,
  CONSTRAINT anomaly_head_pkey PRIMARY KEY (only_row),
  CONSTRAINT anomaly_head_only_row_check CHECK (only_row),
  CONSTRAINT anomaly_head_position_check CHECK ("position" >= 0)
);
COMMENT ON TABLE monitor.anomaly_head IS 'Newest position of anomaly_change. Its row lock, held to commit, makes position order commit order.';
COMMENT ON COLUMN monitor.anomaly_head.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN monitor.anomaly_head.epoch IS 'Life of this database: drawn by lot, so that resume tokens of another one are known as such.';
COMMENT ON COLUMN monitor.anomaly_head.position IS 'Newest position; 0: none.';

CREATE TABLE monitor.checkpoint (
  shard smallint NOT NULL,
  epoch bigint NOT NULL,
  position bigint NOT NULL,
  CONSTRAINT checkpoint_pkey PRIMARY KEY (shard),
  CONSTRAINT checkpoint_position_check CHECK ("position" >= 0)
);
COMMENT ON TABLE monitor.checkpoint IS 'How far the feed has been followed: the effects of every commit up to it are committed here.';
COMMENT ON COLUMN monitor.checkpoint.shard IS 'Shard of the feed.';
COMMENT ON COLUMN monitor.checkpoint.epoch IS 'Life of the ingest database.';
COMMENT ON COLUMN monitor.checkpoint.position IS 'Newest commit whose effects are in.';

CREATE TABLE monitor.grid (
  grid_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
  step_seconds integer NOT NULL,
  time_zone text NOT NULL,
  aggregation text NOT NULL,
  fill text NOT NULL,
  fill_intervals_max integer NOT NULL,
  lateness_seconds integer NOT NULL,
  CONSTRAINT grid_pkey PRIMARY KEY (grid_id),
  CONSTRAINT grid_step_seconds_time_zone_aggregation_fill_fill_intervals_key UNIQUE (step_seconds, time_zone, aggregation, fill, fill_intervals_max, lateness_seconds),
  CONSTRAINT grid_aggregation_check CHECK (aggregation = ANY (ARRAY['MEAN'::text, 'LAST'::text, 'SUM'::text, 'MAX'::text, 'MIN'::text])),
  CONSTRAINT grid_fill_check CHECK (fill = ANY (ARRAY['NONE'::text, 'PREVIOUS'::text, 'LINEAR'::text])),
  CONSTRAINT grid_fill_intervals_max_check CHECK (fill_intervals_max >= 0),
  CONSTRAINT grid_lateness_seconds_check CHECK (lateness_seconds >= 0 AND lateness_seconds <= 604800),
  CONSTRAINT grid_step_seconds_check CHECK (step_seconds >= 1 AND step_seconds <= 604800)
);
COMMENT ON TABLE monitor.grid IS 'Grids that predictions were made on.';
COMMENT ON COLUMN monitor.grid.grid_id IS 'Stands for the grid in the big tables.';
COMMENT ON COLUMN monitor.grid.step_seconds IS 'Width of an interval.';
COMMENT ON COLUMN monitor.grid.time_zone IS 'IANA name; decides where days start.';
COMMENT ON COLUMN monitor.grid.aggregation IS 'How the readings of an interval become one value.';
COMMENT ON COLUMN monitor.grid.fill IS 'What the model saw in an interval without readings; an actual is never filled.';
COMMENT ON COLUMN monitor.grid.fill_intervals_max IS 'Longest run that was filled; 0: no limit.';
COMMENT ON COLUMN monitor.grid.lateness_seconds IS 'How long after its end an interval''s readings may arrive before its value counts as known.';

CREATE TABLE monitor.layout (
  only_row boolean DEFAULT true NOT NULL,
  kind text NOT NULL,
  CONSTRAINT layout_pkey PRIMARY KEY (only_row),
  CONSTRAINT layout_kind_check CHECK (kind = ANY (ARRAY['plain'::text, 'timescale'::text])),
  CONSTRAINT layout_only_row_check CHECK (only_row)
);
COMMENT ON TABLE monitor.layout IS 'How the big tables of this schema are laid out; written once, when the schema is made.';
COMMENT ON COLUMN monitor.layout.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN monitor.layout.kind IS 'plain: native monthly partitions. timescale: hypertables.';

CREATE TABLE monitor.model_version (
  model_version_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
  model text NOT NULL,
  version text NOT NULL,
  CONSTRAINT model_version_pkey PRIMARY KEY (model_version_id),
  CONSTRAINT model_version_model_version_key UNIQUE (model, version)
);
COMMENT ON TABLE monitor.model_version IS 'Model versions that predicted.';
COMMENT ON COLUMN monitor.model_version.model_version_id IS 'Stands for the version in the big tables.';
COMMENT ON COLUMN monitor.model_version.model IS 'Registered model.';
COMMENT ON COLUMN monitor.model_version.version IS 'Semantic version.';

CREATE TABLE monitor.prediction (
  prediction_id uuid NOT NULL,
  origin timestamp with time zone NOT NULL,
  series_id bigint NOT NULL,
  grid_id integer NOT NULL,
  model_version_id integer NOT NULL,
  role smallint NOT NULL,
  alias text NOT NULL,
  cause smallint NOT NULL,
  fallback boolean NOT NULL,
  step_count integer NOT NULL,
  probabilities double precision[] NOT NULL,
  interval_levels double precision[] NOT NULL,
  interval_lowers integer[] NOT NULL,
  interval_uppers integer[] NOT NULL,
  mase_scale double precision,
  last_value double precision,
  last_reading_time timestamp with time zone,
  feed_epoch bigint NOT NULL,
  feed_position bigint NOT NULL,
  tuning_revision bigint NOT NULL,
  issued_at timestamp with time zone NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  traceparent text NOT NULL,
  CONSTRAINT prediction_pkey PRIMARY KEY (prediction_id, origin),
  CONSTRAINT prediction_cause_check CHECK (cause >= 1 AND cause <= 3),
  CONSTRAINT prediction_mase_scale_check CHECK (mase_scale > 0::double precision),
  CONSTRAINT prediction_role_check CHECK (role >= 1 AND role <= 3),
  CONSTRAINT prediction_step_count_check CHECK (step_count > 0)
) PARTITION BY RANGE (origin);
COMMENT ON TABLE monitor.prediction IS 'One forecast of one series from one origin. Never changed after it was written.';
COMMENT ON COLUMN monitor.prediction.prediction_id IS 'Hash of the key (series, grid, model, version, origin, role): a repeat has the same.';
COMMENT ON COLUMN monitor.prediction.origin IS 'Start of the first predicted interval.';
COMMENT ON COLUMN monitor.prediction.series_id IS 'The predicted series (series).';
COMMENT ON COLUMN monitor.prediction.grid_id IS 'The grid of the intervals (grid).';
COMMENT ON COLUMN monitor.prediction.model_version_id IS 'Who predicted (model_version).';
COMMENT ON COLUMN monitor.prediction.role IS '1 champion, 2 canary, 3 shadow.';
COMMENT ON COLUMN monitor.prediction.alias IS 'The alias through which the version was reached; empty: by its number.';
COMMENT ON COLUMN monitor.prediction.cause IS '1 standing, 2 request, 3 recorded on request.';
COMMENT ON COLUMN monitor.prediction.fallback IS 'True: seasonal naive stood in.';
COMMENT ON COLUMN monitor.prediction.step_count IS 'Horizon.';
COMMENT ON COLUMN monitor.prediction.probabilities IS 'Of the quantiles, rising.';
COMMENT ON COLUMN monitor.prediction.interval_levels IS 'Levels of the central intervals that the quantiles make, falling.';
COMMENT ON COLUMN monitor.prediction.interval_lowers IS 'For each level, the place of its lower bound in the quantiles, from 1.';
COMMENT ON COLUMN monitor.prediction.interval_uppers IS 'For each level, the place of its upper bound in the quantiles, from 1.';
COMMENT ON COLUMN monitor.prediction.mase_scale IS 'In-sample error of seasonal naive that MASE divides by; null: none.';
COMMENT ON COLUMN monitor.prediction.last_value IS 'Grid value of the interval before the origin; null: none.';
COMMENT ON COLUMN monitor.prediction.last_reading_time IS 'Time of the newest reading that the model saw; null: not told.';
COMMENT ON COLUMN monitor.prediction.feed_epoch IS 'Life of the ingest database that the history was read in; 0: not told.';
COMMENT ON COLUMN monitor.prediction.feed_position IS 'Commit that the history was read at; 0: not told.';
COMMENT ON COLUMN monitor.prediction.tuning_revision IS 'Revision of the tuning that took part; 0: none.';
COMMENT ON COLUMN monitor.prediction.issued_at IS 'Domain time of the answer.';
COMMENT ON COLUMN monitor.prediction.recorded_at IS 'Domain time at which the ledger took it.';
COMMENT ON COLUMN monitor.prediction.traceparent IS 'W3C trace context of the call or feed section; empty: none.';
CREATE INDEX prediction_by_origin ON ONLY monitor.prediction USING btree (origin DESC, prediction_id);
CREATE INDEX prediction_by_series ON ONLY monitor.prediction USING btree (series_id, origin DESC);

CREATE TABLE monitor.prediction_step (
  prediction_id uuid NOT NULL,
  target_time timestamp with time zone NOT NULL,
  step integer NOT NULL,
  origin timestamp with time zone NOT NULL,
  series_id bigint NOT NULL,
  grid_id integer NOT NULL,
  mean double precision NOT NULL,
  quantiles double precision[] NOT NULL,
  seasonal_naive double precision,
  CONSTRAINT prediction_step_pkey PRIMARY KEY (prediction_id, step, target_time),
  CONSTRAINT prediction_step_step_check CHECK (step > 0)
) PARTITION BY RANGE (target_time);
COMMENT ON TABLE monitor.prediction_step IS 'One step of a prediction. Its truth is the row of actual with the same series, grid and start.';
COMMENT ON COLUMN monitor.prediction_step.prediction_id IS 'The prediction.';
COMMENT ON COLUMN monitor.prediction_step.target_time IS 'Start of the target interval.';
COMMENT ON COLUMN monitor.prediction_step.step IS 'From 1.';
COMMENT ON COLUMN monitor.prediction_step.origin IS 'Of the prediction, to find its row fast.';
COMMENT ON COLUMN monitor.prediction_step.series_id IS 'Of the prediction.';
COMMENT ON COLUMN monitor.prediction_step.grid_id IS 'Of the prediction.';
COMMENT ON COLUMN monitor.prediction_step.mean IS 'Point forecast, in the unit of the series.';
COMMENT ON COLUMN monitor.prediction_step.quantiles IS 'One per probability of the prediction.';
COMMENT ON COLUMN monitor.prediction_step.seasonal_naive IS 'What seasonal naive would have said; null: nothing.';
CREATE INDEX prediction_step_by_target ON ONLY monitor.prediction_step USING btree (series_id, target_time DESC);

CREATE TABLE monitor.series (
  series_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  name text NOT NULL,
  shard smallint NOT NULL,
  CONSTRAINT series_pkey PRIMARY KEY (series_id),
  CONSTRAINT series_name_key UNIQUE (name),
  CONSTRAINT series_name_check CHECK (octet_length(name) >= 1 AND octet_length(name) <= 255),
  CONSTRAINT series_shard_check CHECK (shard >= 0)
);
COMMENT ON TABLE monitor.series IS 'Series that the monitor has heard of, by predictions or anomalies. Numbers are this schema''s own.';
COMMENT ON COLUMN monitor.series.series_id IS 'Stands for the name in the big tables.';
COMMENT ON COLUMN monitor.series.name IS 'SeriesName, as in the catalogue of ingest.';
COMMENT ON COLUMN monitor.series.shard IS 'Shard of the feed that carries it: 64-bit FNV-1a hash of the name modulo the number of shards.';

CREATE TABLE monitor.series_grid (
  series_id bigint NOT NULL,
  grid_id integer NOT NULL,
  CONSTRAINT series_grid_pkey PRIMARY KEY (series_id, grid_id)
);
COMMENT ON TABLE monitor.series_grid IS 'On which grids a series has targets: where a reading can change an actual.';
COMMENT ON COLUMN monitor.series_grid.series_id IS 'The series.';
COMMENT ON COLUMN monitor.series_grid.grid_id IS 'The grid.';

CREATE TABLE monitor.shard_lease (
  shard smallint NOT NULL,
  owner text NOT NULL,
  fence bigint NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT shard_lease_pkey PRIMARY KEY (shard),
  CONSTRAINT shard_lease_fence_check CHECK (fence >= 0),
  CONSTRAINT shard_lease_shard_check CHECK (shard >= 0)
);
COMMENT ON TABLE monitor.shard_lease IS 'Which replica joins which shard of the feed.';
COMMENT ON COLUMN monitor.shard_lease.shard IS 'Shard of the feed.';
COMMENT ON COLUMN monitor.shard_lease.owner IS 'The replica that has or had it; empty: nobody yet.';
COMMENT ON COLUMN monitor.shard_lease.fence IS 'One more with each change of hands; writes under an older fence are refused.';
COMMENT ON COLUMN monitor.shard_lease.expires_at IS 'Real time until which it is held.';

ALTER TABLE monitor.anomaly ADD CONSTRAINT anomaly_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
ALTER TABLE monitor.anomaly_change ADD CONSTRAINT anomaly_change_anomaly_id_fkey FOREIGN KEY (anomaly_id) REFERENCES monitor.anomaly(anomaly_id);
ALTER TABLE monitor.checkpoint ADD CONSTRAINT checkpoint_shard_fkey FOREIGN KEY (shard) REFERENCES monitor.shard_lease(shard);
ALTER TABLE monitor.series_grid ADD CONSTRAINT series_grid_grid_id_fkey FOREIGN KEY (grid_id) REFERENCES monitor.grid(grid_id);
ALTER TABLE monitor.series_grid ADD CONSTRAINT series_grid_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
