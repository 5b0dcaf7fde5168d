-- The foundation: accounts, workspaces, the journey, items, surveys, contacts, responses, answers and their rollup.
-- Forward only. Every table that holds a workspace's data has workspace_id first and row-level security forced.

CREATE TYPE audience AS ENUM ('leadership', 'staff', 'customer');
CREATE TYPE lens AS ENUM ('experience', 'belief', 'expectation', 'importance', 'walk', 'standard', 'promise');
CREATE TYPE member_role AS ENUM ('owner', 'lead', 'analyst', 'team_lead', 'viewer');

-- The workspace (and the signed-in person) that the running transaction works for. Unset means: no row is visible.
-- Parallel safe, or no query over a table with row-level security could use a second core.
CREATE FUNCTION current_workspace() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('parallax.workspace_id', true), '')::uuid;
CREATE FUNCTION current_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('parallax.user_id', true), '')::uuid;

-- ── People who sign in: above workspaces, reachable only through src/server/accounts/store.ts ─────────────────────
CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  name text NOT NULL,
  password_hash text,
  -- Raised by every change of password, address or state; older sessions and links stop working with it.
  credential_version integer NOT NULL DEFAULT 1,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE sessions (
  token_hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  credential_version integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE TABLE one_time_tokens (
  token_hash bytea PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('setup', 'sign_in')),
  user_id uuid REFERENCES users ON DELETE CASCADE,
  credential_version integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

-- ── Workspace, members ────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE workspaces (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  sample boolean NOT NULL DEFAULT false,
  -- Anonymity threshold: never below 5, and never lowered (checked by trigger).
  anonymity_threshold integer NOT NULL DEFAULT 5 CHECK (anonymity_threshold BETWEEN 5 AND 1000),
  comment_threshold integer NOT NULL DEFAULT 8 CHECK (comment_threshold BETWEEN 5 AND 1000),
  -- Customers' mean at or above this percent of the maximum possible is a strength.
  target_pomp double precision NOT NULL DEFAULT 70 CHECK (target_pomp BETWEEN 0 AND 100),
  level double precision NOT NULL DEFAULT 0.95 CHECK (level BETWEEN 0.5 AND 0.999),
  headline_item_id uuid,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION threshold_only_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.anonymity_threshold < OLD.anonymity_threshold OR NEW.comment_threshold < OLD.comment_threshold THEN
    RAISE EXCEPTION 'the anonymity threshold can be raised, never lowered' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER workspaces_threshold BEFORE UPDATE ON workspaces FOR EACH ROW EXECUTE FUNCTION threshold_only_up();
-- The threshold of the running transaction's workspace, for rules that must never be a query away from it.
CREATE FUNCTION anonymity_threshold() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
  RETURN (SELECT anonymity_threshold FROM workspaces WHERE id = current_workspace());

CREATE TABLE members (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role member_role NOT NULL,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX members_user ON members (user_id);
CREATE TABLE invites (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  token_hash bytea NOT NULL,
  email text NOT NULL CHECK (email = lower(email)),
  role member_role NOT NULL,
  invited_by uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, token_hash)
);
CREATE TABLE api_keys (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  token_hash bytea NOT NULL,
  scopes text[] NOT NULL,
  created_by uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_on date,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, token_hash)
);
CREATE TABLE audit_log (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT now(),
  -- A person, an API key or the system; a label stays readable when the person is gone.
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'system')),
  actor_id uuid,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text,
  detail jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE idempotency_keys (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  actor_id uuid NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  -- Null while the first request is still running.
  status integer,
  body jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, actor_id, key)
);

