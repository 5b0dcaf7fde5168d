-- Whom we ask, when and where: the moments of a survey, the ledger of asks over all channels, and the log that says why.
CREATE TABLE asking_settings (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
  -- Least days between two asks of one person, whatever the survey and the channel. 0: no such rule.
  any_survey_days integer NOT NULL DEFAULT 30 CHECK (any_survey_days BETWEEN 0 AND 3650),
  -- IANA name: days such as a survey's start and end begin and end there.
  time_zone text NOT NULL DEFAULT 'UTC'
);

-- The moments of a survey: triggers, targeting, sampling, frequency (src/core/survey/moments.ts).
CREATE TABLE survey_moments (
  workspace_id uuid NOT NULL,
  survey_id uuid NOT NULL,
  moments jsonb NOT NULL,
  -- Rises with every save; a save names the revision that it changes.
  revision integer NOT NULL DEFAULT 1,
  PRIMARY KEY (workspace_id, survey_id),
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys ON DELETE CASCADE
);

-- A website or app that carries the script tag. Its public key is the workspace's id and `key_end`; its secret is
-- derived from SECRET_KEY and `secret_version` and stands nowhere.
CREATE TABLE sites (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  key_end text NOT NULL,
  name text NOT NULL,
  -- Origins whose pages may carry the tag; empty: any.
  origins text[] NOT NULL DEFAULT '{}',
  -- Whether a page may name a person without a signature.
  unsigned_persons boolean NOT NULL DEFAULT false,
  -- Most asks a day on this site; null: any number.
  daily_cap integer CHECK (daily_cap > 0),
  secret_version integer NOT NULL DEFAULT 1,
  last_seen_at timestamptz,
  last_seen_origin text,
  -- The last origin that asked and is not on the list.
  last_refused_at timestamptz,
  last_refused_origin text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, key_end)
);
-- The open link that a site gives out for a survey.
CREATE TABLE site_links (
  workspace_id uuid NOT NULL,
  site_id uuid NOT NULL,
  survey_id uuid NOT NULL,
  token text NOT NULL,
  PRIMARY KEY (workspace_id, site_id, survey_id),
  FOREIGN KEY (workspace_id, site_id) REFERENCES sites ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys ON DELETE CASCADE
);

-- A browser that was asked, named itself or opted out. `visitor` is a SHA-256 of the random id that the browser keeps.
CREATE TABLE visitors (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  visitor text NOT NULL,
  -- Only a signed name (or a site that allows unsigned ones) links a browser to a contact.
  contact_id uuid,
  -- What an unsigned page said of the visitor: for targeting alone, and never of a contact.
  attributes jsonb NOT NULL DEFAULT '{}',
  opted_out boolean NOT NULL DEFAULT false,
  last_seen_on date NOT NULL,
  PRIMARY KEY (workspace_id, visitor),
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts ON DELETE CASCADE
);
CREATE INDEX visitors_contact ON visitors (workspace_id, contact_id) WHERE contact_id IS NOT NULL;

-- Contacts whom nobody asks, for a while or for good.
CREATE TABLE quarantine (
  workspace_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  -- The last day of it; null: for good.
  until date,
  reason text NOT NULL DEFAULT '',
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, contact_id),
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts ON DELETE CASCADE
);

-- The ledger: every time that somebody was asked, over all channels. It never says what was answered; whether, only
-- of customers in surveys that are not anonymous.
CREATE TABLE asks (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  contact_id uuid,
  visitor text,
  survey_id uuid NOT NULL,
  channel text NOT NULL,
  site_id uuid,
  at timestamptz NOT NULL,
  answered boolean NOT NULL DEFAULT false,
  PRIMARY KEY (workspace_id, id),
  CHECK (contact_id IS NOT NULL OR visitor IS NOT NULL),
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, site_id) REFERENCES sites ON DELETE SET NULL (site_id)
);
CREATE INDEX asks_contact ON asks (workspace_id, contact_id, at) WHERE contact_id IS NOT NULL;
CREATE INDEX asks_visitor ON asks (workspace_id, visitor, at) WHERE visitor IS NOT NULL;
CREATE INDEX asks_site ON asks (workspace_id, site_id, at) WHERE site_id IS NOT NULL;
CREATE INDEX asks_survey ON asks (workspace_id, survey_id);

-- The why-log: one row for each attempt to ask, kept for 90 days.
CREATE TABLE ask_decisions (
  workspace_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  contact_id uuid,
  visitor text,
  survey_id uuid NOT NULL,
  channel text NOT NULL,
  trigger text,
  site_id uuid,
  at timestamptz NOT NULL,
  asked boolean NOT NULL,
  -- The rule that decided and its sentence, with numbers and dates as they were then.
  rule text NOT NULL,
  because text NOT NULL,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, site_id) REFERENCES sites ON DELETE SET NULL (site_id)
);
CREATE INDEX ask_decisions_contact ON ask_decisions (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX ask_decisions_visitor ON ask_decisions (workspace_id, visitor) WHERE visitor IS NOT NULL;
CREATE INDEX ask_decisions_survey ON ask_decisions (workspace_id, survey_id, at);
CREATE INDEX ask_decisions_at ON ask_decisions (workspace_id, at);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['asking_settings', 'survey_moments', 'sites', 'site_links', 'visitors', 'quarantine', 'asks',
    'ask_decisions']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_workspace ON %I USING (workspace_id = (SELECT current_workspace()))', name);
  END LOOP;
END $$;
