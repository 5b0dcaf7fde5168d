import type { Tx } from '../db/connect.ts';
import { askingSettings } from './moments-store.ts';

export { saveTimeZone } from './moments-store.ts';

/** IANA name of the workspace's time zone. */
export async function workspaceTimeZone(workspaceId: string, tx: Tx): Promise<string> {
  return (await askingSettings(workspaceId, tx)).timeZone;
}
