-- Waves by mail that ask the same people again. Of customers each person has a rhythm of their own, and every further time
-- is a round of the same wave. Leaders, staff and anonymous customers are asked together: each further round is a wave.
ALTER TABLE wave_plans
  -- Days from a person's last ask for the survey, on any channel, to the next. Null: everybody is asked once.
  ADD COLUMN repeat_days integer CHECK (repeat_days BETWEEN 1 AND 1000),
  -- At most so many rounds; null: until the last day.
  ADD COLUMN repeat_most integer CHECK (repeat_most BETWEEN 2 AND 1000),
  -- The first wave of those that follow each other, and the place of this one.
  ADD COLUMN series uuid,
  ADD COLUMN round integer NOT NULL DEFAULT 1 CHECK (round > 0),
  -- When it was last looked for people who joined the segment since.
  ADD COLUMN drawn_at timestamptz,
  -- Whoever begins a round, and how often, there is one wave for it.
  ADD UNIQUE (workspace_id, series, round);

ALTER TABLE mail_queue
  ADD COLUMN round integer NOT NULL DEFAULT 1 CHECK (round > 0),
  DROP CONSTRAINT mail_queue_workspace_id_wave_id_contact_id_number_key,
  -- One mail per person, wave, round and number, whatever happens.
  ADD UNIQUE (workspace_id, wave_id, contact_id, round, number);

-- Of customers: which time of asking the link belongs to. Of all others a wave has one round.
ALTER TABLE invitations ADD COLUMN round integer NOT NULL DEFAULT 1;
