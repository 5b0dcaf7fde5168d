import type { Tx } from '../db/connect.ts';
import { conflictWhenTaken, refuseUnknown } from '../db/violation.ts';
import { notFound } from '../http/problem.ts';
import type { Team } from './schema.ts';

export async function listTeams(workspaceId: string, tx: Tx): Promise<Team[]> {
  const teams = await tx
    .selectFrom('teams')
    .select(['id', 'name'])
    .where('workspaceId', '=', workspaceId)
    .orderBy('name')
    .execute();
  const members = await tx
    .selectFrom('teamMembers')
    .select(['teamId', 'userId'])
    .where('workspaceId', '=', workspaceId)
    .orderBy('userId')
    .execute();
  return teams.map((team) => ({
    ...team,
    members: members.filter((member) => member.teamId === team.id).map((member) => member.userId),
  }));
}

const taken = (name: string) => `There is a team called ${name} already.`;

export async function insertTeam(workspaceId: string, tx: Tx, name: string): Promise<string> {
  const insert = tx.insertInto('teams').values({ workspaceId, name }).returning('id').executeTakeFirstOrThrow();
  return (await conflictWhenTaken(insert, taken(name))).id;
}

export async function renameTeam(workspaceId: string, tx: Tx, teamId: string, name: string): Promise<void> {
  const update = tx
    .updateTable('teams')
    .set({ name })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', teamId)
    .executeTakeFirst();
  if ((await conflictWhenTaken(update, taken(name))).numUpdatedRows === 0n) throw notFound('This team');
}

/** The touchpoints that it owned have no owner then. */
export async function deleteTeam(workspaceId: string, tx: Tx, teamId: string): Promise<void> {
  const gone = await tx
    .deleteFrom('teams')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', teamId)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) throw notFound('This team');
}

export async function addTeamMember(workspaceId: string, tx: Tx, teamId: string, userId: string): Promise<void> {
  const team = await tx
    .selectFrom('teams')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', teamId)
    .executeTakeFirst();
  if (!team) throw notFound('This team');
  const insert = tx
    .insertInto('teamMembers')
    .values({ workspaceId, teamId, userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await refuseUnknown(insert, 'This person is no member of the workspace.');
}

export async function removeTeamMember(workspaceId: string, tx: Tx, teamId: string, userId: string): Promise<void> {
  const gone = await tx
    .deleteFrom('teamMembers')
    .where('workspaceId', '=', workspaceId)
    .where('teamId', '=', teamId)
    .where('userId', '=', userId)
    .executeTakeFirst();
  if (gone.numDeletedRows === 0n) throw notFound('This member of the team');
}
