-- Answers that come from respondents themselves, in parts; and the outbox, written in the same transaction.
ALTER TABLE responses
  ADD COLUMN survey_version integer,
  -- Answer key → {value, part}: everything that was answered, open texts and choices too. Null for imported answers.
  ADD COLUMN given jsonb,
  -- Number of a part → fingerprint.
  ADD COLUMN parts jsonb,
  ADD COLUMN finished boolean NOT NULL DEFAULT true,
  ADD COLUMN language text;

-- Kept, never counted, until somebody looks at them: suspicious answers, tests, internal visitors, over a full quota.
CREATE TABLE set_apart_responses (
  workspace_id uuid NOT NULL,
  survey_id uuid NOT NULL,
  audience audience NOT NULL,
  key text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('test', 'internal', 'trap', 'too_fast', 'no_work', 'flood', 'quota', 'duplicate')),
  survey_version integer NOT NULL,
  wave_id uuid,
  contact_id uuid,
  channel text NOT NULL DEFAULT '',
  language text,
  answered_on date NOT NULL,
  attributes jsonb NOT NULL DEFAULT '{}',
  given jsonb NOT NULL,
  parts jsonb NOT NULL,
  finished boolean NOT NULL,
  -- Looked at and found to be what it was set apart for. Accepted ones move to `responses`.
  dismissed_at timestamptz,
  PRIMARY KEY (workspace_id, survey_id, audience, key),
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, wave_id) REFERENCES waves ON DELETE SET NULL (wave_id),
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts ON DELETE CASCADE
);

-- Finished responses that matched a quota.
CREATE TABLE quota_counts (
  workspace_id uuid NOT NULL,
  survey_id uuid NOT NULL,
  quota_id text NOT NULL,
  n integer NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, survey_id, quota_id),
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys ON DELETE CASCADE
);

-- What happened and has to be told to others, in the order of being stored; kept for replay, then pruned.
-- For leaders, staff and anonymous surveys it names no response, no time and no order: one row per published batch.
CREATE TABLE outbox (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL,
  -- What it is about, such as the response's key; events about one subject keep their order.
  subject text NOT NULL,
  survey_id uuid,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- When it was handed to every endpoint that wants it (which may be none).
  dispatched_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX outbox_waiting ON outbox (workspace_id, id) WHERE dispatched_at IS NULL;

-- Which workspaces there are, for the background work that goes from one to the next. It holds random ids and nothing else,
-- and is the only table of workspaces without a wall.
CREATE TABLE workspace_directory (workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE);
CREATE FUNCTION list_workspace() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO workspace_directory VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER workspaces_listed AFTER INSERT ON workspaces FOR EACH ROW EXECUTE FUNCTION list_workspace();
-- Workspaces from before: the owner of the tables has to step around the wall once.
ALTER TABLE workspaces NO FORCE ROW LEVEL SECURITY;
INSERT INTO workspace_directory SELECT id FROM workspaces;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['set_apart_responses', 'quota_counts', 'outbox'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_workspace ON %I USING (workspace_id = (SELECT current_workspace()))', name);
  END LOOP;
END $$;
