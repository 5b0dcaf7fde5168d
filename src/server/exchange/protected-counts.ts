import { exportColumns } from '../../core/formats/export-columns.ts';
import { rewordingNotes, rewordings } from '../../core/formats/rewordings.ts';
import type { Audience } from '../../core/perspective.ts';
import { totalAsOf } from '../../core/small-groups.ts';
import { type Given, OTHER, type Question, type SurveyDefinition } from '../../core/survey/definition.ts';
import { inWorkspace } from '../db/transaction.ts';
import type { Services } from '../http/route.ts';
import { publishedAnswers } from '../responses/verbs.ts';
import { requireSurvey } from '../surveys/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { factColumn, type OutCell, type OutTable } from './export-table.ts';
import { versionsOf } from './single-responses.ts';

type Published = Awaited<ReturnType<typeof publishedAnswers>>;

/**
 * What goes out of an audience whose single responses nobody may see: how many chose what, by question. Nothing connects
 * two questions, and there is no day, language or attribute.
 *
 * - A question shows from as many answers as the threshold on, as of the last release at which that many had joined.
 * - An answer that fewer people than the threshold gave has no count, and neither have so many others that those without
 *   a count are at least the threshold together: taking the counts from the total tells of no smaller group.
 * - Where all of fewer than twice the threshold gave the same answer, the question is left out.
 * - What files and programs handed in is known to whoever did: all of this holds for what people answered here by itself.
 * - Ratings of items are left out: the gap report shows them over all surveys, and the difference would show the others.
 * - Texts show from the comment threshold on, in the order of the alphabet; contact details never.
 */
export async function protectedTable(
  services: Services,
  workspaceId: string,
  surveyId: string,
  audience: Audience,
): Promise<OutTable> {
  return inWorkspace(services.connection.db, workspaceId, async (tx) => {
    const { name } = await requireSurvey(workspaceId, tx, surveyId);
    const { anonymityThreshold: k, commentThreshold } = await workspaceSettings(workspaceId, tx);
    const versions = await versionsOf(workspaceId, tx, surveyId);
    const published = await publishedAnswers(workspaceId, tx, surveyId, audience);
    const byKey = grouped(published);
    const rows = questionsOf(versions, audience).flatMap((asked) => {
      const answers = byKey.get(asked.key) ?? [];
      if (asked.kind === 'text') return textRows(asked, answers, Math.max(k, commentThreshold));
      return countRows(asked, answers, k);
    });
    const notes = [
      `Single responses of this audience never leave the workspace: these are counts of at least ${k} people.`,
      'Ratings of items are in the gap report, over all surveys. Texts show from the comment threshold on, in the order of the alphabet.',
      // Counts are over all versions: by version they would be of fewer people.
      ...rewordingNotes(exportColumns(versions, audience), rewordings(versions, audience)),
    ];
    return {
      name,
      notes,
      columns: [
        factColumn('question', 'Question'),
        factColumn('text', 'Text of the question'),
        factColumn('answer', 'Answer'),
        factColumn('label', 'Text of the answer'),
        factColumn('people', 'People', 'number'),
        factColumn('note', 'Note'),
      ],
      async *rows() {
        yield rows;
      },
    };
  });
}

function grouped(published: Published): Map<string, Published> {
  const groups = new Map<string, Published>();
  for (const one of published) groups.set(one.key, [...(groups.get(one.key) ?? []), one]);
  return groups;
}

interface Asked {
  readonly key: string;
  readonly label: string;
  readonly kind: 'text' | 'count';
  readonly choices: ReadonlyMap<string, string>;
}

/** Questions without an item, without contact details: each answer key once. */
function questionsOf(versions: readonly SurveyDefinition[], audience: Audience): Asked[] {
  const left = new Set<string>();
  const kinds = new Map<string, Question['type']>();
  for (const question of versions.flatMap(({ pages }) => pages.flatMap((page) => page.questions))) {
    kinds.set(question.id, question.type);
    if ('item' in question && question.item !== undefined) left.add(question.id);
    if (question.type === 'matrix')
      for (const row of question.rows) if (row.item !== undefined) left.add(`${question.id}.${row.id}`);
  }
  const asked = new Map<string, Asked>();
  for (const column of exportColumns(versions, audience)) {
    const { key } = column;
    const type = kinds.get(key.split('.')[0] ?? '');
    if (left.has(key) || type === 'contact' || type === 'email' || type === 'date' || type === 'number') continue;
    const isText = column.kind === 'text' && column.choices.size === 0;
    const known = asked.get(key);
    const choice = column.choice?.id;
    asked.set(key, {
      key,
      label:
        known?.label ?? (choice === undefined ? column.label : column.label.slice(0, column.label.lastIndexOf(': '))),
      kind: isText ? 'text' : 'count',
      choices: new Map([
        ...(known?.choices ?? []),
        ...column.choices,
        ...(choice === undefined ? [] : [[choice, column.label.slice(column.label.lastIndexOf(': ') + 2)] as const]),
      ]),
    });
  }
  return [...asked.values()];
}

