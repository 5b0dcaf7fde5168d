import { sql } from 'kysely';
import { z } from 'zod';
import { anyone } from './policy.ts';
import { Problem } from './problem.ts';
import { type Route, route } from './route.ts';

export const platformRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/api/v1/health',
      summary: 'Whether the server and its database answer',
      tag: 'Platform',
      policy: anyone,
      answer: z.object({ ready: z.literal(true) }),
    },
    async (context) => {
      try {
        await sql`SELECT 1`.execute(context.connection.db);
      } catch {
        throw new Problem('unavailable', 'The database cannot be reached just now.', { retryAfter: 5 });
      }
      return { ready: true as const };
    },
  ),
];
