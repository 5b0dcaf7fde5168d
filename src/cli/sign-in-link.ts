import type { Command } from 'commander';
import { CommandError } from './command-error.ts';

/** `parallax sign-in-link EMAIL`: for the person who runs the server, when someone is locked out or there is no mail. */
export function register(program: Command): void {
  program
    .command('sign-in-link')
    .argument('<email>', 'address of someone who has an account')
    .description('Print a link that signs this person in once, within 24 hours. Parallax must be running.')
    .action(async (email: string) => {
      const { loadSettings } = await import('../server/config.ts');
      const { connectToRunning } = await import('../server/running.ts');
      const { signInLinkFor } = await import('../server/accounts/links.ts');
      const { connection, config } = await connectToRunning(loadSettings());
      try {
        const link = await signInLinkFor(connection.db, config, email);
        if (!link) throw new CommandError(`Nobody who may sign in has the address ${email}.`, 2);
        console.log(link);
      } finally {
        await connection.close();
      }
    });
}
