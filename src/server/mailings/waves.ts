import { randomInt } from 'node:crypto';
import { noteNotAsked } from '../asks/not-asked.ts';
import { workspaceTimeZone } from '../asks/time-zone.ts';
import { askMany } from '../asks/verbs.ts';
import type { Config } from '../config.ts';
import { type ContactFilter, countReach, drawContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { Problem } from '../http/problem.ts';
import { whyNotInvite } from '../invitations/verbs.ts';
import { segmentFilter } from '../segments/verbs.ts';
import type { Wave } from '../surveys/schema.ts';
import { isProtected, latestVersion, requireWave } from '../surveys/verbs.ts';
import { lockWave } from '../tickets/groups.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { lateBecause, latePeople } from './late-people.ts';
import { momentOf, zoneOr } from './local-time.ts';
import { cancelWaiting, enqueueMails } from './queue-store.ts';
import { findSchedule, type StoredSchedule, saveSchedule, setStatus } from './schedule-store.ts';
import { type Estimate, type ScheduleChange, scheduleChangeSchema } from './schema.ts';
import { noteLeftOut } from './unreachable.ts';
import { problemsOfDays, refuseOutsideDays } from './wave-days.ts';

/** So many of those drawn are asked about beforehand; the rest goes the same way when it is sent. */
const LOOKED_AT = 10_000;
const ROWS_AT_ONCE = 5_000;

/** How a wave goes out; what a new schedule says where nobody has planned yet. */
export async function scheduleOf(workspaceId: string, tx: Tx, waveId: string): Promise<StoredSchedule> {
  await requireWave(workspaceId, tx, waveId);
  return (
    (await findSchedule(workspaceId, tx, waveId)) ?? {
      ...scheduleChangeSchema.parse({}),
      waveId,
      status: 'draft',
      seed: 0,
      series: null,
      round: 1,
      startedAt: null,
      endedAt: null,
      endedBecause: null,
    }
  );
}

/** Before the start everything can be changed; afterwards only reminders, their texts and when to stop. */
export async function changeSchedule(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  change: ScheduleChange,
): Promise<StoredSchedule> {
  const before = await scheduleOf(workspaceId, tx, waveId);
  if (before.status === 'ended' || before.status === 'cancelled') {
    throw new Problem('conflict', 'This wave is over. Make a new one to ask again.');
  }
  const fixed = ['segmentId', 'sample', 'needsConsent', 'sendAt', 'repeatDays', 'repeatMost'] as const;
  const moved = fixed.find((name) => JSON.stringify(before[name]) !== JSON.stringify(change[name]));
  if (before.status !== 'draft' && moved) {
    const message = 'is fixed since the wave was started: the mails have been planned.';
    throw new Problem('conflict', `This ${message}`, { fields: [{ field: `body.${moved}`, message }] });
  }
  if (before.status === 'draft') refuseOutsideDays(await requireWave(workspaceId, tx, waveId), change);
  await saveSchedule(workspaceId, tx, waveId, change, randomInt(2 ** 31 - 1));
  return scheduleOf(workspaceId, tx, waveId);
}

/** What of a schedule can be given anew, and is the same in the next wave of a series. */
export function changeOf({ segmentId, sample, needsConsent, sendAt, ...schedule }: StoredSchedule): ScheduleChange {
  const { reminders, reminderDays, enough, repeatDays, repeatMost, texts } = schedule;
  return {
    segmentId,
    sample,
    needsConsent,
    sendAt,
    reminders,
    reminderDays,
    enough,
    repeatDays,
    repeatMost,
    texts,
  };
}

/** The people whom a wave is for, before any sample. */
export async function filterOf(
  workspaceId: string,
  tx: Tx,
  wave: Wave,
  schedule: StoredSchedule,
): Promise<ContactFilter> {
  const segment = schedule.segmentId ? await segmentFilter(workspaceId, tx, schedule.segmentId) : {};
  // The wave's audience last: a segment of staff in a wave of customers is nobody, not staff.
  const nobody = segment.audience !== undefined && segment.audience !== wave.audience;
  return {
    ...segment,
    audience: wave.audience,
    needsConsent: schedule.needsConsent,
    ...(nobody && { condition: { any: [] } }),
  };
}

/** Who may be asked by whatever means. */
const BY_HAND = ['reachable', 'no_address', 'bounced'] as const;

/** Everybody whom the schedule draws and who may be asked by whatever means, also people without an address. */
export async function drawnFor(workspaceId: string, tx: Tx, waveId: string): Promise<string[]> {
  const wave = await requireWave(workspaceId, tx, waveId);
  const schedule = await scheduleOf(workspaceId, tx, waveId);
  const filter = { ...(await filterOf(workspaceId, tx, wave, schedule)), reach: BY_HAND };
  return (await drawContacts(workspaceId, tx, filter, schedule.sample, schedule.seed)).map(({ id }) => id);
}

/** What starting the wave now, or a file of its links, would do; nothing is written. */
export async function estimateWave(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  { now, mailReady, by }: { readonly now: Date; readonly mailReady: boolean; readonly by: 'mail' | 'link' },
): Promise<Estimate> {
  const wave = await requireWave(workspaceId, tx, waveId);
  const schedule = await scheduleOf(workspaceId, tx, waveId);
  const filter = await filterOf(workspaceId, tx, wave, schedule);
  const reach = await countReach(workspaceId, tx, filter);
  const asked = by === 'link' ? { ...filter, reach: BY_HAND } : filter;
  const drawn = await drawContacts(workspaceId, tx, asked, schedule.sample, schedule.seed);
  const people = drawn.slice(0, LOOKED_AT).map(({ id }) => ({ contactId: id }));
  const { repeatDays: againAfterDays } = schedule;
  const round = { waveId, round: 1 };
  const attempt = { surveyId: wave.surveyId, wave: round, channel: by, now, againAfterDays, record: false };
  const decisions = people.length > 0 ? await askMany(workspaceId, tx, people, attempt) : [];
  const skipped = new Map<string, { rule: string; because: string; people: number }>();
  for (const { ask, rule, because } of decisions) {
    if (ask) continue;
    const known = skipped.get(rule);
    skipped.set(rule, { rule, because, people: (known?.people ?? 0) + 1 });
  }
  const wouldAsk = decisions.filter(({ ask }) => ask).length;
  return {
    reach,
    drawn: drawn.length,
    wouldAsk,
    skipped: [...skipped.values()].sort((a, b) => b.people - a.people),
    lookedAt: people.length,
    problems: [
      ...(await problemsOf(workspaceId, tx, wave, { drawn: drawn.length, mailReady })),
      ...problemsOfDays(wave, schedule, now),
    ],
  };
}

/** What keeps a wave from starting, one sentence each. */
export async function problemsOf(
  workspaceId: string,
  tx: Tx,
  wave: Wave,
  { drawn, mailReady }: { readonly drawn: number; readonly mailReady: boolean },
): Promise<string[]> {
  const published = await latestVersion(workspaceId, tx, wave.surveyId);
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  const anonymous = await isProtected(workspaceId, tx, wave.surveyId, wave.audience);
  return [
    !mailReady && 'No mail server is set (SMTP_URL and MAIL_FROM). Download the links and send them yourself.',
    !published && 'The survey is not published: nobody could answer it yet.',
    published &&
      !published.definition.audiences.includes(wave.audience) &&
      'The published survey does not ask this audience. Add the audience to the survey and publish it again.',
    wave.simulated && 'The answers of this wave are simulated. Make a wave of its own for real people.',
    await whyNotInvite(workspaceId, tx, wave),
    drawn === 0 && 'Nobody is drawn. Choose another segment or sample, or add contacts with e-mail addresses.',
    anonymous &&
      drawn > 0 &&
      drawn < anonymityThreshold &&
      `Only ${drawn} would be asked. Answers are shown together with those of at least ${anonymityThreshold} people: nothing could ever be shown.`,
  ].filter((problem) => typeof problem === 'string');
}

/** Draws the people and queues their invitations, each at the planned time on the person's own clock. */
export async function startWave(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  { now, mailReady, config }: { readonly now: Date; readonly mailReady: boolean; readonly config: Config },
): Promise<{ drawn: number }> {
  const wave = await requireWave(workspaceId, tx, waveId);
  await lockWave(workspaceId, tx, waveId);
  if (!(await findSchedule(workspaceId, tx, waveId))) {
    await saveSchedule(workspaceId, tx, waveId, scheduleChangeSchema.parse({}), randomInt(2 ** 31 - 1));
  }
  const together = await isProtected(workspaceId, tx, wave.surveyId, wave.audience);
  const repeats = (await scheduleOf(workspaceId, tx, waveId)).repeatDays !== null;
  const started = await setStatus(workspaceId, tx, waveId, ['draft'], {
    status: 'running',
    startedAt: now,
    drawnAt: now,
    ...(repeats && together && { series: waveId }),
  });
  if (!started) throw new Problem('conflict', 'This wave has been started already.');
  const schedule = await scheduleOf(workspaceId, tx, waveId);
  const filter = await filterOf(workspaceId, tx, wave, schedule);
  const all = await drawContacts(workspaceId, tx, filter, schedule.sample, schedule.seed);
  const late = await latePeople(workspaceId, tx, config, { wave, ids: all.map(({ id }) => id), isStarted: false });
  const drawn = all.filter(({ id }) => !late.has(id));
  const problems = [
    ...(await problemsOf(workspaceId, tx, wave, { drawn: drawn.length, mailReady })),
    ...problemsOfDays(wave, schedule, now),
  ];
  if (problems.length > 0) throw new Problem('unprocessable', problems.join(' '));
  const ownZone = await workspaceTimeZone(workspaceId, tx);
  const moments = new Map<string, Date>();
  await queueInvitations(workspaceId, tx, waveId, drawn, (timeZone) => {
    if (schedule.sendAt === null) return now;
    const zone = zoneOr(timeZone, ownZone);
    const known = moments.get(zone) ?? momentOf(schedule.sendAt, zone);
    moments.set(zone, known);
    return known;
  });
  const lately = [...late].map((contactId) => ({ contactId, ...lateBecause(wave) }));
  await noteNotAsked(workspaceId, tx, { surveyId: wave.surveyId, channel: 'mail', now }, lately);
  await noteLeftOut(workspaceId, tx, { wave, schedule, filter, drawn: all, now });
  return { drawn: drawn.length };
}

/** Queues everybody's first invitation, each when `due` says; who has one keeps it. */
export async function queueInvitations(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  drawn: readonly { readonly id: string; readonly timeZone: string | null }[],
  due: (timeZone: string | null) => Date,
): Promise<void> {
  for (let i = 0; i < drawn.length; i += ROWS_AT_ONCE) {
    const mails = drawn
      .slice(i, i + ROWS_AT_ONCE)
      .map(({ id, timeZone }) => ({ contactId: id, scheduledAt: due(timeZone) }));
    await enqueueMails(workspaceId, tx, { waveId, round: 1, number: 0 }, mails);
  }
}

/** Pauses, resumes or cancels. Throws conflict where the wave is in no state for it. */
export async function steerWave(
  workspaceId: string,
  tx: Tx,
  waveId: string,
  what: 'pause' | 'resume' | 'cancel',
  now: Date,
): Promise<void> {
  await requireWave(workspaceId, tx, waveId);
  const done =
    what === 'pause'
      ? await setStatus(workspaceId, tx, waveId, ['running'], { status: 'paused' })
      : what === 'resume'
        ? await setStatus(workspaceId, tx, waveId, ['paused'], { status: 'running' })
        : await setStatus(workspaceId, tx, waveId, ['running', 'paused'], { status: 'cancelled', endedAt: now });
  if (!done) throw new Problem('conflict', `The wave can’t be ${WORDS[what]} in its present state.`);
  if (what === 'cancel') await cancelWaiting(workspaceId, tx, waveId, 'The wave was cancelled.');
}
const WORDS = { pause: 'paused', resume: 'resumed', cancel: 'cancelled' } as const;
