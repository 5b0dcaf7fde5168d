import { createHash } from 'node:crypto';
import { isTicket } from '../../core/blind.ts';
import type { Label } from '../../core/ticket-groups.ts';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { findTicketed } from '../invitations/ticketed.ts';
import { unknownLink } from '../surveys/verbs.ts';
import { findGroup, type StoredGroup } from './groups-store.ts';
import { ensureKey, ticketModulus } from './keys.ts';
import type { TicketsOf } from './store.ts';

/** What a device shows instead of its link: `workspace.wave.serial.signature`, or `workspace.wave.group.serial.signature`. */
export interface Ticket extends TicketsOf {
  readonly workspaceId: string;
  /** 32 bytes, hexadecimal. */
  readonly serial: string;
  readonly signature: string;
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const FORM = new RegExp(`^(${UUID})\\.(${UUID})(?:\\.([1-9][0-9]{0,5}))?\\.([0-9a-f]{64})\\.([0-9a-f]{1,512})$`);

/** Reads the parts of a ticket; undefined unless it has exactly this form. Whether it holds says `holds`. */
export function readTicket(text: string): Ticket | undefined {
  const [, workspaceId, waveId, group = '0', serial, signature] = FORM.exec(text) ?? [];
  if (!workspaceId || !waveId || !serial || !signature) return undefined;
  return { workspaceId, waveId, group: Number(group), serial, signature };
}

/** Whether the key of this group of the wave has signed this ticket. */
export async function holds(workspaceId: string, tx: Tx, ticket: Ticket): Promise<boolean> {
  const modulus = await ticketModulus(workspaceId, tx, ticket);
  return (
    ticket.workspaceId === workspaceId && modulus !== undefined && isTicket(modulus, ticket.serial, ticket.signature)
  );
}

const wayOf = ({ workspaceId, waveId, group }: TicketsOf & { readonly workspaceId: string }, between: string) =>
  [workspaceId, waveId, ...(group > 0 ? [group] : [])].join(between);

/** The one response that a ticket belongs to, for ever: its key follows from the serial, so that no list of spent ones is needed. */
export function responseOf(ticket: Ticket): string {
  const hex = createHash('sha256')
    .update(`response ${wayOf(ticket, ' ')} ${ticket.serial}`)
    .digest('hex');
  const digits = `${hex.slice(0, 12)}4${hex.slice(13, 16)}8${hex.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * What whoever has this personal link needs to ask for a ticket, and what their answers keep; `group` is undefined in a wave
 * whose answers keep no attributes. From the first time that this is asked on the groups of the wave stand.
 */
export async function askForTicket(
  workspaceId: string,
  tx: Tx,
  config: Config,
  tokenHash: Buffer,
): Promise<{ ask: { way: string; key: string }; group: StoredGroup | undefined }> {
  const of = await ensureKey(workspaceId, tx, config, async () => {
    const invitation = await findTicketed(workspaceId, tx, tokenHash);
    if (!invitation) throw unknownLink();
    return invitation;
  });
  const ask = { way: wayOf({ workspaceId, ...of }, '.'), key: of.modulus };
  return { ask, group: await findGroup(workspaceId, tx, of) };
}

const REMEMBERED = 500;
const labels = new Map<string, Label | undefined>();

/**
 * What answers keep that come with a ticket that holds; undefined in a wave whose answers keep no attributes. It never
 * changes: whoever has a ticket had opened a link before.
 */
export async function keptWith(workspaceId: string, tx: Tx, ticket: Ticket): Promise<Label | undefined> {
  const name = wayOf({ ...ticket, workspaceId }, ' ');
  if (labels.has(name)) return labels.get(name);
  const label = (await findGroup(workspaceId, tx, ticket))?.label;
  if (labels.size >= REMEMBERED) labels.clear();
  labels.set(name, label);
  return label;
}
