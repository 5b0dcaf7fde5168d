import { groupForLater, type Label, ticketGroups } from '../../core/ticket-groups.ts';
import type { Tx } from '../db/connect.ts';
import { ensureInvitations } from '../invitations/personal.ts';
import { hashesOfWave, putIntoGroups } from '../invitations/ticketed.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { findGroups, replaceGroups, type StoredGroup } from './groups-store.ts';
import { anyKey, lockMarks } from './store.ts';

export { findGroups } from './groups-store.ts';
export { anyKey as wasOpened, lockMarks as lockWave } from './store.ts';

/** Somebody who is asked, with what their answers may keep. */
export interface Invited {
  readonly tokenHash: Buffer;
  readonly attributes: Label;
}

interface Inviting {
  readonly waveId: string;
  /** The attributes that answers may keep, the last one is given up first. */
  readonly names: readonly string[];
  readonly people: readonly Invited[];
  /** Everybody whom the wave is going to ask: the groups are made of them. Those of `people` who are not among them come later. */
  readonly everybody: () => Promise<readonly Invited[]>;
  /** Makes the groups anew while nobody has opened a link. */
  readonly again: boolean;
}

/**
 * Makes the invitations of people whose answers may keep attributes, each in a group of at least the anonymity threshold
 * (ticket-groups.ts). The groups stand from the moment when somebody opens a link. Whoever is invited after they were made
 * joins the group that fits best. Returns the hashes, hexadecimal, of those whom no group fits and who are too few to be one:
 * they are not invited, because the answers would say whose they are.
 */
export async function inviteInGroups(
  workspaceId: string,
  tx: Tx,
  { waveId, names, people, everybody, again }: Inviting,
): Promise<ReadonlySet<string>> {
  await lockMarks(workspaceId, tx, waveId);
  const groups = await findGroups(workspaceId, tx, waveId);
  const open = !(await anyKey(workspaceId, tx, waveId));
  if (open && (again || groups.length === 0)) {
    const all = await everybody();
    await invite(workspaceId, tx, waveId, all);
    await groupAll(workspaceId, tx, { waveId, names, all });
  } else if (groups.length === 0) {
    // Links were opened before the survey said that its answers keep something.
    await invite(workspaceId, tx, waveId, people);
    return new Set();
  }
  return joinLater(workspaceId, tx, { waveId, names, people });
}

const hashOf = ({ tokenHash }: Invited): string => tokenHash.toString('hex');

function invite(workspaceId: string, tx: Tx, waveId: string, people: readonly Invited[]): Promise<void> {
  const invitations = people.map(({ tokenHash }) => ({ tokenHash, contactId: null, round: 1 }));
  return ensureInvitations(workspaceId, tx, waveId, invitations);
}

async function groupAll(
  workspaceId: string,
  tx: Tx,
  { waveId, names, all }: Pick<Inviting, 'waveId' | 'names'> & { readonly all: readonly Invited[] },
): Promise<void> {
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  const known = new Map(all.map((one) => [hashOf(one), one.attributes]));
  // Also those of people who are not asked any more.
  const hashes = (await hashesOfWave(workspaceId, tx, waveId)).map((hash) => hash.toString('hex'));
  const { of, groups } = ticketGroups(
    hashes.map((hash) => known.get(hash) ?? {}),
    names,
    anonymityThreshold,
  );
  const first = Object.keys(groups[0]?.label ?? {}).length === 0 ? 0 : 1;
  await replaceGroups(
    workspaceId,
    tx,
    waveId,
    groups.map((group, i) => ({ ...group, number: i + first })),
  );
  await putIntoGroups(workspaceId, tx, waveId, new Map(hashes.map((hash, i) => [hash, (of[i] ?? 0) + first])));
}

async function joinLater(
  workspaceId: string,
  tx: Tx,
  { waveId, names, people }: Pick<Inviting, 'waveId' | 'names' | 'people'>,
): Promise<ReadonlySet<string>> {
  const there = new Set((await hashesOfWave(workspaceId, tx, waveId)).map((hash) => hash.toString('hex')));
  const late = people.filter((one) => !there.has(hashOf(one)));
  if (late.length === 0) return new Set();
  const groups = await findGroups(workspaceId, tx, waveId);
  const { anonymityThreshold } = await workspaceSettings(workspaceId, tx);
  const placed = late.map((one) => ({ one, place: groupForLater(one.attributes, names, groups) }));
  const alone = placed.filter(({ place }) => place === undefined);
  const enough = alone.length >= anonymityThreshold;
  const groupOf = new Map(
    placed.flatMap(({ one, place }) => {
      const number = place === undefined ? (enough ? 0 : undefined) : groups[place]?.number;
      return number === undefined ? [] : [[hashOf(one), number] as const];
    }),
  );
  const joined = late.filter((one) => groupOf.has(hashOf(one)));
  await invite(workspaceId, tx, waveId, joined);
  await putIntoGroups(workspaceId, tx, waveId, groupOf);
  const more = new Map<number, number>();
  for (const number of groupOf.values()) more.set(number, (more.get(number) ?? 0) + 1);
  await replaceGroups(workspaceId, tx, waveId, withMore(groups, more));
  return new Set(enough ? [] : alone.map(({ one }) => hashOf(one)));
}

function withMore(groups: readonly StoredGroup[], more: ReadonlyMap<number, number>): StoredGroup[] {
  const all = groups.some(({ number }) => number === 0) ? groups : [{ number: 0, label: {}, people: 0 }, ...groups];
  return all
    .map((group) => ({ ...group, people: group.people + (more.get(group.number) ?? 0) }))
    .filter(({ people }) => people > 0);
}
