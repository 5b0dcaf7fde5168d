import { stat } from 'node:fs/promises';
import { type Detection, detect } from '../server/imports/detect.ts';
import { openTable, UnreadableFile } from '../server/imports/read-table.ts';
import { CommandError } from './command-error.ts';

const UNREADABLE = 3;

/** Prints the suggested mapping as JSON on standard output, and on standard error what it rests on. */
export async function suggest(file: string): Promise<void> {
  const found = await look(file);
  for (const warning of found.warnings) console.error(`Check: ${warning}`);
  for (const column of found.columns) {
    if (column.scale === null) continue;
    const codes = column.codes.map(
      (code) => `; ${code.code} as ${code.meaning.replace('_', ' ')}, because ${code.reason}`,
    );
    console.error(`${column.name}: ${column.scale}, because ${column.reason}${codes.join('')}`);
  }
  console.log(JSON.stringify(found.mapping, null, 2));
}

async function look(file: string): Promise<Detection> {
  await requireFile(file);
  try {
    return await detect(await openTable(file));
  } catch (error) {
    if (error instanceof UnreadableFile) throw new CommandError(`${file}: ${error.message}`, UNREADABLE);
    throw error;
  }
}

/** Ends with exit code 3 unless there is a file that can be opened; returns its size. */
export async function requireFile(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new CommandError(`${file}: there is no such file.`, UNREADABLE);
  return found.size;
}
