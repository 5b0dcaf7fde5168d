// Finds the browser that the end-to-end tests drive, or installs it where that is possible.
import { findProgram, installByApt, isProgram } from './programs.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Path of a Chromium, or null. CHROMIUM_PATH goes first. */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given && isProgram(given)) return given;
  return findProgram(NAMES) ?? PLACES.find(isProgram) ?? null;
}

/** As findChromium, but installs it with apt-get as root; throws a sentence that says what to run otherwise. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  if (process.env.CHROMIUM_PATH)
    throw new Error(`CHROMIUM_PATH is ${process.env.CHROMIUM_PATH}, and that is not a program.`);
  installByApt('chromium', 'Installing Chromium for the browser tests …');
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(
    'The browser tests need Chromium. Install it (Debian, Ubuntu: sudo apt-get install chromium; macOS: brew install --cask chromium), or set CHROMIUM_PATH to a Chromium or Chrome.',
  );
}
