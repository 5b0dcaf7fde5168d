-- Personal links: whoever has one answers a wave once, without an account. An invitation knows that it was used and
-- nothing else; a response knows nothing of the invitation. No time, no order, no name: each would join the two.
CREATE TABLE invitations (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  token_hash bytea NOT NULL,
  wave_id uuid NOT NULL,
  used boolean NOT NULL DEFAULT false,
  PRIMARY KEY (workspace_id, token_hash),
  FOREIGN KEY (workspace_id, wave_id) REFERENCES waves ON DELETE CASCADE
);
CREATE INDEX invitations_wave ON invitations (workspace_id, wave_id);
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON invitations USING (workspace_id = (SELECT current_workspace()));
