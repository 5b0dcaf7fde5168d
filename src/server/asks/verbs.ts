import { randomUUID } from 'node:crypto';
import {
  type AskDecision,
  decideAsk,
  type LastAsk,
  type PersonFacts,
  repeatOfWave,
} from '../../core/survey/ask-rules.ts';
import { type AskedContact, askedContacts } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { notFound } from '../http/problem.ts';
import { listSurveys } from '../surveys/verbs.ts';
import { hashVisitor, waveAskId } from './person.ts';
import {
  type AnsweredAsk,
  type Asked,
  asksAmong,
  type History,
  historiesOf,
  insertDecisions,
  lockAsked,
  markAnswered,
} from './store.ts';
import { type SurveyFacts, surveyFacts } from './survey-facts.ts';
import { findVisitor, optedOutByBrowser, quarantineOf } from './visitor-store.ts';

export type Person = { readonly contactId: string } | { readonly visitor: string };

export interface Attempt {
  readonly surveyId: string;
  /** `mail`, `web`, `link` …: as responses name it. */
  readonly channel: string;
  readonly now: Date;
  readonly trigger?: string;
  /** Of a wave that repeats: days from a person's last ask for the survey to the next. */
  readonly againAfterDays?: number | null;
  /** Whoever was asked in this round of a wave, by mail or by hand, stands in the ledger once: the same ask is granted again. */
  readonly wave?: { readonly waveId: string; readonly round: number };
  /** A reminder, or another try: only opt-out and quarantine hold, and no ask is written. */
  readonly granted?: boolean;
  /** False: only says what would be decided; nothing is locked or written. */
  readonly record: boolean;
}

/** Which of these people were asked in this round of a wave, by whatever means. */
export async function askedInRound(
  workspaceId: string,
  tx: Tx,
  round: { readonly waveId: string; readonly round: number },
  contactIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const ids = contactIds.map((contactId) => waveAskId(round, contactId));
  const standing = await asksAmong(workspaceId, tx, ids);
  return new Set(contactIds.filter((_, i) => standing.has(ids[i] ?? '')));
}

/**
 * Decides whether one person is asked now and, with `record`, writes it down: exactly one row of the why-log (none for
 * what was granted before), and the ask in the ledger where it is granted. Of any number of calls for one person at once, one is granted. A reminder is
 * part of the ask that it reminds of: ask for it with `granted`, and without `record`. Throws not_found for a contact of another workspace.
 */
export async function askPerson(
  workspaceId: string,
  tx: Tx,
  { person, ...attempt }: Attempt & { readonly person: Person },
): Promise<AskDecision> {
  const [decision] = await decideFor(workspaceId, tx, [person], attempt, false);
  if (!decision) throw notFound('This contact');
  return decision;
}

/**
 * The same for a whole wave, in a handful of statements: decisions in the order of `persons`, of whom nobody may stand
 * in it twice (give at most some 10,000 at once). Holds every other ask of the workspace until the transaction ends, so
 * commit soon, and don't call `askPerson` in the same transaction.
 */
export function askMany(
  workspaceId: string,
  tx: Tx,
  persons: readonly Person[],
  attempt: Attempt,
): Promise<AskDecision[]> {
  return decideFor(workspaceId, tx, persons, attempt, true);
}

/**
 * Notes that customers have answered what they were last asked for. Only for customers whom their answers name: of all
 * others nobody may know whether they answered.
 */
export async function noteAnswered(workspaceId: string, tx: Tx, answered: readonly AnsweredAsk[]): Promise<void> {
  if (answered.length > 0) await markAnswered(workspaceId, tx, answered);
}

