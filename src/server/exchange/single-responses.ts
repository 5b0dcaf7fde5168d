import { type ExportColumn, exportColumns } from '../../core/formats/export-columns.ts';
import {
  rewordingNotes,
  rewordings,
  splitByWording,
  type VersionedColumn,
  withEarlierChoices,
  wordedValue,
} from '../../core/formats/rewordings.ts';
import type { Answers, SurveyDefinition } from '../../core/survey/definition.ts';
import { hasBranches } from '../../core/survey/left-answers.ts';
import type { Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import type { Services } from '../http/route.ts';
import { listItems } from '../items/verbs.ts';
import { customersResponsesFrom, type ExportedResponse, lastResponseId } from '../responses/verbs.ts';
import { latestVersion, requireSurvey, requireVersion } from '../surveys/verbs.ts';
import { factColumn, type OutCell, type OutTable } from './export-table.ts';

const AT_ONCE = 1_000;

const FACTS: readonly (readonly [string, string, 'text' | 'number' | 'day', (row: ExportedResponse) => OutCell])[] = [
  ['response', 'Response', 'text', (row) => row.key],
  ['day', 'Day', 'day', (row) => row.answeredOn ?? undefined],
  ['language', 'Language', 'text', (row) => row.language ?? undefined],
  ['channel', 'Channel', 'text', (row) => row.channel || undefined],
  ['wave', 'Wave', 'text', (row) => row.waveId ?? undefined],
  ['contact', 'Contact', 'text', (row) => row.contactId ?? undefined],
  ['version', 'Version of the survey', 'number', (row) => row.version ?? undefined],
  ['finished', 'Finished', 'number', (row) => (row.finished ? 1 : 0)],
  ['weight', 'Weight', 'number', (row) => row.weight],
];

/** Only in surveys where a way can be left; with it the numbers of the report can be made of the file. */
const LEFT: (typeof FACTS)[number] = [
  'left',
  'Answers that do not count: the response leads past them',
  'text',
  ({ given }) =>
    Object.entries(given ?? {})
      .flatMap(([key, answer]) => (answer.left ? [key] : []))
      .sort()
      .join(' ') || undefined,
];

/** All versions of a survey, the latest first; none for a survey that only came with an import. */
export async function versionsOf(workspaceId: string, tx: Tx, surveyId: string): Promise<SurveyDefinition[]> {
  const latest = await latestVersion(workspaceId, tx, surveyId);
  if (!latest) return [];
  const versions = [latest.definition];
  for (let version = latest.version - 1; version >= 1; version--) {
    versions.push((await requireVersion(workspaceId, tx, surveyId, version)).definition);
  }
  return versions;
}

export const answersOf = ({ given }: Pick<ExportedResponse, 'given'>): Answers =>
  Object.fromEntries(Object.entries(given ?? {}).map(([key, { value }]) => [key, value]));

/**
 * Customers' single responses up to now, a thousand at a time. Each thousand is read in a transaction of its own, so that a
 * slow reader never holds the database; a response that changes meanwhile goes out as it was or as it is.
 */
export async function* singleResponses(
  services: Services,
  workspaceId: string,
  surveyId: string,
  upTo: number,
): AsyncGenerator<ExportedResponse[]> {
  let after = 0;
  while (true) {
    const page = { after, upTo, limit: AT_ONCE };
    const rows = await inWorkspace(services.connection.db, workspaceId, (tx) =>
      customersResponsesFrom(workspaceId, tx, surveyId, page),
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (!last || rows.length < AT_ONCE) return;
    after = last.id;
  }
}

/**
 * How a table tells that versions asked in other words: `columns`, a column for each wording; `choices`, such columns only
 * for single choices of several, and notes; `notes` only; `ids`, where nothing is in words.
 */
export type Wording = 'columns' | 'choices' | 'notes' | 'ids';

/** One row per customer's response: what is known of it, every question, and items of answers that came with a table. */
export async function responseTable(
  services: Services,
  workspaceId: string,
  surveyId: string,
  wording: Wording,
): Promise<OutTable> {
  const { name, versions, upTo, itemKeys } = await inWorkspace(services.connection.db, workspaceId, async (tx) => ({
    name: (await requireSurvey(workspaceId, tx, surveyId)).name,
    versions: await versionsOf(workspaceId, tx, surveyId),
    upTo: await lastResponseId(workspaceId, tx, surveyId),
    itemKeys: new Map((await listItems(workspaceId, tx, { archived: true })).map(({ id, key }) => [id, key])),
  }));
  const attributes = new Set<string>();
  const items = new Set<string>();
  const answered = new Set<number>();
  for await (const rows of singleResponses(services, workspaceId, surveyId, upTo)) {
    for (const row of rows) {
      if (row.version !== null) answered.add(row.version);
      for (const attribute of Object.keys(row.attributes)) attributes.add(attribute);
      for (const item of row.items) items.add(`${itemKeys.get(item.itemId) ?? item.itemId}.${item.lens}`);
    }
  }
  const reworded = rewordings(versions, 'customer');
  const latest = withEarlierChoices(exportColumns(versions, 'customer'), reworded, answered);
  const isSplit = ({ choice }: ExportColumn) =>
    wording === 'columns' || (wording === 'choices' && choice !== undefined);
  const asked: VersionedColumn[] = latest.flatMap((column) =>
    isSplit(column) ? splitByWording(column, reworded, answered) : [{ column, holds: () => true }],
  );
  // Of columns that are split the headings say it.
  const told = wording === 'ids' ? [] : latest.filter((column) => !isSplit(column));
  const facts = versions.some((version) => hasBranches(version, 'customer')) ? [...FACTS, LEFT] : FACTS;
  const [attributeNames, itemNames] = [[...attributes].sort(), [...items].sort()];
  const rowOf = (row: ExportedResponse): OutCell[] => {
    const answers = answersOf(row);
    const values = new Map(
      row.items.map(({ itemId, lens, value }) => [`${itemKeys.get(itemId) ?? itemId}.${lens}`, value]),
    );
    return [
      ...facts.map(([, , , fact]) => fact(row)),
      ...attributeNames.map((attribute) =>
        Object.hasOwn(row.attributes, attribute) ? row.attributes[attribute] : undefined,
      ),
      ...asked.map((column) => wordedValue(column, row.version, answers)),
      ...itemNames.map((item) => values.get(item)),
    ];
  };
  return {
    name,
    notes: rewordingNotes(told, reworded, answered),
    columns: [
      ...facts.map(([id, label, kind]) => factColumn(id, label, kind)),
      ...attributeNames.map((attribute) => factColumn(`attribute.${attribute}`, attribute)),
      ...asked.map(({ column }) => column),
      ...itemNames.map((item) => factColumn(`item.${item}`, item, 'number')),
    ],
    async *rows() {
      for await (const rows of singleResponses(services, workspaceId, surveyId, upTo)) yield rows.map(rowOf);
    },
  };
}
