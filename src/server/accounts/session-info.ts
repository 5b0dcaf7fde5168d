import type { Services } from '../http/route.ts';
import { myWorkspaces } from '../workspaces/mine.ts';
import type { SessionInfo } from './schema.ts';
import { anyUserExists, userById } from './store.ts';

/** Everything that the dashboard needs to know first: who is signed in, where they may go, what this server can do. */
export async function describeSession(services: Services, userId: string | undefined): Promise<SessionInfo> {
  const { db } = services.connection;
  const user = userId ? await userById(db, userId) : undefined;
  return {
    user: user ? { id: user.id, name: user.name, email: user.email } : null,
    workspaces: user ? await myWorkspaces(db, user.id) : [],
    setupNeeded: user ? false : !(await anyUserExists(db)),
    mail: services.config.smtpUrl !== null,
  };
}
