-- Blind tickets: how leaders, staff and anonymous customers answer with a personal link. The invitation gets a signature on
-- a number that nobody here can read; the answers come with the signed number and without the invitation.
CREATE TABLE ticket_keys (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  wave_id uuid NOT NULL,
  -- Of an RSA key of 2048 bits with exponent 65537, hexadecimal.
  modulus text NOT NULL,
  -- The private half, sealed with SECRET_KEY.
  sealed_private bytea NOT NULL,
  PRIMARY KEY (workspace_id, wave_id),
  FOREIGN KEY (workspace_id, wave_id) REFERENCES waves ON DELETE CASCADE
);

-- Invitations that got a ticket and do not say so yet: enough of them are marked as used at once. A mark is a keyed hash, so
-- that these rows alone name no invitation. All marks of a wave are written anew with each, in random order.
CREATE TABLE ticket_marks (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  wave_id uuid NOT NULL,
  mark bytea NOT NULL,
  -- SHA-256 of the blinded number, which has nothing to do with the number that answers come with.
  blinded_hash bytea NOT NULL,
  PRIMARY KEY (workspace_id, mark),
  FOREIGN KEY (workspace_id, wave_id) REFERENCES waves ON DELETE CASCADE
);
CREATE INDEX ticket_marks_wave ON ticket_marks (workspace_id, wave_id);

ALTER TABLE invitations ADD COLUMN blinded_hash bytea;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['ticket_keys', 'ticket_marks'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_workspace ON %I USING (workspace_id = (SELECT current_workspace()))', name);
  END LOOP;
END $$;
