// `npm test`, also in a fresh clone: installs, finds a browser, builds, runs every test, says how many passed.
// `--deep` runs the long crash, fuzz and simulation rounds; anything else is handed to vitest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureChromium } from './chromium.js';
import { ensureBuilt, NotReady, ROOT } from './ensure-built.js';
import { ensureStrace } from './strace.js';

let chromium;
try {
  chromium = ensureChromium();
  ensureStrace();
  await ensureBuilt({ web: true });
} catch (error) {
  console.error(error instanceof NotReady || !(error instanceof TypeError) ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const deep = process.argv.includes('--deep');
const rest = process.argv.slice(2).filter((option) => option !== '--deep');
const folder = mkdtempSync(path.join(tmpdir(), 'parallax-results-'));
const results = path.join(folder, 'results.json');
const run = spawnSync(
  process.execPath,
  [
    path.join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...rest,
  ],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: chromium, TEST_DEEP: deep ? '1' : '' } },
);
const { passed, failed } = count(results);
rmSync(folder, { recursive: true, force: true });
const ok = run.status === 0 && failed === 0 && passed > 0;
console.log(`${passed} passed, ${ok ? 0 : Math.max(failed, 1)} failed`);
process.exit(ok ? 0 : 1);

/** A file that fails before its first test counts as one failure. */
function count(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const broken = report.testResults.filter(
      (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
    ).length;
    return { passed: report.numPassedTests, failed: report.numFailedTests + broken };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
