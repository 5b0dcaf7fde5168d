// Installs and builds what is stale, and only that. A part is fresh when the stamp written beside its result equals the
// hash of what it is made from, so neither clocks nor git matter.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(ROOT, ...parts);
const LOCK = at('dist', '.building');
const LOCK_IS_OLD_MS = 15 * 60_000;

/** Something the person can mend; the message is all they need. */
export class NotReady extends Error {}

const PARTS = {
  node: {
    line: 'Building the server …',
    sources: ['src/core', 'src/server', 'src/cli', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    // Types are checked by `npm run check`; here only the JavaScript is wanted, quickly.
    command: (out) => [
      at('node_modules/typescript/bin/tsc'),
      '-p',
      at('tsconfig.build.json'),
      '--noCheck',
      '--outDir',
      out,
    ],
  },
  web: {
    line: 'Building the dashboard …',
    sources: ['src/core', 'src/web', 'vite.config.ts', 'package-lock.json', 'bin/ensure-built.js'],
    command: (out) => viteBuild('vite.config.ts', out),
  },
  widget: {
    line: 'Building the surveys …',
    sources: [
      'src/core',
      'src/widget',
      'vite.widget.config.ts',
      'package.json',
      'package-lock.json',
      'bin/ensure-built.js',
    ],
    command: (out) => viteBuild('vite.widget.config.ts', out),
  },
  // A package as it is. It lies outside of what the server hands to visitors, whose bytes are counted.
  npm: { line: 'Copying the npm package …', sources: ['src/widget/npm'], copy: 'src/widget/npm' },
};

function viteBuild(config, out) {
  const options = ['--outDir', out, '--emptyOutDir', '--logLevel', 'warn'];
  return [at('node_modules/vite/bin/vite.js'), 'build', '--config', at(config), ...options];
}

/** Makes packages, server and (where asked) dashboard current. Says one line on stderr for each thing it has to do. */
export async function ensureBuilt({ web }) {
  const parts = web ? ['node', 'web', 'widget', 'npm'] : ['node'];
  const stale = () => !isInstalled() || parts.some(isStale);
  if (!stale()) return;
  await alone(async () => {
    await ensureInstalled();
    for (const part of parts) if (isStale(part)) await build(part);
  });
}

// ── Packages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
const INSTALL_STAMP = at('node_modules', '.parallax-installed');

export function isInstalled() {
  return read(INSTALL_STAMP) === lockHash();
}

/** Runs `npm ci` unless what is installed is what package-lock.json asks for, whoever installed it. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  if (!matchesLockfile()) {
    console.error('Installing packages (about a minute the first time) …');
    const npm = npmCommand();
    await run(
      npm.program,
      [...npm.first, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        what: 'Installing the packages failed. Check the network, then start again',
      },
    );
  }
  linkBin();
  writeFileSync(INSTALL_STAMP, lockHash());
}

/** npm itself keeps a list of what it installed; optional packages of other machines are absent from it. */
function matchesLockfile() {
  const installed = read(at('node_modules', '.package-lock.json'));
  if (installed === null) return false;
  const have = JSON.parse(installed).packages;
  const want = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  return Object.entries(want).every(([name, entry]) => {
    if (name === '') return true;
    const there = have[name];
    return there ? there.version === entry.version && existsSync(at(name)) : Boolean(entry.optional);
  });
}

/** npm links the commands of packages, not of the project itself; with this link `npx parallax` finds the clone. */
export function linkBin() {
  const link = at('node_modules', '.bin', 'parallax');
  if (process.platform === 'win32' || existsSync(link)) return;
  mkdirSync(path.dirname(link), { recursive: true });
  rmSync(link, { force: true });
  try {
    symlinkSync('../../bin/parallax.js', link);
  } catch (error) {
    if (!existsSync(link)) throw error;
  }
}

/** The npm that called us, if one did: the person may have several. */
function npmCommand() {
  const calling = process.env.npm_execpath;
  if (calling && /npm-cli\.js$/.test(calling)) return { program: process.execPath, first: [calling] };
  return { program: process.platform === 'win32' ? 'npm.cmd' : 'npm', first: [] };
}

// ── Build ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function isStale(part) {
  return read(at('dist', part, '.stamp')) !== hashOf(PARTS[part].sources);
}

