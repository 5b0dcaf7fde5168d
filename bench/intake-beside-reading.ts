import { load } from './first-screen.ts';
import { CONNECTIONS, NO_LIMITS, ROUNDS, send } from './intake.ts';
import { clock, type Figure, median } from './measure.ts';
import { benchServer } from './server.ts';
import { publish, QUESTIONS } from './survey.ts';

const SECONDS = 4;
/** Somebody who looks at the page for a second each time. */
const LOOKS_MS = 1_000;

/**
 * Whole responses at 64 connections in a workspace that holds 2 million, while somebody reloads its first screen again
 * and again, a second after it was shown. The limit is the same intake undisturbed.
 */
export async function intakeBesideReading(): Promise<Figure[]> {
  const server = await benchServer(NO_LIMITS);
  try {
    await load(server);
    const { link } = await publish(server);
    const port = Number(new URL(server.url).port);
    const sending = { link, port, connections: CONNECTIONS, partsPerResponse: 1, questions: QUESTIONS };
    const rate = async () => {
      const sent = await send({ ...sending, seconds: SECONDS });
      return sent.responses / sent.seconds;
    };
    await rate();
    const rates = { disturbed: [] as number[], undisturbed: [] as number[] };
    const shown: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rates.undisturbed.push(await rate());
      let reading = true;
      const reader = (async () => {
        while (reading) {
          shown.push(await clock(() => server.get(`/workspaces/${server.workspaceId}/gaps`)));
          await new Promise((resolve) => setTimeout(resolve, LOOKS_MS));
        }
      })();
      rates.disturbed.push(await rate());
      reading = false;
      await reader;
    }
    const [ours, bare] = [median(rates.disturbed), median(rates.undisturbed)];
    const screen = median(shown);
    return [
      {
        name: 'intake while the first screen is reloaded',
        unit: '/s',
        ours,
        bare,
        promise: '≥ 0.8 ×',
        kept: ours >= 0.8 * bare,
      },
      {
        name: 'first screen during intake',
        unit: 'ms',
        ours: screen,
        bare: null,
        promise: '< 1000 ms',
        kept: screen < 1000,
      },
    ];
  } finally {
    await server.remove();
  }
}
