-- Asking people: what we know of a contact, whom we must not ask, segments, waves that go out by mail, and the mail itself.

-- ── Contacts ────────────────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE contacts
  -- BCP 47 tag and IANA name; null: the workspace's.
  ADD COLUMN language text,
  ADD COLUMN time_zone text,
  -- Whether the person agreed to be asked, to what, when, and how we know. Null: nothing is recorded.
  ADD COLUMN consent boolean,
  ADD COLUMN consent_to text,
  ADD COLUMN consent_at timestamptz,
  ADD COLUMN consent_source text,
  ADD COLUMN unsubscribed_at timestamptz,
  -- The mail server said that the address does not exist.
  ADD COLUMN bounced_at timestamptz;
-- Addresses are stored in lower case; an index on lower(email) would stay unused behind row-level security.
CREATE INDEX contacts_email ON contacts (workspace_id, email) WHERE email IS NOT NULL;
CREATE INDEX contacts_shown ON contacts (workspace_id, (coalesce(name, email, key, '')), id);

-- Addresses that must not be asked again, as hashes: it outlives the erasure of the person, so that the next import of
-- the same list doesn't bring the asking back.
CREATE TABLE suppressions (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  -- sha256 of 'email', a line break and the address in lower case.
  email_hash bytea NOT NULL,
  reason text NOT NULL CHECK (reason IN ('unsubscribed', 'erased')),
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, email_hash)
);

-- Lists of people brought in as a file. The file itself lies in DATA_DIR/uploads until it is read or a week has passed.
CREATE TABLE contact_imports (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL,
  file_name text NOT NULL,
  file_bytes bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('uploaded', 'waiting', 'running', 'done', 'failed', 'cancelled')),
  columns text[] NOT NULL,
  mapping jsonb NOT NULL,
  rows_read bigint NOT NULL DEFAULT 0,
  made bigint NOT NULL DEFAULT 0,
  changed bigint NOT NULL DEFAULT 0,
  left_out bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  -- The first 1,000: [{row, column, reason}]. Never a value.
  rejections jsonb NOT NULL DEFAULT '[]',
  error text,
  -- The process that works on it says so every second; silence means that it was interrupted.
  heartbeat_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);

-- A text as the number that JavaScript's Number() makes of it; null where it makes none. Conditions on attributes hold in
-- the database for the same people as in the program (src/server/contacts/attribute-condition.ts).
CREATE FUNCTION attribute_number(given text) RETURNS double precision LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  t text := btrim(given, E' \t\n\u000b\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff');
  base integer;
  total double precision := 0;
BEGIN
  IF t ~ '^[-+]?([0-9]{1,250}[.]?[0-9]{0,50}|[.][0-9]{1,250})$' THEN
    RETURN t::double precision;
  END IF;
  IF t ~ '^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$' THEN
    BEGIN
      RETURN t::double precision;
    EXCEPTION WHEN numeric_value_out_of_range THEN
      -- Too small is nothing, too large is no number.
      RETURN CASE WHEN t ~ '[eE]-' THEN 0 END;
    END;
  END IF;
  base := CASE WHEN t ~ '^0[xX][0-9a-fA-F]{1,200}$' THEN 16 WHEN t ~ '^0[oO][0-7]{1,200}$' THEN 8 WHEN t ~ '^0[bB][01]{1,200}$' THEN 2 END;
  IF base IS NULL THEN
    RETURN NULL;
  END IF;
  FOR i IN 3 .. length(t) LOOP
    total := total * base + strpos('0123456789abcdef', lower(substr(t, i, 1))) - 1;
  END LOOP;
  RETURN total;
END $$;

-- ── Segments ────────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE segments (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  -- Null: of all audiences.
  audience audience,
  condition jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, name)
);

-- ── Mail ────────────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE mail_settings (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
  per_minute integer NOT NULL DEFAULT 300 CHECK (per_minute BETWEEN 1 AND 100000),
  -- For contacts without one of their own.
  time_zone text NOT NULL DEFAULT 'UTC',
  language text NOT NULL DEFAULT 'en',
  reply_to text
);

-- How a wave goes out. A wave without a plan is asked by links that somebody hands over.
CREATE TABLE wave_plans (
  workspace_id uuid NOT NULL,
  wave_id uuid NOT NULL,
  status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'running', 'paused', 'ended', 'cancelled')),
  segment_id uuid,
  -- {kind: 'all'} | {kind: 'random', n} | {kind: 'quota', attribute, quotas: [{value, n}]}
  sample jsonb NOT NULL DEFAULT '{"kind": "all"}',
  -- With the sample's rule it gives the same people again.
  seed integer NOT NULL,
  needs_consent boolean NOT NULL DEFAULT false,
  -- On each recipient's own clock; null: at once.
  send_at text CHECK (send_at ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$'),
  reminders integer NOT NULL DEFAULT 0 CHECK (reminders BETWEEN 0 AND 3),
  reminder_days integer NOT NULL DEFAULT 3 CHECK (reminder_days BETWEEN 1 AND 60),
  -- Stop asking once so many have answered.
  enough integer CHECK (enough > 0),
  -- {invitation: {language: {subject, body}}, reminder: {…}}; a language without texts has those of the product.
  texts jsonb NOT NULL DEFAULT '{}',
  started_at timestamptz,
  ended_at timestamptz,
  -- Why it ended by itself.
  ended_because text,
  PRIMARY KEY (workspace_id, wave_id),
  FOREIGN KEY (workspace_id, wave_id) REFERENCES waves ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, segment_id) REFERENCES segments
);

-- One row per person and mail. No token is ever in it: the token of a personal link is derived from the wave, the contact
-- and the server's key when the mail is written, so that a copy of the database does not say whose link is whose.
CREATE TABLE mail_queue (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  wave_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  -- 0: the invitation; 1 to 3: reminders.
  number integer NOT NULL,
  scheduled_at timestamptz NOT NULL,
  -- `sending`: being handed to the mail server just now. After a crash it becomes `unclear`: it may or may not have
  -- arrived, and is not sent again unless somebody decides so. `settled`: a reminder of a protected audience that was
  -- sent or was not needed; which of the two would say who has answered.
  state text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'sending', 'sent', 'settled', 'skipped', 'bounced', 'failed', 'unclear', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0,
  leased_until timestamptz,
  tried_at timestamptz,
  -- Why it was skipped (rule and sentence), or what the mail server said.
  rule text,
  because text,
  PRIMARY KEY (workspace_id, id),
  -- One mail per person, wave and number, whatever happens.
  UNIQUE (workspace_id, wave_id, contact_id, number),
  FOREIGN KEY (workspace_id, wave_id) REFERENCES waves ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts ON DELETE CASCADE
);
CREATE INDEX mail_queue_due ON mail_queue (workspace_id, scheduled_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX mail_queue_tried ON mail_queue (workspace_id, tried_at) WHERE tried_at IS NOT NULL;
CREATE INDEX mail_queue_contact ON mail_queue (workspace_id, contact_id);

-- Of customers who are not anonymous the response may know who answered. Leaders and staff: always null.
ALTER TABLE invitations ADD COLUMN contact_id uuid,
  ADD FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts ON DELETE CASCADE;
CREATE INDEX invitations_contact ON invitations (workspace_id, contact_id) WHERE contact_id IS NOT NULL;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['suppressions', 'contact_imports', 'segments', 'mail_settings', 'wave_plans', 'mail_queue'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_workspace ON %I USING (workspace_id = (SELECT current_workspace()))', name);
  END LOOP;
END $$;
