-- Responses are looked up by their key hundreds of times a second. The comparison of an enum is not leakproof, so that
-- below row-level security it is no condition of an index, only a filter: it stands behind the key.
ALTER TABLE responses
  DROP CONSTRAINT responses_workspace_id_survey_id_audience_key_published_key,
  ADD UNIQUE (workspace_id, survey_id, key, audience, published);
ALTER TABLE set_apart_responses
  DROP CONSTRAINT set_apart_responses_pkey,
  ADD PRIMARY KEY (workspace_id, survey_id, key, audience);
CREATE INDEX set_apart_responses_reason ON set_apart_responses (workspace_id, survey_id, reason)
  WHERE dismissed_at IS NULL;

-- Of customers alone: the response that was begun with a personal link. Only that one may still be completed with it.
ALTER TABLE invitations ADD COLUMN response_key text;

-- Leading zero bits that the proof of work of an open link needs; 0: none is asked for.
ALTER TABLE survey_links ADD COLUMN work integer NOT NULL DEFAULT 0 CHECK (work BETWEEN 0 AND 24);
