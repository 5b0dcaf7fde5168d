import { sql } from 'kysely';
import type { Tx } from '../db/connect.ts';
import type { Column } from './catalogue.ts';

/** Tables that had another name when an export was made (migration 0023). */
const NAMES_NOW = new Map([['wave_plans', 'wave_schedules']]);

export const nameNow = (table: string): string => NAMES_NOW.get(table) ?? table;

/** Columns that moved elsewhere (migration 0015); their values are read, not stored. */
const MOVED = new Set(['mail_settings.time_zone']);

export function movedColumn(table: string, name: string): Column | undefined {
  return MOVED.has(`${table}.${name}`) ? { name, type: 'text', identity: true, person: false } : undefined;
}

/**
 * What an export of an older version says in words of its time. It does for one workspace what the migrations since have
 * done for those that were there; a migration that renames, moves or rewrites anything that is exported has its line here.
 */
export class OlderWords {
  #timeZone: string | null = null;

  note(table: string, columns: readonly Column[], batch: readonly (readonly (string | null)[])[]): void {
    if (table !== 'mail_settings') return;
    const at = columns.findIndex(({ name }) => name === 'time_zone');
    this.#timeZone = batch[0]?.[at] ?? null;
  }

  /** Call it when all rows are stored. */
  async putRight(workspaceId: string, tx: Tx): Promise<void> {
    // Migration 0015.
    if (this.#timeZone !== null && this.#timeZone !== 'UTC') {
      await sql`INSERT INTO asking_settings (workspace_id, time_zone) VALUES (${workspaceId}, ${this.#timeZone})
        ON CONFLICT (workspace_id) DO UPDATE SET time_zone = EXCLUDED.time_zone
        WHERE asking_settings.time_zone = 'UTC'`.execute(tx);
    }
    // Migration 0022.
    await sql`UPDATE surveys SET draft = (draft - 'theme') || jsonb_build_object('appearance', draft -> 'theme')
      WHERE workspace_id = ${workspaceId} AND draft ? 'theme'`.execute(tx);
    await sql`
      UPDATE survey_versions
      SET definition = (definition - 'theme') || jsonb_build_object('appearance', definition -> 'theme')
      WHERE workspace_id = ${workspaceId} AND definition ? 'theme'`.execute(tx);
  }
}
