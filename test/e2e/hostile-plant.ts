import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Choice, Question, SurveyDefinition, Wording } from '../../src/core/survey/definition.ts';
import { rounds } from '../deep.ts';
import { HOSTILE, lines, packed } from '../hostile-texts.ts';
import type { Sent } from './hostile-declared.ts';

/** What a survey may hold: lines may break, other controls and halves of pairs are refused, and so are blank texts. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what surveys refuse
const REFUSED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/u;
export const IN_SURVEYS: readonly string[] = HOSTILE.filter(({ family }) => family !== 'long')
  .map(({ text }) => text)
  .filter((text) => !REFUSED.test(text));
const LONG = HOSTILE.filter(({ family }) => family === 'long').map(({ text }) => text.slice(0, 2_000));

/** The shortest of them: enough for fields that are few, or filled anew again and again. */
export const few = (most: number): string[] =>
  lines(most)
    .toSorted((a, b) => a.length - b.length)
    .slice(0, rounds(320, 1_000));

/** Names of attributes and channels of answers. Names that every object has already are tried by tests of the intake. */
export const NAMES: readonly string[] = lines(100).filter((text) => !(text in Object.prototype));

/** Texts that stand for something else, and are replaced. */
export const PLACEHOLDER = /\{\{(answer|attribute|hidden):[^{}|]+(\|[^{}]*)?\}\}/;

/** Gives one after the other, again from the start when all are used. */
function inTurn(texts: readonly string[], from: number): () => string {
  let next = from;
  return () => texts[next++ % texts.length] ?? '';
}

const TYPES = [
  'statement',
  'nps',
  'single',
  'csat',
  'matrix',
  'short',
  'multiple',
  'ces',
  'long',
  'ranking',
  'rating',
  'number',
  'slider',
  'date',
  'yesno',
  'email',
  'consent',
  'contact',
] as const;
const PAGES = 28;
const PER_PAGE = 5;
/** The number of a rating that an item of the map is bound to, so that its answers count. */
export const RATED = 10;
export const ENDINGS = 17;
/** How many values come with the address at once. */
export const HIDDEN = 40;

/**
 * A survey in which every text is hostile: each text of the corpus stands in a question, in a help text, in a choice, in a
 * row and at an end of a scale; customers and staff read others at the same place. `turn` shifts who stands where.
 */