/** The answers up to the release as of which the question may show, of each who are watched together; none while it may not. */
function shownOf(answers: Published, k: number): Published[] {
  return [false, true].flatMap((handedIn) => {
    const own = answers.filter((one) => one.handedIn === handedIn);
    const release = totalAsOf(
      own.map(({ release: of, n }) => ({ key: {}, n, release: of })),
      k,
    );
    return release === undefined ? [] : [own.filter((one) => one.release <= release)];
  });
}

const peopleIn = (answers: Published): number => answers.reduce((sum, { n }) => sum + n, 0);

/** How many chose what; of several choices each counts by itself, of an order only the first. */
function countsOf(asked: Asked, answers: Published): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { value, n } of answers) {
    const parts = Array.isArray(value) ? (isRanking(asked) ? value.slice(0, 1) : value) : [value];
    for (const part of parts) counts.set(written(part), (counts.get(written(part)) ?? 0) + n);
  }
  return counts;
}

function countRows(asked: Asked, answers: Published, k: number): OutCell[][] {
  const start = [asked.key, asked.label];
  const enough = shownOf(answers, k).map((shown) => ({ shown, counts: countsOf(asked, shown) }));
  if (enough.length === 0) return [[...start, undefined, undefined, undefined, `Shown from ${k} answers on.`]];
  const groups = enough.filter(({ shown, counts }) => counts.size > 1 || peopleIn(shown) >= 2 * k);
  if (groups.length === 0) {
    return [[...start, undefined, undefined, undefined, 'Not shown: all gave the same answer.']];
  }
  const hidden = new Set<string>();
  const counts = new Map<string, number>();
  for (const group of groups) {
    const several = group.shown.some(({ value }) => Array.isArray(value));
    const visible = visibleCounts([...group.counts], peopleIn(group.shown), k, several);
    for (const [value, n] of group.counts) {
      counts.set(value, (counts.get(value) ?? 0) + n);
      // What would tell of a few in one group is not counted in the other either: the sum would be of some only.
      if (!visible.has(value)) hidden.add(value);
    }
  }
  const told = [...counts].filter(([value]) => !hidden.has(value)).sort(([a], [b]) => (a < b ? -1 : 1));
  const people = groups.reduce((sum, { shown }) => sum + peopleIn(shown), 0);
  return [
    [...start, undefined, 'all answers', people, undefined],
    ...told.map(([value, n]): OutCell[] => [...start, value, labelOf(asked, value), n, undefined]),
    ...(hidden.size > 0
      ? [
          [
            ...start,
            undefined,
            'other answers',
            undefined,
            `Not counted: fewer than ${k} people, or they would tell of such.`,
          ],
        ]
      : []),
  ];
}

const isRanking = ({ choices }: Asked) => choices.size > 0 && !choices.has(OTHER);
const written = (value: Given | string) => (value === null ? 'n/a' : String(value));

function labelOf({ choices }: Asked, value: string): string | undefined {
  return choices.get(value);
}

/**
 * The answers whose counts may show. Those of fewer people than `k` do not; where these are fewer than `k` together, or only
 * one answer, the next smallest joins them. Where people chose several, the people who did not choose one are a group, too.
 */
export function visibleCounts(
  counts: readonly (readonly [string, number])[],
  people: number,
  k: number,
  several: boolean,
): Map<string, number> {
  if (several)
    return new Map(counts.filter(([, n]) => n >= k && (people - n >= k || (people === n && people >= 2 * k))));
  const rising = [...counts].sort(([, a], [, b]) => a - b);
  let hidden = 0;
  let sum = 0;
  for (const [, n] of rising) {
    const isComplete = hidden === 0 ? n >= k : n >= k && sum >= k && hidden > 1;
    if (isComplete) break;
    hidden += 1;
    sum += n;
  }
  return new Map(rising.slice(hidden).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function textRows(asked: Asked, answers: Published, threshold: number): OutCell[][] {
  const start = [asked.key, asked.label];
  const texts = answers.filter(({ value }) => typeof value === 'string' && value.trim() !== '');
  const shown = shownOf(texts, threshold).flat();
  if (shown.length === 0) {
    return [
      [
        ...start,
        undefined,
        undefined,
        undefined,
        `Texts show from ${threshold} people on, and again when as many have joined.`,
      ],
    ];
  }
  return shown
    .flatMap(({ value, n }) => Array.from({ length: n }, () => String(value)))
    .sort()
    .map((text): OutCell[] => [...start, undefined, text, undefined, undefined]);
}