-- ── Teams and the journey ─────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE teams (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, name)
);
CREATE TABLE team_members (
  workspace_id uuid NOT NULL,
  team_id uuid NOT NULL,
  user_id uuid NOT NULL,
  PRIMARY KEY (workspace_id, team_id, user_id),
  FOREIGN KEY (workspace_id, team_id) REFERENCES teams ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, user_id) REFERENCES members ON DELETE CASCADE
);
CREATE TABLE journeys (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  position integer NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE stages (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  journey_id uuid NOT NULL,
  name text NOT NULL,
  position integer NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, journey_id) REFERENCES journeys ON DELETE CASCADE
);
CREATE TABLE touchpoints (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  stage_id uuid NOT NULL,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  channels text[] NOT NULL DEFAULT '{}',
  owner_team_id uuid,
  -- The item that stands for the touchpoint on the first screen; items at one touchpoint are never averaged.
  lead_item_id uuid,
  position integer NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, stage_id) REFERENCES stages ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, owner_team_id) REFERENCES teams ON DELETE SET NULL (owner_team_id)
);
CREATE TABLE items (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  touchpoint_id uuid NOT NULL,
  -- The name used in files, options and the report: `sat_all`, `restrooms`. Unique in the workspace.
  key text NOT NULL,
  name text NOT NULL,
  -- Mirror wording: the same thing asked of each audience.
  wording_customer text NOT NULL DEFAULT '',
  wording_staff text NOT NULL DEFAULT '',
  wording_leadership text NOT NULL DEFAULT '',
  scale_min double precision NOT NULL,
  scale_max double precision NOT NULL,
  scale_step double precision,
  scale_direction text NOT NULL DEFAULT 'up' CHECK (scale_direction IN ('up', 'down')),
  scale_top_box double precision NOT NULL,
  servqual_dimension text CHECK (servqual_dimension IN ('tangibles', 'reliability', 'responsiveness', 'assurance', 'empathy')),
  position integer NOT NULL DEFAULT 0,
  archived_at timestamptz,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, key),
  CHECK (scale_min < scale_max),
  CHECK (scale_top_box BETWEEN scale_min AND scale_max),
  FOREIGN KEY (workspace_id, touchpoint_id) REFERENCES touchpoints ON DELETE CASCADE
);
-- Deferrable, because a restored workspace brings both sides of a circle.
ALTER TABLE touchpoints ADD FOREIGN KEY (workspace_id, lead_item_id) REFERENCES items ON DELETE SET NULL (lead_item_id)
  DEFERRABLE;
ALTER TABLE workspaces ADD FOREIGN KEY (id, headline_item_id) REFERENCES items ON DELETE SET NULL (headline_item_id)
  DEFERRABLE;

-- What was decided beforehand, with author and date; the newest row of an item (or of the workspace) holds.
CREATE TABLE tolerances (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  item_id uuid,
  -- For an item: points of its scale. Without an item: share of the scale's range, for all items.
  value double precision NOT NULL CHECK (value > 0),
  set_by uuid REFERENCES users ON DELETE SET NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, item_id) REFERENCES items ON DELETE CASCADE
);
-- A standard (what we said we would do internally) or promise (what we told customers) written down as a number.
CREATE TABLE commitments (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  item_id uuid NOT NULL,
  lens lens NOT NULL CHECK (lens IN ('standard', 'promise')),
  value double precision NOT NULL,
  statement text NOT NULL DEFAULT '',
  set_by uuid REFERENCES users ON DELETE SET NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, item_id, lens),
  FOREIGN KEY (workspace_id, item_id) REFERENCES items ON DELETE CASCADE
);

-- ── Surveys, waves, contacts ──────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE surveys (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, name)
);
CREATE TABLE waves (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  survey_id uuid NOT NULL,
  name text NOT NULL,
  audience audience NOT NULL,
  -- How many people belong to the audience: makes a census a census (finite-population correction).
  audience_size integer CHECK (audience_size > 0),
  -- Simulated answers are labelled wherever they show.
  simulated boolean NOT NULL DEFAULT false,
  starts_on date,
  ends_on date,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys ON DELETE CASCADE
);
CREATE TABLE contacts (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  audience audience NOT NULL,
  -- The organisation's own id of the person.
  key text,
  email text,
  name text,
  attributes jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, audience, key)
);

