-- What a response was set apart for before somebody let it count, so that this can be taken back; null for all others.
ALTER TABLE responses
  ADD COLUMN accepted_reason text,
  -- It had been looked at and left apart before.
  ADD COLUMN accepted_dismissed_at timestamptz;
