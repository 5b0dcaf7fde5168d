import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { SYSTEM_PATH } from '../processes.ts';

/** How to start a PostgreSQL program so that it accepts to run. */
export interface RunAs {
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
  /** Set when root can't hide behind a user namespace: what the sentence about unreachable folders needs to say. */
  readonly otherUser?: true;
}

const NOBODY = 65534;

/**
 * PostgreSQL refuses to run as root. As root we start it inside a user namespace where root's files belong to an
 * ordinary number: nothing changes hands on disk, and it works below folders that only root may enter. Where
 * namespaces are forbidden (some containers), and for a folder that an ordinary user made, another user is taken.
 */
export function runAs(clusterFolder: string): RunAs {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { prefix: [], uid: owner.uid, gid: owner.gid, otherUser: true };
  const prefix = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];
  const works = spawnSync(prefix[0] as string, [...prefix.slice(1), 'true'], {
    env: { PATH: SYSTEM_PATH },
    stdio: 'ignore',
  });
  if (works.status === 0) return { prefix };
  return { prefix: [], uid: NOBODY, gid: NOBODY, otherUser: true };
}

/** Hands a folder to the user that PostgreSQL will run as, where that is another one than ours. */
export function handOver(folder: string, as: RunAs): void {
  if (as.uid === undefined || as.gid === undefined) return;
  chownSync(folder, as.uid, as.gid);
  for (const name of readdirSync(folder)) chownSync(path.join(folder, name), as.uid, as.gid);
  // The other user has to pass through the data folder, never to list it.
  chmodSync(path.dirname(folder), 0o711);
}
