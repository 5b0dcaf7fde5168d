-- Why somebody is not asked any more, where they did not say so themselves, as a sentence: such as a mail of ours that
-- they reported as spam.
ALTER TABLE contacts ADD COLUMN unsubscribed_because text;
