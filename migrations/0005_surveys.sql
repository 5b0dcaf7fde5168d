-- Surveys that are edited and published here. A survey that only came with an import has no draft and no version.
ALTER TABLE surveys
  ADD COLUMN draft jsonb,
  -- Rises with every save; a save names the revision that it changes, so that two people never overwrite each other.
  ADD COLUMN draft_revision integer NOT NULL DEFAULT 0,
  ADD COLUMN draft_saved_at timestamptz,
  ADD COLUMN draft_saved_by uuid REFERENCES users ON DELETE SET NULL,
  ADD COLUMN archived_at timestamptz;

-- What respondents were shown, never changed: answers are read under the version that they were given to.
CREATE TABLE survey_versions (
  workspace_id uuid NOT NULL,
  survey_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  definition jsonb NOT NULL,
  -- Answer key → item, its scale and lens, as they were when the version was published.
  bindings jsonb NOT NULL,
  published_at timestamptz NOT NULL DEFAULT now(),
  published_by uuid REFERENCES users ON DELETE SET NULL,
  PRIMARY KEY (workspace_id, survey_id, version),
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys ON DELETE CASCADE
);

-- Open links: who has one may answer. The token stands in the address, on posters and in web pages: it is no secret.
CREATE TABLE survey_links (
  workspace_id uuid NOT NULL,
  token text NOT NULL,
  survey_id uuid NOT NULL,
  audience audience NOT NULL,
  wave_id uuid,
  name text NOT NULL DEFAULT '',
  channel text NOT NULL,
  -- Answers that come by it are marked as tests and set apart.
  test boolean NOT NULL DEFAULT false,
  closed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, token),
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, wave_id) REFERENCES waves ON DELETE SET NULL (wave_id)
);
CREATE INDEX survey_links_survey ON survey_links (workspace_id, survey_id);

-- Hosts that a survey's ending may lead to.
ALTER TABLE workspaces ADD COLUMN redirect_hosts text[] NOT NULL DEFAULT '{}';

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['survey_versions', 'survey_links'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_workspace ON %I USING (workspace_id = (SELECT current_workspace()))', name);
  END LOOP;
END $$;
