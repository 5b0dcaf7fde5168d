import type { Command } from 'commander';
import type { ReadFile } from './gap-file.ts';
import type { GapOptions, TypedOptions } from './gap-options.ts';

const collect = (text: string, before: readonly string[] = []) => [...before, text];

/** `parallax gaps FILE`: the gap report of a file, without a server. */
export function register(program: Command): void {
  program
    .command('gaps')
    .description('Print the gap report of a file (CSV, TSV, XLSX, .gz), without a server.')
    .argument('<file>', 'columns respondent, audience, item, value, and optionally lens, scale, weight, attributes')
    .option('--json', 'print JSON')
    .option('--from <audience:lens>', 'only gaps from this perspective')
    .option('--to <audience:lens>', 'only gaps to this perspective')
    .option('--pair <column>', 'average within audience and this unit (branch, school), then pair across audiences')
    .option('--tolerance <points>', 'how large a gap may be and not matter (default: 6.25 % of the scale)')
    .option('--level <share>', 'confidence level', '0.95')
    .option('--where <attribute=value>', 'only rows with this value; may be given several times', collect)
    .option('--min-n <answers>', 'show nothing that rests on fewer answers; 5 or more', '5')
    .option('--population <audience=size>', 'how many belong to an audience, such as leadership=9', collect)
    .option('--headline <item>', 'the item that asks whether customers get a superior experience')
    .option('--mapping <file>', 'JSON that says how the columns of a wide file become answers')
    .addHelpText('after', '\nExit codes: 0 a report, 2 called wrongly, 3 the file cannot be read.')
    .action(async (file: string, typed: TypedOptions) => {
      const { readOptions } = await import('./gap-options.ts');
      const { readAnswers } = await import('./gap-file.ts');
      const options = readOptions(typed);
      await print(file, await readAnswers(file, options), options);
    });
}

async function print(file: string, read: ReadFile, options: GapOptions): Promise<void> {
  const { reportOf } = await import('./gap-report-of.ts');
  const printed = reportOf(file, read, options);
  for (const line of printed.stderr) console.error(line);
  if (options.json) {
    const { reportJson } = await import('./gap-json.ts');
    console.log(reportJson(printed));
    return;
  }
  const { reportText } = await import('./gap-text.ts');
  console.log(reportText(printed, process.stdout.columns ?? 80));
}
