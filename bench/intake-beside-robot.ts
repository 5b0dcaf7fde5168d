import { percentile, ROUNDS, send } from './intake.ts';
import { type Figure, median } from './measure.ts';
import { benchServer } from './server.ts';
import { publish, QUESTIONS } from './survey.ts';

const SECONDS = 4;
const PEOPLE = { connections: 8, perSecond: 50 };
const ROBOT = { connections: 64, perSecond: 1_000, from: '127.0.0.2', robot: true } as const;

/**
 * People answer while a robot in another network sends 1,000 responses a second to the same survey, under the limits that
 * the product comes with. At first what it sends is stored and set apart, then it is sent away; both are in here, since it
 * sends more in each round than one network may. The limit is the same people without the robot.
 */
export async function intakeBesideRobot(): Promise<Figure[]> {
  const server = await benchServer();
  try {
    const { link } = await publish(server);
    const port = Number(new URL(server.url).port);
    const load = { link, port, partsPerResponse: 1, questions: QUESTIONS, seconds: SECONDS };
    let network = 0;
    // Each time others, in a network of their own: nobody is taken for a flood.
    const waits = async () => {
      network += 1;
      return percentile((await send({ ...load, ...PEOPLE, from: `127.0.1.${network}` })).latencies, 0.99);
    };
    await waits();
    const p99s = { disturbed: [] as number[], undisturbed: [] as number[] };
    const sent: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      p99s.undisturbed.push(await waits());
      const robot = send({ ...load, ...ROBOT, seconds: SECONDS + 1 });
      p99s.disturbed.push(await waits());
      const done = await robot;
      sent.push(done.requests / done.seconds);
    }
    const [ours, bare] = [median(p99s.disturbed), median(p99s.undisturbed)];
    return [
      // How hard the robot tried: a machine that has no room for both says so here, and no promise is broken by it.
      { name: 'what the robot sends', unit: '/s', ours: median(sent), bare: null, promise: '–', kept: true },
      { name: 'p99 of people beside it', unit: 'ms', ours, bare, promise: '≤ 3 ×', kept: ours <= 3 * bare },
    ];
  } finally {
    await server.remove();
  }
}
