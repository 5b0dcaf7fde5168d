-- Where events are told: signed webhooks, or messages into a Slack or Teams channel.
CREATE TABLE webhook_endpoints (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  type text NOT NULL CHECK (type IN ('webhook', 'slack', 'teams')),
  name text NOT NULL,
  -- Sealed with the installation's key: the address of a Slack or Teams channel is a password, too.
  sealed_url bytea NOT NULL,
  -- What is shown of the address.
  shown_url text NOT NULL,
  events text[] NOT NULL,
  -- Only events of these surveys; empty: of all.
  survey_ids uuid[] NOT NULL DEFAULT '{}',
  enabled boolean NOT NULL DEFAULT true,
  disabled_because text CHECK (disabled_because IN ('person', 'gone', 'failing')),
  -- Since when every attempt failed; null after one that did not.
  failing_since timestamptz,
  -- The receiver asked for a pause.
  paused_until timestamptz,
  sealed_secret bytea,
  -- The secret before the last rotation signs as well until then.
  sealed_previous bytea,
  previous_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id)
);

-- One event for one endpoint: the key makes it exactly one row, however often dispatching is interrupted.
CREATE TABLE webhook_deliveries (
  workspace_id uuid NOT NULL,
  -- The webhook-id: the same for every attempt and replay, so that receivers can drop what they have.
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  endpoint_id uuid NOT NULL,
  event_id bigint NOT NULL,
  subject text NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'dead')),
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  -- Whoever holds the lease sends; after its end somebody else may.
  lease uuid,
  leased_until timestamptz,
  -- One entry per attempt: {at, status | failure, ms}; never what the receiver answered.
  log jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, endpoint_id, event_id),
  FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, event_id) REFERENCES outbox ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (workspace_id, endpoint_id, due_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (workspace_id, endpoint_id, subject, event_id) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (workspace_id, event_id);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['webhook_endpoints', 'webhook_deliveries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_workspace ON %I USING (workspace_id = (SELECT current_workspace()))', name);
  END LOOP;
END $$;