async function decideFor(
  workspaceId: string,
  tx: Tx,
  persons: readonly Person[],
  attempt: Attempt,
  many: boolean,
): Promise<AskDecision[]> {
  const { surveyId, now } = attempt;
  const people = persons.map(
    (person): Asked =>
      'contactId' in person
        ? { contactId: person.contactId, visitor: null }
        : { contactId: null, visitor: hashVisitor(person.visitor) },
  );
  if (attempt.record) await lockAsked(workspaceId, tx, people, many);
  const facts = await surveyFacts(workspaceId, tx, surveyId);
  const repeat = attempt.againAfterDays ? repeatOfWave(facts.repeat, attempt.againAfterDays) : facts.repeat;
  const survey = { ...facts, repeat };
  const known = await personFacts(workspaceId, tx, surveyId, people);
  const { wave } = attempt;
  const ids = people.map(({ contactId }) => (wave && contactId ? waveAskId(wave, contactId) : randomUUID()));
  const standing = wave ? await asksAmong(workspaceId, tx, ids) : new Set<string>();
  const isGranted = (i: number) => attempt.granted === true || standing.has(ids[i] ?? '');
  const decisions = known.map(({ contact, ...person }, i) =>
    decideAsk({ ...shared(survey, now, contact), person, granted: isGranted(i) }),
  );
  if (attempt.record) {
    await insertDecisions(
      workspaceId,
      tx,
      decisions.flatMap((decision, i) =>
        decision.ask && isGranted(i)
          ? []
          : {
              contactId: people[i]?.contactId ?? null,
              visitor: people[i]?.visitor ?? null,
              surveyId,
              channel: attempt.channel,
              trigger: attempt.trigger ?? null,
              siteId: null,
              at: now,
              asked: decision.ask,
              rule: decision.rule,
              because: decision.because,
              askId: decision.ask ? (ids[i] ?? null) : null,
            },
      ),
    );
  }
  return decisions;
}

/** The part of the facts that everybody shares; leaders and staff are always anonymous. */
export function shared({ settings, repeat, anonymous }: SurveyFacts, now: Date, contact?: AskedContact) {
  return {
    now: now.getTime(),
    timeZone: settings.timeZone,
    anySurveyDays: settings.anySurveyDays,
    survey: { repeat, anonymous: anonymous || (contact !== undefined && contact.audience !== 'customer') },
  };
}

export interface KnownPerson extends PersonFacts {
  readonly contact?: AskedContact;
}

/** What is known of people, in their order. Throws not_found where a contact is not of this workspace. */
export async function personFacts(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  people: readonly Asked[],
): Promise<KnownPerson[]> {
  const ids = people.flatMap(({ contactId }) => contactId ?? []);
  const contacts = ids.length > 0 ? await askedContacts(workspaceId, tx, ids) : new Map<string, AskedContact>();
  const quarantine = new Map(
    (ids.length > 0 ? await quarantineOf(workspaceId, tx, ids) : []).map((entry) => [entry.contactId, entry]),
  );
  const browsers = ids.length > 0 ? await optedOutByBrowser(workspaceId, tx, ids) : new Set<string>();
  const histories = await historiesOf(workspaceId, tx, surveyId, people);
  const names = histories.some(({ lastAny }) => lastAny) ? await surveyNames(workspaceId, tx) : new Map();
  const facts: KnownPerson[] = [];
  for (const [i, { contactId, visitor }] of people.entries()) {
    const contact = contactId ? contacts.get(contactId) : undefined;
    if (contactId && !contact) throw notFound('This contact');
    const browser = visitor ? await findVisitor(workspaceId, tx, visitor) : undefined;
    const held = contactId ? quarantine.get(contactId) : undefined;
    facts.push({
      ...(contact && { contact }),
      ...pastOf(histories[i], names),
      optedOut: (contact?.optedOut ?? false) || (browser?.optedOut ?? false) || browsers.has(contactId ?? ''),
      ...(held && { quarantine: { until: held.until } }),
      // What the organisation stored or signed outweighs what a page merely said.
      attributes: { ...browser?.attributes, ...contact?.attributes },
    });
  }
  return facts;
}

function pastOf(history: History | undefined, names: ReadonlyMap<string, string>) {
  const named = (ask: History['lastAny']): LastAsk | undefined =>
    ask && { at: ask.at, survey: names.get(ask.surveyId) ?? '', channel: ask.channel };
  const lastAny = named(history?.lastAny);
  const lastThis = named(history?.lastThis);
  return {
    ...(lastAny && { lastAny }),
    ...(lastThis && { lastThis }),
    answered: history?.answered ?? false,
  };
}

async function surveyNames(workspaceId: string, tx: Tx): Promise<Map<string, string>> {
  return new Map((await listSurveys(workspaceId, tx)).map(({ id, name }) => [id, name]));
}
