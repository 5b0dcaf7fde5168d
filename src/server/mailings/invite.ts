import type { Label } from '../../core/ticket-groups.ts';
import { hashToken } from '../accounts/tokens.ts';
import { noteNotAsked } from '../asks/not-asked.ts';
import { askMany } from '../asks/verbs.ts';
import type { Config } from '../config.ts';
import { findContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { ensureInvitations } from '../invitations/personal.ts';
import { findTicketed } from '../invitations/ticketed.ts';
import { type Invited, inviteInGroups } from '../tickets/groups.ts';
import { type Mailing, mailingOf } from './compose.ts';
import { personalToken } from './personal-tokens.ts';
import { endMail, plannedContacts, type QueuedMail } from './queue-store.ts';
import { findSchedule } from './schedule-store.ts';

interface Inviting {
  readonly config: Pick<Config, 'secretKey'>;
  readonly waveId: string;
  readonly now: Date;
}

const DAY_MS = 86_400_000;
/** So many people are looked at in one go. */
const AT_ONCE = 10_000;

/**
 * Makes the invitations of mails that go out next. Returns the mails without those of people who are not invited: in a
 * wave whose answers keep attributes they would be alone with theirs. Their mails end here, and say why. In such a wave
 * those who would not be asked now get no invitation either (`isInvited`), because they would be counted as people to hide
 * among.
 */
export async function inviteByMail(
  workspaceId: string,
  tx: Tx,
  { config, waveId, now }: Inviting,
  mails: readonly QueuedMail[],
): Promise<readonly QueuedMail[]> {
  const mailing = await mailingOf(workspaceId, tx, waveId);
  const hashOf = (contactId: string, round: number) =>
    hashToken(personalToken(config.secretKey, workspaceId, waveId, contactId, round));
  const names = keptOf(mailing);
  if (names.length === 0) {
    const invitations = mails.map(({ contactId, round }) => ({
      tokenHash: hashOf(contactId, round),
      contactId: mailing.isProtected ? null : contactId,
      round,
    }));
    await ensureInvitations(workspaceId, tx, waveId, invitations);
    return mails;
  }
  const invited = async (ids: readonly string[]): Promise<Invited[]> => {
    const attributes = await attributesOf(workspaceId, tx, ids);
    return ids.map((id) => ({ tokenHash: hashOf(id, 1), attributes: attributes.get(id) ?? {} }));
  };
  const alone = await inviteInGroups(workspaceId, tx, {
    waveId,
    names,
    people: await invited(await askedOf(workspaceId, tx, mailing, { mails, now })),
    everybody: async () => invited(await whoIsAsked(workspaceId, tx, mailing, now)),
    again: false,
  });
  const left = mails.filter(({ contactId }) => alone.has(hashOf(contactId, 1).toString('hex')));
  for (const { id } of left) await endMail(workspaceId, tx, id, 'skipped', ALONE);
  const attempt = { surveyId: mailing.wave.surveyId, channel: 'mail', now };
  const noted = left.map(({ contactId }) => ({ contactId, ...ALONE }));
  await noteNotAsked(workspaceId, tx, attempt, noted);
  return mails.filter((mail) => !left.includes(mail));
}

export const ALONE = {
  rule: 'alone',
  because: 'Nobody else of this wave shares what the answers keep: they would say whose they are.',
} as const;

/** The attributes that answers to a mailing may keep, the last one is given up first. */
export const keptOf = ({ isProtected, definition }: Mailing): readonly string[] =>
  isProtected ? (definition.settings.keptAttributes ?? []) : [];

async function attributesOf(workspaceId: string, tx: Tx, ids: readonly string[]): Promise<Map<string, Label>> {
  const found = new Map<string, Label>();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    for (const { id, attributes } of await findContacts(workspaceId, tx, { ids: some, limit: AT_ONCE })) {
      found.set(id, attributes);
    }
  }
  return found;
}

/** Whether there is an invitation for a mail of a wave whose answers keep attributes. */
export async function isInvited(
  workspaceId: string,
  tx: Tx,
  { secretKey }: Pick<Config, 'secretKey'>,
  { waveId, contactId, round }: Pick<QueuedMail, 'waveId' | 'contactId' | 'round'>,
): Promise<boolean> {
  const token = personalToken(secretKey, workspaceId, waveId, contactId, round);
  return (await findTicketed(workspaceId, tx, hashToken(token))) !== undefined;
}

/** Of these mails those whose people would be asked now, or were asked when it was tried before. */
async function askedOf(
  workspaceId: string,
  tx: Tx,
  mailing: Mailing,
  { mails, now }: { readonly mails: readonly QueuedMail[]; readonly now: Date },
): Promise<string[]> {
  const tried = mails.filter(({ attempts }) => attempts > 0).map(({ contactId }) => contactId);
  const fresh = mails.filter(({ attempts }) => attempts === 0).map(({ contactId }) => contactId);
  return [...tried, ...(await wouldBeAsked(workspaceId, tx, mailing, fresh, now))];
}

/**
 * Those who have their invitation, and of those who wait for it those who would be asked now: people who are drawn and not
 * asked are nobody among whom others could hide.
 */
async function whoIsAsked(workspaceId: string, tx: Tx, mailing: Mailing, now: Date): Promise<string[]> {
  const planned = await plannedContacts(workspaceId, tx, mailing.wave.id);
  const waiting = planned.filter(({ state }) => state === 'waiting').map(({ contactId }) => contactId);
  const asked = planned.filter(({ state }) => state !== 'waiting').map(({ contactId }) => contactId);
  return [...asked, ...(await wouldBeAsked(workspaceId, tx, mailing, waiting, now))];
}

/** Of people who are anonymous, each further round is a wave of its own. */
const firstRound = ({ id }: Mailing['wave']) => ({ waveId: id, round: 1 });

async function wouldBeAsked(
  workspaceId: string,
  tx: Tx,
  { wave }: Mailing,
  ids: readonly string[],
  now: Date,
): Promise<string[]> {
  const againAfterDays = (await findSchedule(workspaceId, tx, wave.id))?.repeatDays ?? null;
  // In a later round the last ones of the round before are asked some hours after the first.
  const until = againAfterDays === null ? 0 : now.getTime() + DAY_MS;
  const asked: string[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const persons = some.map((contactId) => ({ contactId }));
    const attempt = {
      surveyId: wave.surveyId,
      wave: firstRound(wave),
      channel: 'mail',
      now,
      againAfterDays,
      record: false,
    };
    const decisions = await askMany(workspaceId, tx, persons, attempt);
    asked.push(...some.filter((_, i) => decisions[i]?.ask || (decisions[i]?.notBefore ?? until) < until));
  }
  return asked;
}
