import { personById } from '../accounts/people.ts';
import type { Tx } from '../db/connect.ts';
import { membersOf } from './store.ts';

/** Addresses of the owners of a workspace who can sign in. */
export async function ownerAddresses(workspaceId: string, tx: Tx): Promise<string[]> {
  const members = await membersOf(workspaceId, tx);
  const owners = members.filter(({ role, disabledAt }) => role === 'owner' && disabledAt === null);
  const people: string[] = [];
  for (const { userId } of owners) {
    const person = await personById(tx, userId);
    if (person) people.push(person.email);
  }
  return people;
}
