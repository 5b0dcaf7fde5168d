import type { Command } from 'commander';
import type { Running } from '../server/main.ts';

/** `parallax start`: runs the server until Ctrl-C or SIGTERM. */
export function register(program: Command): void {
  program
    .command('start')
    .description('Start Parallax: database, API and dashboard on one port. Settings come from the environment.')
    .action(async () => {
      const { loadSettings } = await import('../server/config.ts');
      const settings = loadSettings();
      const { start } = await import('../server/main.ts');
      const stopping = new AbortController();
      stopOnSignals(stopping);
      try {
        const running = await start(settings, { signal: stopping.signal });
        console.log(welcome(running));
        const why = await running.ended;
        if (why !== null) console.error(why);
        process.exitCode = why === null ? 0 : 1;
      } catch (error) {
        if (!stopping.signal.aborted) throw error;
      }
    });
}

function welcome({ url, signInLink }: Running): string {
  const lines = [`Parallax is running at ${url}`];
  if (signInLink) lines.push('', 'First visit? This link makes you the owner. It works once:', `  ${signInLink}`);
  return ['', ...lines, '', 'Ctrl-C stops it.', ''].join('\n');
}

const SAME_CTRL_C_MS = 1_000;

/**
 * The first signal stops in order, also while starting. A second one ends this process at once; the database that it
 * then leaves behind is ended by the next start. One Ctrl-C under npm arrives twice: from the terminal and from npm.
 */
function stopOnSignals(stopping: AbortController): void {
  let first = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) {
        if (performance.now() - first > SAME_CTRL_C_MS) process.exit(1);
        return;
      }
      first = performance.now();
      console.error('Stopping …');
      stopping.abort();
    });
  }
}
