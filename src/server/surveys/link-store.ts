import { type RawBuilder, sql } from 'kysely';
import type { Audience } from '../../core/perspective.ts';
import { PREPARED, type Tx } from '../db/connect.ts';

export interface LinkRow {
  readonly token: string;
  readonly surveyId: string;
  readonly audience: Audience;
  readonly waveId: string | null;
  readonly name: string;
  readonly channel: string;
  readonly test: boolean;
  /** Leading zero bits that the proof of work needs; 0: none is asked for. */
  readonly work: number;
  readonly closedAt: Date | null;
  readonly createdAt: Date;
}
export type NewLinkRow = Omit<LinkRow, 'closedAt' | 'createdAt'>;

const LINK = [
  'token',
  'surveyId',
  'audience',
  'waveId',
  'name',
  'channel',
  'test',
  'work',
  'closedAt',
  'createdAt',
] as const;

/** Asked with every batch of answers. */
export async function findLink(workspaceId: string, tx: Tx, token: string): Promise<LinkRow | undefined> {
  const { rows } = await sql<LinkRow>`
    ${PREPARED} SELECT token, survey_id, audience, wave_id, name, channel, test, work, closed_at, created_at FROM survey_links
    WHERE workspace_id = ${workspaceId} AND token = ${token}`.execute(tx);
  return rows[0];
}

/** Whether these links are open, name no wave and are what is said here, and their surveys take answers. */
export const areOpenLinks = (
  workspaceId: string,
  links: readonly Pick<LinkRow, 'token' | 'channel' | 'work'>[],
): RawBuilder<boolean> => sql<boolean>`
  (SELECT count(*) FROM unnest(${links.map((link) => link.token)}::text[], ${links.map((link) => link.channel)}::text[],
      ${links.map((link) => link.work)}::integer[]) AS k (token, channel, work)
    CROSS JOIN LATERAL (SELECT survey_id FROM survey_links l WHERE l.workspace_id = ${workspaceId} AND l.token = k.token
      AND l.channel = k.channel AND l.work = k.work AND l.wave_id IS NULL AND l.closed_at IS NULL OFFSET 0) AS l
    JOIN surveys s ON s.workspace_id = ${workspaceId} AND s.id = l.survey_id AND s.archived_at IS NULL
  ) = ${links.length}::integer`;

export function linksOf(workspaceId: string, tx: Tx, surveyId: string): Promise<LinkRow[]> {
  return tx
    .selectFrom('surveyLinks')
    .select(LINK)
    .where('workspaceId', '=', workspaceId)
    .where('surveyId', '=', surveyId)
    .orderBy('test')
    .orderBy('createdAt')
    .orderBy('audience')
    .orderBy('token')
    .execute();
}

export function insertLink(workspaceId: string, tx: Tx, link: NewLinkRow): Promise<LinkRow> {
  return tx
    .insertInto('surveyLinks')
    .values({ workspaceId, ...link })
    .returning(LINK)
    .executeTakeFirstOrThrow();
}

export async function updateLink(
  workspaceId: string,
  tx: Tx,
  token: string,
  change: Partial<Pick<LinkRow, 'name' | 'channel' | 'waveId' | 'work' | 'closedAt'>>,
): Promise<void> {
  await tx
    .updateTable('surveyLinks')
    .set(change)
    .where('workspaceId', '=', workspaceId)
    .where('token', '=', token)
    .execute();
}
