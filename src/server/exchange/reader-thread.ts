import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../http/problem.ts';
import { readFileOf, type ToRead } from './reading.ts';

// The thread in which one file is read: it says what the file is, then gives a thousand responses whenever it is asked.
const port = parentPort;
if (!port) throw new Error('reader-thread.ts runs as a thread only');
try {
  const { read, batches } = await readFileOf(workerData as ToRead);
  port.postMessage({ read });
  let next = 0;
  port.on('message', () => {
    port.postMessage({ batch: batches[next] ?? null });
    next += 1;
  });
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  port.postMessage({ refused: { code: error.code, message: error.message } });
}
