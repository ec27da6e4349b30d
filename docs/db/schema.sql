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

CREATE TABLE monitor.accuracy_day (
  series_id bigint NOT NULL,
  grid_id integer NOT NULL,
  day timestamp with time zone NOT NULL,
  state smallint NOT NULL,
  marked_by bigint,
  steps_pending bigint NOT NULL,
  steps_known bigint NOT NULL,
  steps_missing bigint NOT NULL,
  CONSTRAINT accuracy_day_pkey PRIMARY KEY (series_id, grid_id, day),
  CONSTRAINT accuracy_day_check CHECK ((state = 2) = (marked_by IS NOT NULL)),
  CONSTRAINT accuracy_day_marked_by_check CHECK (marked_by >= 0),
  CONSTRAINT accuracy_day_state_check CHECK (state >= 1 AND state <= 3),
  CONSTRAINT accuracy_day_steps_known_check CHECK (steps_known >= 0),
  CONSTRAINT accuracy_day_steps_missing_check CHECK (steps_missing >= 0),
  CONSTRAINT accuracy_day_steps_pending_check CHECK (steps_pending >= 0)
);
COMMENT ON TABLE monitor.accuracy_day IS 'Each day of each series and grid that has steps, and whether its rollup stands for them.';
COMMENT ON COLUMN monitor.accuracy_day.series_id IS 'The series (series).';
COMMENT ON COLUMN monitor.accuracy_day.grid_id IS 'The grid (grid).';
COMMENT ON COLUMN monitor.accuracy_day.day IS 'Midnight UTC; the day holds the target intervals that start in the 24 hours from it.';
COMMENT ON COLUMN monitor.accuracy_day.state IS '1 open: only the steps count. 2 marked: to be rolled up once every transaction that began before is over. 3 rolled: the rollup equals the steps.';
COMMENT ON COLUMN monitor.accuracy_day.marked_by IS 'State 2: number of the transaction that marked it.';
COMMENT ON COLUMN monitor.accuracy_day.steps_pending IS 'State 3: steps whose actual is pending.';
COMMENT ON COLUMN monitor.accuracy_day.steps_known IS 'State 3: steps whose actual is known.';
COMMENT ON COLUMN monitor.accuracy_day.steps_missing IS 'State 3: steps whose interval held no reading.';
CREATE INDEX accuracy_day_by_day ON monitor.accuracy_day USING btree (day);
CREATE INDEX accuracy_day_to_roll ON monitor.accuracy_day USING btree (day) WHERE (state <> 3);

CREATE TABLE monitor.accuracy_rollup (
  series_id bigint NOT NULL,
  grid_id integer NOT NULL,
  day timestamp with time zone NOT NULL,
  model_version_id integer NOT NULL,
  role smallint NOT NULL,
  alias text NOT NULL,
  step integer NOT NULL,
  pairs bigint NOT NULL,
  pending bigint NOT NULL,
  missing bigint NOT NULL,
  absolute double precision NOT NULL,
  squared double precision NOT NULL,
  signed double precision NOT NULL,
  percent double precision NOT NULL,
  zeros bigint NOT NULL,
  symmetric_percent double precision NOT NULL,
  scaled double precision NOT NULL,
  scaled_pairs bigint NOT NULL,
  directed bigint NOT NULL,
  direction_pairs bigint NOT NULL,
  actual_sum double precision NOT NULL,
  actual_absolute double precision NOT NULL,
  naive_pairs bigint NOT NULL,
  against_naive double precision NOT NULL,
  naive double precision NOT NULL,
  pinball double precision NOT NULL,
  pinball_terms bigint NOT NULL,
  CONSTRAINT accuracy_rollup_pkey PRIMARY KEY (series_id, grid_id, day, model_version_id, role, alias, step)
) PARTITION BY RANGE (day);
COMMENT ON TABLE monitor.accuracy_rollup IS 'Sums over the steps of one day; y is the actual, f the point forecast. Counts only where accuracy_day is in state 3.';
COMMENT ON COLUMN monitor.accuracy_rollup.series_id IS 'The series (series).';
COMMENT ON COLUMN monitor.accuracy_rollup.grid_id IS 'The grid (grid).';
COMMENT ON COLUMN monitor.accuracy_rollup.day IS 'Midnight UTC (accuracy_day).';
COMMENT ON COLUMN monitor.accuracy_rollup.model_version_id IS 'Who predicted (model_version).';
COMMENT ON COLUMN monitor.accuracy_rollup.role IS '1 champion, 2 canary, 3 shadow.';
COMMENT ON COLUMN monitor.accuracy_rollup.alias IS 'The alias through which the version was reached; empty: by its number.';
COMMENT ON COLUMN monitor.accuracy_rollup.step IS 'Horizon step, from 1.';
COMMENT ON COLUMN monitor.accuracy_rollup.pairs IS 'Steps with a known actual; the sums are over them.';
COMMENT ON COLUMN monitor.accuracy_rollup.pending IS 'Steps whose actual is pending.';
COMMENT ON COLUMN monitor.accuracy_rollup.missing IS 'Steps whose interval held no reading.';
COMMENT ON COLUMN monitor.accuracy_rollup.absolute IS 'Sum of |y - f|.';
COMMENT ON COLUMN monitor.accuracy_rollup.squared IS 'Sum of (y - f)^2.';
COMMENT ON COLUMN monitor.accuracy_rollup.signed IS 'Sum of f - y.';
COMMENT ON COLUMN monitor.accuracy_rollup.percent IS 'Sum of 100 |y - f| / |y| over the pairs with y other than 0.';
COMMENT ON COLUMN monitor.accuracy_rollup.zeros IS 'Pairs with y = 0.';
COMMENT ON COLUMN monitor.accuracy_rollup.symmetric_percent IS 'Sum of 200 |y - f| / (|y| + |f|), two zeros counting 0.';
COMMENT ON COLUMN monitor.accuracy_rollup.scaled IS 'Sum of |y - f| over the prediction''s MASE scale.';
COMMENT ON COLUMN monitor.accuracy_rollup.scaled_pairs IS 'Pairs whose prediction has such a scale.';
COMMENT ON COLUMN monitor.accuracy_rollup.directed IS 'Pairs whose forecast moved from the last value in the direction of the actual.';
COMMENT ON COLUMN monitor.accuracy_rollup.direction_pairs IS 'Pairs whose prediction has a last value.';
COMMENT ON COLUMN monitor.accuracy_rollup.actual_sum IS 'Sum of y.';
COMMENT ON COLUMN monitor.accuracy_rollup.actual_absolute IS 'Sum of |y|.';
COMMENT ON COLUMN monitor.accuracy_rollup.naive_pairs IS 'Pairs with a seasonal naive forecast s.';
COMMENT ON COLUMN monitor.accuracy_rollup.against_naive IS 'Sum of |y - f| over those.';
COMMENT ON COLUMN monitor.accuracy_rollup.naive IS 'Sum of |y - s| over those.';
COMMENT ON COLUMN monitor.accuracy_rollup.pinball IS 'Sum of pinball losses over pairs and quantiles.';
COMMENT ON COLUMN monitor.accuracy_rollup.pinball_terms IS 'Number of those.';

CREATE TABLE monitor.accuracy_rollup_interval (
  series_id bigint NOT NULL,
  grid_id integer NOT NULL,
  day timestamp with time zone NOT NULL,
  model_version_id integer NOT NULL,
  role smallint NOT NULL,
  alias text NOT NULL,
  step integer NOT NULL,
  level double precision NOT NULL,
  pairs bigint NOT NULL,
  covered bigint NOT NULL,
  width double precision NOT NULL,
  score double precision NOT NULL,
  CONSTRAINT accuracy_rollup_interval_pkey PRIMARY KEY (series_id, grid_id, day, model_version_id, role, alias, step, level)
) PARTITION BY RANGE (day);
COMMENT ON TABLE monitor.accuracy_rollup_interval IS 'Sums over the central intervals of one day''s steps; l and u are the bounds. Counts only where accuracy_day is in state 3.';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.series_id IS 'The series (series).';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.grid_id IS 'The grid (grid).';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.day IS 'Midnight UTC (accuracy_day).';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.model_version_id IS 'Who predicted (model_version).';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.role IS '1 champion, 2 canary, 3 shadow.';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.alias IS 'The alias through which the version was reached; empty: by its number.';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.step IS 'Horizon step, from 1.';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.level IS 'Nominal level, between 0 and 1.';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.pairs IS 'Steps with a known actual and this interval; the sums are over them.';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.covered IS 'Pairs with l <= y <= u.';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.width IS 'Sum of u - l.';
COMMENT ON COLUMN monitor.accuracy_rollup_interval.score IS 'Sum of interval scores.';

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

