-- Whether a personal link was made for nobody in particular, to be handed over, or is that of a contact, by mail or in a
-- file. Where answers are anonymous a wave has links of one kind: whoever keeps some of their own beside those of people who
-- are invited could fill a batch with them.
ALTER TABLE invitations ADD COLUMN minted boolean NOT NULL DEFAULT false;

-- The owner of the tables steps around the wall between workspaces for what is there already.
ALTER TABLE invitations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE mail_queue NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY;
UPDATE invitations i SET minted = true
  WHERE contact_id IS NULL
    AND NOT EXISTS (SELECT FROM mail_queue m WHERE m.workspace_id = i.workspace_id AND m.wave_id = i.wave_id)
    AND NOT EXISTS (SELECT FROM audit_log a WHERE a.workspace_id = i.workspace_id AND a.action = 'wave.links'
      AND a.subject_id = i.wave_id::text);
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
ALTER TABLE mail_queue FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