export function hostileSurvey(turn: number): SurveyDefinition {
  const kinds = ['text', 'help', 'choice', 'row', 'thanks'] as const;
  const draw = Object.fromEntries(kinds.map((kind, i) => [kind, inTurn(IN_SURVEYS, turn * 97 + i * 31)]));
  const say = (kind: (typeof kinds)[number], times = 1): Wording => {
    const text = () => Array.from({ length: times }, () => draw[kind]?.() ?? '').join('\n\n');
    return { customer: { en: text() }, ...(kind === 'text' && { staff: { en: text() } }) };
  };
  const some = (kind: 'choice' | 'row', n: number): Choice[] =>
    Array.from({ length: n }, (_, i) => ({ id: `c${i}`, text: say(kind) }));
  // Of these there are few, and they are short: several texts stand in each.
  const packs = (most: number) => {
    const next = inTurn(packed(few(200), most), turn);
    return (): Wording => ({ customer: { en: next() } });
  };
  const [low, high, page, ending] = [packs(200), packs(200), packs(300), packs(500)];
  const ends = () => ({ low: low(), high: high() });
  const question = (n: number): Question => {
    const type = TYPES[n % TYPES.length] ?? 'statement';
    const base = { id: `q${n}`, text: say('text', 2), help: say('help', 3) };
    if (type === 'single' || type === 'multiple') return { ...base, type, other: true, choices: some('choice', 30) };
    if (type === 'ranking') return { ...base, type, choices: some('choice', 12) };
    if (type === 'matrix') return { ...base, type, min: 1, max: 2, ...ends(), rows: some('row', n === 4 ? 12 : 64) };
    if (type === 'csat') return { ...base, type, look: 'stars', points: 5, ...ends() };
    if (type === 'slider') return { ...base, type, min: 1, max: 5, step: 1, ...ends() };
    if (type === 'rating') return { ...base, type, min: 1, max: 5, ...ends(), ...(n === RATED && { item: 'item-0' }) };
    if (type === 'nps' || type === 'ces') return { ...base, type, ...ends() };
    if (type === 'contact') return { ...base, type, fields: ['name', 'email', 'phone', 'company'] };
    return { ...base, type };
  };
  const hidden = Array.from({ length: HIDDEN }, (_, i) => `h${i}`);
  const echoes = hidden.map((name) => `{{hidden:${name}|${name}}}`).join('\n');
  const carried = `[go](https://a.example/?x={{hidden:h0|}}) **{{hidden:h1|}}** \n- {{hidden:h2|}}`;
  return {
    format: 'parallax-survey/1',
    title: { customer: { en: '<img src=x onerror=__pwn=1> "title"' } },
    languages: ['en'],
    audiences: ['customer', 'staff'],
    pages: [
      {
        id: 'echo',
        questions: [
          { id: 'echo1', type: 'statement', text: { customer: { en: `${echoes}\n\n${carried}` } } },
          { id: 'said', type: 'long', text: { customer: { en: 'Anything' } } },
        ],
      },
      {
        id: 'echo2',
        questions: [
          {
            id: 'again',
            type: 'statement',
            text: { customer: { en: '{{answer:said|-}} [x](https://a.example/{{answer:said|}})' } },
          },
          ...LONG.map((text, i): Question => ({ id: `long${i}`, type: 'statement', text: { customer: { en: text } } })),
        ],
      },
      ...Array.from({ length: PAGES }, (_, p) => ({
        id: `p${p}`,
        title: page(),
        questions: Array.from({ length: PER_PAGE }, (__, i) => question(p * PER_PAGE + i)),
      })),
    ],
    endings: Array.from({ length: ENDINGS }, (_, i) => ({
      ...{ id: `e${i}`, title: ending(), text: say('thanks', 50) },
    })),
    hidden,
    quotas: packed(few(200), 200)
      .slice(0, 50)
      .map((name, i) => ({ id: `k${i}`, name, limit: 1_000_000, ending: 'e1' })),
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
  };
}

/** A survey of one question. */
export function plainSurvey(title: string, question: Question): SurveyDefinition {
  return {
    format: 'parallax-survey/1',
    title: { customer: { en: title } },
    languages: ['en'],
    audiences: ['customer', 'staff'],
    pages: [{ id: 'p', questions: [question] }],
    endings: [{ id: 'end', title: { customer: { en: 'Thanks' } } }],
    hidden: [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
  };
}

/** Calls the API as the person who is signed in on the page; what was taken is added to `sent`. */
export function apiOf(page: Page, origin: string, workspace: () => string, sent: Sent[]) {
  const call = async (method: string, path: string, data?: unknown) => {
    const address = path.startsWith('/api/') ? path : `/api/v1/workspaces/${workspace()}${path}`;
    const response = await page.request.fetch(`${origin}${address}`, {
      method,
      headers: { origin },
      ...(data === undefined ? {} : { data }),
    });
    if (response.ok()) sent.push({ method, address, body: data });
    return { status: response.status(), text: await response.text() };
  };
  return {
    call,
    async upload(path: string, rows: readonly string[]): Promise<{ id: string }> {
      const address = `/api/v1/workspaces/${workspace()}${path}`;
      const response = await page.request.post(`${origin}${address}`, {
        headers: { origin, 'content-type': 'application/octet-stream' },
        data: rows.join('\n'),
      });
      expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
      sent.push({ method: 'POST', address, body: undefined });
      return response.json();
    },
    async api<T = { id: string }>(method: string, path: string, data?: unknown): Promise<T> {
      const { status, text } = await call(method, path, data);
      expect(status, `${method} ${path}: ${text.slice(0, 500)}`).toBeLessThan(300);
      return text === '' ? (undefined as T) : JSON.parse(text);
    },
  };
}
export type Api = ReturnType<typeof apiOf>;

/** Adds one thing per text; all of them have to be taken. Several at a time, where nothing depends on the order. */
export async function plantEach(
  { api }: Api,
  path: string,
  texts: readonly string[],
  body: (text: string, i: number) => unknown,
  atOnce = 6,
): Promise<{ id: string }[]> {
  const made: { id: string }[] = [];
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < texts.length; i = next++) made[i] = await api('POST', path, body(texts[i] ?? '', i));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return made;
}
