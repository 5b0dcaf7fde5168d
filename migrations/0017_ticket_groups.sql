-- Anonymous answers may keep attributes that enough of the people asked have in common. The people of a wave are put into
-- groups before the first of them can answer; each group has a key of its own, so that a ticket proves the group and
-- nothing else.
CREATE TABLE ticket_groups (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  wave_id uuid NOT NULL,
  -- 0: those of whom nothing is kept. A wave whose answers keep no attributes has no rows here.
  number integer NOT NULL CHECK (number >= 0),
  -- What all of the group share and the answers keep: {attribute: value}.
  attributes jsonb NOT NULL,
  -- Who was asked; never fewer than the anonymity threshold, unless the whole wave is.
  people integer NOT NULL,
  PRIMARY KEY (workspace_id, wave_id, number),
  FOREIGN KEY (workspace_id, wave_id) REFERENCES waves ON DELETE CASCADE
);

ALTER TABLE ticket_keys
  ADD COLUMN group_number integer NOT NULL DEFAULT 0,
  DROP CONSTRAINT ticket_keys_pkey,
  ADD PRIMARY KEY (workspace_id, wave_id, group_number);

-- "Used" is told for enough people of one group at once.
ALTER TABLE ticket_marks ADD COLUMN group_number integer NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN group_number integer NOT NULL DEFAULT 0;

ALTER TABLE ticket_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE ticket_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON ticket_groups USING (workspace_id = (SELECT current_workspace()));
