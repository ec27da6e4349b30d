-- Replaced and deleted readings are kept for a while only; from then on, reads as of earlier positions are refused.

CREATE TABLE as_of_floor (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL
);
INSERT INTO as_of_floor (position) VALUES (0);
COMMENT ON TABLE as_of_floor IS 'From where on reads as of a position are exact.';
COMMENT ON COLUMN as_of_floor.only_row IS 'Always true: there is one row.';
COMMENT ON COLUMN as_of_floor.position IS 'The oldest position that one may read as of. Never falls.';

CREATE INDEX reading_superseded_by ON reading_superseded (superseded_by);
