-- The id that a device makes for its response lets whoever knows it go on with the response: from here on it is kept as a
-- hash (src/server/intake/response-key.ts). What came by a ticket has no id of a device, and other programs' own keys stay.
ALTER TABLE responses NO FORCE ROW LEVEL SECURITY;
ALTER TABLE set_apart_responses NO FORCE ROW LEVEL SECURITY;
ALTER TABLE invitations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ticket_keys NO FORCE ROW LEVEL SECURITY;

CREATE FUNCTION pg_temp.of_device(key text, parts jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' AND coalesce(parts::text, '') NOT LIKE '%"whole-%'
$$;
CREATE FUNCTION pg_temp.hashed(key text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT left(encode(sha256(convert_to(key, 'UTF8')), 'hex'), 32)
$$;
UPDATE responses r SET key = pg_temp.hashed(key)
  WHERE given IS NOT NULL AND pg_temp.of_device(key, parts)
    AND NOT EXISTS (SELECT FROM ticket_keys t WHERE t.workspace_id = r.workspace_id AND t.wave_id = r.wave_id);
UPDATE set_apart_responses r SET key = pg_temp.hashed(key)
  WHERE pg_temp.of_device(key, parts)
    AND NOT EXISTS (SELECT FROM ticket_keys t WHERE t.workspace_id = r.workspace_id AND t.wave_id = r.wave_id);
UPDATE invitations SET response_key = pg_temp.hashed(response_key) WHERE pg_temp.of_device(response_key, NULL);

ALTER TABLE responses FORCE ROW LEVEL SECURITY;
ALTER TABLE set_apart_responses FORCE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
ALTER TABLE ticket_keys FORCE ROW LEVEL SECURITY;
