import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import { DamagedBackup } from './envelope.ts';
import {
  endLineSchema,
  FORMAT_VERSION,
  type Manifest,
  manifestSchema,
  rowLineSchema,
  tableLineSchema,
} from './schema.ts';

/** No row is longer: the longest text that can be stored, many times over. */
const LONGEST_LINE = 4 * 1024 * 1024;

export type Part =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'table'; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: 'row'; readonly values: readonly (string | null)[] };

/**
 * Reads an export whose seal has been verified, line by line, and checks on the way that it says what it should: the
 * kinds of lines in order, rows as long as their columns, counts and content as noted at its end. Throws DamagedBackup
 * naming the line.
 */
export async function* readParts(file: string, length: number): AsyncGenerator<Part> {
  const counted: Record<string, number> = {};
  const hash = createHash('sha256');
  let table: string | undefined;
  let width = 0;
  let number = 0;
  let ended = false;
  for await (const line of linesOf(file, length)) {
    number += 1;
    if (ended) throw new DamagedBackup(`Line ${number}: there is text behind the end.`);
    const value = jsonOf(line, number);
    if (Array.isArray(value)) {
      const values = checked(rowLineSchema, value, number);
      if (table === undefined || values.length !== width)
        throw new DamagedBackup(`Line ${number}: a row out of place.`);
      counted[table] = (counted[table] ?? 0) + 1;
      hash.update(`${line}\n`);
      yield { kind: 'row', values };
    } else if (number === 1) {
      hash.update(`${line}\n`);
      yield { kind: 'manifest', manifest: manifestOf(value) };
    } else if (typeof value === 'object' && value !== null && 'table' in value) {
      const header = checked(tableLineSchema, value, number);
      if (header.table in counted) throw new DamagedBackup(`Line ${number}: ${header.table} comes twice.`);
      table = header.table;
      width = header.columns.length;
      counted[table] = 0;
      hash.update(`${line}\n`);
      yield { kind: 'table', ...header };
    } else {
      const end = checked(endLineSchema, value, number);
      if (end.sha256 !== hash.digest('hex') || !sameCounts(end.rows, counted)) {
        throw new DamagedBackup('The content is not what was exported: counts or checksum differ.');
      }
      ended = true;
    }
  }
  if (!ended) throw new DamagedBackup('The export has no end. Use a complete copy.');
}

function manifestOf(value: unknown): Manifest {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  if (typeof version === 'number' && version > FORMAT_VERSION) {
    throw new DamagedBackup('This export was made by a newer Parallax. Restore it with that version or a later one.');
  }
  const found = manifestSchema.safeParse(value);
  if (!found.success) throw new DamagedBackup('This is no export of a workspace.');
  return found.data;
}

const sameCounts = (a: Record<string, number>, b: Record<string, number>) =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, n]) => b[name] === n);

function jsonOf(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new DamagedBackup(`Line ${number} cannot be read.`);
  }
}

function checked<S extends z.ZodType>(schema: S, value: unknown, number: number): z.output<S> {
  const found = schema.safeParse(value);
  if (!found.success) throw new DamagedBackup(`Line ${number} is not what belongs there.`);
  return found.data;
}

async function* linesOf(file: string, length: number): AsyncGenerator<string> {
  const source = createReadStream(file, { end: length - 1 });
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const chunk of gunzip) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw new DamagedBackup('A line is longer than any export has.');
      yield* parts;
    }
    if (rest !== '') yield rest;
  } catch (error) {
    if (error instanceof DamagedBackup) throw error;
    if (error instanceof Error && ('code' in error || error instanceof TypeError)) {
      throw new DamagedBackup(`The export cannot be unpacked (${error.message}).`);
    }
    throw error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
