-- What this installation remembers of itself, above workspaces and without any of their data: that the sample has
-- been loaded once, so that a removed sample does not come back with the next start.
CREATE TABLE instance_facts (
  name text PRIMARY KEY,
  recorded_at timestamptz NOT NULL DEFAULT now()
);
