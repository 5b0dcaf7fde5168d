import { Worker } from 'node:worker_threads';
import { Problem, type ProblemCode } from '../http/problem.ts';
import type { Ready } from './make-answers.ts';
import { type AnswersRead, type AnswersToRead, readFileOf, type SurveyRead, type SurveyToRead } from './reading.ts';

/** Files that are read at the same time; others wait for their turn. */
const MOST_THREADS = 2;
/** Memory of one thread, in MB: a file of 50 MB that is made of 3 million cells takes about 700. */
const MOST_MEMORY = 1_536;

type Batches = () => AsyncIterable<readonly Ready[]>;
interface Said {
  readonly read?: unknown;
  readonly batch?: readonly Ready[] | null;
  readonly refused?: { readonly code: ProblemCode; readonly message: string };
}

/**
 * Reads an uploaded file in a thread of its own, because a large one takes seconds, in which nobody's answer would be
 * stored otherwise. The thread lives as long as `work`, which is given what was read and pulls the responses a thousand
 * at a time. Throws Problems with the reader's sentence.
 */
export async function readInThread<T>(wanted: SurveyToRead, work: (read: SurveyRead) => Promise<T>): Promise<T>;
export async function readInThread<T>(
  wanted: AnswersToRead,
  work: (read: AnswersRead, batches: Batches) => Promise<T>,
): Promise<T>;
export async function readInThread<T>(
  wanted: SurveyToRead | AnswersToRead,
  work: (read: never, batches: Batches) => Promise<T>,
): Promise<T> {
  await turn();
  try {
    // Sources that were not built, as tests run them, have no file that a thread could run.
    if (import.meta.url.endsWith('.ts')) return await readHere(wanted, work);
    const thread = new Thread(wanted);
    try {
      const { read } = await thread.says();
      return await work(read as never, () => thread.batches());
    } finally {
      await thread.end();
    }
  } finally {
    const next = waiting.shift();
    if (next) next();
    else reading -= 1;
  }
}

let reading = 0;
const waiting: (() => void)[] = [];

/** Whoever ends hands its place to the next that waits. */
async function turn(): Promise<void> {
  if (reading < MOST_THREADS) reading += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
}

async function readHere<T>(
  wanted: SurveyToRead | AnswersToRead,
  work: (read: never, batches: Batches) => Promise<T>,
): Promise<T> {
  const { read, batches } = await readFileOf(wanted);
  return work(read as never, async function* () {
    yield* batches;
  });
}

class Thread {
  private readonly worker: Worker;
  private readonly said: Said[] = [];
  private failure: unknown;
  private heard: (() => void) | undefined;

  constructor(wanted: SurveyToRead | AnswersToRead) {
    this.worker = new Worker(new URL('./reader-thread.js', import.meta.url), {
      workerData: wanted,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
    });
    this.worker.on('message', (said: Said) => {
      this.said.push(said);
      this.heard?.();
    });
    const ended = (failure: unknown) => {
      this.failure ??= failure;
      this.heard?.();
    };
    this.worker.on('error', ended);
    this.worker.on('exit', () => ended(new Error('the thread that reads a file ended by itself')));
  }

  /** The next message. Throws the reader's Problem, or what ended the thread. */
  async says(): Promise<Said> {
    if (this.said.length === 0 && this.failure === undefined) {
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
    }
    const said = this.said.shift();
    if (said?.refused) throw new Problem(said.refused.code, said.refused.message);
    if (said) return said;
    if (this.failure instanceof Error && 'code' in this.failure && this.failure.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      throw new Problem(
        'unprocessable',
        'The file takes more memory than reading one may. Split it into smaller files.',
      );
    }
    throw this.failure;
  }

  async *batches(): AsyncGenerator<readonly Ready[]> {
    while (true) {
      this.worker.postMessage('next');
      const { batch } = await this.says();
      if (!batch) return;
      yield batch;
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
