import type { Command } from 'commander';
import { CommandError } from './command-error.ts';

/** `parallax export WORKSPACE FILE`: for whoever runs the server, by hand or every night. */
export function register(program: Command): void {
  program
    .command('export')
    .argument('<workspace>', 'id of the workspace, as in its address')
    .argument('<file>', 'file to write, such as ferries.jsonl.gz; it must not exist yet')
    .description('Write a whole workspace to one file, and check it. Parallax must be running.')
    .action(async (workspaceId: string, file: string) => {
      const { open, rename, rm, stat } = await import('node:fs/promises');
      const { loadSettings } = await import('../server/config.ts');
      const { connectToRunning } = await import('../server/running.ts');
      const { exportWorkspace, workspaceExists } = await import('../server/backup/export-workspace.ts');
      const { verifySeal } = await import('../server/backup/envelope.ts');
      if (await stat(file).catch(() => null)) throw new CommandError(`${file} exists already; name another file.`, 2);
      const { connection } = await connectToRunning(loadSettings());
      const partial = `${file}.partial`;
      try {
        if (!(await workspaceExists(connection, workspaceId))) {
          throw new CommandError(`There is no workspace ${workspaceId}; its id is the last part of its address.`, 2);
        }
        // Written under another name and flushed before it gets its own: what has the name is whole.
        const handle = await open(partial, 'w', 0o600);
        try {
          for await (const bytes of exportWorkspace(connection, workspaceId, new Date())) await handle.write(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await verifySeal(partial);
        await rename(partial, file);
        console.log(`${file} holds the workspace: ${(await stat(file)).size.toLocaleString('en')} bytes, verified.`);
      } finally {
        await rm(partial, { force: true });
        await connection.close();
      }
    });
}
