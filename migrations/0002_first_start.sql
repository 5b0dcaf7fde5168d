-- The first owner is given the workspaces that are there already (the sample, a restored one). Nobody is a member of
-- them yet, so no other policy shows them: the set-up transaction may look, and only while there is no account.
CREATE POLICY first_start ON workspaces FOR SELECT
  USING (current_setting('parallax.first_start', true) = 'on' AND NOT EXISTS (SELECT FROM users));
