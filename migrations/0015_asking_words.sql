-- One time zone of a workspace, for days of surveys and for mails alike; and who a mail says it is from.
INSERT INTO asking_settings (workspace_id, time_zone)
SELECT workspace_id, time_zone FROM mail_settings WHERE time_zone <> 'UTC'
ON CONFLICT (workspace_id) DO UPDATE SET time_zone = EXCLUDED.time_zone WHERE asking_settings.time_zone = 'UTC';

ALTER TABLE mail_settings
  DROP COLUMN time_zone,
  -- Shown beside the address of MAIL_FROM; null: the name there.
  ADD COLUMN sender_name text,
  -- Below every mail, such as the postal address that the law asks for.
  ADD COLUMN footer text;

-- False from when a webhook is switched off by itself until its owners have been told by mail.
ALTER TABLE webhook_endpoints ADD COLUMN owners_told boolean NOT NULL DEFAULT true;
