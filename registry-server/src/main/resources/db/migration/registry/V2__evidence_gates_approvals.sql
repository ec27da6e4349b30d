CREATE TABLE evidence (
  evidence_id uuid PRIMARY KEY,
  model text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  revision bigint NOT NULL UNIQUE,
  artifact_sha256 text COLLATE "C" NOT NULL REFERENCES artifact,
  found_at timestamptz NOT NULL,
  data_fingerprint text COLLATE "C",
  attached_by text NOT NULL,
  attached_at timestamptz NOT NULL,
  kind text NOT NULL CHECK (kind IN ('PAIRED_ERRORS', 'COVERAGE', 'DATA')),
  other_model text COLLATE "C",
  other_version text COLLATE "C",
  measure text COLLATE "C",
  pairs integer NOT NULL CHECK (pairs >= 0),
  origins_micros bigint[],
  candidate_errors double precision[],
  other_errors double precision[],
  p_better double precision CHECK (p_better BETWEEN 0 AND 1),
  p_worse double precision CHECK (p_worse BETWEEN 0 AND 1),
  nominal double precision CHECK (nominal > 0 AND nominal < 1),
  observed double precision CHECK (observed BETWEEN 0 AND 1),
  intervals bigint CHECK (intervals > 0),
  data_rows bigint CHECK (data_rows >= 0),
  data_span_micros bigint CHECK (data_span_micros >= 0),
  FOREIGN KEY (model, version) REFERENCES model_version,
  FOREIGN KEY (other_model, other_version) REFERENCES model_version,
  CHECK ((kind = 'PAIRED_ERRORS') = (other_version IS NOT NULL)),
  CHECK ((kind = 'PAIRED_ERRORS') = (origins_micros IS NOT NULL)),
  CHECK ((kind = 'PAIRED_ERRORS') = (measure IS NOT NULL)),
  CHECK ((kind = 'COVERAGE') = (nominal IS NOT NULL)),
  CHECK ((kind = 'COVERAGE') = (observed IS NOT NULL)),
  CHECK ((kind = 'COVERAGE') = (intervals IS NOT NULL)),
  CHECK ((kind = 'DATA') = (data_rows IS NOT NULL))
);
CREATE INDEX evidence_of_version ON evidence (model, version, revision DESC);
COMMENT ON TABLE evidence IS 'Findings about versions; never changed.';
COMMENT ON COLUMN evidence.evidence_id IS 'Server-made.';
COMMENT ON COLUMN evidence.model IS 'The model.';
COMMENT ON COLUMN evidence.version IS 'The version that it speaks of.';
COMMENT ON COLUMN evidence.revision IS 'Revision of the change that attached it.';
COMMENT ON COLUMN evidence.artifact_sha256 IS 'The artifact that was tried: that of the version.';
COMMENT ON COLUMN evidence.found_at IS 'When the finding was made, as its finder says.';
COMMENT ON COLUMN evidence.data_fingerprint IS 'SHA-256 over the data that it was found on; null where it was not said.';
COMMENT ON COLUMN evidence.attached_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN evidence.attached_at IS 'Domain time.';
COMMENT ON COLUMN evidence.kind IS 'Which of the following columns are filled.';
COMMENT ON COLUMN evidence.other_model IS 'Paired errors: model of the version compared with.';
COMMENT ON COLUMN evidence.other_version IS 'Paired errors: the version compared with.';
COMMENT ON COLUMN evidence.measure IS 'Paired errors: what was measured; less is better.';
COMMENT ON COLUMN evidence.pairs IS 'Paired errors: how many; else 0.';
COMMENT ON COLUMN evidence.origins_micros IS 'Paired errors: origins, microseconds since the epoch, ascending.';
COMMENT ON COLUMN evidence.candidate_errors IS 'Paired errors: of the version, by origin.';
COMMENT ON COLUMN evidence.other_errors IS 'Paired errors: of the other, by origin.';
COMMENT ON COLUMN evidence.p_better IS 'Paired errors: probability of a difference as large in favour of the version if there were none; null where the pairs are too few for a test.';
COMMENT ON COLUMN evidence.p_worse IS 'Paired errors: the same in favour of the other.';
COMMENT ON COLUMN evidence.nominal IS 'Coverage: what was promised.';
COMMENT ON COLUMN evidence.observed IS 'Coverage: what was seen.';
COMMENT ON COLUMN evidence.intervals IS 'Coverage: intervals judged.';
COMMENT ON COLUMN evidence.data_rows IS 'Data: grid values that were not missing.';
COMMENT ON COLUMN evidence.data_span_micros IS 'Data: from the first training instant to the last; null where it was not said.';