CREATE TABLE monitor.alert (
  alert_id uuid NOT NULL,
  subject uuid NOT NULL,
  rule text NOT NULL,
  severity smallint NOT NULL,
  state smallint NOT NULL,
  series text NOT NULL,
  model text NOT NULL,
  version text NOT NULL,
  device text NOT NULL,
  server text NOT NULL,
  summary text NOT NULL,
  figure_names text[] NOT NULL,
  figure_values double precision[] NOT NULL,
  advice text NOT NULL,
  traceparent text NOT NULL,
  pending_since timestamp with time zone NOT NULL,
  firing_since timestamp with time zone,
  resolved_at timestamp with time zone,
  over_since timestamp with time zone,
  condition_until timestamp with time zone,
  due_at timestamp with time zone,
  anomaly_ids uuid[] NOT NULL,
  occurrences integer NOT NULL,
  flapping boolean NOT NULL,
  actor text NOT NULL,
  revision integer NOT NULL,
  CONSTRAINT alert_pkey PRIMARY KEY (alert_id),
  CONSTRAINT alert_check CHECK ((state = 4) = (resolved_at IS NOT NULL)),
  CONSTRAINT alert_occurrences_check CHECK (occurrences > 0),
  CONSTRAINT alert_revision_check CHECK (revision > 0),
  CONSTRAINT alert_severity_check CHECK (severity >= 1 AND severity <= 4),
  CONSTRAINT alert_state_check CHECK (state >= 1 AND state <= 4)
);
COMMENT ON TABLE monitor.alert IS 'A rule that holds, or held, for one thing. At most one that is not resolved per rule and labels.';
COMMENT ON COLUMN monitor.alert.alert_id IS 'Hash of subject, begin and the alert before it.';
COMMENT ON COLUMN monitor.alert.subject IS 'Hash of rule and labels.';
COMMENT ON COLUMN monitor.alert.rule IS 'Name of the rule, which may be gone.';
COMMENT ON COLUMN monitor.alert.severity IS '1 low, 2 medium, 3 high, 4 critical: that of the rule when it began.';
COMMENT ON COLUMN monitor.alert.state IS '1 pending, 2 firing, 3 acknowledged, 4 resolved.';
COMMENT ON COLUMN monitor.alert.series IS 'Label; empty: not about one.';
COMMENT ON COLUMN monitor.alert.model IS 'Label, model or detector; empty: not about one.';
COMMENT ON COLUMN monitor.alert.version IS 'Label; empty: not about one.';
COMMENT ON COLUMN monitor.alert.device IS 'Label; empty: not about one.';
COMMENT ON COLUMN monitor.alert.server IS 'Label; empty: not about one.';
COMMENT ON COLUMN monitor.alert.summary IS 'One sentence: why, with the figures.';
COMMENT ON COLUMN monitor.alert.figure_names IS 'Measures.';
COMMENT ON COLUMN monitor.alert.figure_values IS 'One per measure.';
COMMENT ON COLUMN monitor.alert.advice IS 'What to do, as the rule said; may be empty.';
COMMENT ON COLUMN monitor.alert.traceparent IS 'W3C trace context of what led to it; empty: none.';
COMMENT ON COLUMN monitor.alert.pending_since IS 'Domain time at which the condition came true first.';
COMMENT ON COLUMN monitor.alert.firing_since IS 'Domain time; null: it has not fired.';
COMMENT ON COLUMN monitor.alert.resolved_at IS 'Domain time; null: it is open.';
COMMENT ON COLUMN monitor.alert.over_since IS 'Domain time from which the condition is over; null: it holds.';
COMMENT ON COLUMN monitor.alert.condition_until IS 'For anomalies: domain time to which the condition holds if no other is found; null: looked at anew each time.';
COMMENT ON COLUMN monitor.alert.due_at IS 'For anomalies: domain time at which it must be looked at; null: nothing to do.';
COMMENT ON COLUMN monitor.alert.anomaly_ids IS 'Anomalies that it stands for, the newest 100, oldest first.';
COMMENT ON COLUMN monitor.alert.occurrences IS 'How often the condition came true while it was open.';
COMMENT ON COLUMN monitor.alert.flapping IS 'Held firing, since it changed too often.';
COMMENT ON COLUMN monitor.alert.actor IS 'Who acknowledged it; empty: nobody.';
COMMENT ON COLUMN monitor.alert.revision IS 'One more with each transition: the etag.';
CREATE INDEX alert_by_begin ON monitor.alert USING btree (pending_since DESC, alert_id);
CREATE INDEX alert_by_series ON monitor.alert USING btree (series, pending_since DESC);
CREATE INDEX alert_closed_by_subject ON monitor.alert USING btree (subject, resolved_at) WHERE (state = 4);
CREATE INDEX alert_due ON monitor.alert USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX alert_open ON monitor.alert USING btree (subject) WHERE (state <> 4);
CREATE INDEX alert_open_by_rule ON monitor.alert USING btree (rule) WHERE (state <> 4);

CREATE TABLE monitor.alert_head (
  only_row boolean DEFAULT true NOT NULL,
  epoch bigint NOT NULL,
  position bigint NOT NULL,
  CONSTRAINT alert_head_pkey PRIMARY KEY (only_row),
  CONSTRAINT alert_head_only_row_check CHECK (only_row),
  CONSTRAINT alert_head_position_check CHECK ("position" >= 0)
);
COMMENT ON TABLE monitor.alert_head IS 'Newest position of alert_transition. Its row lock, held to commit, makes position order commit order.';
COMMENT ON COLUMN monitor.alert_head.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN monitor.alert_head.epoch IS 'Life of this database, as in anomaly_head.';
COMMENT ON COLUMN monitor.alert_head.position IS 'Newest position; 0: none.';

CREATE TABLE monitor.alert_progress (
  only_row boolean DEFAULT true NOT NULL,
  anomaly_position bigint NOT NULL,
  evaluator text NOT NULL,
  evaluates_until timestamp with time zone NOT NULL,
  CONSTRAINT alert_progress_pkey PRIMARY KEY (only_row),
  CONSTRAINT alert_progress_anomaly_position_check CHECK (anomaly_position >= 0),
  CONSTRAINT alert_progress_only_row_check CHECK (only_row)
);
COMMENT ON TABLE monitor.alert_progress IS 'How far alerts have come, and which replica evaluates the conditions that are looked at from time to time.';
COMMENT ON COLUMN monitor.alert_progress.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN monitor.alert_progress.anomaly_position IS 'Every change of anomaly_change up to it has had its effect on the alerts.';
COMMENT ON COLUMN monitor.alert_progress.evaluator IS 'The replica; empty: nobody yet.';
COMMENT ON COLUMN monitor.alert_progress.evaluates_until IS 'Real time until which that is its duty; another takes over after that.';

CREATE TABLE monitor.alert_rule (
  name text NOT NULL,
  revision bigint NOT NULL,
  request_id uuid NOT NULL,
  series_pattern text NOT NULL,
  model text NOT NULL,
  condition_kind smallint NOT NULL,
  measure smallint,
  limit_value double precision,
  level double precision,
  trailing_micros bigint,
  count_min integer,
  severity_min smallint,
  strong_only boolean,
  server text,
  severity smallint NOT NULL,
  hold_micros bigint NOT NULL,
  resolve_micros bigint NOT NULL,
  cool_down_micros bigint NOT NULL,
  flaps_per_hour_max integer NOT NULL,
  group_by text[] NOT NULL,
  inhibited_by text[] NOT NULL,
  advice text NOT NULL,
  disabled boolean NOT NULL,
  CONSTRAINT alert_rule_pkey PRIMARY KEY (name),
  CONSTRAINT alert_rule_request_id_key UNIQUE (request_id),
  CONSTRAINT alert_rule_condition_kind_check CHECK (condition_kind >= 1 AND condition_kind <= 6),
  CONSTRAINT alert_rule_cool_down_micros_check CHECK (cool_down_micros >= 0),
  CONSTRAINT alert_rule_count_min_check CHECK (count_min >= 0),
  CONSTRAINT alert_rule_flaps_per_hour_max_check CHECK (flaps_per_hour_max >= 0),
  CONSTRAINT alert_rule_hold_micros_check CHECK (hold_micros >= 0),
  CONSTRAINT alert_rule_measure_check CHECK (measure >= 1 AND measure <= 7),
  CONSTRAINT alert_rule_resolve_micros_check CHECK (resolve_micros >= 0),
  CONSTRAINT alert_rule_severity_check CHECK (severity >= 1 AND severity <= 4),
  CONSTRAINT alert_rule_severity_min_check CHECK (severity_min >= 1 AND severity_min <= 4),
  CONSTRAINT alert_rule_trailing_micros_check CHECK (trailing_micros >= 0)
);
COMMENT ON TABLE monitor.alert_rule IS 'What people want to be told of.';
COMMENT ON COLUMN monitor.alert_rule.name IS 'Unique.';
COMMENT ON COLUMN monitor.alert_rule.revision IS 'Of the newest change, never used twice: the etag.';
COMMENT ON COLUMN monitor.alert_rule.request_id IS 'Of the request that made it: a repeat finds it.';
COMMENT ON COLUMN monitor.alert_rule.series_pattern IS 'Exact series or, with a trailing *, a prefix; empty: all.';
COMMENT ON COLUMN monitor.alert_rule.model IS 'Registered model; empty: all.';
COMMENT ON COLUMN monitor.alert_rule.condition_kind IS '1 accuracy, 2 drift, 3 anomaly, 4 staleness, 5 health, 6 server.';
COMMENT ON COLUMN monitor.alert_rule.measure IS 'Accuracy: 1 MAE, 2 RMSE, 3 MAPE, 4 sMAPE, 5 MASE, 6 skill, 7 coverage error.';
COMMENT ON COLUMN monitor.alert_rule.limit_value IS 'Accuracy and health: where the condition begins.';
COMMENT ON COLUMN monitor.alert_rule.level IS 'Accuracy: level of the interval whose coverage counts.';
COMMENT ON COLUMN monitor.alert_rule.trailing_micros IS 'Accuracy and anomaly: window. Staleness: how long a series may be silent. 0: what the contract says.';
COMMENT ON COLUMN monitor.alert_rule.count_min IS 'Accuracy: least pairs. Anomaly: least anomalies.';
COMMENT ON COLUMN monitor.alert_rule.severity_min IS 'Anomaly: least severity that counts.';
COMMENT ON COLUMN monitor.alert_rule.strong_only IS 'Drift: moderate drift does not count.';
COMMENT ON COLUMN monitor.alert_rule.server IS 'Server: its name; empty: any.';
COMMENT ON COLUMN monitor.alert_rule.severity IS 'Of its alerts: 1 low, 2 medium, 3 high, 4 critical.';
COMMENT ON COLUMN monitor.alert_rule.hold_micros IS 'Domain time for which the condition must hold before an alert fires.';
COMMENT ON COLUMN monitor.alert_rule.resolve_micros IS 'Domain time for which the condition must be over before an alert is resolved.';
COMMENT ON COLUMN monitor.alert_rule.cool_down_micros IS 'Domain time after a resolution in which it does not fire again.';
COMMENT ON COLUMN monitor.alert_rule.flaps_per_hour_max IS 'More transitions an hour and the alert is held firing; 0: what the contract says.';
COMMENT ON COLUMN monitor.alert_rule.group_by IS 'Labels: alerts that agree in them are delivered as one.';
COMMENT ON COLUMN monitor.alert_rule.inhibited_by IS 'Rules whose firing alerts of the same series hold back delivery.';
COMMENT ON COLUMN monitor.alert_rule.advice IS 'What a person should do; may be empty.';
COMMENT ON COLUMN monitor.alert_rule.disabled IS 'Off.';

