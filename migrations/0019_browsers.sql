-- Rows of browsers that never named a contact are forgotten when they are old, or too many (src/server/asks/forget.ts).
CREATE INDEX asks_browsers ON asks (workspace_id, at) WHERE contact_id IS NULL;
CREATE INDEX ask_decisions_browsers ON ask_decisions (workspace_id, id) WHERE contact_id IS NULL;
