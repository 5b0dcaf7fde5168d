import { hashToken } from '../accounts/tokens.ts';
import { noteNotAsked } from '../asks/not-asked.ts';
import { askedInRound, askMany } from '../asks/verbs.ts';
import { auditEntriesOf } from '../audit/record.ts';
import type { Contact } from '../contacts/schema.ts';
import { findContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import type { RequestContext } from '../http/route.ts';
import { ensureInvitations } from '../invitations/personal.ts';
import { whyNotInvite } from '../invitations/verbs.ts';
import { inviteInGroups, lockWave } from '../tickets/groups.ts';
import { type Mailing, mailingOf, personalLink } from './compose.ts';
import { ALONE, keptOf } from './invite.ts';
import { lateBecause, latePeople } from './late-people.ts';
import { personalToken } from './personal-tokens.ts';
import { roundsOf } from './queue-store.ts';
import type { Schedule } from './schema.ts';
import { drawnFor, scheduleOf } from './waves.ts';

const MOST_LINKS = 20_000;
const AT_ONCE = 5_000;

interface Links {
  /** Key, name, address, language, link and round. */
  readonly rows: (string | null)[][];
  /** How many of those drawn are not among them, by rule. */
  readonly leftOut: ReadonlyMap<string, number>;
}

interface HandOut {
  readonly context: RequestContext;
  readonly mailing: Mailing;
  readonly againAfterDays: number | null;
  readonly people: readonly Contact[];
  /** Those of whom the wave is drawn now who came after its people were settled. */
  readonly late: ReadonlySet<string>;
  readonly roundOf: (contactId: string) => number;
  readonly hashOf: (contactId: string) => Buffer;
}

/**
 * The links of everybody whom a wave's schedule draws and who may be asked now; handing one out is an ask, as a mail is. Who
 * was asked in this round already, by hand or by mail, has the same link again, and no second ask. No link is given to
 * those who would be alone with what the answers keep.
 */
export async function linksOfWave(context: RequestContext, waveId: string): Promise<Links> {
  const { workspaceId, config } = context;
  const handOut = await readHandOut(context, waveId);
  const { mailing, people, late, roundOf } = handOut;
  const before = await askedBefore(handOut);
  const rules = await invitedBy(handOut);
  const leftOut = new Map(late.size > 0 ? [[lateBecause(mailing.wave).rule as string, late.size]] : []);
  await context.inWorkspace((tx) => noteLate(workspaceId, tx, handOut));
  for (const rule of rules.values()) if (rule !== 'asked') leftOut.set(rule, (leftOut.get(rule) ?? 0) + 1);
  const asked = people.filter(({ id }) => rules.get(id) === 'asked');
  const detail = { links: asked.length, first: asked.filter(({ id }) => !before.has(id)).length };
  await context.inWorkspace((tx) => context.audit(tx, HANDED_OUT, subjectOf(waveId), detail));
  const rows = asked.map((person) => [
    person.key,
    person.name,
    person.email,
    person.language,
    personalLink(config, workspaceId, { waveId, round: roundOf(person.id) }, person),
    String(roundOf(person.id)),
  ]);
  return { rows, leftOut };
}

function noteLate(workspaceId: string, tx: Tx, { context, mailing, late }: HandOut): Promise<void> {
  const { wave } = mailing;
  const attempt = { surveyId: wave.surveyId, channel: 'link', now: context.now() };
  const because = lateBecause(wave);
  return noteNotAsked(
    workspaceId,
    tx,
    attempt,
    [...late].map((contactId) => ({ contactId, ...because })),
  );
}

const HANDED_OUT = 'wave.links';
const subjectOf = (waveId: string) => ({ kind: 'wave', id: waveId });

/** Who of them was asked in their round already, by hand or by mail. */
async function askedBefore({ context, mailing, people, roundOf }: HandOut): Promise<ReadonlySet<string>> {
  const { workspaceId } = context;
  const found: string[] = [];
  for (const round of new Set(people.map(({ id }) => roundOf(id)))) {
    const those = people.filter(({ id }) => roundOf(id) === round).map(({ id }) => id);
    const asked = await context.inWorkspace((tx) =>
      askedInRound(workspaceId, tx, { waveId: mailing.wave.id, round }, those),
    );
    found.push(...asked);
  }
  return new Set(found);
}

/** How many have a personal link from a file, and when the last file was made; null where there was none. */
export async function handedOutOf(workspaceId: string, tx: Tx, waveId: string): Promise<Schedule['handedOut']> {
  const files = await auditEntriesOf(workspaceId, tx, HANDED_OUT, subjectOf(waveId));
  const counted = files.map(({ detail }) => detail as { readonly links: number; readonly first?: number });
  // Who is in a second file again was in the first; a file of before this was counted says only how many it holds.
  const first = counted.reduce((sum, file) => sum + (file.first ?? 0), 0);
  const people = Math.max(first, ...counted.map(({ links }) => links));
  return files[0] && people > 0 ? { people, at: files[0].at.toISOString() } : null;
}

function readHandOut(context: RequestContext, waveId: string): Promise<HandOut> {
  const { workspaceId, config } = context;
  return context.inWorkspace(async (tx) => {
    const mailing = await mailingOf(workspaceId, tx, waveId);
    if (mailing.wave.simulated) {
      throw new Problem('conflict', 'The answers of this wave are simulated. Make a wave of its own for real people.');
    }
    await refuseUnlessInviting(workspaceId, tx, mailing);
    const ids = await drawnFor(workspaceId, tx, waveId);
    if (ids.length > MOST_LINKS) {
      throw new Problem(
        'unprocessable',
        `${ids.length} people are drawn; at most ${MOST_LINKS} links are made at once.`,
      );
    }
    const { wave } = mailing;
    const isStarted = (await scheduleOf(workspaceId, tx, waveId)).status !== 'draft';
    const late = await latePeople(workspaceId, tx, config, { wave, ids, isStarted });
    const found = await findContacts(workspaceId, tx, { ids, limit: MOST_LINKS });
    const people = found.filter(({ id }) => !late.has(id));
    const rounds = await roundsOf(workspaceId, tx, waveId, context.now());
    const { repeatDays: againAfterDays } = await scheduleOf(workspaceId, tx, waveId);
    const roundOf: HandOut['roundOf'] = (id) => rounds.get(id) ?? 1;
    const hashOf: HandOut['hashOf'] = (id) =>
      hashToken(personalToken(config.secretKey, workspaceId, waveId, id, roundOf(id)));
    return { context, mailing, againAfterDays, people, late, roundOf, hashOf };
  });
}

async function refuseUnlessInviting(workspaceId: string, tx: Tx, { wave }: Mailing): Promise<void> {
  const why = await whyNotInvite(workspaceId, tx, wave);
  if (why) throw new Problem('conflict', why);
}

/** Until the transaction ends nobody makes other links for the wave. */
async function holdForInviting(workspaceId: string, tx: Tx, mailing: Mailing): Promise<void> {
  if (!mailing.isProtected) return;
  await lockWave(workspaceId, tx, mailing.wave.id);
  await refuseUnlessInviting(workspaceId, tx, mailing);
}

/**
 * Asks people and makes their invitations: `asked`, or the rule that stands against it, of each. Invitations are made in a
 * transaction of their own, whose number would otherwise join people to their links.
 */
async function invitedBy(handOut: HandOut): Promise<Map<string, string>> {
  const { context, mailing, people, roundOf, hashOf } = handOut;
  const { workspaceId } = context;
  const waveId = mailing.wave.id;
  const names = keptOf(mailing);
  if (names.length === 0) {
    const rules = await ask(handOut, people, true);
    const invitations = people
      .filter(({ id }) => rules.get(id) === 'asked')
      .map(({ id }) => ({ tokenHash: hashOf(id), contactId: mailing.isProtected ? null : id, round: roundOf(id) }));
    await context.inWorkspace(async (tx) => {
      await holdForInviting(workspaceId, tx, mailing);
      await ensureInvitations(workspaceId, tx, waveId, invitations);
    });
    return rules;
  }
  // Only those who would be asked are people to hide among, and whoever would be alone is not asked.
  const before = await ask(handOut, people, false);
  const invited = people
    .filter(({ id }) => before.get(id) === 'asked')
    .map(({ id, attributes }) => ({ tokenHash: hashOf(id), attributes }));
  const everybody = async () => invited;
  const alone = await context.inWorkspace(async (tx) => {
    await holdForInviting(workspaceId, tx, mailing);
    return inviteInGroups(workspaceId, tx, { waveId, names, people: invited, everybody, again: true });
  });
  const isAlone = ({ id }: Contact) => alone.has(hashOf(id).toString('hex'));
  const rules = await ask(
    handOut,
    people.filter((person) => !isAlone(person)),
    true,
  );
  const noted = people.filter(isAlone).map(({ id: contactId }) => ({ contactId, ...ALONE }));
  for (const { contactId, rule } of noted) rules.set(contactId, rule);
  const attempt = { surveyId: mailing.wave.surveyId, channel: 'link', now: context.now() };
  await context.inWorkspace((tx) => noteNotAsked(workspaceId, tx, attempt, noted));
  return rules;
}

/** By contact, the rule that decides; with `record` it stands in the ledger and the why-log. */
async function ask(
  { context, mailing, againAfterDays, roundOf }: HandOut,
  people: readonly Contact[],
  record: boolean,
): Promise<Map<string, string>> {
  const { workspaceId } = context;
  const { id: waveId, surveyId } = mailing.wave;
  const rules = new Map<string, string>();
  for (const round of new Set(people.map(({ id }) => roundOf(id)))) {
    const those = people.filter(({ id }) => roundOf(id) === round).map(({ id }) => id);
    for (let from = 0; from < those.length; from += AT_ONCE) {
      const some = those.slice(from, from + AT_ONCE);
      const attempt = {
        surveyId,
        wave: { waveId, round },
        channel: 'link',
        now: context.now(),
        againAfterDays,
        record,
      };
      // Holds every other ask of the workspace, so each part is committed by itself.
      const decisions = await context.inWorkspace((tx) =>
        askMany(
          workspaceId,
          tx,
          some.map((contactId) => ({ contactId })),
          attempt,
        ),
      );
      for (const [i, id] of some.entries()) rules.set(id, decisions[i]?.rule ?? '');
    }
  }
  return rules;
}