CREATE TABLE monitor.alert_transition (
  position bigint NOT NULL,
  alert_id uuid NOT NULL,
  subject uuid NOT NULL,
  from_state smallint,
  to_state smallint NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  CONSTRAINT alert_transition_pkey PRIMARY KEY ("position"),
  CONSTRAINT alert_transition_from_state_check CHECK (from_state >= 1 AND from_state <= 4),
  CONSTRAINT alert_transition_position_check CHECK ("position" > 0),
  CONSTRAINT alert_transition_to_state_check CHECK (to_state >= 1 AND to_state <= 4)
);
COMMENT ON TABLE monitor.alert_transition IS 'Every change of state of every alert, in the order of commits and without gaps: what watchers and deliveries follow.';
COMMENT ON COLUMN monitor.alert_transition.position IS 'Place in that order, from 1.';
COMMENT ON COLUMN monitor.alert_transition.alert_id IS 'The alert.';
COMMENT ON COLUMN monitor.alert_transition.subject IS 'Of the alert, so that flapping is counted fast.';
COMMENT ON COLUMN monitor.alert_transition.from_state IS 'As alert.state; null for the first.';
COMMENT ON COLUMN monitor.alert_transition.to_state IS 'As alert.state.';
COMMENT ON COLUMN monitor.alert_transition.changed_at IS 'Domain time.';
COMMENT ON COLUMN monitor.alert_transition.actor IS 'Person; empty: the server.';
COMMENT ON COLUMN monitor.alert_transition.reason IS 'One sentence.';
CREATE INDEX alert_transition_by_alert ON monitor.alert_transition USING btree (alert_id, "position");
CREATE INDEX alert_transition_by_subject ON monitor.alert_transition USING btree (subject, changed_at);

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
  suppression_window_id uuid,
  feedback_revision bigint DEFAULT 0 NOT NULL,
  CONSTRAINT anomaly_pkey PRIMARY KEY (anomaly_id),
  CONSTRAINT anomaly_feedback_revision_check CHECK (feedback_revision >= 0),
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
COMMENT ON COLUMN monitor.anomaly.suppression_window_id IS 'The maintenance window that it fell in; null: none. Stays when the window is removed.';
COMMENT ON COLUMN monitor.anomaly.feedback_revision IS 'Revision of the tuning that marking it a false alarm made; 0: none.';
CREATE INDEX anomaly_by_report ON monitor.anomaly USING btree (series_id, reported_at);
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
  request_id uuid,
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
COMMENT ON COLUMN monitor.anomaly_change.request_id IS 'Made by the client, so that a comment that is sent again adds nothing; null: none.';
CREATE INDEX anomaly_change_by_anomaly ON monitor.anomaly_change USING btree (anomaly_id, "position");
CREATE UNIQUE INDEX anomaly_change_by_request ON monitor.anomaly_change USING btree (anomaly_id, request_id) WHERE (request_id IS NOT NULL);

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

CREATE TABLE monitor.decision (
  decision_id uuid NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  kind smallint NOT NULL,
  model text NOT NULL,
  alias text NOT NULL,
  from_version text NOT NULL,
  to_version text NOT NULL,
  alias_revision bigint NOT NULL,
  time timestamp with time zone NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  figure_names text[] NOT NULL,
  figure_values double precision[] NOT NULL,
  retrain_task_id text NOT NULL,
  trial_id text NOT NULL,
  alert_id text NOT NULL,
  trace_id text NOT NULL,
  reverted_by uuid,
  CONSTRAINT decision_pkey PRIMARY KEY (decision_id),
  CONSTRAINT decision_alias_revision_check CHECK (alias_revision >= 0),
  CONSTRAINT decision_kind_check CHECK (kind >= 1 AND kind <= 8)
);
COMMENT ON TABLE monitor.decision IS 'What was decided and why. Never changed, save that a later one may take it back.';
COMMENT ON COLUMN monitor.decision.decision_id IS 'Made of what it decides: a repeat has the same.';
COMMENT ON COLUMN monitor.decision.number IS 'In order of recording.';
COMMENT ON COLUMN monitor.decision.kind IS '1 retrain, 2 gate passed, 3 gate refused, 4 canary started, 5 promoted, 6 rolled back, 7 reverted, 8 tuned.';
COMMENT ON COLUMN monitor.decision.model IS 'Registered model; of a tuning the detector.';
COMMENT ON COLUMN monitor.decision.alias IS 'The alias that moved; empty: none.';
COMMENT ON COLUMN monitor.decision.from_version IS 'Where it stood; empty: nowhere.';
COMMENT ON COLUMN monitor.decision.to_version IS 'Where it stands; empty: nowhere.';
COMMENT ON COLUMN monitor.decision.alias_revision IS 'Registry revision of the move; 0: none, or not told.';
COMMENT ON COLUMN monitor.decision.time IS 'Domain time.';
COMMENT ON COLUMN monitor.decision.actor IS 'Person; empty: the monitor itself.';
COMMENT ON COLUMN monitor.decision.reason IS 'One sentence.';
COMMENT ON COLUMN monitor.decision.figure_names IS 'Names of the figures that it rests on.';
COMMENT ON COLUMN monitor.decision.figure_values IS 'Their values.';
COMMENT ON COLUMN monitor.decision.retrain_task_id IS 'The task that it came from or made, 32 hexadecimal digits; empty: none.';
COMMENT ON COLUMN monitor.decision.trial_id IS 'The trial that it belongs to, 32 hexadecimal digits; empty: none.';
COMMENT ON COLUMN monitor.decision.alert_id IS 'The alert that it came from; empty: none.';
COMMENT ON COLUMN monitor.decision.trace_id IS '32 hexadecimal digits; empty: none.';
COMMENT ON COLUMN monitor.decision.reverted_by IS 'The decision that took this one back; null: it stands.';
CREATE INDEX decision_by_model ON monitor.decision USING btree (model, "time" DESC, number DESC);
CREATE INDEX decision_by_time ON monitor.decision USING btree ("time" DESC, number DESC);

CREATE TABLE monitor.delivery (
  delivery_id uuid NOT NULL,
  target_id bigint NOT NULL,
  position bigint NOT NULL,
  order_key text NOT NULL,
  collecting boolean NOT NULL,
  events text[] NOT NULL,
  traceparent text NOT NULL,
  state smallint NOT NULL,
  attempts integer NOT NULL,
  due_at timestamp with time zone NOT NULL,
  first_attempt_at timestamp with time zone,
  last_attempt_at timestamp with time zone,
  error text NOT NULL,
  settled_at timestamp with time zone,
  CONSTRAINT delivery_pkey PRIMARY KEY (delivery_id),
  CONSTRAINT delivery_attempts_check CHECK (attempts >= 0),
  CONSTRAINT delivery_check CHECK ((state = 1) = (settled_at IS NULL)),
  CONSTRAINT delivery_events_check CHECK (cardinality(events) > 0),
  CONSTRAINT delivery_position_check CHECK ("position" > 0),
  CONSTRAINT delivery_state_check CHECK (state >= 1 AND state <= 3)
);
COMMENT ON TABLE monitor.delivery IS 'What targets are told, and what came of it. All times are real.';
COMMENT ON COLUMN monitor.delivery.delivery_id IS 'Hash of the target and the first transition: the same on every attempt.';
COMMENT ON COLUMN monitor.delivery.target_id IS 'The target.';
COMMENT ON COLUMN monitor.delivery.position IS 'Of the first transition (alert_transition).';
COMMENT ON COLUMN monitor.delivery.order_key IS 'Alert or group: deliveries of one target with the same key are sent one after the other.';
COMMENT ON COLUMN monitor.delivery.collecting IS 'A group that still takes further transitions.';
COMMENT ON COLUMN monitor.delivery.events IS 'AlertEvents of the contract as JSON, oldest first: the transition, and the alert as it was when queued.';
COMMENT ON COLUMN monitor.delivery.traceparent IS 'W3C trace context that led to the first alert; empty: none.';
COMMENT ON COLUMN monitor.delivery.state IS '1 queued, 2 delivered, 3 given up.';
COMMENT ON COLUMN monitor.delivery.attempts IS 'Begun so far, since it was queued or put back.';
COMMENT ON COLUMN monitor.delivery.due_at IS 'When it may be sent; while it is being sent, when the lease on it ends.';
COMMENT ON COLUMN monitor.delivery.first_attempt_at IS 'Begin of the first attempt; null: none yet.';
COMMENT ON COLUMN monitor.delivery.last_attempt_at IS 'Begin of the newest attempt; null: none yet.';
COMMENT ON COLUMN monitor.delivery.error IS 'What the newest failed attempt met; empty: none failed.';
COMMENT ON COLUMN monitor.delivery.settled_at IS 'When it was delivered or given up; null: queued.';
CREATE INDEX delivery_dead ON monitor.delivery USING btree (last_attempt_at DESC, delivery_id) WHERE (state = 3);
CREATE INDEX delivery_due ON monitor.delivery USING btree (target_id, due_at) WHERE (state = 1);
CREATE INDEX delivery_in_order ON monitor.delivery USING btree (target_id, order_key, "position") WHERE (state = 1);
CREATE INDEX delivery_settled ON monitor.delivery USING btree (state, settled_at) WHERE (state <> 1);

