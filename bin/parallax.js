#!/usr/bin/env node
// Plain JavaScript without dependencies: it runs in a fresh clone, where nothing is installed or built yet.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Parallax needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org`);
  process.exit(1);
}
const { ensureBuilt, NotReady } = await import('./ensure-built.js');
try {
  await ensureBuilt({ web: process.argv[2] === 'start' });
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  console.error(error.message);
  process.exit(1);
}
if (process.env.npm_lifecycle_event) {
  // npx puts a shell between npm and us, and that shell dies of SIGTERM without passing it on: its end is our signal.
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    process.kill(process.pid, 'SIGTERM');
  }, 250).unref();
}
const { main } = await import('../dist/node/cli/main.js');
await main(process.argv);
