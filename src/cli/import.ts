import type { Command } from 'commander';
import type { ImportOptions } from './import-run.ts';

/** `parallax import FILE` brings a file into a running Parallax; `parallax mapping FILE` prints a mapping to edit. */
export function register(program: Command): void {
  program
    .command('import')
    .description('Import answers from a file into a workspace of a running Parallax.')
    .argument('<file>', 'CSV, TSV or XLSX; CSV and TSV also as .gz')
    .requiredOption('--api-key <key>', 'API key of the workspace with the scope "import"')
    .requiredOption('--workspace <id>', 'id of the workspace')
    .requiredOption('--survey <name or id>', 'name of a new survey, or the id of the survey that they go into')
    .option('--mapping <file>', 'JSON that says how columns become answers (default: what is found in the file)')
    .option(
      '--mode <mode>',
      'all_or_nothing, or valid_rows: what is valid lands and the rest is listed',
      'all_or_nothing',
    )
    .option('--url <address>', 'where Parallax answers', 'http://localhost:4300')
    .addHelpText(
      'after',
      '\nExit codes: 0 imported, 1 failed (nothing was stored), 2 called wrongly, 3 the file cannot be read.',
    )
    .action(async (file: string, options: ImportOptions) => {
      const { runImport } = await import('./import-run.ts');
      await runImport(file, options);
    });
  program
    .command('mapping')
    .description('Look at a file, without a server, and print the mapping it seems to need, to edit and use.')
    .argument('<file>', 'CSV, TSV or XLSX; CSV and TSV also as .gz')
    .action(async (file: string) => {
      const { suggest } = await import('./import-suggest.ts');
      await suggest(file);
    });
}
