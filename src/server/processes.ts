import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/**
 * When the process began, in a form that only equality is asked of; null when there is no such process (or only its
 * unreaped remains). A PID alone is not an identity: after a kill or a restart another process may carry it.
 */
export function startTimeOf(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold spaces; field 3 is the state, field 22 the start in ticks since boot.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
    } catch {
      return null;
    }
  }
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: SYSTEM_PATH, LC_ALL: 'C' },
    });
    return text.trim().replaceAll(/\W+/g, '_') || null;
  } catch {
    return null;
  }
}

/** Where processes are numbered: this boot of this machine, and on Linux this container. */
export function processWorld(): string {
  if (process.platform !== 'linux') return 'machine';
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8);
    return `${boot}_${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`;
  } catch {
    return 'machine';
  }
}

/** Whether `pid` is a PostgreSQL that works on `folder` (real path), as opposed to a stranger that got its number. */
export function isPostgresOn(pid: number, folder: string): boolean {
  if (startTimeOf(pid) === null) return false;
  if (process.platform === 'linux') {
    try {
      // A server process always stands in its data folder.
      return (
        readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === folder
      );
    } catch {
      return false;
    }
  }
  try {
    const command = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: SYSTEM_PATH },
    });
    return command.includes('postgres') && command.includes(path.resolve(folder));
  } catch {
    return false;
  }
}

/** PIDs of all PostgreSQL processes that work on `folder` (real path), workers included; found on Linux only. */
export function postgresOn(folder: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && isPostgresOn(pid, folder));
}

/** Whether a signal would find something under this number: a process, or remains that nobody has collected yet. */
export function isNumberTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Children of ours get a clean environment: LANG, PG* and LD_* of the person who starts us must not reach them. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
