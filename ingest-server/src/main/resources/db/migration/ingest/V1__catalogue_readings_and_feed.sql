-- The whole of the ingest schema. Which layout the readings get is decided here, once; everything later reads the row of `layout`.

CREATE TABLE layout (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  kind text NOT NULL CHECK (kind IN ('plain', 'timescale')),
  shard_count integer NOT NULL CHECK (shard_count BETWEEN 1 AND 1024)
);
COMMENT ON TABLE layout IS 'How this database was laid out by its first migration. One row, never changed.';
COMMENT ON COLUMN layout.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN layout.kind IS 'plain: native monthly partitions. timescale: hypertables. An extension that appears later changes nothing.';
COMMENT ON COLUMN layout.shard_count IS 'How many shards the feed has; a series belongs to FNV-1a-64(name) modulo this.';

-- Timescale only where it can run: installable, and preloaded (or in use already).
INSERT INTO layout (kind, shard_count)
SELECT CASE
         WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')
           OR (EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
               AND current_setting('shared_preload_libraries') LIKE '%timescaledb%')
         THEN 'timescale' ELSE 'plain'
       END, 16;

CREATE TABLE series (
  series_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  revision bigint NOT NULL,
  deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX series_name_live ON series (name) WHERE NOT deleted;
CREATE INDEX series_device_live ON series (device, name) WHERE NOT deleted;
CREATE INDEX series_labels ON series USING gin (labels);
CREATE INDEX series_revision ON series (revision) WHERE revision > 0;
COMMENT ON TABLE series IS 'The catalogue: one measured quantity over time a row.';
COMMENT ON COLUMN series.series_id IS 'Never used again, even when the name is.';
COMMENT ON COLUMN series.name IS 'Slash-separated segments; unique among the rows that are not deleted; ordered bytewise.';
COMMENT ON COLUMN series.shard IS 'Which section of a feed block carries it.';
COMMENT ON COLUMN series.device IS 'What it belongs to; by default the name without its last segment.';
COMMENT ON COLUMN series.point IS 'Which quantity of the device; by default the last segment of the name.';
COMMENT ON COLUMN series.display_name IS 'For people.';
COMMENT ON COLUMN series.description IS 'For people.';
COMMENT ON COLUMN series.unit IS 'UCUM code; empty: no unit.';
COMMENT ON COLUMN series.labels IS 'Object of text values.';
COMMENT ON COLUMN series.kind IS 'Number of tidewatch.ingest.v1.SeriesKind: 1 gauge, 2 counter, 3 boolean, 4 state.';
COMMENT ON COLUMN series.states IS 'Object from code to meaning, for kind state.';
COMMENT ON COLUMN series.duplicate_policy IS 'Number of tidewatch.ingest.v1.DuplicatePolicy: 1 keep first, 2 keep last, 3 reject.';
COMMENT ON COLUMN series.value_min IS 'Smallest allowed value; null: any.';
COMMENT ON COLUMN series.value_max IS 'Largest allowed value; null: any.';
COMMENT ON COLUMN series.future_skew_micros IS 'How far ahead of the clock a reading may be; null: the setting of the server.';
COMMENT ON COLUMN series.flag_violations IS 'True: readings that break a rule are stored with a quality flag instead of being rejected.';
COMMENT ON COLUMN series.expected_interval_micros IS 'How often a reading is due; null: not said.';
COMMENT ON COLUMN series.auto_created IS 'True: made by its first reading and described by nobody since.';
COMMENT ON COLUMN series.created_at IS 'By the domain clock.';
COMMENT ON COLUMN series.updated_at IS 'By the domain clock.';
COMMENT ON COLUMN series.revision IS 'feed_head.catalogue_revision of the last change other than creation; 0: never changed.';
COMMENT ON COLUMN series.deleted IS 'Tombstone: gone for every reader; the rows of its readings are purged later.';

CREATE TABLE reading (
  time timestamptz NOT NULL,
  value double precision NOT NULL,
  commit_id bigint NOT NULL,
  series_id integer NOT NULL,
  quality smallint NOT NULL,
  PRIMARY KEY (series_id, time)
) PARTITION BY RANGE (time);

DO $layout$
BEGIN
  IF (SELECT kind FROM layout) = 'timescale' THEN
    CREATE EXTENSION IF NOT EXISTS timescaledb SCHEMA public;
    DROP TABLE reading;
    -- A chunk holds 7 days: a year of an hourly series touches 52 chunks, a day of a million one-minute series fits memory by index.
    -- Without the default index on time alone, which costs 40 % of the speed of COPY.
    EXECUTE $ddl$
      CREATE TABLE reading (
        time timestamptz NOT NULL,
        value double precision NOT NULL,
        commit_id bigint NOT NULL,
        series_id integer NOT NULL,
        quality smallint NOT NULL,
        PRIMARY KEY (series_id, time)
      ) WITH (
        tsdb.hypertable,
        tsdb.partition_column = 'time',
        tsdb.chunk_interval = '7 days',
        tsdb.segmentby = 'series_id',
        tsdb.orderby = 'time',
        tsdb.create_default_indexes = false
      )
    $ddl$;
    -- When to compress is a setting of the server, applied at its start.
    EXECUTE format(
      'CALL %I.remove_columnstore_policy(''reading'', if_exists => true)',
      (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb'));
  END IF;
END
$layout$;
COMMENT ON TABLE reading IS 'The readings as they are now. Plain: native monthly partitions named reading_yYYYYmMM. Timescale: a hypertable.';
COMMENT ON COLUMN reading.time IS 'UTC, whole microseconds.';
COMMENT ON COLUMN reading.value IS 'Finite; in the unit of the series.';
COMMENT ON COLUMN reading.commit_id IS 'The commit that stored this value; see feed_block.';
COMMENT ON COLUMN reading.series_id IS 'Whose reading it is. No foreign key: it is checked against the catalogue revision at commit.';
COMMENT ON COLUMN reading.quality IS 'Sum of tidewatch.ingest.v1.QualityFlag bits.';

CREATE TABLE reading_superseded (
  series_id integer NOT NULL,
  time timestamptz NOT NULL,
  value double precision NOT NULL,
  quality smallint NOT NULL,
  commit_id bigint NOT NULL,
  superseded_by bigint NOT NULL,
  PRIMARY KEY (series_id, time, commit_id)
);
COMMENT ON TABLE reading_superseded IS 'Readings as they were before they were replaced or deleted; what reads as of an earlier position need.';
COMMENT ON COLUMN reading_superseded.series_id IS 'Whose reading it was.';
COMMENT ON COLUMN reading_superseded.time IS 'UTC, whole microseconds.';
COMMENT ON COLUMN reading_superseded.value IS 'The value that was replaced.';
COMMENT ON COLUMN reading_superseded.quality IS 'Its quality.';
COMMENT ON COLUMN reading_superseded.commit_id IS 'The commit that had stored it.';
COMMENT ON COLUMN reading_superseded.superseded_by IS 'The commit that replaced or deleted it.';

CREATE TABLE feed_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch bigint NOT NULL,
  position bigint NOT NULL,
  commit_time timestamptz NOT NULL,
  newest_commit_id bigint NOT NULL,
  catalogue_revision bigint NOT NULL
);
INSERT INTO feed_head (epoch, position, commit_time, newest_commit_id, catalogue_revision) VALUES (1, 0, 'epoch', 0, 0);
COMMENT ON TABLE feed_head IS 'The newest commit. Every commit updates this row last and holds its lock to the end, so that the order of positions is the order of commits.';
COMMENT ON COLUMN feed_head.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN feed_head.epoch IS 'The life of the database; a restore starts a new one.';
COMMENT ON COLUMN feed_head.position IS 'Gapless; 0 before the first commit.';
COMMENT ON COLUMN feed_head.commit_time IS 'By the domain clock, never falling.';
COMMENT ON COLUMN feed_head.newest_commit_id IS 'The greatest commit id that has a position.';
COMMENT ON COLUMN feed_head.catalogue_revision IS 'Grows with every change of the catalogue but creations. A commit that was checked against an older one is rolled back and checked again.';

CREATE TABLE feed_block (
  position bigint PRIMARY KEY,
  commit_id bigint NOT NULL UNIQUE,
  commit_time timestamptz NOT NULL,
  settled_below bigint NOT NULL,
  newest_commit_id bigint NOT NULL,
  stored_at timestamptz NOT NULL,
  byte_count integer NOT NULL,
  reading_count integer NOT NULL
);
CREATE INDEX feed_block_commit_time ON feed_block (commit_time);
CREATE INDEX feed_block_stored_at ON feed_block (stored_at);
COMMENT ON TABLE feed_block IS 'One row a commit: which position a commit id got. Kept for ever; the bytes are in feed_section.';
COMMENT ON COLUMN feed_block.position IS 'Gapless, in the order of commits.';
COMMENT ON COLUMN feed_block.commit_id IS 'What the rows of the commit carry: the id of its transaction, known before its position. 0 in rows of a restored database.';
COMMENT ON COLUMN feed_block.commit_time IS 'By the domain clock, never falling.';
COMMENT ON COLUMN feed_block.settled_below IS 'Every commit id below this one has a smaller position, or none.';
COMMENT ON COLUMN feed_block.newest_commit_id IS 'The greatest commit id up to this position. A row is visible as of this position if its commit id is below settled_below, or belongs to a block up to it.';
COMMENT ON COLUMN feed_block.stored_at IS 'By the real clock: how old it is for pruning.';
COMMENT ON COLUMN feed_block.byte_count IS 'Size of its sections.';
COMMENT ON COLUMN feed_block.reading_count IS 'Readings stored by it, new and replaced.';

CREATE TABLE feed_section (
  commit_id bigint NOT NULL,
  shard smallint NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (commit_id, shard)
);
ALTER TABLE feed_section ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE feed_section IS 'What a commit changed, by shard. Pruned once every registered consumer has passed it.';
COMMENT ON COLUMN feed_section.commit_id IS 'See feed_block.';
COMMENT ON COLUMN feed_section.shard IS 'See series.shard.';
COMMENT ON COLUMN feed_section.content IS 'An encoded tidewatch.ingest.v1.ShardSection, sent to subscribers as it is.';

CREATE TABLE feed_floor (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL
);
INSERT INTO feed_floor (position) VALUES (0);
COMMENT ON TABLE feed_floor IS 'Up to where sections were pruned.';
COMMENT ON COLUMN feed_floor.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN feed_floor.position IS 'The oldest position one may subscribe after.';

CREATE TABLE feed_consumer (
  consumer_id text COLLATE "C" PRIMARY KEY,
  position bigint NOT NULL,
  created_at timestamptz NOT NULL,
  checkpoint_at timestamptz
);
COMMENT ON TABLE feed_consumer IS 'For whom sections are kept.';
COMMENT ON COLUMN feed_consumer.consumer_id IS 'Chosen by the consumer.';
COMMENT ON COLUMN feed_consumer.position IS 'It is done with everything up to here.';
COMMENT ON COLUMN feed_consumer.created_at IS 'By the domain clock.';
COMMENT ON COLUMN feed_consumer.checkpoint_at IS 'By the domain clock; null: never.';

CREATE TABLE writer (
  writer_key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  writer_id text COLLATE "C" NOT NULL UNIQUE,
  owner text NOT NULL,
  epoch bigint NOT NULL,
  sequence bigint NOT NULL,
  source_position bytea NOT NULL,
  accepted bigint NOT NULL,
  unchanged bigint NOT NULL,
  replaced bigint NOT NULL,
  dropped bigint NOT NULL,
  rejected bigint NOT NULL,
  created_at timestamptz NOT NULL,
  committed_at timestamptz
);
COMMENT ON TABLE writer IS 'Who streams readings in, and how far each is durable.';
COMMENT ON COLUMN writer.writer_key IS 'Short name.';
COMMENT ON COLUMN writer.writer_id IS 'Chosen by the client and kept over its restarts.';
COMMENT ON COLUMN writer.owner IS 'Name of the API key that first opened it; empty where keys are off.';
COMMENT ON COLUMN writer.epoch IS 'Grows with every opening; a batch of an older epoch changes no row.';
COMMENT ON COLUMN writer.sequence IS 'The newest committed batch; 0: none.';
COMMENT ON COLUMN writer.source_position IS 'As sent with that batch.';
COMMENT ON COLUMN writer.accepted IS 'Readings stored as new, over all batches.';
COMMENT ON COLUMN writer.unchanged IS 'Readings that were there already, over all batches.';
COMMENT ON COLUMN writer.replaced IS 'Readings stored in place of others, over all batches.';
COMMENT ON COLUMN writer.dropped IS 'Readings dropped because another was first, over all batches.';
COMMENT ON COLUMN writer.rejected IS 'Readings rejected, over all batches.';
COMMENT ON COLUMN writer.created_at IS 'By the domain clock.';
COMMENT ON COLUMN writer.committed_at IS 'Of the newest batch, by the domain clock; null: none.';

CREATE TABLE writer_outcome (
  writer_key integer NOT NULL REFERENCES writer,
  last_sequence bigint NOT NULL,
  first_sequence bigint NOT NULL,
  position bigint NOT NULL,
  outcomes bytea NOT NULL,
  PRIMARY KEY (writer_key, last_sequence)
);
COMMENT ON TABLE writer_outcome IS 'What was answered for the batches of one writer in one commit, so that a repeat is answered the same. The older ones are pruned.';
COMMENT ON COLUMN writer_outcome.writer_key IS 'Whose batches.';
COMMENT ON COLUMN writer_outcome.last_sequence IS 'The last of them.';
COMMENT ON COLUMN writer_outcome.first_sequence IS 'The first of them.';
COMMENT ON COLUMN writer_outcome.position IS 'The commit in the feed.';
COMMENT ON COLUMN writer_outcome.outcomes IS 'Digest, counts and rejects of each batch; format: class OutcomeCodec.';

CREATE TABLE request_outcome (
  request_id uuid PRIMARY KEY,
  owner text NOT NULL,
  position bigint NOT NULL,
  outcome bytea NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX request_outcome_recorded_at ON request_outcome (recorded_at);
COMMENT ON TABLE request_outcome IS 'What was answered to unary requests, so that a repeat is answered the same. Pruned after 24 hours.';
COMMENT ON COLUMN request_outcome.request_id IS 'Made by the client.';
COMMENT ON COLUMN request_outcome.owner IS 'Name of the API key that sent it; empty where keys are off.';
COMMENT ON COLUMN request_outcome.position IS 'The commit in the feed.';
COMMENT ON COLUMN request_outcome.outcome IS 'Digest, counts and rejects; format: class OutcomeCodec.';
COMMENT ON COLUMN request_outcome.recorded_at IS 'By the real clock.';

CREATE TABLE quarantine (
  quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  series text COLLATE "C" NOT NULL,
  time_micros bigint,
  value double precision,
  quality integer NOT NULL,
  reason smallint NOT NULL,
  message text NOT NULL,
  writer_id text NOT NULL,
  sequence bigint NOT NULL,
  index integer NOT NULL,
  rejected_at timestamptz NOT NULL
);
CREATE INDEX quarantine_series ON quarantine (series, quarantine_id);
CREATE INDEX quarantine_rejected_at ON quarantine (rejected_at);
COMMENT ON TABLE quarantine IS 'Readings that were rejected, as they were sent.';
COMMENT ON COLUMN quarantine.quarantine_id IS 'Grows; not gapless.';
COMMENT ON COLUMN quarantine.series IS 'As sent, even if it is not a name; at most 255 characters of it.';
COMMENT ON COLUMN quarantine.time_micros IS 'As sent, rounded down to microseconds; null: none was sent, or out of 64 bits.';
COMMENT ON COLUMN quarantine.value IS 'As sent, NaN included; null: none was sent.';
COMMENT ON COLUMN quarantine.quality IS 'As sent.';
COMMENT ON COLUMN quarantine.reason IS 'Number of tidewatch.ingest.v1.RejectReason.';
COMMENT ON COLUMN quarantine.message IS 'For people.';
COMMENT ON COLUMN quarantine.writer_id IS 'Who sent it; empty: by a unary request.';
COMMENT ON COLUMN quarantine.sequence IS 'Its batch; 0: by a unary request.';
COMMENT ON COLUMN quarantine.index IS 'Its index in the batch.';
COMMENT ON COLUMN quarantine.rejected_at IS 'By the domain clock.';
