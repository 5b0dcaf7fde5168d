import type { BenchServer } from './server.ts';

export const QUESTIONS = 10;

export interface Listening {
  readonly surveyId: string;
  readonly link: string;
  readonly items: readonly string[];
}

/** A published survey with ten ratings, each bound to an item. */
export async function publish(server: BenchServer): Promise<Listening> {
  const ask = (method: string, address: string, body?: unknown) =>
    server.send(
      method,
      `/workspaces/${server.workspaceId}${address}`,
      body === undefined ? undefined : JSON.stringify(body),
    ) as Promise<{ id: string; revision: number; token: string }>;
  const journey = await ask('POST', '/journeys', { name: 'Journey' });
  const stage = await ask('POST', `/journeys/${journey.id}/stages`, { name: 'Stage' });
  const touchpoint = await ask('POST', `/stages/${stage.id}/touchpoints`, { name: 'Touchpoint' });
  const items: string[] = [];
  for (let i = 0; i < QUESTIONS; i++) {
    const scale = { min: 1, max: 5, step: 1, direction: 'up', topBox: 5 };
    items.push(
      (await ask('POST', `/touchpoints/${touchpoint.id}/items`, { key: `asked_${i}`, name: `Item ${i}`, scale })).id,
    );
  }
  const survey = await ask('POST', '/surveys', { name: 'Asking' });
  const { revision } = await ask('GET', `/surveys/${survey.id}/draft`);
  await ask('PUT', `/surveys/${survey.id}/draft`, { definition: definition(), revision });
  await ask('POST', `/surveys/${survey.id}/publish`, {});
  const made = await ask('POST', `/surveys/${survey.id}/links`, { audience: 'customer', channel: 'web' });
  return { surveyId: survey.id, link: made.token, items };
}

function definition() {
  return {
    format: 'parallax-survey/1',
    title: { customer: { en: 'Bench' } },
    languages: ['en'],
    audiences: ['customer'],
    pages: [
      {
        id: 'p1',
        questions: Array.from({ length: QUESTIONS }, (_, i) => ({
          id: `q${i}`,
          type: 'rating',
          min: 1,
          max: 5,
          item: `asked_${i}`,
          text: { customer: { en: `How was part ${i}?` } },
        })),
      },
    ],
    endings: [{ id: 'thanks', title: { customer: { en: 'Thank you' } } }],
    hidden: [],
    quotas: [],
    appearance: {},
    settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
  };
}
