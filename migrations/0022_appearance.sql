-- A survey's colours are its appearance; a theme is what open answers talk about. The owner of the tables steps around the
-- wall between workspaces for it.
ALTER TABLE surveys NO FORCE ROW LEVEL SECURITY;
ALTER TABLE survey_versions NO FORCE ROW LEVEL SECURITY;
UPDATE surveys SET draft = (draft - 'theme') || jsonb_build_object('appearance', draft -> 'theme') WHERE draft ? 'theme';
UPDATE survey_versions SET definition = (definition - 'theme') || jsonb_build_object('appearance', definition -> 'theme')
WHERE definition ? 'theme';
ALTER TABLE surveys FORCE ROW LEVEL SECURITY;
ALTER TABLE survey_versions FORCE ROW LEVEL SECURITY;