CREATE TABLE monitor.delivery_follower (
  only_row boolean DEFAULT true NOT NULL,
  position bigint NOT NULL,
  CONSTRAINT delivery_follower_pkey PRIMARY KEY (only_row),
  CONSTRAINT delivery_follower_only_row_check CHECK (only_row),
  CONSTRAINT delivery_follower_position_check CHECK ("position" >= 0)
);
COMMENT ON TABLE monitor.delivery_follower IS 'How far transitions were fanned out. Its row lock lets one replica at a time do so.';
COMMENT ON COLUMN monitor.delivery_follower.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN monitor.delivery_follower.position IS 'Newest transition whose deliveries are queued.';

CREATE TABLE monitor.delivery_held (
  alert_id uuid NOT NULL,
  position bigint NOT NULL,
  announced boolean NOT NULL,
  judge_at timestamp with time zone NOT NULL,
  CONSTRAINT delivery_held_pkey PRIMARY KEY (alert_id),
  CONSTRAINT delivery_held_position_check CHECK ("position" > 0)
);
COMMENT ON TABLE monitor.delivery_held IS 'Alerts whose newest transition a silence or another alert holds back.';
COMMENT ON COLUMN monitor.delivery_held.alert_id IS 'The alert.';
COMMENT ON COLUMN monitor.delivery_held.position IS 'Its newest transition that was held back.';
COMMENT ON COLUMN monitor.delivery_held.announced IS 'Targets were told that it fires, so they must be told of its end.';
COMMENT ON COLUMN monitor.delivery_held.judge_at IS 'Real time from which it is judged again.';
CREATE INDEX delivery_held_to_judge ON monitor.delivery_held USING btree (judge_at);

CREATE TABLE monitor.delivery_target (
  target_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  name text COLLATE "C" NOT NULL,
  request_id uuid NOT NULL,
  url text NOT NULL,
  format smallint NOT NULL,
  secret text NOT NULL,
  matcher_labels text[] NOT NULL,
  matcher_patterns text[] NOT NULL,
  attempts_max integer NOT NULL,
  disabled boolean NOT NULL,
  revision integer NOT NULL,
  CONSTRAINT delivery_target_pkey PRIMARY KEY (target_id),
  CONSTRAINT delivery_target_name_key UNIQUE (name),
  CONSTRAINT delivery_target_request_id_key UNIQUE (request_id),
  CONSTRAINT delivery_target_attempts_max_check CHECK (attempts_max >= 1 AND attempts_max <= 100),
  CONSTRAINT delivery_target_check CHECK (cardinality(matcher_labels) = cardinality(matcher_patterns)),
  CONSTRAINT delivery_target_format_check CHECK (format >= 1 AND format <= 3),
  CONSTRAINT delivery_target_revision_check CHECK (revision > 0)
);
COMMENT ON TABLE monitor.delivery_target IS 'Where alerts are delivered to.';
COMMENT ON COLUMN monitor.delivery_target.target_id IS 'Stands for it in the queue; never used again.';
COMMENT ON COLUMN monitor.delivery_target.name IS 'Unique; may be used again after a deletion.';
COMMENT ON COLUMN monitor.delivery_target.request_id IS 'Client-made, of the request that made it: a repeat makes no other.';
COMMENT ON COLUMN monitor.delivery_target.url IS 'http or https.';
COMMENT ON COLUMN monitor.delivery_target.format IS '1 this contract''s JSON, 2 Slack, 3 Alertmanager v2.';
COMMENT ON COLUMN monitor.delivery_target.secret IS 'Signs bodies, so it is kept as it was given; no API, log or error shows it. Empty: not signed.';
COMMENT ON COLUMN monitor.delivery_target.matcher_labels IS 'Labels of the matchers, all of which must match.';
COMMENT ON COLUMN monitor.delivery_target.matcher_patterns IS 'For each: exact value or, with a trailing *, a prefix.';
COMMENT ON COLUMN monitor.delivery_target.attempts_max IS 'Attempts before a delivery is given up.';
COMMENT ON COLUMN monitor.delivery_target.disabled IS 'Nothing is queued for it, and what is queued waits.';
COMMENT ON COLUMN monitor.delivery_target.revision IS 'One more with each change: the etag.';

CREATE TABLE monitor.drift_newest (
  model_version_id integer NOT NULL,
  series_id bigint NOT NULL,
  input text NOT NULL,
  kind smallint NOT NULL,
  level smallint NOT NULL,
  window_from timestamp with time zone NOT NULL,
  window_to timestamp with time zone NOT NULL,
  samples bigint NOT NULL,
  psi double precision,
  kolmogorov double precision,
  wasserstein double precision,
  jensen_shannon double precision,
  reason text NOT NULL,
  time timestamp with time zone NOT NULL,
  logged_at timestamp with time zone NOT NULL,
  CONSTRAINT drift_newest_pkey PRIMARY KEY (model_version_id, series_id, input, kind),
  CONSTRAINT drift_newest_kind_check CHECK (kind >= 1 AND kind <= 5),
  CONSTRAINT drift_newest_level_check CHECK (level >= 1 AND level <= 4)
);
COMMENT ON TABLE monitor.drift_newest IS 'The newest verdict of each kind on each input.';
COMMENT ON COLUMN monitor.drift_newest.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN monitor.drift_newest.series_id IS 'The predicted series (series).';
COMMENT ON COLUMN monitor.drift_newest.input IS 'Input role; residual for residuals.';
COMMENT ON COLUMN monitor.drift_newest.kind IS '1 input, 2 prediction, 3 residual, 4 missing, 5 unit.';
COMMENT ON COLUMN monitor.drift_newest.level IS '1 unknown, 2 none, 3 moderate, 4 strong.';
COMMENT ON COLUMN monitor.drift_newest.window_from IS 'Start of the window that was compared.';
COMMENT ON COLUMN monitor.drift_newest.window_to IS 'Its end, exclusive.';
COMMENT ON COLUMN monitor.drift_newest.samples IS 'Values in it.';
COMMENT ON COLUMN monitor.drift_newest.psi IS 'Population stability index; null: not measured.';
COMMENT ON COLUMN monitor.drift_newest.kolmogorov IS 'Kolmogorov-Smirnov statistic; null: not measured.';
COMMENT ON COLUMN monitor.drift_newest.wasserstein IS 'Wasserstein-1 distance in deviations of the reference; null: not measured.';
COMMENT ON COLUMN monitor.drift_newest.jensen_shannon IS 'Jensen-Shannon divergence in bits; null: not measured.';
COMMENT ON COLUMN monitor.drift_newest.reason IS 'One sentence with the figures.';
COMMENT ON COLUMN monitor.drift_newest.time IS 'Domain time of the verdict.';
COMMENT ON COLUMN monitor.drift_newest.logged_at IS 'Time of the newest row of drift_verdict that it has.';
CREATE INDEX drift_newest_by_series ON monitor.drift_newest USING btree (series_id);

CREATE TABLE monitor.drift_reference (
  reference_id integer GENERATED ALWAYS AS IDENTITY NOT NULL,
  model_version_id integer NOT NULL,
  series_id bigint,
  grid_id integer NOT NULL,
  digest bytea NOT NULL,
  registered_at timestamp with time zone NOT NULL,
  compare_at timestamp with time zone NOT NULL,
  CONSTRAINT drift_reference_pkey PRIMARY KEY (reference_id),
  CONSTRAINT drift_reference_model_version_id_series_id_key UNIQUE NULLS NOT DISTINCT (model_version_id, series_id),
  CONSTRAINT drift_reference_digest_check CHECK (octet_length(digest) = 32)
);
COMMENT ON TABLE monitor.drift_reference IS 'What the inputs of a version looked like when it was trained. Never changed but for compare_at.';
COMMENT ON COLUMN monitor.drift_reference.reference_id IS 'Stands for it in drift_sketch.';
COMMENT ON COLUMN monitor.drift_reference.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN monitor.drift_reference.series_id IS 'The predicted series (series); null: shared by all series of the version.';
COMMENT ON COLUMN monitor.drift_reference.grid_id IS 'The grid that readings are put on before they are compared; its zone decides hours of the week.';
COMMENT ON COLUMN monitor.drift_reference.digest IS 'SHA-256 of all that was registered: tells the same again from another.';
COMMENT ON COLUMN monitor.drift_reference.registered_at IS 'Domain time.';
COMMENT ON COLUMN monitor.drift_reference.compare_at IS 'Domain time from which the next comparison is due; moved on before it is made, so that of several replicas one makes it.';
CREATE INDEX drift_reference_due ON monitor.drift_reference USING btree (compare_at);

CREATE TABLE monitor.drift_sketch (
  reference_id integer NOT NULL,
  input text NOT NULL,
  hour_of_week smallint NOT NULL,
  source text NOT NULL,
  samples bigint NOT NULL,
  missing_share double precision NOT NULL,
  payload bytea NOT NULL,
  CONSTRAINT drift_sketch_pkey PRIMARY KEY (reference_id, input, hour_of_week),
  CONSTRAINT drift_sketch_hour_of_week_check CHECK (hour_of_week >= '-1'::integer AND hour_of_week <= 167),
  CONSTRAINT drift_sketch_missing_share_check CHECK (missing_share >= 0::double precision AND missing_share <= 1::double precision),
  CONSTRAINT drift_sketch_samples_check CHECK (samples >= 0)
);
COMMENT ON TABLE monitor.drift_sketch IS 'Quantile sketches of a reference.';
COMMENT ON COLUMN monitor.drift_sketch.reference_id IS 'The reference.';
COMMENT ON COLUMN monitor.drift_sketch.input IS 'Input role.';
COMMENT ON COLUMN monitor.drift_sketch.hour_of_week IS '0 (Monday 00:00 in the grid''s zone) to 167; -1: all hours together.';
COMMENT ON COLUMN monitor.drift_sketch.source IS 'Series that the input is read from; empty: the predicted series.';
COMMENT ON COLUMN monitor.drift_sketch.samples IS 'Grid values that it stands for.';
COMMENT ON COLUMN monitor.drift_sketch.missing_share IS 'Share of grid intervals without a reading.';
COMMENT ON COLUMN monitor.drift_sketch.payload IS 'KLL sketch of doubles in the form of Apache DataSketches; empty where samples is 0.';