-- ── Responses, answers and the exact rollup ───────────────────────────────────────────────────────────────────────
CREATE TABLE responses (
  workspace_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  survey_id uuid NOT NULL,
  wave_id uuid,
  contact_id uuid,
  audience audience NOT NULL,
  -- The original id: a second import of the same respondent updates instead of doubling.
  key text NOT NULL,
  -- The day of the answer, never the time: a precise time links anonymous answers to people.
  answered_on date,
  channel text NOT NULL DEFAULT '',
  weight numeric NOT NULL DEFAULT 1 CHECK (weight > 0),
  attributes jsonb NOT NULL DEFAULT '{}',
  -- Leadership and staff answers are published in batches of at least the anonymity threshold; only published
  -- responses are in answer_counts or in any number.
  published boolean NOT NULL,
  -- Number of the batch in which a leader's or staff member's response was published, rising with time. Null for
  -- customers and for what waits.
  release integer,
  PRIMARY KEY (workspace_id, id),
  -- A leader's or staff member's changed answer waits beside the published one until its batch is published.
  UNIQUE (workspace_id, survey_id, audience, key, published),
  -- No cascade: responses go only through removeResponses, which takes them out of answers and answer_counts too.
  FOREIGN KEY (workspace_id, survey_id) REFERENCES surveys,
  FOREIGN KEY (workspace_id, wave_id) REFERENCES waves ON DELETE SET NULL (wave_id),
  FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts
);
CREATE INDEX responses_contact ON responses (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX responses_unpublished ON responses (workspace_id, survey_id, audience) WHERE NOT published;
CREATE INDEX responses_protected ON responses (workspace_id, audience, release) WHERE audience <> 'customer';
-- Written by src/server/responses/store.ts alone, always together with its response. No foreign keys: their check per
-- row would more than double the time of an import, and the store's tests hold what they would hold.
CREATE TABLE answers (
  workspace_id uuid NOT NULL,
  response_id bigint NOT NULL,
  item_id uuid NOT NULL,
  lens lens NOT NULL,
  -- Null means "not applicable". "Not answered" is no row at all.
  value double precision,
  PRIMARY KEY (workspace_id, response_id, item_id, lens)
);
-- Counts per value of every cell of published responses, kept in the same transaction as the answers.
-- numeric sums are exact, so that adding and taking away always meet the bare count.
CREATE TABLE answer_counts (
  workspace_id uuid NOT NULL,
  item_id uuid NOT NULL,
  audience audience NOT NULL,
  lens lens NOT NULL,
  channel text NOT NULL,
  -- First day of the month; null where the answer has no date.
  month date,
  value double precision,
  n bigint NOT NULL,
  w numeric NOT NULL,
  ww numeric NOT NULL,
  UNIQUE NULLS NOT DISTINCT (workspace_id, item_id, audience, lens, channel, month, value),
  FOREIGN KEY (workspace_id, item_id) REFERENCES items ON DELETE CASCADE
);

-- Who was erased, as a hash of the original id: an older backup that still holds the person is cleaned with it
-- before it is used.
CREATE TABLE erasures (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('contact', 'respondent')),
  hash bytea NOT NULL,
  erased_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, kind, hash)
);

-- ── Imports ───────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE import_mappings (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  name text NOT NULL,
  mapping jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, name)
);
CREATE TABLE imports (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  file_name text NOT NULL,
  file_bytes bigint NOT NULL,
  file_sha256 text,
  status text NOT NULL CHECK (status IN ('uploaded', 'running', 'done', 'failed', 'cancelled')),
  detected jsonb,
  mapping jsonb,
  -- `all_or_nothing`: one bad row refuses the file. `valid_rows`: the good rows land, the others are listed.
  mode text CHECK (mode IN ('all_or_nothing', 'valid_rows')),
  rows_read bigint NOT NULL DEFAULT 0,
  rows_stored bigint NOT NULL DEFAULT 0,
  rows_rejected bigint NOT NULL DEFAULT 0,
  bytes_read bigint NOT NULL DEFAULT 0,
  error text,
  created_by uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  -- The process that works on it says so every few seconds; silence means that it was interrupted.
  heartbeat_at timestamptz,
  cancel_requested boolean NOT NULL DEFAULT false,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE import_rejections (
  workspace_id uuid NOT NULL,
  import_id uuid NOT NULL,
  row_number bigint NOT NULL,
  column_name text NOT NULL,
  value text NOT NULL,
  reason text NOT NULL,
  FOREIGN KEY (workspace_id, import_id) REFERENCES imports ON DELETE CASCADE
);
CREATE INDEX import_rejections_import ON import_rejections (workspace_id, import_id, row_number);

-- ── Benchmarks: claims are data ───────────────────────────────────────────────────────────────────────────────────
CREATE TABLE benchmarks (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  statement text NOT NULL,
  unit_counted text NOT NULL,
  who_was_asked text NOT NULL,
  share double precision CHECK (share BETWEEN 0 AND 1),
  n integer CHECK (n > 0),
  dated text NOT NULL,
  source text NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- ── The second wall ───────────────────────────────────────────────────────────────────────────────────────────────
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['invites', 'api_keys', 'audit_log', 'idempotency_keys', 'teams', 'team_members', 'journeys',
    'stages', 'touchpoints', 'items', 'tolerances', 'commitments', 'surveys', 'waves', 'contacts', 'responses', 'answers',
    'answer_counts', 'erasures', 'import_mappings', 'imports', 'import_rejections', 'benchmarks']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_workspace ON %I USING (workspace_id = (SELECT current_workspace()))', name);
  END LOOP;
END $$;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON members USING (workspace_id = (SELECT current_workspace()));
-- A signed-in person may see which workspaces are theirs, and nothing else of them.
CREATE POLICY own_membership ON members FOR SELECT USING (user_id = (SELECT current_person()));
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON workspaces USING (id = (SELECT current_workspace()));
CREATE POLICY own_membership ON workspaces FOR SELECT USING (
  EXISTS (SELECT FROM members m WHERE m.workspace_id = workspaces.id AND m.user_id = (SELECT current_person()) AND m.disabled_at IS NULL));
