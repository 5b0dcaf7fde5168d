import type { Tx } from '../db/connect.ts';
import { insertUser, raiseCredentialVersion, type User, userByEmail, userById, usersByIds } from './store.ts';

export { anyUserExists } from './store.ts';

/** What other features may know of a person. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly credentialVersion: number;
  readonly disabled: boolean;
}

const toPerson = (user: User): Person => ({
  id: user.id,
  name: user.name,
  email: user.email,
  credentialVersion: user.credentialVersion,
  disabled: user.disabledAt !== null,
});

export async function peopleByIds(tx: Tx, ids: readonly string[]): Promise<Map<string, Person>> {
  return new Map((await usersByIds(tx, ids)).map((user) => [user.id, toPerson(user)]));
}

export async function personById(tx: Tx, id: string): Promise<Person | undefined> {
  const user = await userById(tx, id);
  return user && toPerson(user);
}

export async function personByEmail(tx: Tx, email: string): Promise<Person | undefined> {
  const user = await userByEmail(tx, email);
  return user && toPerson(user);
}

export async function createPerson(
  tx: Tx,
  person: { email: string; name: string; passwordHash: string | null },
): Promise<Person> {
  return toPerson(await insertUser(tx, person));
}

/** Ends every session and link of a person, at their very next request. */
export async function endAllAccess(tx: Tx, userId: string): Promise<void> {
  await raiseCredentialVersion(tx, userId);
}
