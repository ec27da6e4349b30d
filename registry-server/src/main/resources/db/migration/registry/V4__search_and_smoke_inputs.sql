CREATE TABLE version_search (
  ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  terms bigint[] NOT NULL,
  metric_names text[] COLLATE "C" NOT NULL,
  metric_values double precision[] NOT NULL,
  tag_keys text[] COLLATE "C" NOT NULL,
  UNIQUE (model, version),
  FOREIGN KEY (model, version) REFERENCES model_version ON DELETE CASCADE
);
CREATE INDEX version_search_newest ON version_search (created_at, ordinal);
CREATE INDEX version_search_terms ON version_search USING gin (terms) WITH (fastupdate = off);
COMMENT ON TABLE version_search IS 'What versions are found by. Written by a trigger on model_version alone.';
COMMENT ON COLUMN version_search.ordinal IS 'Order in which versions were made.';
COMMENT ON COLUMN version_search.model IS 'The model.';
COMMENT ON COLUMN version_search.version IS 'major.minor.patch.';
COMMENT ON COLUMN version_search.created_at IS 'Of the version.';
COMMENT ON COLUMN version_search.terms IS 'Each value that can be asked for with its kind, as version_term hashes it to 64 bits; so that any number of conditions is one look into one small index.';
COMMENT ON COLUMN version_search.metric_names IS 'Names of the metrics.';
COMMENT ON COLUMN version_search.metric_values IS 'Their values, in the same order.';
COMMENT ON COLUMN version_search.tag_keys IS 'Keys of the tags.';

CREATE TABLE version_metric (
  metric text COLLATE "C" NOT NULL,
  value double precision NOT NULL,
  ordinal bigint NOT NULL REFERENCES version_search ON DELETE CASCADE,
  PRIMARY KEY (metric, value, ordinal)
);
CREATE INDEX version_metric_of_version ON version_metric (ordinal);
COMMENT ON TABLE version_metric IS 'The metrics of all versions, by value. Written by a trigger on model_version alone.';
COMMENT ON COLUMN version_metric.metric IS 'Name of the metric.';
COMMENT ON COLUMN version_metric.value IS 'Finite.';
COMMENT ON COLUMN version_metric.ordinal IS 'The version, in version_search.';

CREATE INDEX alias_by_name ON alias (alias);
CREATE INDEX model_version_pending ON model_version (model, version) WHERE state = 'PENDING';

CREATE TABLE version_smoke_input (
  model text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL CHECK (ordinal >= 0),
  tensor bytea NOT NULL,
  PRIMARY KEY (model, version, ordinal),
  FOREIGN KEY (model, version) REFERENCES model_version
);
COMMENT ON TABLE version_smoke_input IS 'What a version must answer before it is ready.';
COMMENT ON COLUMN version_smoke_input.model IS 'The model.';
COMMENT ON COLUMN version_smoke_input.version IS 'major.minor.patch.';
COMMENT ON COLUMN version_smoke_input.ordinal IS 'Place among the inputs, from 0.';
COMMENT ON COLUMN version_smoke_input.tensor IS 'Tensor of the contract in its binary form.';

COMMENT ON TABLE model_version IS 'Artifacts with what is known about them. Only state and state_reason ever change; and the signature once, where it was read when a pending version was tried.';

-- Words: what is left of a text when all that is neither letter nor digit parts it, of 64 characters at most. ASCII letters in
-- lower case; every character beyond ASCII counts as a letter, so that no locale of the database matters.
CREATE FUNCTION search_words(content text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT left(word, 64)
  FROM regexp_split_to_table(lower(content COLLATE "C"), '[\x01-\x2f\x3a-\x60\x7b-\x7f]+') AS word
  WHERE word <> ''
$$;

CREATE FUNCTION version_term(kind text, content text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashtextextended(kind || '=' || content, 0);

CREATE FUNCTION version_tag_term(key text, value text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN version_term('tag', char_length(key) || ':' || key || value);

-- In PL/pgSQL for its plans, which are kept.
CREATE FUNCTION enter_version_search(made model_version) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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
END $$;

CREATE FUNCTION follow_model_version() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM enter_version_search(NEW);
  ELSIF NEW.state <> OLD.state THEN
    UPDATE version_search
    SET terms = array_append(array_remove(terms, version_term('state', OLD.state)), version_term('state', NEW.state))
    WHERE model = NEW.model AND version = NEW.version;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER model_version_search AFTER INSERT OR UPDATE OF state ON model_version
FOR EACH ROW EXECUTE FUNCTION follow_model_version();

SELECT enter_version_search(v) FROM (SELECT * FROM model_version ORDER BY created_at, model, major, minor, patch) AS o
JOIN model_version AS v USING (model, version) ORDER BY o.created_at, o.model, o.major, o.minor, o.patch;
