ALTER TABLE responses
  -- True where a file or another program handed the response in; false where somebody answered here. Whoever hands
  -- answers in knows them, so the two wait apart and are watched apart. What was published before this column was there
  -- counts as answered here: numbers that were shown stay what they were.
  ADD COLUMN handed_in boolean NOT NULL DEFAULT false;

-- Anonymous customers are published in numbered batches, as leaders and staff are: `release` is null for named ones only.
CREATE INDEX responses_anonymous ON responses (workspace_id, release) WHERE audience = 'customer' AND release IS NOT NULL;

-- The owner of the tables steps around the wall between workspaces for what is there already.
ALTER TABLE responses NO FORCE ROW LEVEL SECURITY;
ALTER TABLE survey_versions NO FORCE ROW LEVEL SECURITY;
UPDATE responses SET handed_in = true
  WHERE NOT published AND (given IS NULL OR parts::text LIKE '%"whole-%');
-- All as one batch: nobody can tell any more which of them came when.
UPDATE responses r SET release = 1
  WHERE audience = 'customer' AND published AND given IS NOT NULL AND EXISTS (
    SELECT FROM survey_versions v WHERE v.workspace_id = r.workspace_id AND v.survey_id = r.survey_id
      AND v.definition #>> '{settings,anonymousCustomers}' = 'true' AND v.definition -> 'audiences' @> '["customer"]');
ALTER TABLE responses FORCE ROW LEVEL SECURITY;
ALTER TABLE survey_versions FORCE ROW LEVEL SECURITY;
