import { z } from 'zod';
import { nameSchema } from '../items/schema.ts';

export const teamSchema = z.object({
  id: z.guid(),
  name: z.string(),
  members: z.array(z.guid()),
});
export type Team = z.infer<typeof teamSchema>;
export const teamListSchema = z.object({ teams: z.array(teamSchema) });
export const newTeamSchema = z.strictObject({ name: nameSchema });
export const teamPathSchema = z.object({ teamId: z.guid() });
export const teamMemberPathSchema = z.object({ teamId: z.guid(), userId: z.guid() });