CREATE TABLE monitor.drift_verdict (
  model_version_id integer NOT NULL,
  series_id bigint NOT NULL,
  input text NOT NULL,
  kind smallint NOT NULL,
  level smallint NOT NULL,
  window_from timestamp with time zone NOT NULL,
  window_to timestamp with time zone NOT NULL,
  samples bigint NOT NULL,
  psi double precision,
  kolmogorov double precision,
  wasserstein double precision,
  jensen_shannon double precision,
  reason text NOT NULL,
  time timestamp with time zone NOT NULL,
  CONSTRAINT drift_verdict_pkey PRIMARY KEY (model_version_id, series_id, input, kind, "time"),
  CONSTRAINT drift_verdict_kind_check CHECK (kind >= 1 AND kind <= 5),
  CONSTRAINT drift_verdict_level_check CHECK (level >= 1 AND level <= 4)
) PARTITION BY RANGE ("time");
COMMENT ON TABLE monitor.drift_verdict IS 'Verdicts over time: each that changed the level, and one a day where nothing changed.';
COMMENT ON COLUMN monitor.drift_verdict.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN monitor.drift_verdict.series_id IS 'The predicted series (series).';
COMMENT ON COLUMN monitor.drift_verdict.input IS 'Input role; residual for residuals.';
COMMENT ON COLUMN monitor.drift_verdict.kind IS '1 input, 2 prediction, 3 residual, 4 missing, 5 unit.';
COMMENT ON COLUMN monitor.drift_verdict.level IS '1 unknown, 2 none, 3 moderate, 4 strong.';
COMMENT ON COLUMN monitor.drift_verdict.window_from IS 'Start of the window that was compared.';
COMMENT ON COLUMN monitor.drift_verdict.window_to IS 'Its end, exclusive.';
COMMENT ON COLUMN monitor.drift_verdict.samples IS 'Values in it.';
COMMENT ON COLUMN monitor.drift_verdict.psi IS 'Population stability index; null: not measured.';
COMMENT ON COLUMN monitor.drift_verdict.kolmogorov IS 'Kolmogorov-Smirnov statistic; null: not measured.';
COMMENT ON COLUMN monitor.drift_verdict.wasserstein IS 'Wasserstein-1 distance in deviations of the reference; null: not measured.';
COMMENT ON COLUMN monitor.drift_verdict.jensen_shannon IS 'Jensen-Shannon divergence in bits; null: not measured.';
COMMENT ON COLUMN monitor.drift_verdict.reason IS 'One sentence with the figures.';
COMMENT ON COLUMN monitor.drift_verdict.time IS 'Domain time of the verdict.';
CREATE INDEX drift_verdict_by_time ON ONLY monitor.drift_verdict USING btree ("time" DESC);

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

CREATE TABLE monitor.health_baseline (
  series_id bigint NOT NULL,
  model_version_id integer NOT NULL,
  error double precision NOT NULL,
  pairs bigint NOT NULL,
  measured_at timestamp with time zone NOT NULL,
  CONSTRAINT health_baseline_pkey PRIMARY KEY (series_id, model_version_id),
  CONSTRAINT health_baseline_error_check CHECK (error >= 0::double precision),
  CONSTRAINT health_baseline_pairs_check CHECK (pairs > 0)
);
COMMENT ON TABLE monitor.health_baseline IS 'Error of a version on a series when it was new: the first that rests on enough pairs.';
COMMENT ON COLUMN monitor.health_baseline.series_id IS 'The series.';
COMMENT ON COLUMN monitor.health_baseline.model_version_id IS 'The version.';
COMMENT ON COLUMN monitor.health_baseline.error IS 'Mean absolute error, in the unit of the series.';
COMMENT ON COLUMN monitor.health_baseline.pairs IS 'That it rests on.';
COMMENT ON COLUMN monitor.health_baseline.measured_at IS 'Domain time.';

CREATE TABLE monitor.health_newest (
  kind smallint NOT NULL,
  subject text NOT NULL,
  score double precision NOT NULL,
  part_kinds smallint[] NOT NULL,
  part_scores double precision[] NOT NULL,
  part_weights double precision[] NOT NULL,
  part_reasons text[] NOT NULL,
  recommendation text NOT NULL,
  scored_at timestamp with time zone NOT NULL,
  point_score double precision NOT NULL,
  point_at timestamp with time zone NOT NULL,
  CONSTRAINT health_newest_pkey PRIMARY KEY (kind, subject),
  CONSTRAINT health_newest_kind_check CHECK (kind >= 1 AND kind <= 3),
  CONSTRAINT health_newest_score_check CHECK (score >= 0::double precision AND score <= 100::double precision),
  CONSTRAINT health_newest_subject_check CHECK (octet_length(subject) >= 1 AND octet_length(subject) <= 255)
);
COMMENT ON TABLE monitor.health_newest IS 'The newest score of each subject.';
COMMENT ON COLUMN monitor.health_newest.kind IS '1 model, 2 series, 3 device.';
COMMENT ON COLUMN monitor.health_newest.subject IS 'Name of the model, series or device.';
COMMENT ON COLUMN monitor.health_newest.score IS '0 (broken) to 100 (as it should be): weighted mean of the parts.';
COMMENT ON COLUMN monitor.health_newest.part_kinds IS '1 communication, 2 completeness, 3 sensor drift, 4 anomalies, 5 accuracy, 6 coverage, 7 freshness.';
COMMENT ON COLUMN monitor.health_newest.part_scores IS '0 to 100, one per part.';
COMMENT ON COLUMN monitor.health_newest.part_weights IS 'Shares of the whole, one per part; together 1.';
COMMENT ON COLUMN monitor.health_newest.part_reasons IS 'A sentence with the figures, one per part.';
COMMENT ON COLUMN monitor.health_newest.recommendation IS 'What would help most; empty: nothing is needed.';
COMMENT ON COLUMN monitor.health_newest.scored_at IS 'Domain time.';
COMMENT ON COLUMN monitor.health_newest.point_score IS 'Score of the newest row of health_point.';
COMMENT ON COLUMN monitor.health_newest.point_at IS 'Domain time of that row.';
CREATE INDEX health_newest_by_score ON monitor.health_newest USING btree (score, kind, subject);

CREATE TABLE monitor.health_point (
  kind smallint NOT NULL,
  subject text NOT NULL,
  scored_at timestamp with time zone NOT NULL,
  score double precision NOT NULL,
  part_kinds smallint[] NOT NULL,
  part_scores double precision[] NOT NULL,
  part_weights double precision[] NOT NULL,
  part_reasons text[] NOT NULL,
  recommendation text NOT NULL,
  CONSTRAINT health_point_pkey PRIMARY KEY (kind, subject, scored_at)
) PARTITION BY RANGE (scored_at);
COMMENT ON TABLE monitor.health_point IS 'Scores over time: where one moved by a point, and each hour.';
COMMENT ON COLUMN monitor.health_point.kind IS 'As in health_newest.';
COMMENT ON COLUMN monitor.health_point.subject IS 'As in health_newest.';
COMMENT ON COLUMN monitor.health_point.scored_at IS 'Domain time.';
COMMENT ON COLUMN monitor.health_point.score IS 'As in health_newest.';
COMMENT ON COLUMN monitor.health_point.part_kinds IS 'As in health_newest.';
COMMENT ON COLUMN monitor.health_point.part_scores IS 'As in health_newest.';
COMMENT ON COLUMN monitor.health_point.part_weights IS 'As in health_newest.';
COMMENT ON COLUMN monitor.health_point.part_reasons IS 'As in health_newest.';
COMMENT ON COLUMN monitor.health_point.recommendation IS 'As in health_newest.';

CREATE TABLE monitor.health_round (
  only_row boolean DEFAULT true NOT NULL,
  next_at timestamp with time zone NOT NULL,
  CONSTRAINT health_round_pkey PRIMARY KEY (only_row),
  CONSTRAINT health_round_only_row_check CHECK (only_row)
);
COMMENT ON TABLE monitor.health_round IS 'When scores are due again: the replica that moves it makes them.';
COMMENT ON COLUMN monitor.health_round.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN monitor.health_round.next_at IS 'Real time.';

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

CREATE TABLE monitor.residual_change (
  model_version_id integer NOT NULL,
  series_id bigint NOT NULL,
  time timestamp with time zone NOT NULL,
  test text NOT NULL,
  mean_before double precision NOT NULL,
  mean_after double precision NOT NULL,
  CONSTRAINT residual_change_pkey PRIMARY KEY (series_id, model_version_id, "time")
);
COMMENT ON TABLE monitor.residual_change IS 'Changes that the online tests of residuals found.';
COMMENT ON COLUMN monitor.residual_change.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN monitor.residual_change.series_id IS 'The series (series).';
COMMENT ON COLUMN monitor.residual_change.time IS 'Target time at which the alarm was given.';
COMMENT ON COLUMN monitor.residual_change.test IS 'page-hinkley or adwin.';
COMMENT ON COLUMN monitor.residual_change.mean_before IS 'Mean scaled residual of the baseline.';
COMMENT ON COLUMN monitor.residual_change.mean_after IS 'Mean scaled residual of the newest values.';