CREATE TABLE alias_protection (
  model text COLLATE "C" NOT NULL REFERENCES model,
  alias text COLLATE "C" NOT NULL,
  protected boolean NOT NULL,
  approvals_min integer NOT NULL CHECK (approvals_min BETWEEN 0 AND 10),
  evidence_age_max_micros bigint CHECK (evidence_age_max_micros > 0),
  paired_measure text,
  paired_pairs_min integer CHECK (paired_pairs_min > 0),
  paired_significance double precision CHECK (paired_significance > 0 AND paired_significance <= 0.5),
  paired_better boolean,
  coverage_difference_max double precision CHECK (coverage_difference_max > 0 AND coverage_difference_max < 1),
  coverage_intervals_min bigint CHECK (coverage_intervals_min > 0),
  data_rows_min bigint CHECK (data_rows_min >= 0),
  data_span_min_micros bigint CHECK (data_span_min_micros >= 0),
  same_signature boolean NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (model, alias),
  CHECK ((paired_measure IS NULL) = (paired_pairs_min IS NULL)),
  CHECK ((paired_measure IS NULL) = (paired_significance IS NULL)),
  CHECK ((paired_measure IS NULL) = (paired_better IS NULL)),
  CHECK ((coverage_difference_max IS NULL) = (coverage_intervals_min IS NULL)),
  CHECK ((data_rows_min IS NULL) = (data_span_min_micros IS NULL))
);
COMMENT ON TABLE alias_protection IS 'What guards an alias, whether it exists yet or not.';
COMMENT ON COLUMN alias_protection.model IS 'The model.';
COMMENT ON COLUMN alias_protection.alias IS 'The alias.';
COMMENT ON COLUMN alias_protection.protected IS 'Moves ask what follows; else it only waits.';
COMMENT ON COLUMN alias_protection.approvals_min IS 'Approvals that a move needs.';
COMMENT ON COLUMN alias_protection.evidence_age_max_micros IS 'Older evidence does not count; null: any age.';
COMMENT ON COLUMN alias_protection.paired_measure IS 'Paired test: measure of the evidence; null: no such gate.';
COMMENT ON COLUMN alias_protection.paired_pairs_min IS 'Paired test: origins needed.';
COMMENT ON COLUMN alias_protection.paired_significance IS 'Paired test: level.';
COMMENT ON COLUMN alias_protection.paired_better IS 'Paired test: significantly better is asked for; false: not significantly worse.';
COMMENT ON COLUMN alias_protection.coverage_difference_max IS 'Coverage: largest difference of observed and nominal; null: no such gate.';
COMMENT ON COLUMN alias_protection.coverage_intervals_min IS 'Coverage: intervals needed.';
COMMENT ON COLUMN alias_protection.data_rows_min IS 'Data: rows needed; null: no such gate.';
COMMENT ON COLUMN alias_protection.data_span_min_micros IS 'Data: span needed.';
COMMENT ON COLUMN alias_protection.same_signature IS 'The signature must stay, except across a major number.';
COMMENT ON COLUMN alias_protection.revision IS 'Revision of the last change; its etag.';

CREATE TABLE approval (
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  approved_by text NOT NULL,
  approved_at timestamptz NOT NULL,
  comment text NOT NULL,
  revision bigint NOT NULL UNIQUE,
  PRIMARY KEY (model, alias, version, approved_by),
  FOREIGN KEY (model, version) REFERENCES model_version
);
CREATE INDEX approval_newest ON approval (model, revision DESC);
COMMENT ON TABLE approval IS 'Who agrees that an alias names a version; one row for each API key.';
COMMENT ON COLUMN approval.model IS 'The model.';
COMMENT ON COLUMN approval.alias IS 'The alias.';
COMMENT ON COLUMN approval.version IS 'The version.';
COMMENT ON COLUMN approval.approved_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN approval.approved_at IS 'Domain time.';
COMMENT ON COLUMN approval.comment IS 'In the approver''s words.';
COMMENT ON COLUMN approval.revision IS 'Revision of the change that gave it.';

ALTER TABLE alias_move ADD COLUMN verdicts jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN alias_move.verdicts IS 'What the gates said when it was moved: an array of {gate, passed, explanation, evidence} objects.';

CREATE INDEX audit_entry_of_actor ON audit_entry (actor, revision DESC, ordinal DESC);

CREATE INDEX model_version_of_parent ON model_version USING gin ((lineage -> 'parents') jsonb_path_ops);
