import { type NotAsked, noteNotAsked } from '../asks/not-asked.ts';
import type { Contact } from '../contacts/schema.ts';
import { type ContactFilter, countReach, findContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import type { Wave } from '../surveys/schema.ts';
import { whyNotMail } from './reach.ts';
import type { StoredSchedule } from './schedule-store.ts';

const ROWS_AT_ONCE = 5000;
/** A list of a million people without consent says nothing more by a million lines. */
const MOST_NOTED = 20_000;

/** So many are looked through for those whom a sample leaves out. */
const MOST_LOOKED_AT = 100_000;

interface Beginning {
  readonly wave: Wave;
  readonly schedule: Pick<StoredSchedule, 'sample'>;
  readonly filter: ContactFilter;
  readonly drawn: readonly { readonly id: string }[];
  readonly now: Date;
}

/** Writes into the why-log whom of its segment a wave that begins now does not ask, and why. */
export async function noteLeftOut(workspaceId: string, tx: Tx, beginning: Beginning): Promise<void> {
  await noteUnreachable(workspaceId, tx, beginning);
  if (beginning.schedule.sample.kind !== 'all') await noteNotDrawn(workspaceId, tx, beginning);
}

/** Mail does not or must not reach them. People without an address are left out: there was never a way to mail them. */
async function noteUnreachable(workspaceId: string, tx: Tx, { wave, filter, now }: Beginning): Promise<void> {
  const unreached = { ...filter, reach: ['unsubscribed', 'refused', 'bounced'] as const };
  let after: string | undefined;
  for (let noted = 0; noted < MOST_NOTED; noted += ROWS_AT_ONCE) {
    const people = await findContacts(workspaceId, tx, { ...unreached, limit: ROWS_AT_ONCE, after });
    const entries = people.flatMap((person) => {
      const why = whyNotMail(person, filter.needsConsent ?? false);
      return why ? { contactId: person.id, ...asRule(why) } : [];
    });
    await noteNotAsked(workspaceId, tx, { surveyId: wave.surveyId, channel: 'mail', now }, entries);
    after = people.at(-1)?.id;
    if (people.length < ROWS_AT_ONCE) return;
  }
}

/** They could be asked, and the sample took others. */
async function noteNotDrawn(workspaceId: string, tx: Tx, beginning: Beginning): Promise<void> {
  const { wave, schedule, filter, drawn, now } = beginning;
  const { reachable: all } = await countReach(workspaceId, tx, filter);
  const taken = new Set(drawn.map(({ id }) => id));
  const because = ({ attributes }: Contact) =>
    notDrawnBecause(wave.name, schedule.sample, { drawn: drawn.length, all, attributes });
  let after: string | undefined;
  let noted = 0;
  for (let looked = 0; looked < MOST_LOOKED_AT && noted < MOST_NOTED; looked += ROWS_AT_ONCE) {
    const people = await findContacts(workspaceId, tx, { ...filter, reach: 'reachable', limit: ROWS_AT_ONCE, after });
    const left = people.filter(({ id }) => !taken.has(id));
    const entries = left.map((one) => ({ contactId: one.id, rule: 'not_drawn' as const, because: because(one) }));
    await noteNotAsked(workspaceId, tx, { surveyId: wave.surveyId, channel: 'mail', now }, entries);
    noted += entries.length;
    after = people.at(-1)?.id;
    if (people.length < ROWS_AT_ONCE) return;
  }
}

function notDrawnBecause(
  wave: string,
  sample: StoredSchedule['sample'],
  {
    drawn,
    all,
    attributes,
  }: { readonly drawn: number; readonly all: number; readonly attributes: Contact['attributes'] },
): string {
  if (sample.kind !== 'quota') return `Not drawn: “${wave}” asks ${drawn} of ${all} people, by chance.`;
  const value = attributes[sample.attribute];
  const quota = sample.quotas.find((one) => one.value === value);
  const those = value === undefined ? `without “${sample.attribute}”` : `with “${sample.attribute}” ${value}`;
  return quota
    ? `Not drawn: “${wave}” asks ${quota.n} of the people ${those}, by chance.`
    : `Not drawn: “${wave}” asks nobody ${those}.`;
}

/** Somebody whose invitation was due and can't be sent any more. */
export async function noteNotMailed(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  { contactId, why, now }: { readonly contactId: string; readonly why: WhyNot; readonly now: Date },
): Promise<void> {
  await noteNotAsked(workspaceId, tx, { surveyId, channel: 'mail', now }, [{ contactId, ...asRule(why) }]);
}

type WhyNot = NonNullable<ReturnType<typeof whyNotMail>>;

/** As the why-log names it: whoever unsubscribed or refused is asked on no channel. */
function asRule({ rule, because }: WhyNot): Pick<NotAsked, 'rule' | 'because'> {
  return { rule: rule === 'bounced' || rule === 'no_address' ? rule : 'opted_out', because };
}