CREATE TABLE monitor.residual_test (
  model_version_id integer NOT NULL,
  series_id bigint NOT NULL,
  target_time timestamp with time zone NOT NULL,
  state double precision[] NOT NULL,
  revision bigint NOT NULL,
  CONSTRAINT residual_test_pkey PRIMARY KEY (series_id, model_version_id),
  CONSTRAINT residual_test_revision_check CHECK (revision > 0)
);
COMMENT ON TABLE monitor.residual_test IS 'Where the online test of a version''s residuals on a series stands: its checkpoint.';
COMMENT ON COLUMN monitor.residual_test.model_version_id IS 'The version (model_version).';
COMMENT ON COLUMN monitor.residual_test.series_id IS 'The series (series).';
COMMENT ON COLUMN monitor.residual_test.target_time IS 'Newest target that was taken in.';
COMMENT ON COLUMN monitor.residual_test.state IS 'State of the tests after it.';
COMMENT ON COLUMN monitor.residual_test.revision IS 'One more with each write: of two replicas that go on from one state, one succeeds.';

CREATE TABLE monitor.retrain_policy (
  model text NOT NULL,
  mape_max double precision,
  coverage_error_max double precision,
  on_drift boolean NOT NULL,
  age_max_micros bigint,
  cron text,
  trailing_micros bigint NOT NULL,
  pairs_min integer NOT NULL,
  cool_down_micros bigint NOT NULL,
  canary_basis_points integer,
  canary_pairs_min integer,
  canary_duration_micros bigint,
  canary_significance double precision,
  approval_needed boolean,
  disabled boolean NOT NULL,
  revision bigint NOT NULL,
  set_at timestamp with time zone NOT NULL,
  cron_seen_to timestamp with time zone NOT NULL,
  CONSTRAINT retrain_policy_pkey PRIMARY KEY (model),
  CONSTRAINT retrain_policy_revision_key UNIQUE (revision),
  CONSTRAINT retrain_policy_age_max_micros_check CHECK (age_max_micros > 0),
  CONSTRAINT retrain_policy_canary_basis_points_check CHECK (canary_basis_points >= 0 AND canary_basis_points <= 10000),
  CONSTRAINT retrain_policy_canary_duration_micros_check CHECK (canary_duration_micros > 0),
  CONSTRAINT retrain_policy_canary_pairs_min_check CHECK (canary_pairs_min > 0),
  CONSTRAINT retrain_policy_canary_significance_check CHECK (canary_significance > 0::double precision AND canary_significance <= 0.5::double precision),
  CONSTRAINT retrain_policy_check CHECK (num_nulls(canary_basis_points, canary_pairs_min, canary_duration_micros, canary_significance, approval_needed) = ANY (ARRAY[0, 5])),
  CONSTRAINT retrain_policy_cool_down_micros_check CHECK (cool_down_micros > 0),
  CONSTRAINT retrain_policy_coverage_error_max_check CHECK (coverage_error_max > 0::double precision AND coverage_error_max <= 100::double precision),
  CONSTRAINT retrain_policy_cron_check CHECK (length(cron) >= 1 AND length(cron) <= 128),
  CONSTRAINT retrain_policy_mape_max_check CHECK (mape_max > 0::double precision),
  CONSTRAINT retrain_policy_model_check CHECK (length(model) >= 1 AND length(model) <= 128),
  CONSTRAINT retrain_policy_pairs_min_check CHECK (pairs_min > 0),
  CONSTRAINT retrain_policy_trailing_micros_check CHECK (trailing_micros > 0)
);
COMMENT ON TABLE monitor.retrain_policy IS 'When a model is trained again, and what happens with the version that comes out.';
COMMENT ON COLUMN monitor.retrain_policy.model IS 'Registered model.';
COMMENT ON COLUMN monitor.retrain_policy.mape_max IS 'Percent; above it the model is trained again. Null: not looked at.';
COMMENT ON COLUMN monitor.retrain_policy.coverage_error_max IS 'Points of a percent between observed and nominal coverage. Null: not looked at.';
COMMENT ON COLUMN monitor.retrain_policy.on_drift IS 'Also on strong drift.';
COMMENT ON COLUMN monitor.retrain_policy.age_max_micros IS 'Oldest age of the champion''s version, domain time. Null: not looked at.';
COMMENT ON COLUMN monitor.retrain_policy.cron IS 'Five fields, UTC domain time. Null: no schedule.';
COMMENT ON COLUMN monitor.retrain_policy.trailing_micros IS 'Domain time over which the figures are taken.';
COMMENT ON COLUMN monitor.retrain_policy.pairs_min IS 'Fewer known pairs say nothing.';
COMMENT ON COLUMN monitor.retrain_policy.cool_down_micros IS 'Domain time from the end of a task to the next.';
COMMENT ON COLUMN monitor.retrain_policy.canary_basis_points IS 'Share of keys that a canary gets; 0: no canary. Null, as the next four: no plan, promotion at the gate.';
COMMENT ON COLUMN monitor.retrain_policy.canary_pairs_min IS 'Shadow pairs before a verdict.';
COMMENT ON COLUMN monitor.retrain_policy.canary_duration_micros IS 'Domain time after which a canary without a verdict is rolled back.';
COMMENT ON COLUMN monitor.retrain_policy.canary_significance IS 'Level of the Diebold-Mariano test.';
COMMENT ON COLUMN monitor.retrain_policy.approval_needed IS 'A person lets the promotion go on.';
COMMENT ON COLUMN monitor.retrain_policy.disabled IS 'Off without being removed.';
COMMENT ON COLUMN monitor.retrain_policy.revision IS 'New with each change: the etag.';
COMMENT ON COLUMN monitor.retrain_policy.set_at IS 'Domain time of the newest change.';
COMMENT ON COLUMN monitor.retrain_policy.cron_seen_to IS 'Domain time up to which moments of the schedule were dealt with.';

CREATE TABLE monitor.retrain_request (
  request_id uuid NOT NULL,
  task_id uuid NOT NULL,
  CONSTRAINT retrain_request_pkey PRIMARY KEY (request_id)
);
COMMENT ON TABLE monitor.retrain_request IS 'What requests for a task were answered with, so that a repeat gets the same.';
COMMENT ON COLUMN monitor.retrain_request.request_id IS 'Made by the client.';
COMMENT ON COLUMN monitor.retrain_request.task_id IS 'The task of the answer.';
CREATE INDEX retrain_request_by_task ON monitor.retrain_request USING btree (task_id);

CREATE TABLE monitor.retrain_task (
  task_id uuid NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  model text NOT NULL,
  cause smallint NOT NULL,
  reason text NOT NULL,
  figure_names text[] NOT NULL,
  figure_values double precision[] NOT NULL,
  actor text NOT NULL,
  state smallint NOT NULL,
  champion_version text NOT NULL,
  series text[] NOT NULL,
  train_until timestamp with time zone NOT NULL,
  parameter_names text[] NOT NULL,
  parameter_values text[] NOT NULL,
  created_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  attempts integer NOT NULL,
  worker text NOT NULL,
  fence bigint NOT NULL,
  lease_term_micros bigint NOT NULL,
  lease_expires_at timestamp with time zone,
  completed_fence bigint NOT NULL,
  progress double precision NOT NULL,
  progress_note text NOT NULL,
  result_version text NOT NULL,
  failure text NOT NULL,
  traceparent text NOT NULL,
  CONSTRAINT retrain_task_pkey PRIMARY KEY (task_id),
  CONSTRAINT retrain_task_number_key UNIQUE (number),
  CONSTRAINT retrain_task_attempts_check CHECK (attempts >= 0 AND attempts <= 5),
  CONSTRAINT retrain_task_cause_check CHECK (cause >= 1 AND cause <= 6),
  CONSTRAINT retrain_task_check CHECK (cardinality(figure_names) = cardinality(figure_values)),
  CONSTRAINT retrain_task_check1 CHECK (cardinality(parameter_names) = cardinality(parameter_values)),
  CONSTRAINT retrain_task_check2 CHECK ((state = ANY (ARRAY[1, 2])) = (ended_at IS NULL)),
  CONSTRAINT retrain_task_check3 CHECK ((state = 2) = (lease_expires_at IS NOT NULL)),
  CONSTRAINT retrain_task_check4 CHECK ((state = 3) = (result_version <> ''::text)),
  CONSTRAINT retrain_task_completed_fence_check CHECK (completed_fence >= 0),
  CONSTRAINT retrain_task_fence_check CHECK (fence >= 0),
  CONSTRAINT retrain_task_lease_term_micros_check CHECK (lease_term_micros >= 0),
  CONSTRAINT retrain_task_model_check CHECK (length(model) >= 1 AND length(model) <= 128),
  CONSTRAINT retrain_task_progress_check CHECK (progress >= 0::double precision AND progress <= 1::double precision),
  CONSTRAINT retrain_task_state_check CHECK (state >= 1 AND state <= 5)
);
COMMENT ON TABLE monitor.retrain_task IS 'A training that is wanted, under way, or over.';
COMMENT ON COLUMN monitor.retrain_task.task_id IS 'The id of the request that made it, or drawn by lot.';
COMMENT ON COLUMN monitor.retrain_task.number IS 'Order of making.';
COMMENT ON COLUMN monitor.retrain_task.model IS 'Registered model; at most one open or leased task each.';
COMMENT ON COLUMN monitor.retrain_task.cause IS '1 MAPE, 2 coverage, 3 drift, 4 age, 5 schedule, 6 by hand.';
COMMENT ON COLUMN monitor.retrain_task.reason IS 'One sentence with the figures.';
COMMENT ON COLUMN monitor.retrain_task.figure_names IS 'Names of the figures that the reason rests on.';
COMMENT ON COLUMN monitor.retrain_task.figure_values IS 'A value for each.';
COMMENT ON COLUMN monitor.retrain_task.actor IS 'Who asked for it; empty: a policy.';
COMMENT ON COLUMN monitor.retrain_task.state IS '1 open, 2 leased, 3 succeeded, 4 failed, 5 cancelled. A lease that ran out is as good as open.';
COMMENT ON COLUMN monitor.retrain_task.champion_version IS 'The version that is to be beaten.';
COMMENT ON COLUMN monitor.retrain_task.series IS 'To train on; empty: those of the champion''s lineage.';
COMMENT ON COLUMN monitor.retrain_task.train_until IS 'Training sees readings before this domain time.';
COMMENT ON COLUMN monitor.retrain_task.parameter_names IS 'Names of the settings for the trainer.';
COMMENT ON COLUMN monitor.retrain_task.parameter_values IS 'A value for each.';
COMMENT ON COLUMN monitor.retrain_task.created_at IS 'Domain time.';
COMMENT ON COLUMN monitor.retrain_task.ended_at IS 'Domain time of the end; null: not ended.';
COMMENT ON COLUMN monitor.retrain_task.attempts IS 'Leases so far.';
COMMENT ON COLUMN monitor.retrain_task.worker IS 'Who has or had the lease; empty: nobody yet.';
COMMENT ON COLUMN monitor.retrain_task.fence IS 'One more with each lease; calls under an older one are refused.';
COMMENT ON COLUMN monitor.retrain_task.lease_term_micros IS 'By how much a heartbeat renews the lease; 0: never leased.';
COMMENT ON COLUMN monitor.retrain_task.lease_expires_at IS 'Real time; null: not leased.';
COMMENT ON COLUMN monitor.retrain_task.completed_fence IS 'Fence of the newest completion, so that a repeat of it is known; 0: none.';
COMMENT ON COLUMN monitor.retrain_task.progress IS 'Share of the work, as the worker told.';
COMMENT ON COLUMN monitor.retrain_task.progress_note IS 'What the worker last said.';
COMMENT ON COLUMN monitor.retrain_task.result_version IS 'The version that came out; empty: none.';
COMMENT ON COLUMN monitor.retrain_task.failure IS 'Why none came out of the newest attempt; empty: nothing went wrong.';
COMMENT ON COLUMN monitor.retrain_task.traceparent IS 'W3C trace context that the worker continues; empty: none.';
CREATE INDEX retrain_task_by_model ON monitor.retrain_task USING btree (model, number DESC);
CREATE UNIQUE INDEX retrain_task_open ON monitor.retrain_task USING btree (model) WHERE (state = ANY (ARRAY[1, 2]));
CREATE INDEX retrain_task_waiting ON monitor.retrain_task USING btree (number) WHERE (state = ANY (ARRAY[1, 2]));

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

