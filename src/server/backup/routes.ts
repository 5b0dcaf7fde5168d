import { Readable } from 'node:stream';
import { userIdOf } from '../accounts/routes.ts';
import { owners, signedIn } from '../http/policy.ts';
import { Problem } from '../http/problem.ts';
import { withUploadedFile } from '../http/receive-file.ts';
import { type Route, route } from '../http/route.ts';
import { DamagedBackup } from './envelope.ts';
import { exportWorkspace } from './export-workspace.ts';
import { restoreWorkspace } from './restore-workspace.ts';
import { restoredSchema } from './schema.ts';

const tag = 'Backup';
const LARGEST = 8 * 1024 ** 3;

export const backupRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/api/v1/workspaces/{workspaceId}/export',
      summary: 'The whole workspace as one file, to keep or to restore elsewhere; it holds every single answer',
      tag,
      // Owners only, and never an API key: single answers of leaders and staff are in it.
      policy: owners,
      produces: 'application/gzip',
    },
    async (context) => {
      await context.inWorkspace((tx) =>
        context.audit(tx, 'workspace.export', { kind: 'workspace', id: context.workspaceId }),
      );
      const day = context.now().toISOString().slice(0, 10);
      const bytes = Readable.from(exportWorkspace(context.connection, context.workspaceId, context.now()));
      return new Response(Readable.toWeb(bytes) as ReadableStream, {
        headers: {
          'Content-Type': 'application/gzip',
          'Content-Disposition': `attachment; filename="parallax-${day}.jsonl.gz"`,
        },
      });
    },
  ),
  route(
    {
      method: 'post',
      path: '/api/v1/workspaces/restore',
      summary: 'Restore an exported file as a new workspace that you own',
      tag,
      policy: signedIn,
      upload: 'application/gzip',
      maxBody: LARGEST,
      status: 201,
      answer: restoredSchema,
    },
    (context) =>
      withUploadedFile(context.config.dataDir, context.request, async (file) => {
        try {
          return await restoreWorkspace(context.connection, file, userIdOf(context));
        } catch (error) {
          if (error instanceof DamagedBackup) throw new Problem('unprocessable', error.message);
          throw error;
        }
      }),
  ),
];
