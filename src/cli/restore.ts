import type { Command } from 'commander';
import { CommandError } from './command-error.ts';

const UNREADABLE = 3;

/** `parallax restore FILE --owner EMAIL`: the exported workspace as a new one. */
export function register(program: Command): void {
  program
    .command('restore')
    .argument('<file>', 'a file written by export')
    .requiredOption('--owner <email>', 'address of the person who will own the restored workspace')
    .description('Restore an exported workspace as a new one. Parallax must be running.')
    .action(async (file: string, { owner }: { owner: string }) => {
      const { stat } = await import('node:fs/promises');
      const { loadSettings } = await import('../server/config.ts');
      const { connectToRunning } = await import('../server/running.ts');
      const { personByEmail } = await import('../server/accounts/people.ts');
      const { DamagedBackup } = await import('../server/backup/envelope.ts');
      const { restoreWorkspace } = await import('../server/backup/restore-workspace.ts');
      if (!(await stat(file).catch(() => null))?.isFile())
        throw new CommandError(`There is no file ${file}.`, UNREADABLE);
      const { connection } = await connectToRunning(loadSettings());
      try {
        const person = await connection.db.transaction().execute((tx) => personByEmail(tx, owner.trim().toLowerCase()));
        if (!person) throw new CommandError(`Nobody has the address ${owner}.`, 2);
        const { id, name, rows, erased } = await restoreWorkspace(connection, file, person.id);
        const left = erased > 0 ? `; ${erased} left out, erased since the export` : '';
        console.log(`Restored "${name}" as workspace ${id}: ${rows.responses ?? 0} responses${left}.`);
      } catch (error) {
        if (error instanceof DamagedBackup) throw new CommandError(`${file}: ${error.message}`, UNREADABLE);
        throw error;
      } finally {
        await connection.close();
      }
    });
}
