import type { Command } from 'commander';

/** `parallax settings`: the table of docs/operate/settings.md. */
export function register(program: Command): void {
  program
    .command('settings')
    .description('List every setting, its default and its meaning.')
    .action(async () => {
      const { settingsTable } = await import('../server/config.ts');
      console.log(settingsTable());
    });
}
