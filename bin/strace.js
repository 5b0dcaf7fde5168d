// Finds strace, which the power-cut tests read the server's writes with, or installs it where that is possible.
import { findProgram, installByApt } from './programs.js';

/** Path of strace, or null. */
export const findStrace = () => findProgram(['strace']);

/** As findStrace, but installs it with apt-get as root. Without it the power-cut tests are skipped, and that is said. */
export function ensureStrace() {
  if (process.platform !== 'linux' || findStrace()) return;
  installByApt('strace', 'Installing strace for the power-cut tests …');
  if (!findStrace()) console.error('Without strace the power-cut tests are skipped (sudo apt-get install strace).');
}
