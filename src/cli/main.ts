import { Command, CommanderError } from 'commander';
import { CommandError } from './command-error.ts';
import { register as exportWorkspace } from './export.ts';
import { register as gaps } from './gaps.ts';
import { register as importFile } from './import.ts';
import { register as openapi } from './openapi.ts';
import { register as restore } from './restore.ts';
import { register as settings } from './settings.ts';
import { register as signInLink } from './sign-in-link.ts';
import { register as start } from './start.ts';

/** One file per command. Each imports what it needs only when it runs, so that `--help` and small commands stay quick. */
const COMMANDS = [start, gaps, importFile, exportWorkspace, restore, signInLink, settings, openapi];

/** Runs the command line. Exit codes: 0 done, 1 could not be done, 2 called wrongly, others as a command says. */
export async function main(argv: string[]): Promise<void> {
  const program = new Command('parallax').description('Measure the customer-experience gap and close it.');
  for (const register of COMMANDS) register(program);
  for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // Commander has printed its own message by now.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof CommandError) {
      console.error(error.message);
      process.exitCode = error.exitCode;
    } else if (error instanceof Error && ['StartError', 'SettingsError'].includes(error.name)) {
      console.error(error.message);
      process.exitCode = 1;
    } else throw error;
  }
}
