import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { CheckedRow } from './check-rows.ts';

/** Columns of the staging table in the order in which a line is written; see createStaged of the responses. */
const COLUMNS =
  'row_number, response_key, audience, item_id, lens, value, answered_on, channel, weight, attributes, contact_key';
const CHUNK = 64 * 1024;

/** Which parts of a response the mapping reads; the others stay NULL, so that an update keeps what is stored. */
export interface ResponseParts {
  readonly at: boolean;
  readonly channel: boolean;
  readonly weight: boolean;
  readonly attributes: boolean;
}

/**
 * Streams accepted rows into the staging table with COPY. `keyOf` gives a response its key; rows come as fast as the
 * database takes them. Throws what `rows` throws, and then the transaction has to be rolled back.
 */
export async function copyAnswers(
  client: pg.PoolClient,
  stagedTable: string,
  rows: AsyncIterable<CheckedRow>,
  keyOf: (row: CheckedRow) => string,
  parts: ResponseParts,
): Promise<void> {
  async function* chunks(): AsyncGenerator<Buffer> {
    let lines = '';
    for await (const row of rows) {
      lines += linesOf(row, escaped(keyOf(row)), parts);
      if (lines.length < CHUNK) continue;
      yield Buffer.from(lines);
      lines = '';
    }
    if (lines !== '') yield Buffer.from(lines);
  }
  const target = client.query(copyFrom(`COPY ${stagedTable} (${COLUMNS}) FROM STDIN`));
  await pipeline(Readable.from(chunks(), { objectMode: true, highWaterMark: 2 }), target);
}

/** The last staged row of a response speaks for the whole of it, so only that one carries its parts. */
function linesOf(row: CheckedRow, key: string, parts: ResponseParts): string {
  const tail = responseTail(row.response, parts);
  const lines: string[] = [];
  const spokenFor = new Set<string>();
  for (const answer of row.answers.toReversed()) {
    const value = answer.value === null ? '\\N' : String(answer.value);
    const start = `${row.rowNumber}\t${key}\t${answer.audience}\t${answer.target.id}\t${answer.lens}\t${value}\t`;
    lines.push(spokenFor.has(answer.audience) ? `${start}${NO_TAIL}` : `${start}${tail}`);
    spokenFor.add(answer.audience);
  }
  return lines.length === 1 ? `${lines[0]}` : lines.reverse().join('');
}

const NO_TAIL = '\\N\t\\N\t\\N\t\\N\t\\N\n';

function responseTail(response: CheckedRow['response'], parts: ResponseParts): string {
  const at = parts.at && response.at !== null ? response.at : '\\N';
  const channel = parts.channel ? escaped(response.channel) : '\\N';
  const weight = parts.weight ? String(response.weight) : '\\N';
  const attributes = parts.attributes ? escaped(JSON.stringify(response.attributes)) : '\\N';
  return `${at}\t${channel}\t${weight}\t${attributes}\t${response.contact === null ? '\\N' : escaped(response.contact)}\n`;
}

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Text as COPY reads it. */
function escaped(text: string): string {
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}
