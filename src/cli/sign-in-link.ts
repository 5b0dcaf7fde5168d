import type { Command } from 'commander';
import { CommandError } from './command-error.ts';

/** `parallax sign-in-link EMAIL`: for someone who lost the password where no mail is sent. */
export function register(program: Command): void {
  program
    .command('sign-in-link')
    .description('Print a link that signs a person in, once. Parallax has to be running here.')
    .argument('<email>', 'address of an account')
    .action(async (email: string) => {
      const { loadSettings } = await import('../server/config.ts');
      const { connectToRunning } = await import('../server/running.ts');
      const { signInLinkFor } = await import('../server/accounts/links.ts');
      const { connection, config } = await connectToRunning(loadSettings());
      try {
        const link = await signInLinkFor(connection.db, config, email.trim().toLowerCase());
        if (!link) throw new CommandError(`There is no active account with the address ${email}.`, 1);
        console.log(link);
      } finally {
        await connection.close();
      }
    });
}
