import { randomUUID } from 'node:crypto';
import { dayIn, decideAsk, samplePeriod } from '../../core/survey/ask-rules.ts';
import { type Device, type Look, type Moments, type Trigger, triggerInWords } from '../../core/survey/moments.ts';
import { addContact, changeContact, customerByKey } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { latestVersion, listSurveys } from '../surveys/verbs.ts';
import { allMoments, askingSettings } from './moments-store.ts';
import { drawOf, hashVisitor } from './person.ts';
import {
  type Asked,
  asksOfSiteSince,
  findAskSurvey,
  giveHistoryTo,
  insertDecisions,
  isLogged,
  lockAsked,
  lockSite,
  markAnsweredBy,
} from './store.ts';
import { answersSoFar, surveyFacts, targetSegments } from './survey-facts.ts';
import { personFacts, shared } from './verbs.ts';
import { findVisitor, keepNewestOf, saveVisitor } from './visitor-store.ts';

export { lockSite };

const DAY_MS = 86_400_000;

/** What a page of a site is told: when to try, and how the survey appears. Never for whom. */
export interface OfferedSurvey {
  readonly survey: string;
  readonly triggers: readonly Trigger[];
  readonly look: Look;
  readonly languages: readonly string[];
}

/** Surveys that may be asked on a site today, the highest priority first. */
export async function offeredSurveys(workspaceId: string, tx: Tx, siteId: string, now: Date): Promise<OfferedSurvey[]> {
  const { timeZone } = await askingSettings(workspaceId, tx);
  const today = dayIn(now.getTime(), timeZone);
  const offered: (OfferedSurvey & { priority: number })[] = [];
  for (const { surveyId, moments } of await allMoments(workspaceId, tx)) {
    if (!moments.on || (moments.until && today > moments.until) || (moments.from && today < moments.from)) continue;
    if (!isOnSite(moments, siteId)) continue;
    const definition = (await latestVersion(workspaceId, tx, surveyId))?.definition;
    if (!definition?.audiences.includes('customer')) continue;
    const { triggers, look, priority } = moments;
    offered.push({ survey: surveyId, triggers, look, languages: definition.languages, priority });
  }
  return offered.sort((a, b) => b.priority - a.priority).map(({ priority: _, ...survey }) => survey);
}

export const isOnSite = ({ sites }: Pick<Moments, 'sites'>, siteId: string) => sites === null || sites.includes(siteId);

export interface Visit {
  /** As the browser keeps it. */
  readonly visitor: string;
  /** Name of a contact whose signature was checked (or need not be). */
  readonly person?: string;
  /** Said by the page, for this attempt only; what is stored of the contact outweighs it. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly surveyId: string;
  /** Place of the trigger in what the site was told; none where the page's own code asked. */
  readonly trigger?: number;
  readonly device: Device;
  readonly language: string;
  readonly site: { readonly id: string; readonly dailyCap: number | null };
  readonly now: Date;
}

/**
 * Decides whether somebody on a site is asked, and writes it down like `askPerson`, but the same no of one person once
 * in 24 hours: the ask's id and the survey's look where it is granted, undefined where not. A survey that is not of this
 * workspace leaves no trace.
 */
export async function askVisit(
  workspaceId: string,
  tx: Tx,
  visit: Visit,
): Promise<{ id: string; look: Look } | undefined> {
  const { surveyId, site, now } = visit;
  if (!(await listSurveys(workspaceId, tx)).some(({ id }) => id === surveyId)) return undefined;
  const asked = await whoIs(workspaceId, tx, visit);
  await lockAsked(workspaceId, tx, [asked], false);
  const survey = await surveyFacts(workspaceId, tx, surveyId);
  const { moments } = survey;
  const [known] = await personFacts(workspaceId, tx, surveyId, [asked]);
  if (!known) return undefined;
  const { contact, ...person } = known;
  if (site.dailyCap !== null) await lockSite(workspaceId, tx, site.id);
  const decision = decideAsk({
    ...shared(survey, now, contact),
    person: { ...person, attributes: { ...visit.attributes, ...person.attributes } },
    visit: {
      moments: { ...moments, on: moments.on && isOnSite(moments, site.id) },
      published: survey.published,
      answers: await answersSoFar(workspaceId, tx, surveyId, moments),
      device: visit.device,
      language: visit.language,
      segments: await targetSegments(workspaceId, tx, moments),
      draw: drawOf(asked, surveyId, samplePeriod(survey.repeat, now.getTime())),
      site: { dailyCap: site.dailyCap, askedToday: await askedToday(workspaceId, tx, site, survey.settings, now) },
    },
  });
  const askId = decision.ask ? randomUUID() : null;
  const entry = {
    ...asked,
    surveyId,
    channel: 'web',
    trigger: nameOfTrigger(moments, visit.trigger),
    siteId: site.id,
    at: now,
    asked: decision.ask,
    rule: decision.rule,
    because: decision.because,
    askId,
  };
  // Every page view is an attempt: the same no again says nothing new.
  if (decision.ask || !(await isLogged(workspaceId, tx, entry, new Date(now.getTime() - DAY_MS)))) {
    await insertDecisions(workspaceId, tx, [entry]);
  }
  return askId === null ? undefined : { id: askId, look: moments.look };
}

/** A browser that named a person is that person, as long as it doesn't name another one. */
async function whoIs(workspaceId: string, tx: Tx, { visitor: id, person }: Visit): Promise<Asked> {
  const visitor = hashVisitor(id);
  const browser = await findVisitor(workspaceId, tx, visitor);
  const named = person === undefined ? undefined : await customerByKey(workspaceId, tx, person);
  return { contactId: named?.id ?? browser?.contactId ?? null, visitor };
}

