import { type AskRule, decideAsk, isOfSurvey, ruleInWords, samplePeriod } from '../../core/survey/ask-rules.ts';
import { decideWithin } from '../../core/survey/ask-within.ts';
import type { Moments } from '../../core/survey/moments.ts';
import { countCustomers, customersInOrder } from '../contacts/verbs.ts';
import type { Tx } from '../db/connect.ts';
import { drawOf } from './person.ts';
import type { Preview } from './schema.ts';
import { type Asked, visitorsByRule } from './store.ts';
import { answersSoFar, type SurveyFacts, surveyFacts, targetSegments } from './survey-facts.ts';
import { personFacts, shared } from './verbs.ts';

const WEEK_MS = 7 * 86_400_000;
const AT_ONCE = 5_000;
/** More contacts than this are not looked at one by one: their ids are random, so the first ones are a fair sample. */
const MOST = 50_000;

/**
 * How many customers would be asked if each of them met the moment at some time in the next seven days, and by which
 * rule the others would not; and what became of the browsers of the last seven days. Nothing is written.
 */
export async function previewAsking(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  now: Date,
  edited?: Moments,
): Promise<Preview> {
  const facts = await surveyFacts(workspaceId, tx, surveyId, edited);
  const counts = new Map<AskRule, number>();
  const lookedAt = await countContacts(workspaceId, tx, { surveyId, facts, now, counts });
  const all = lookedAt < MOST ? lookedAt : await countCustomers(workspaceId, tx);
  const scale = lookedAt === 0 ? 1 : all / lookedAt;
  const { moments, repeat } = facts;
  const told = { moments, repeat, anySurveyDays: facts.settings.anySurveyDays };
  const inOrder = (rows: Iterable<readonly [AskRule, number]>) =>
    [...rows].sort((a, b) => b[1] - a[1]).map(([rule, n]) => ({ rule, n, because: ruleInWords(rule, n, told) }));
  const rules = inOrder([...counts].map(([rule, n]) => [rule, Math.round(n * scale)] as const));
  const seen = await visitorsByRule(workspaceId, tx, surveyId, new Date(now.getTime() - WEEK_MS));
  const visitors = inOrder(seen.map(({ rule, n }) => [rule as AskRule, n] as const));
  const of = (wanted: AskRule) => rules.find(({ rule }) => rule === wanted)?.n ?? 0;
  const contacts = {
    all,
    reachable: all - of('opted_out'),
    asked: of('asked'),
    rules,
    lookedAt: lookedAt < all ? lookedAt : null,
  };
  return {
    contacts,
    visitors: {
      seen: visitors.reduce((sum, { n }) => sum + n, 0),
      asked: visitors.find(({ rule }) => rule === 'asked')?.n ?? 0,
      rules: visitors,
    },
    sentence: sentence(contacts),
  };
}

interface Counting {
  readonly surveyId: string;
  readonly facts: SurveyFacts;
  readonly now: Date;
  readonly counts: Map<AskRule, number>;
}

async function countContacts(workspaceId: string, tx: Tx, counting: Counting): Promise<number> {
  const { surveyId, facts, now, counts } = counting;
  const { moments } = facts;
  const segments = await targetSegments(workspaceId, tx, moments);
  const answers = await answersSoFar(workspaceId, tx, surveyId, moments);
  let lookedAt = 0;
  let after: string | null = null;
  while (lookedAt < MOST) {
    const page = await customersInOrder(workspaceId, tx, AT_ONCE, after);
    const people = page.map(({ id }) => ({ contactId: id, visitor: null }));
    const known = people.length > 0 ? await personFacts(workspaceId, tx, surveyId, people) : [];
    for (const [i, { contact, ...person }] of known.entries()) {
      const asked = people[i];
      if (!asked) continue;
      const draw = drawsOf(asked, surveyId);
      const at = (moment: number) =>
        decideAsk({
          ...shared(facts, new Date(moment), contact),
          person,
          visit: {
            moments,
            published: facts.published,
            answers,
            device: null,
            language: contact?.language ?? null,
            segments,
            draw: draw(samplePeriod(facts.repeat, moment)),
            site: { dailyCap: null, askedToday: 0 },
          },
        });
      const { rule } = decideWithin(at, now.getTime(), now.getTime() + WEEK_MS);
      counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
    lookedAt += page.length;
    after = page.at(-1)?.id ?? null;
    if (page.length < AT_ONCE) break;
  }
  return lookedAt;
}

/** The number of a person, drawn once for each period: most of a week lie in one. */
function drawsOf(person: Asked, surveyId: string): (period: number) => number {
  const drawn = new Map<number, number>();
  return (period) => {
    const known = drawn.get(period) ?? drawOf(person, surveyId, period);
    drawn.set(period, known);
    return known;
  };
}

function sentence({ reachable, asked, rules, lookedAt }: Preview['contacts']): string {
  const number = (n: number) => n.toLocaleString('en');
  if (reachable === 0) return 'There are no customers to ask among the contacts yet.';
  const others = rules.filter(({ rule }) => rule !== 'asked' && rule !== 'opted_out').slice(0, 3);
  const because = others
    .map(({ rule, n, because }) => (isOfSurvey(rule) ? because : `${number(n)} ${because}`))
    .join(', ');
  const about = lookedAt === null ? '' : 'about ';
  const people = reachable === 1 ? 'person' : 'people';
  const start = `Of ${about}${number(reachable)} reachable ${people}, ${about}${number(asked)} would be asked this week`;
  return because ? `${start}, because ${because}.` : `${start}.`;
}
