import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { NewContact } from './schema.ts';

/** Makes the transaction's own table for people that come as a list. */
export async function createPeople(tx: Tx): Promise<void> {
  await sql`CREATE TEMPORARY TABLE people (
    place bigint, audience audience, key text, email text, name text, language text, time_zone text, attributes jsonb,
    consent boolean, consent_to text, consent_at timestamptz, consent_source text,
    turn integer, contact_id uuid) ON COMMIT DROP`.execute(tx);
}

/** Adds people to the list; `firstPlace` is the place of the first one, later ones hold. */
export async function stagePeople(tx: Tx, people: readonly NewContact[], firstPlace: number, now: Date): Promise<void> {
  const rows = people.map(({ consent, timeZone, ...person }, i) => ({
    ...person,
    place: firstPlace + i,
    time_zone: timeZone,
    consent: consent?.given ?? null,
    consent_to: consent?.to ?? null,
    consent_at: consent ? (consent.at ?? now.toISOString()) : null,
    consent_source: consent?.source ?? null,
  }));
  await sql`INSERT INTO people (place, audience, key, email, name, language, time_zone, attributes,
      consent, consent_to, consent_at, consent_source)
    SELECT place, audience, key, email, name, language, time_zone, attributes, consent, consent_to, consent_at, consent_source
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (place bigint, audience audience, key text, email text,
      name text, language text, time_zone text, attributes jsonb, consent boolean, consent_to text, consent_at timestamptz,
      consent_source text)`.execute(tx);
}
