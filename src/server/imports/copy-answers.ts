import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { CheckedRow } from './check-rows.ts';

/** Columns of the staging table in the order in which a line is written; see createStaged of the responses. */
const COLUMNS =
  'row_number, response_key, audience, item_id, lens, value, answered_on, channel, weight, attributes, contact_key';

/** Which parts of a response the mapping reads; the others stay NULL, so that an update keeps what is stored. */
export interface ResponseParts {
  readonly at: boolean;
  readonly channel: boolean;
  readonly weight: boolean;
  readonly attributes: boolean;
}

/**
 * Streams accepted rows into the staging table with COPY, as fast as the database takes them. `keyOf` gives a response
 * its key. Throws what `batches` throws, and then the transaction has to be rolled back.
 */
export async function copyAnswers(
  client: pg.PoolClient,
  stagedTable: string,
  batches: AsyncIterable<readonly CheckedRow[]>,
  keyOf: (row: CheckedRow) => string,
  parts: ResponseParts,
): Promise<void> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const batch of batches) {
      let lines = '';
      for (let i = 0; i < batch.length; i++) {
        const row = batch[i] as CheckedRow;
        const key = keyOf(row);
        const next = batch[i + 1];
        const goesOn = next !== undefined && isOneAnswer(row, next) && keyOf(next) === key;
        lines += linesOf(row, escaped(key), goesOn ? undefined : parts);
      }
      if (lines !== '') yield Buffer.from(lines);
    }
  }
  const target = client.query(copyFrom(`COPY ${stagedTable} (${COLUMNS}) FROM STDIN`));
  await pipeline(Readable.from(chunks(), { objectMode: true, highWaterMark: 2 }), target);
}

/** Both rows hold a single answer of the same audience. */
function isOneAnswer(row: CheckedRow, next: CheckedRow): boolean {
  const audience = row.answers[0]?.audience;
  return row.answers.length === 1 && next.answers.length === 1 && next.answers[0]?.audience === audience;
}

/**
 * The last staged row of a response speaks for the whole of it, so only that one carries its parts; without `parts`
 * a later row does.
 */
function linesOf(row: CheckedRow, key: string, parts: ResponseParts | undefined): string {
  const { answers, rowNumber } = row;
  const tail = parts ? responseTail(row.response, parts) : NO_TAIL;
  let lines = '';
  const spokenFor = new Set<string>();
  for (let i = answers.length - 1; i >= 0; i--) {
    const { audience, target, lens, value } = answers[i] as CheckedRow['answers'][number];
    const start = `${rowNumber}\t${key}\t${audience}\t${target.id}\t${lens}\t${value ?? '\\N'}\t`;
    lines = start + (spokenFor.has(audience) ? NO_TAIL : tail) + lines;
    spokenFor.add(audience);
  }
  return lines;
}

const NO_TAIL = '\\N\t\\N\t\\N\t\\N\t\\N\n';

function responseTail(response: CheckedRow['response'], parts: ResponseParts): string {
  const at = parts.at && response.at !== null ? response.at : '\\N';
  const channel = parts.channel ? escaped(response.channel) : '\\N';
  const weight = parts.weight ? String(response.weight) : '\\N';
  const attributes = parts.attributes ? escaped(JSON.stringify(response.attributes)) : '\\N';
  return `${at}\t${channel}\t${weight}\t${attributes}\t${response.contact === null ? '\\N' : escaped(response.contact)}\n`;
}

const SPECIAL_ONE = /[\\\t\n\r]/;
const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Text as COPY reads it. */
function escaped(text: string): string {
  if (!SPECIAL_ONE.test(text)) return text;
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}