CREATE TABLE monitor.silence (
  silence_id uuid NOT NULL,
  labels text[] NOT NULL,
  patterns text[] NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  CONSTRAINT silence_pkey PRIMARY KEY (silence_id),
  CONSTRAINT silence_check CHECK (cardinality(labels) = cardinality(patterns) AND cardinality(labels) > 0),
  CONSTRAINT silence_check1 CHECK (starts_at <= ends_at)
);
COMMENT ON TABLE monitor.silence IS 'Times in which matching alerts are kept but not delivered.';
COMMENT ON COLUMN monitor.silence.silence_id IS 'That of the request that made it: a repeat finds it.';
COMMENT ON COLUMN monitor.silence.labels IS 'Labels that are looked at; all must match.';
COMMENT ON COLUMN monitor.silence.patterns IS 'One per label: exact or, with a trailing *, a prefix.';
COMMENT ON COLUMN monitor.silence.starts_at IS 'Domain time, inclusive.';
COMMENT ON COLUMN monitor.silence.ends_at IS 'Domain time, exclusive.';
COMMENT ON COLUMN monitor.silence.actor IS 'Who made it, or ended it early.';
COMMENT ON COLUMN monitor.silence.reason IS 'Why.';
CREATE INDEX silence_by_end ON monitor.silence USING btree (ends_at DESC, silence_id);

CREATE TABLE monitor.suppression_window (
  suppression_window_id uuid NOT NULL,
  series_pattern text NOT NULL,
  starts_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  removed_at timestamp with time zone,
  removed_by text NOT NULL,
  CONSTRAINT suppression_window_pkey PRIMARY KEY (suppression_window_id),
  CONSTRAINT suppression_window_check CHECK (starts_at < ends_at),
  CONSTRAINT suppression_window_series_pattern_check CHECK (octet_length(series_pattern) >= 1 AND octet_length(series_pattern) <= 256)
);
COMMENT ON TABLE monitor.suppression_window IS 'Times in which anomalies are expected. They are kept and marked, and raise no alert.';
COMMENT ON COLUMN monitor.suppression_window.suppression_window_id IS 'Hash of the client''s request id: a request that is sent again has the same.';
COMMENT ON COLUMN monitor.suppression_window.series_pattern IS 'Exact series or, with a trailing asterisk, a prefix.';
COMMENT ON COLUMN monitor.suppression_window.starts_at IS 'First moment, in domain time.';
COMMENT ON COLUMN monitor.suppression_window.ends_at IS 'The moment behind the last.';
COMMENT ON COLUMN monitor.suppression_window.reason IS 'For people.';
COMMENT ON COLUMN monitor.suppression_window.actor IS 'Who made it.';
COMMENT ON COLUMN monitor.suppression_window.created_at IS 'Domain time.';
COMMENT ON COLUMN monitor.suppression_window.removed_at IS 'Domain time from which it marks nothing; null: in force.';
COMMENT ON COLUMN monitor.suppression_window.removed_by IS 'Who removed it; empty: nobody.';
CREATE INDEX suppression_window_by_end ON monitor.suppression_window USING btree (ends_at) WHERE (removed_at IS NULL);

CREATE TABLE monitor.trial (
  trial_id uuid NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  model text NOT NULL,
  champion_version text NOT NULL,
  candidate_version text NOT NULL,
  retrain_task_id text NOT NULL,
  step text NOT NULL,
  canary_basis_points integer NOT NULL,
  pairs_min integer NOT NULL,
  duration_max_micros bigint NOT NULL,
  significance double precision NOT NULL,
  approval_needed boolean NOT NULL,
  started_at timestamp with time zone NOT NULL,
  canary_at timestamp with time zone,
  ends_at timestamp with time zone,
  ended_at timestamp with time zone,
  share_before integer NOT NULL,
  shadowed_before boolean NOT NULL,
  looks integer NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  figure_names text[] NOT NULL,
  figure_values double precision[] NOT NULL,
  traceparent text NOT NULL,
  revision integer NOT NULL,
  look_at timestamp with time zone NOT NULL,
  CONSTRAINT trial_pkey PRIMARY KEY (trial_id),
  CONSTRAINT trial_canary_basis_points_check CHECK (canary_basis_points >= 0 AND canary_basis_points <= 10000),
  CONSTRAINT trial_check CHECK ((ended_at IS NOT NULL) = (step = ANY (ARRAY['PROMOTED'::text, 'REFUSED'::text, 'ROLLED_BACK'::text]))),
  CONSTRAINT trial_duration_max_micros_check CHECK (duration_max_micros > 0),
  CONSTRAINT trial_looks_check CHECK (looks >= 0),
  CONSTRAINT trial_pairs_min_check CHECK (pairs_min > 0),
  CONSTRAINT trial_revision_check CHECK (revision > 0),
  CONSTRAINT trial_share_before_check CHECK (share_before >= 0 AND share_before <= 10000),
  CONSTRAINT trial_significance_check CHECK (significance > 0::double precision AND significance <= 0.5::double precision),
  CONSTRAINT trial_step_check CHECK (step = ANY (ARRAY['GATE'::text, 'START_CANARY'::text, 'CANARY'::text, 'WAITING'::text, 'PROMOTE'::text, 'ROLL_BACK'::text, 'PROMOTED'::text, 'REFUSED'::text, 'ROLLED_BACK'::text]))
);
COMMENT ON TABLE monitor.trial IS 'A candidate against the champion: gate, canary, promotion or not. A model has at most one that has not ended.';
COMMENT ON COLUMN monitor.trial.trial_id IS 'Hash of model, candidate and task: the same candidate of the same task has one trial.';
COMMENT ON COLUMN monitor.trial.number IS 'In order of beginning.';
COMMENT ON COLUMN monitor.trial.model IS 'Registered model.';
COMMENT ON COLUMN monitor.trial.champion_version IS 'What the alias champion named when the trial began; empty: nothing.';
COMMENT ON COLUMN monitor.trial.candidate_version IS 'The version on trial.';
COMMENT ON COLUMN monitor.trial.retrain_task_id IS 'The task that it came from, 32 hexadecimal digits; empty: none.';
COMMENT ON COLUMN monitor.trial.step IS 'What is to be done next, or how it ended. Written before the registry is asked to do it, so that a crash goes on there.';
COMMENT ON COLUMN monitor.trial.canary_basis_points IS 'Share of keys of the canary; 0: no canary.';
COMMENT ON COLUMN monitor.trial.pairs_min IS 'Pairs before the first verdict.';
COMMENT ON COLUMN monitor.trial.duration_max_micros IS 'Domain time after which a canary without a verdict is rolled back.';
COMMENT ON COLUMN monitor.trial.significance IS 'Level of the Diebold-Mariano test over all looks together.';
COMMENT ON COLUMN monitor.trial.approval_needed IS 'Whether a person must agree to the promotion.';
COMMENT ON COLUMN monitor.trial.started_at IS 'Domain time of the beginning.';
COMMENT ON COLUMN monitor.trial.canary_at IS 'Domain time from which the canary answered; null: not yet.';
COMMENT ON COLUMN monitor.trial.ends_at IS 'Domain time at which a canary without a verdict is rolled back; null: no canary yet.';
COMMENT ON COLUMN monitor.trial.ended_at IS 'Domain time of the end; null: it goes on.';
COMMENT ON COLUMN monitor.trial.share_before IS 'Canary share of the model''s routing before the canary, to return to.';
COMMENT ON COLUMN monitor.trial.shadowed_before IS 'Whether the alias canary was a shadow before, to return to.';
COMMENT ON COLUMN monitor.trial.looks IS 'Looks at which a verdict was possible so far; each uses up part of the significance.';
COMMENT ON COLUMN monitor.trial.reason IS 'Why it stands as it does, one sentence.';
COMMENT ON COLUMN monitor.trial.actor IS 'The person behind the step; empty: the monitor itself.';
COMMENT ON COLUMN monitor.trial.figure_names IS 'Names of the figures of the newest look.';
COMMENT ON COLUMN monitor.trial.figure_values IS 'Their values.';
COMMENT ON COLUMN monitor.trial.traceparent IS 'W3C trace context that led here; empty: none.';
COMMENT ON COLUMN monitor.trial.revision IS 'One more with each change: the etag.';
COMMENT ON COLUMN monitor.trial.look_at IS 'Real time from which a replica may take it up; pushed ahead while one has it.';
CREATE INDEX trial_by_model ON monitor.trial USING btree (model, number DESC);
CREATE INDEX trial_due ON monitor.trial USING btree (look_at) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX trial_of_task ON monitor.trial USING btree (retrain_task_id) WHERE (retrain_task_id <> ''::text);
CREATE UNIQUE INDEX trial_open ON monitor.trial USING btree (model) WHERE (ended_at IS NULL);

