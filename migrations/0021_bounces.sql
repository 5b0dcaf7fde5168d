-- Mails that come back after the mail server took them.
ALTER TABLE contacts
  -- Why mail to the address does not arrive, as a sentence; never holds the address.
  ADD COLUMN bounced_because text,
  -- Days, YYYY-MM-DD (UTC), on which mails in a row came back for a reason that may pass; the third marks the address.
  ADD COLUMN soft_bounces text[] NOT NULL DEFAULT '{}',
  -- When somebody last said that the address works; a report from before says nothing against it.
  ADD COLUMN address_works_since timestamptz;