function nameOfTrigger({ triggers }: Moments, place: number | undefined): string {
  if (place === undefined) return "the page's own code";
  const trigger = triggers[place];
  return trigger ? triggerName(trigger) : 'a former trigger';
}
const triggerName = (trigger: Trigger) => triggerInWords(trigger).slice(0, 300);

async function askedToday(
  workspaceId: string,
  tx: Tx,
  site: Visit['site'],
  { timeZone }: { timeZone: string },
  now: Date,
): Promise<number> {
  if (site.dailyCap === null) return 0;
  return asksOfSiteSince(workspaceId, tx, site.id, startOfDay(now, timeZone));
}

/** The first full minute of the day that it is in a time zone. */
function startOfDay(now: Date, timeZone: string): Date {
  const today = dayIn(now.getTime(), timeZone);
  const minute = Math.floor(now.getTime() / 60_000);
  // Of the 1,560 minutes before (a day may have 25 hours), by halving.
  let [before, inside] = [minute - 1_560, minute];
  while (inside - before > 1) {
    const middle = Math.floor((before + inside) / 2);
    if (dayIn(middle * 60_000, timeZone) === today) inside = middle;
    else before = middle;
  }
  return new Date(inside * 60_000);
}

export interface Identification {
  readonly visitor: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The key of the contact; left out where nobody vouched for the name. */
  readonly person?: string;
  /** Whether the organisation vouched for the attributes as well. */
  readonly signed: boolean;
  readonly now: Date;
}

/**
 * Links a browser to the customer with this key, who is made where there is none yet. Attributes reach the contact only
 * when they are signed: all others could be anybody's words, so they are kept for this browser alone, for targeting,
 * and count there only where the contact has none of that name.
 */
export async function identifyVisitor(
  workspaceId: string,
  tx: Tx,
  { visitor: id, attributes, person, signed, now }: Identification,
): Promise<void> {
  const visitor = hashVisitor(id);
  // Also keeps two pages that name a new customer at once from making two.
  await lockAsked(workspaceId, tx, [{ contactId: person === undefined ? null : `key ${person}`, visitor }], false);
  const contactId =
    person === undefined ? null : await customerNamed(workspaceId, tx, person, signed ? attributes : {}, now);
  const before = await findVisitor(workspaceId, tx, visitor);
  // What was said while the browser was somebody else's is not true of this person.
  const kept = contactId !== null && before?.contactId && before.contactId !== contactId ? {} : before?.attributes;
  const merged = contactId !== null && signed ? { ...kept } : { ...kept, ...attributes };
  await saveVisitor(workspaceId, tx, visitor, now.toISOString().slice(0, 10), {
    ...(contactId !== null && { contactId }),
    attributes: fewOf(merged),
  });
  if (contactId === null) return;
  await giveHistoryTo(workspaceId, tx, visitor, contactId);
  if (before?.contactId !== contactId) await keepNewestOf(workspaceId, tx, contactId);
}

/** Of what pages said over time, what fits: nobody fills the database with one browser. */
function fewOf(attributes: Readonly<Record<string, string>>): Record<string, string> {
  let left = 4_000;
  return Object.fromEntries(
    Object.entries(attributes)
      .slice(0, 50)
      .filter(([name, value]) => {
        left -= name.length + value.length;
        return left >= 0;
      }),
  );
}

async function customerNamed(
  workspaceId: string,
  tx: Tx,
  key: string,
  signed: Readonly<Record<string, string>>,
  now: Date,
): Promise<string> {
  const known = await customerByKey(workspaceId, tx, key);
  if (!known) {
    const contact = { audience: 'customer' as const, key, email: null, name: null, language: null, timeZone: null };
    return addContact(workspaceId, tx, { ...contact, consent: null, attributes: { ...signed } }, now);
  }
  const room = Math.max(0, MOST_ATTRIBUTES - Object.keys(known.attributes).length);
  const there = Object.entries(signed).filter(([name]) => Object.hasOwn(known.attributes, name));
  const others = Object.entries(signed).filter(([name]) => !Object.hasOwn(known.attributes, name));
  const changed = Object.fromEntries([...there, ...others.slice(0, room)]);
  if (Object.entries(changed).some(([name, value]) => known.attributes[name] !== value)) {
    await changeContact(workspaceId, tx, known.id, { attributes: { ...known.attributes, ...changed } }, now);
  }
  return known.id;
}
const MOST_ATTRIBUTES = 100;

/** The person behind a browser wants to be asked no more, on any channel that this browser is known to belong to. */
export async function optOutVisitor(workspaceId: string, tx: Tx, visitor: string, now: Date): Promise<void> {
  await saveVisitor(workspaceId, tx, hashVisitor(visitor), now.toISOString().slice(0, 10), { optedOut: true });
}

/** A browser says that what it was asked is answered. Nothing is noted where customers are anonymous. */
export async function noteVisitAnswered(
  workspaceId: string,
  tx: Tx,
  { visitor, askId }: { readonly visitor: string; readonly askId: string },
): Promise<void> {
  const surveyId = await findAskSurvey(workspaceId, tx, askId);
  if (surveyId === undefined || (await surveyFacts(workspaceId, tx, surveyId)).anonymous) return;
  await markAnsweredBy(workspaceId, tx, { surveyId, visitor: hashVisitor(visitor), askId });
}