CREATE TABLE monitor.tuning (
  series_id bigint NOT NULL,
  model_version_id integer NOT NULL,
  revision bigint NOT NULL,
  threshold_factor double precision NOT NULL,
  conformal_offsets double precision[] NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  reason text NOT NULL,
  raised_to double precision,
  raised_at timestamp with time zone,
  raised_revision bigint NOT NULL,
  CONSTRAINT tuning_pkey PRIMARY KEY (series_id, model_version_id),
  CONSTRAINT tuning_revision_key UNIQUE (revision),
  CONSTRAINT tuning_check CHECK ((raised_to IS NULL) = (raised_at IS NULL)),
  CONSTRAINT tuning_raised_to_check CHECK (raised_to >= 0.1::double precision AND raised_to <= 10::double precision),
  CONSTRAINT tuning_threshold_factor_check CHECK (threshold_factor >= 0.1::double precision AND threshold_factor <= 10::double precision)
);
COMMENT ON TABLE monitor.tuning IS 'What adapts per series after training. A version without a row runs as it was trained.';
COMMENT ON COLUMN monitor.tuning.series_id IS 'The series.';
COMMENT ON COLUMN monitor.tuning.model_version_id IS 'The version.';
COMMENT ON COLUMN monitor.tuning.revision IS 'Of the change that made this state.';
COMMENT ON COLUMN monitor.tuning.threshold_factor IS 'What a detector''s threshold is multiplied by; 1: as trained.';
COMMENT ON COLUMN monitor.tuning.conformal_offsets IS 'Added outwards to both ends of the intervals, by step, in the unit of the series; the last holds for later steps.';
COMMENT ON COLUMN monitor.tuning.changed_at IS 'Domain time.';
COMMENT ON COLUMN monitor.tuning.reason IS 'Why, with figures.';
COMMENT ON COLUMN monitor.tuning.raised_to IS 'Factor after the newest false alarm, from where it goes back towards 1; null: no feedback is in it.';
COMMENT ON COLUMN monitor.tuning.raised_at IS 'Domain time of that; null: none.';
COMMENT ON COLUMN monitor.tuning.raised_revision IS 'Revision of that; 0: none. Only anomalies found under this or a later one raise it again.';

CREATE TABLE monitor.tuning_change (
  revision bigint NOT NULL,
  series_id bigint NOT NULL,
  model_version_id integer NOT NULL,
  reset boolean NOT NULL,
  threshold_factor double precision NOT NULL,
  conformal_offsets double precision[] NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  reason text NOT NULL,
  CONSTRAINT tuning_change_pkey PRIMARY KEY (revision),
  CONSTRAINT tuning_change_revision_check CHECK (revision > 0)
);
COMMENT ON TABLE monitor.tuning_change IS 'Every change of a tuning, without gaps: what watchers follow, and which offsets a recorded prediction had.';
COMMENT ON COLUMN monitor.tuning_change.revision IS 'Place in the order of changes, from 1.';
COMMENT ON COLUMN monitor.tuning_change.series_id IS 'The series.';
COMMENT ON COLUMN monitor.tuning_change.model_version_id IS 'The version.';
COMMENT ON COLUMN monitor.tuning_change.reset IS 'True: from here on as trained.';
COMMENT ON COLUMN monitor.tuning_change.threshold_factor IS 'From here on; 1 after a reset.';
COMMENT ON COLUMN monitor.tuning_change.conformal_offsets IS 'From here on; empty after a reset.';
COMMENT ON COLUMN monitor.tuning_change.changed_at IS 'Domain time.';
COMMENT ON COLUMN monitor.tuning_change.reason IS 'Why, with figures.';

CREATE TABLE monitor.tuning_head (
  only_row boolean DEFAULT true NOT NULL,
  revision bigint NOT NULL,
  CONSTRAINT tuning_head_pkey PRIMARY KEY (only_row),
  CONSTRAINT tuning_head_only_row_check CHECK (only_row),
  CONSTRAINT tuning_head_revision_check CHECK (revision >= 0)
);
COMMENT ON TABLE monitor.tuning_head IS 'Newest revision of any tuning. Its row lock, held to commit, makes the order of revisions the order of commits.';
COMMENT ON COLUMN monitor.tuning_head.only_row IS 'Holds the table to one row.';
COMMENT ON COLUMN monitor.tuning_head.revision IS 'Newest revision; 0: none.';

ALTER TABLE monitor.alert_transition ADD CONSTRAINT alert_transition_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES monitor.alert(alert_id);
ALTER TABLE monitor.anomaly ADD CONSTRAINT anomaly_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
ALTER TABLE monitor.anomaly_change ADD CONSTRAINT anomaly_change_anomaly_id_fkey FOREIGN KEY (anomaly_id) REFERENCES monitor.anomaly(anomaly_id);
ALTER TABLE monitor.checkpoint ADD CONSTRAINT checkpoint_shard_fkey FOREIGN KEY (shard) REFERENCES monitor.shard_lease(shard);
ALTER TABLE monitor.decision ADD CONSTRAINT decision_reverted_by_fkey FOREIGN KEY (reverted_by) REFERENCES monitor.decision(decision_id);
ALTER TABLE monitor.delivery ADD CONSTRAINT delivery_target_id_fkey FOREIGN KEY (target_id) REFERENCES monitor.delivery_target(target_id) ON DELETE CASCADE;
ALTER TABLE monitor.delivery_held ADD CONSTRAINT delivery_held_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES monitor.alert(alert_id) ON DELETE CASCADE;
ALTER TABLE monitor.drift_newest ADD CONSTRAINT drift_newest_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES monitor.model_version(model_version_id);
ALTER TABLE monitor.drift_newest ADD CONSTRAINT drift_newest_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
ALTER TABLE monitor.drift_reference ADD CONSTRAINT drift_reference_grid_id_fkey FOREIGN KEY (grid_id) REFERENCES monitor.grid(grid_id);
ALTER TABLE monitor.drift_reference ADD CONSTRAINT drift_reference_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES monitor.model_version(model_version_id);
ALTER TABLE monitor.drift_reference ADD CONSTRAINT drift_reference_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
ALTER TABLE monitor.drift_sketch ADD CONSTRAINT drift_sketch_reference_id_fkey FOREIGN KEY (reference_id) REFERENCES monitor.drift_reference(reference_id) ON DELETE CASCADE;
ALTER TABLE monitor.health_baseline ADD CONSTRAINT health_baseline_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES monitor.model_version(model_version_id);
ALTER TABLE monitor.health_baseline ADD CONSTRAINT health_baseline_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
ALTER TABLE monitor.residual_change ADD CONSTRAINT residual_change_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES monitor.model_version(model_version_id);
ALTER TABLE monitor.residual_change ADD CONSTRAINT residual_change_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
ALTER TABLE monitor.residual_test ADD CONSTRAINT residual_test_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES monitor.model_version(model_version_id);
ALTER TABLE monitor.residual_test ADD CONSTRAINT residual_test_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
ALTER TABLE monitor.retrain_request ADD CONSTRAINT retrain_request_task_id_fkey FOREIGN KEY (task_id) REFERENCES monitor.retrain_task(task_id);
ALTER TABLE monitor.series_grid ADD CONSTRAINT series_grid_grid_id_fkey FOREIGN KEY (grid_id) REFERENCES monitor.grid(grid_id);
ALTER TABLE monitor.series_grid ADD CONSTRAINT series_grid_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
ALTER TABLE monitor.tuning ADD CONSTRAINT tuning_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES monitor.model_version(model_version_id);
ALTER TABLE monitor.tuning ADD CONSTRAINT tuning_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
ALTER TABLE monitor.tuning_change ADD CONSTRAINT tuning_change_model_version_id_fkey FOREIGN KEY (model_version_id) REFERENCES monitor.model_version(model_version_id);
ALTER TABLE monitor.tuning_change ADD CONSTRAINT tuning_change_series_id_fkey FOREIGN KEY (series_id) REFERENCES monitor.series(series_id);
