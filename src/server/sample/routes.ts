import { SAMPLE_ATTRIBUTION, SAMPLE_NAME } from '../../core/sample-attribution.ts';
import { userIdOf } from '../accounts/routes.ts';
import { signedIn } from '../http/policy.ts';
import { Problem } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { myWorkspaces } from '../workspaces/mine.ts';
import { loadSample } from './load.ts';
import { sampleMadeSchema } from './schema.ts';

export const sampleRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/api/v1/sample',
      summary: 'Make the sample workspace (again); you become its owner',
      tag: 'Workspaces',
      policy: signedIn,
      status: 201,
      answer: sampleMadeSchema,
    },
    async (context) => {
      const userId = userIdOf(context);
      if ((await myWorkspaces(context.connection.db, userId)).some((workspace) => workspace.sample)) {
        throw new Problem('conflict', 'You have the sample workspace already. Delete it first to start afresh.');
      }
      const id = await context.connection.db.transaction().execute((tx) => loadSample(tx, userId));
      return { id, name: SAMPLE_NAME, role: 'owner' as const, sample: true as const, attribution: SAMPLE_ATTRIBUTION };
    },
  ),
];