/** Built beside, then renamed: nobody ever imports half a build. */
async function build(part) {
  console.error(PARTS[part].line);
  const { sources, command, copy } = PARTS[part];
  const stamp = hashOf(sources);
  const fresh = at('dist', `${part}.${process.pid}.new`);
  const old = at('dist', `${part}.${process.pid}.old`);
  try {
    if (copy) cpSync(at(copy), fresh, { recursive: true });
    else
      await run(process.execPath, command(fresh), {
        what: `${PARTS[part].line.replace(' …', '')} failed`,
        // Tests have another one, for which Vite builds React as for its developers: slower, and each page reads twice.
        env: { ...process.env, NODE_ENV: 'production' },
      });
    writeFileSync(path.join(fresh, '.stamp'), stamp);
    if (existsSync(at('dist', part))) renameSync(at('dist', part), old);
    renameSync(fresh, at('dist', part));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

function hashOf(sources) {
  const hash = createHash('sha256');
  const add = (name) => {
    const full = at(name);
    const info = statSync(full, { throwIfNoEntry: false });
    if (!info) return;
    if (info.isDirectory()) {
      for (const child of readdirSync(full).sort()) add(`${name}/${child}`);
    } else if (!/\.test\.tsx?$/.test(name)) {
      const content = readFileSync(full);
      hash.update(`${name}\0${content.length}\0`).update(content);
    }
  };
  for (const source of sources) add(source);
  return hash.digest('hex');
}

// ── One at a time ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Two processes that start at once take turns; a lock whose process is gone is taken over. */
async function alone(work) {
  mkdirSync(at('dist'), { recursive: true });
  let said = false;
  while (true) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code === 'EACCES' || error.code === 'EROFS')
        throw new NotReady(
          `Something has to be built, but ${at('dist')} cannot be written. Run once as the user who owns ${ROOT}: npm run build`,
        );
      if (error.code !== 'EEXIST') throw error;
    }
    const judged = read(LOCK);
    if (isAbandoned(judged)) {
      // Two may come here at once; who finds that the other was quicker puts the other's lock back.
      const away = `${LOCK}.${process.pid}`;
      try {
        renameSync(LOCK, away);
        if (read(away) !== judged) linkSync(away, LOCK);
      } catch {}
      rmSync(away, { force: true });
      continue;
    }
    if (!said) console.error('Another process is building; waiting for it …');
    said = true;
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function isAbandoned(content) {
  const info = statSync(LOCK, { throwIfNoEntry: false });
  const pid = Number(content);
  if (!info) return false;
  const age = Date.now() - info.mtimeMs;
  // Just created and not yet filled in is not abandoned.
  if (!pid) return age > 5_000;
  if (age > LOCK_IS_OLD_MS) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

// ── Small things ─────────────────────────────────────────────────────────────────────────────────────────────────────

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs quietly; what it printed shows only when it fails. */
function run(program, options, { what, env = process.env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, options, {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: program.endsWith('.cmd'),
    });
    // An install that outlived us would meet the one of the next start in the same folder.
    const passOn = (signal) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, passOn);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => reject(new NotReady(`${what}: ${error.message}`)));
    child.on('close', (code, signal) => {
      for (const each of SIGNALS) process.off(each, passOn);
      if (code === 0) resolve();
      else reject(new NotReady(signal ? `Interrupted (${signal}).` : `${what}:\n${excerpt(output)}`));
    });
  });
}

/** npm says the reason first, compilers last. */
function excerpt(output) {
  const lines = output.trim().split('\n');
  return lines.length <= 30 ? lines.join('\n') : [...lines.slice(0, 15), '…', ...lines.slice(-15)].join('\n');
}

// `node bin/ensure-built.js link` after an install by hand; `node bin/ensure-built.js` builds everything.
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    if (process.argv[2] === 'link') linkBin();
    else await ensureBuilt({ web: true });
  } catch (error) {
    console.error(error instanceof NotReady ? error.message : error);
    process.exitCode = 1;
  }
}
