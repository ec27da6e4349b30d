-- Which commit made and which last changed each series, so that two commits can be compared.

ALTER TABLE series ADD COLUMN created_commit bigint NOT NULL DEFAULT 0;
ALTER TABLE series ALTER COLUMN created_commit SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE series ADD COLUMN changed_commit bigint NOT NULL DEFAULT 0;
CREATE INDEX series_created_commit ON series (created_commit) WHERE created_commit > 0;
CREATE INDEX series_changed_commit ON series (changed_commit) WHERE changed_commit > 0;
COMMENT ON COLUMN series.created_commit IS 'The commit that created it; see feed_block. 0: older than this column, or of a restored database.';
COMMENT ON COLUMN series.changed_commit IS 'The last commit that changed or deleted it; 0: none.';
