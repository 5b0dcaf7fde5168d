import { SMTPServer } from 'smtp-server';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { deliverDue } from '../../src/server/mailings/deliver.ts';
import { personalToken } from '../../src/server/mailings/personal-tokens.ts';
import { type Company, openWorld, TERN_FERRIES, type World } from '../world.ts';
import { type Listening, listening } from './intake-world.ts';
import { type Dump, dump, type Person, person, shuffled } from './linkage-attack.ts';

/** A company whose staff are invited by mail, and whoever gets copies of its database. */
export interface CrewWorld {
  readonly world: World;
  readonly tern: Company;
  readonly survey: Listening;
  /** What the API answers the owner; throws where it refuses. */
  ok(method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>>;
  /** Starts a wave for a crew of `n`; its mails are due then. Returns its id. */
  invite(n: number, schedule: object, attributesOf?: (i: number) => Readonly<Record<string, string>>): Promise<string>;
  /** Sends what is due of about so many mails. */
  deliverAll(mailsDue: number): Promise<void>;
  deliver(): Promise<void>;
  copy(): Promise<Dump>;
  /** Everybody with the link to a wave; what they answer has nothing to do with where they stand in any list. */
  peopleOf(contactIds: readonly string[], waveId: string): Person[];
  close(): Promise<void>;
}

export async function openCrewWorld(definition: Partial<SurveyDefinition> = {}): Promise<CrewWorld> {
  const mails = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _, done) => {
      stream.resume();
      stream.on('end', () => done());
    },
  });
  await new Promise<void>((resolve) => mails.listen(0, '127.0.0.1', resolve));
  const address = mails.server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const world = await openWorld({
    config: { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'Tern <cx@tern.example>' },
  });
  const tern = await world.company(TERN_FERRIES);
  const survey = await listening(world, tern.id, definition);

  const ok: CrewWorld['ok'] = async (method, path, body) => {
    const reply = await world.ask(tern.people.owner, method, `/api/v1/workspaces/${tern.id}${path}`, body);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply.json;
  };
  const deliver = () => deliverDue(world.services, tern.id, new AbortController().signal);
  return {
    world,
    tern,
    survey,
    ok,
    deliver,
    async invite(n, schedule, attributesOf) {
      for (let from = 0; from < n; from += 1000) {
        const contacts = Array.from({ length: Math.min(1000, n - from) }, (_, i) => ({
          key: `crew-${from + i}`,
          name: `Crew ${from + i}`,
          email: `crew${from + i}@tern.example`,
          audience: 'staff',
          ...(attributesOf && { attributes: attributesOf(from + i) }),
        }));
        await ok('POST', '/contact-batches', { contacts });
      }
      const { id } = await ok('POST', `/surveys/${survey.surveyId}/waves`, { name: 'Crew', audience: 'staff' });
      await ok('PUT', `/waves/${id}/schedule`, schedule);
      await ok('POST', `/waves/${id}/start`);
      return id;
    },
    async deliverAll(mailsDue) {
      for (let i = 0; i < 4 + mailsDue / 50; i++) {
        await deliver();
        world.advance(61_000);
      }
    },
    copy: () => dump(world.database.superuserUrl, tern.id),
    peopleOf(contactIds, waveId) {
      const say = shuffled(contactIds.map((_, i) => i));
      const { secretKey } = world.services.config;
      return contactIds.map((id, i) => person(say[i] ?? 0, id, personalToken(secretKey, tern.id, waveId, id, 1)));
    },
    async close() {
      await world.close();
      await new Promise<void>((resolve) => mails.close(() => resolve()));
    },
  };
}
