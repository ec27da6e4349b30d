-- Names to ids from the index alone, for reads of thousands of series by name.
DROP INDEX series_name_live;
CREATE UNIQUE INDEX series_name_live ON series (name) INCLUDE (series_id) WHERE NOT deleted;
