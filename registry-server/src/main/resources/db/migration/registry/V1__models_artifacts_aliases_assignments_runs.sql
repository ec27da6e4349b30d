-- The registry keeps no time series: nothing here differs between PostgreSQL and TimescaleDB, so there is no layout row.

CREATE TABLE registry_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  registry_id uuid NOT NULL,
  revision bigint NOT NULL CHECK (revision >= 0),
  changes_from bigint NOT NULL CHECK (changes_from >= 1)
);
COMMENT ON TABLE registry_head IS 'One row. Its lock, held to COMMIT, puts all changes into one order, so that revisions rise in commit order.';
COMMENT ON COLUMN registry_head.only_row IS 'Always true: keeps the table at one row.';
COMMENT ON COLUMN registry_head.registry_id IS 'The life of this database; revisions of different lives cannot be compared.';
COMMENT ON COLUMN registry_head.revision IS 'Revision of the last committed change; 0 before the first.';
COMMENT ON COLUMN registry_head.changes_from IS 'Oldest revision that the table change still holds; watchers behind it get a snapshot.';
INSERT INTO registry_head (registry_id, revision, changes_from) VALUES (gen_random_uuid(), 0, 1);

CREATE TABLE model (
  model text COLLATE "C" PRIMARY KEY,
  task text NOT NULL CHECK (task IN ('FORECAST', 'DETECT', 'INFER')),
  description text NOT NULL,
  tags jsonb NOT NULL,
  archived boolean NOT NULL,
  revision bigint NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
COMMENT ON TABLE model IS 'Names under which versions are kept.';
COMMENT ON COLUMN model.model IS 'Name; case-sensitive; sorted by bytes.';
COMMENT ON COLUMN model.task IS 'What every version of it does.';
COMMENT ON COLUMN model.description IS 'What it is for.';
COMMENT ON COLUMN model.tags IS 'Free labels: an object of strings.';
COMMENT ON COLUMN model.archived IS 'Takes no new versions.';
COMMENT ON COLUMN model.revision IS 'Revision of the last change of this row; its etag.';
COMMENT ON COLUMN model.created_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN model.created_at IS 'Domain time.';
COMMENT ON COLUMN model.updated_at IS 'Domain time of the last change.';

CREATE TABLE artifact (
  sha256 text COLLATE "C" PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  format text NOT NULL,
  signature_key_id text,
  signature bytea,
  created_at timestamptz NOT NULL,
  removed boolean NOT NULL,
  CHECK ((signature_key_id IS NULL) = (signature IS NULL))
);
COMMENT ON TABLE artifact IS 'Complete, verified files. A row is written after its file is safely in place, so a row without a file means damage.';
COMMENT ON COLUMN artifact.sha256 IS 'SHA-256 of the bytes in lower-case hexadecimal; also the name of the file.';
COMMENT ON COLUMN artifact.size_bytes IS 'Length of the file.';
COMMENT ON COLUMN artifact.format IS 'BUNDLE, SAVED_MODEL_ZIP, ONNX, XGBOOST_JSON or TRIBUO_PROTOBUF.';
COMMENT ON COLUMN artifact.signature_key_id IS 'Which trusted key signed it; null where unsigned.';
COMMENT ON COLUMN artifact.signature IS 'Ed25519 over the 32 bytes of the SHA-256; null where unsigned.';
COMMENT ON COLUMN artifact.created_at IS 'Domain time.';
COMMENT ON COLUMN artifact.removed IS 'Retention removed the file; the row stays for the versions that name it.';

CREATE TABLE upload (
  upload_id uuid PRIMARY KEY,
  sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  format text NOT NULL,
  complete boolean NOT NULL,
  touched_at timestamptz NOT NULL
);
COMMENT ON TABLE upload IS 'Uploads that were begun. What came so far is the length of their temporary file.';
COMMENT ON COLUMN upload.upload_id IS 'Client-made; the same id resumes.';
COMMENT ON COLUMN upload.sha256 IS 'Announced digest of all bytes.';
COMMENT ON COLUMN upload.size_bytes IS 'Announced length of all bytes.';
COMMENT ON COLUMN upload.format IS 'Announced format.';
COMMENT ON COLUMN upload.complete IS 'It became an artifact.';
COMMENT ON COLUMN upload.touched_at IS 'Real time of the last stream that opened it; swept some time after.';

CREATE TABLE run (
  run_id uuid PRIMARY KEY,
  model text COLLATE "C" NOT NULL REFERENCES model,
  title text NOT NULL,
  status text NOT NULL CHECK (status IN ('RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
  status_reason text NOT NULL,
  parameters jsonb NOT NULL,
  tags jsonb NOT NULL,
  summary jsonb NOT NULL,
  progress double precision NOT NULL CHECK (progress BETWEEN 0 AND 1),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  finished_at timestamptz,
  CHECK ((finished_at IS NULL) = (status = 'RUNNING'))
);
CREATE INDEX run_newest ON run (created_at DESC, run_id DESC);
CREATE INDEX run_newest_of_model ON run (model, created_at DESC, run_id DESC);
COMMENT ON TABLE run IS 'Trainings.';
COMMENT ON COLUMN run.run_id IS 'Server-made.';
COMMENT ON COLUMN run.model IS 'The model that it trains.';
COMMENT ON COLUMN run.title IS 'Free text.';
COMMENT ON COLUMN run.status IS 'Where it stands.';
COMMENT ON COLUMN run.status_reason IS 'Why it failed or was cancelled; else empty.';
COMMENT ON COLUMN run.parameters IS 'Settings: an object of strings.';
COMMENT ON COLUMN run.tags IS 'Free labels: an object of strings.';
COMMENT ON COLUMN run.summary IS 'Figures that were set by name: an object of numbers.';
COMMENT ON COLUMN run.progress IS '0 to 1.';
COMMENT ON COLUMN run.created_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN run.created_at IS 'Domain time.';
COMMENT ON COLUMN run.updated_at IS 'Domain time of the last sign of life.';
COMMENT ON COLUMN run.finished_at IS 'Domain time; null while it goes on.';

CREATE TABLE run_metric (
  run_id uuid NOT NULL REFERENCES run,
  metric text COLLATE "C" NOT NULL,
  step bigint NOT NULL CHECK (step >= 0),
  value double precision NOT NULL,
  measured_at timestamptz NOT NULL,
  PRIMARY KEY (run_id, metric, step)
);
COMMENT ON TABLE run_metric IS 'Points of the metric curves of runs; the last point of a step counts.';
COMMENT ON COLUMN run_metric.run_id IS 'The run.';
COMMENT ON COLUMN run_metric.metric IS 'Name of the curve.';
COMMENT ON COLUMN run_metric.step IS 'Epoch, batch or fold, as the trainer counts.';
COMMENT ON COLUMN run_metric.value IS 'Finite.';
COMMENT ON COLUMN run_metric.measured_at IS 'Domain time.';

CREATE TABLE model_version (
  model text COLLATE "C" NOT NULL REFERENCES model,
  version text COLLATE "C" NOT NULL,
  major integer NOT NULL CHECK (major BETWEEN 0 AND 999999),
  minor integer NOT NULL CHECK (minor BETWEEN 0 AND 999999),
  patch integer NOT NULL CHECK (patch BETWEEN 0 AND 999999),
  state text NOT NULL CHECK (state IN ('PENDING', 'READY', 'FAILED', 'ARCHIVED')),
  state_reason text NOT NULL,
  artifact_sha256 text COLLATE "C" NOT NULL REFERENCES artifact,
  family text NOT NULL,
  signature jsonb NOT NULL,
  metrics jsonb NOT NULL,
  tags jsonb NOT NULL,
  description text NOT NULL,
  lineage jsonb NOT NULL,
  run_id uuid REFERENCES run,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (model, version),
  UNIQUE (model, major, minor, patch),
  CHECK (version = major::text || '.' || minor::text || '.' || patch::text)
);
CREATE INDEX model_version_of_artifact ON model_version (artifact_sha256);
CREATE INDEX model_version_of_run ON model_version (run_id) WHERE run_id IS NOT NULL;
COMMENT ON TABLE model_version IS 'Artifacts with what is known about them. Only state and state_reason ever change.';
COMMENT ON COLUMN model_version.model IS 'The model.';
COMMENT ON COLUMN model_version.version IS 'major.minor.patch as text.';
COMMENT ON COLUMN model_version.major IS 'First part of the number.';
COMMENT ON COLUMN model_version.minor IS 'Second part of the number.';
COMMENT ON COLUMN model_version.patch IS 'Third part of the number.';
COMMENT ON COLUMN model_version.state IS 'Whether it can be served.';
COMMENT ON COLUMN model_version.state_reason IS 'Why it failed or was archived; else empty.';
COMMENT ON COLUMN model_version.artifact_sha256 IS 'Its file.';
COMMENT ON COLUMN model_version.family IS 'Such as seasonal-naive.';
COMMENT ON COLUMN model_version.signature IS 'Inputs, outputs, roles, grid: ModelSignature of the contract in its JSON form.';
COMMENT ON COLUMN model_version.metrics IS 'Figures from training and back-test: an object of numbers.';
COMMENT ON COLUMN model_version.tags IS 'Free labels: an object of strings.';
COMMENT ON COLUMN model_version.description IS 'Free text.';
COMMENT ON COLUMN model_version.lineage IS 'Where it came from: Lineage of the contract in its JSON form.';
COMMENT ON COLUMN model_version.run_id IS 'The run that trained it; null where none was logged.';
COMMENT ON COLUMN model_version.created_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN model_version.created_at IS 'Domain time.';
COMMENT ON COLUMN model_version.revision IS 'Revision of the change that made it or last moved its state.';

CREATE TABLE alias (
  model text COLLATE "C" NOT NULL,
  alias text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  moved_at timestamptz NOT NULL,
  moved_by text NOT NULL,
  PRIMARY KEY (model, alias),
  FOREIGN KEY (model, version) REFERENCES model_version
);
CREATE INDEX alias_of_version ON alias (model, version);
COMMENT ON TABLE alias IS 'Which version plays which part now.';
COMMENT ON COLUMN alias.model IS 'The model.';
COMMENT ON COLUMN alias.alias IS 'Such as champion.';
COMMENT ON COLUMN alias.version IS 'The version named.';
COMMENT ON COLUMN alias.revision IS 'Revision of the last move.';
COMMENT ON COLUMN alias.moved_at IS 'Domain time of the last move.';
COMMENT ON COLUMN alias.moved_by IS 'API key id, or anonymous.';

CREATE TABLE alias_move (
  model text COLLATE "C" NOT NULL REFERENCES model,
  alias text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  from_version text COLLATE "C",
  to_version text COLLATE "C",
  moved_at timestamptz NOT NULL,
  moved_by text NOT NULL,
  reason text NOT NULL,
  forced boolean NOT NULL,
  rollback boolean NOT NULL,
  PRIMARY KEY (model, alias, revision),
  FOREIGN KEY (model, from_version) REFERENCES model_version,
  FOREIGN KEY (model, to_version) REFERENCES model_version
);
CREATE INDEX alias_move_by_time ON alias_move (model, alias, moved_at, revision);
COMMENT ON TABLE alias_move IS 'Every move of every alias, also of aliases that are gone.';
COMMENT ON COLUMN alias_move.model IS 'The model.';
COMMENT ON COLUMN alias_move.alias IS 'The alias.';
COMMENT ON COLUMN alias_move.revision IS 'Revision of the move.';
COMMENT ON COLUMN alias_move.from_version IS 'Where it was; null where the alias was made.';
COMMENT ON COLUMN alias_move.to_version IS 'Where it went; null where the alias was removed.';
COMMENT ON COLUMN alias_move.moved_at IS 'Domain time; never before that of the move before.';
COMMENT ON COLUMN alias_move.moved_by IS 'API key id, or anonymous.';
COMMENT ON COLUMN alias_move.reason IS 'Why, in the caller''s words.';
COMMENT ON COLUMN alias_move.forced IS 'It went past a gate.';
COMMENT ON COLUMN alias_move.rollback IS 'It went back to where the alias was before.';

CREATE TABLE routing (
  model text COLLATE "C" PRIMARY KEY REFERENCES model,
  canary_basis_points integer NOT NULL CHECK (canary_basis_points BETWEEN 0 AND 10000),
  shadow_aliases text[] NOT NULL,
  revision bigint NOT NULL
);
COMMENT ON TABLE routing IS 'How requests for a model are shared among its aliases; champion takes all where there is no row.';
COMMENT ON COLUMN routing.model IS 'The model.';
COMMENT ON COLUMN routing.canary_basis_points IS 'Share of the alias canary in hundredths of a percent.';
COMMENT ON COLUMN routing.shadow_aliases IS 'Aliases that answer too, without being sent.';
COMMENT ON COLUMN routing.revision IS 'Revision of the last change.';

CREATE TABLE assignment (
  assignment text COLLATE "C" PRIMARY KEY,
  selector_exact text COLLATE "C",
  selector_prefix text COLLATE "C",
  selector_labels jsonb NOT NULL,
  task text NOT NULL CHECK (task IN ('FORECAST', 'DETECT')),
  slot text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL REFERENCES model,
  alias text COLLATE "C",
  version text COLLATE "C",
  parameters jsonb NOT NULL,
  schedule_every_steps integer NOT NULL CHECK (schedule_every_steps >= 0),
  schedule_offset_steps integer NOT NULL CHECK (schedule_offset_steps >= 0),
  schedule_horizon_steps integer NOT NULL CHECK (schedule_horizon_steps >= 0),
  bindings jsonb NOT NULL,
  disabled boolean NOT NULL,
  description text NOT NULL,
  revision bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  CHECK ((alias IS NULL) <> (version IS NULL))
);
CREATE INDEX assignment_of_model ON assignment (model, assignment);
CREATE INDEX assignment_of_selector ON assignment (task, slot, selector_exact, selector_prefix);
COMMENT ON TABLE assignment IS 'What runs on which series.';
COMMENT ON COLUMN assignment.assignment IS 'Name.';
COMMENT ON COLUMN assignment.selector_exact IS 'The one series meant; null where prefix or labels select.';
COMMENT ON COLUMN assignment.selector_prefix IS 'Whole segments that names begin with; null where any do.';
COMMENT ON COLUMN assignment.selector_labels IS 'Labels that must all be there: an object of strings.';
COMMENT ON COLUMN assignment.task IS 'FORECAST or DETECT.';
COMMENT ON COLUMN assignment.slot IS 'Assignments of different slots run side by side.';
COMMENT ON COLUMN assignment.model IS 'The model.';
COMMENT ON COLUMN assignment.alias IS 'The alias that is followed; null where a version is pinned.';
COMMENT ON COLUMN assignment.version IS 'The version that is pinned; null where an alias is followed.';
COMMENT ON COLUMN assignment.parameters IS 'Handed to the model as they are.';
COMMENT ON COLUMN assignment.schedule_every_steps IS 'Standing forecasts every so many grid steps; 0 is never.';
COMMENT ON COLUMN assignment.schedule_offset_steps IS 'Grid index modulo every_steps at which they are issued.';
COMMENT ON COLUMN assignment.schedule_horizon_steps IS 'Steps forecast; 0 is the model''s horizon.';
COMMENT ON COLUMN assignment.bindings IS 'Which series take the other roles: an array of {role, series} objects in the order given.';
COMMENT ON COLUMN assignment.disabled IS 'Nothing runs while true.';
COMMENT ON COLUMN assignment.description IS 'Free text.';
COMMENT ON COLUMN assignment.revision IS 'Revision of the last change; its etag.';
COMMENT ON COLUMN assignment.created_at IS 'Domain time.';
COMMENT ON COLUMN assignment.updated_at IS 'Domain time of the last change.';
COMMENT ON COLUMN assignment.updated_by IS 'API key id, or anonymous.';

CREATE TABLE change (
  revision bigint NOT NULL,
  ordinal integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('ALIAS', 'ROUTING', 'ASSIGNMENT')),
  model text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  PRIMARY KEY (revision, ordinal)
);
COMMENT ON TABLE change IS 'What watchers must read again after which revision. The newest are kept.';
COMMENT ON COLUMN change.revision IS 'Revision of the change.';
COMMENT ON COLUMN change.ordinal IS 'Place among the changes of one revision, from 0.';
COMMENT ON COLUMN change.kind IS 'What kind of thing changed.';
COMMENT ON COLUMN change.model IS 'The model concerned.';
COMMENT ON COLUMN change.name IS 'Alias or assignment; empty for a routing.';

CREATE TABLE answered_request (
  request_id text COLLATE "C" PRIMARY KEY,
  action text NOT NULL,
  request_sha256 text NOT NULL,
  subject text NOT NULL,
  answered_at timestamptz NOT NULL
);
CREATE INDEX answered_request_oldest ON answered_request (answered_at);
COMMENT ON TABLE answered_request IS 'Requests that changed something, so that a repeat changes nothing.';
COMMENT ON COLUMN answered_request.request_id IS 'Client-made.';
COMMENT ON COLUMN answered_request.action IS 'The RPC.';
COMMENT ON COLUMN answered_request.request_sha256 IS 'Digest of the request; a repeat must have the same.';
COMMENT ON COLUMN answered_request.subject IS 'What was changed; read again for the answer to a repeat.';
COMMENT ON COLUMN answered_request.answered_at IS 'Real time; rows are removed some days later.';

CREATE TABLE audit_entry (
  revision bigint NOT NULL,
  ordinal integer NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  model text COLLATE "C" NOT NULL,
  subject text NOT NULL,
  description text NOT NULL,
  reason text NOT NULL,
  request_id text NOT NULL,
  trace_id text NOT NULL,
  PRIMARY KEY (revision, ordinal)
);
CREATE INDEX audit_entry_of_model ON audit_entry (model, revision DESC, ordinal DESC);
COMMENT ON TABLE audit_entry IS 'Who changed what; never changed itself.';
COMMENT ON COLUMN audit_entry.revision IS 'Revision of the change.';
COMMENT ON COLUMN audit_entry.ordinal IS 'Place among the entries of one revision, from 0.';
COMMENT ON COLUMN audit_entry.at IS 'Domain time.';
COMMENT ON COLUMN audit_entry.actor IS 'API key id, or anonymous.';
COMMENT ON COLUMN audit_entry.action IS 'The RPC.';
COMMENT ON COLUMN audit_entry.model IS 'The model concerned.';
COMMENT ON COLUMN audit_entry.subject IS 'The version, alias or assignment concerned.';
COMMENT ON COLUMN audit_entry.description IS 'What happened, in a sentence.';
COMMENT ON COLUMN audit_entry.reason IS 'Why, in the caller''s words; empty where none was given.';
COMMENT ON COLUMN audit_entry.request_id IS 'Client-made; empty where none was given.';
COMMENT ON COLUMN audit_entry.trace_id IS 'Of the request; empty where it was not traced.';
