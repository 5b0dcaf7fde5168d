// `npm run dev`: the server, built and started anew when its sources change, and the dashboard with hot reload.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, NotReady, ROOT } from './ensure-built.js';

try {
  await ensureBuilt({ web: true });
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error);
  process.exit(1);
}
const run = (...options) => spawn(process.execPath, options, { cwd: ROOT, stdio: 'inherit' });
const dashboard = run(path.join(ROOT, 'node_modules/vite/bin/vite.js'), '--config', 'vite.config.ts');
let server = null;
let stopping = false;
let again = null;

function serve() {
  server = run('bin/parallax.js', 'start');
  server.on('exit', () => {
    server = null;
    if (stopping) return;
    // It was asked to stop by a change, or it failed: either way the next change starts it.
    if (again) serve();
    again = null;
  });
}

for (const folder of ['src/core', 'src/server', 'src/cli', 'migrations']) {
  watch(path.join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(again);
    again = setTimeout(() => {
      if (server) server.kill('SIGTERM');
      else serve();
    }, 200);
  });
}
// Ctrl-C reaches all of them; SIGTERM is passed on.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stopping = true;
    server?.kill(signal);
    dashboard.kill(signal);
    setTimeout(() => process.exit(0), server ? 1_000 : 0);
  });
}
serve();
