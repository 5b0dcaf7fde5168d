import { createHash } from 'node:crypto';
import { isTicket } from '../../core/blind.ts';
import type { Tx } from '../db/connect.ts';
import { ticketModulus } from './keys.ts';

export { ensureKey } from './keys.ts';

/** What a device shows instead of its link: `workspace.wave.serial.signature`. */
export interface Ticket {
  readonly workspaceId: string;
  readonly waveId: string;
  /** 32 bytes, hexadecimal. */
  readonly serial: string;
  readonly signature: string;
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const FORM = new RegExp(`^(${UUID})\\.(${UUID})\\.([0-9a-f]{64})\\.([0-9a-f]{1,512})$`);

/** Reads the parts of a ticket; undefined unless it has exactly this form. Whether it holds says `holds`. */
export function readTicket(text: string): Ticket | undefined {
  const [, workspaceId, waveId, serial, signature] = FORM.exec(text) ?? [];
  return workspaceId && waveId && serial && signature ? { workspaceId, waveId, serial, signature } : undefined;
}

/** Whether the wave's key has signed this ticket. */
export async function holds(workspaceId: string, tx: Tx, ticket: Ticket): Promise<boolean> {
  const modulus = await ticketModulus(workspaceId, tx, ticket.waveId);
  return (
    ticket.workspaceId === workspaceId && modulus !== undefined && isTicket(modulus, ticket.serial, ticket.signature)
  );
}

/** The one response that a ticket belongs to, for ever: its key follows from the serial, so that no list of spent ones is needed. */
export function responseOf({ workspaceId, waveId, serial }: Ticket): string {
  const hex = createHash('sha256').update(`response ${workspaceId} ${waveId} ${serial}`).digest('hex');
  const digits = `${hex.slice(0, 12)}4${hex.slice(13, 16)}8${hex.slice(17, 32)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
