import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type Moments, NO_MOMENTS } from '../../src/core/survey/moments.ts';
import { inWorkspace } from '../../src/server/db/transaction.ts';
import { nobody, type Someone, type World } from '../world.ts';
import type { ImportWorld } from './imports-world.ts';
import type { Audience, Listening } from './intake-world.ts';
import { Device } from './ticket-device.ts';

/** What of every way in has to be shown, or said why it has no place there. */
export const GUARDS = {
  schema: 'a value off the scale is refused with its field named, and nothing is stored',
  size: 'what is too large is refused before it is read',
  rate: 'too many calls are sent away with when to come back',
  flood: 'more responses of one network than people give are set apart',
  robots: 'a filled trap, too little time and the mark of insiders are set apart, and the sender is told nothing',
  work: 'a link that wants proof of work sets apart who brings none',
  quota: 'no more count than a quota takes',
  test: 'test responses are marked',
  apart: 'what is set apart is kept whole, and counts once somebody lets it',
  again: 'the same once more changes nothing, other content under its name is refused',
} as const;
export type Guard = keyof typeof GUARDS;
/** The check, or why this guard has no place on this way. */
export type Shown = (() => Promise<void>) | string;
export type Shows = Readonly<Record<Guard, Shown>>;

/** Begins another response and says by what name it is sent: link, token or ticket, and the response's own id. */
export type Begin = () => Promise<Record<string, unknown>>;

/** The names by which a part may come in. */
export type ComesBy = 'link' | 'token' | 'ticket';

/** One way of respondents: how somebody comes to it. */
export interface RespondentsWay {
  readonly by: ComesBy;
  readonly audience: Audience;
  /** Customers are promised that nobody sees their single answers. */
  readonly anonymousCustomers?: true;
  open(at: ImportWorld, survey: Listening): Promise<Begin>;
}

const byLink =
  (options: Parameters<Listening['link']>[0]): RespondentsWay['open'] =>
  async (_, survey) => {
    const link = await survey.link(options);
    return async () => ({ link, response: randomUUID() });
  };

/** Personal links of a wave, as mails bring them. */
async function personal(at: ImportWorld, survey: Listening, audience: Audience): Promise<string[]> {
  const base = `/api/v1/workspaces/${at.company.id}`;
  const lead = (path: string, body: object) => at.world.ask(at.company.people.lead, 'POST', `${base}${path}`, body);
  const wave = await lead(`/surveys/${survey.surveyId}/waves`, { name: randomUUID(), audience });
  const { links } = (await lead(`/waves/${wave.json.id}/invitations`, { count: 12 })).json;
  return links.map((link: string) => link.split('#token=')[1]);
}

const byTicket =
  (audience: Audience): RespondentsWay['open'] =>
  async (at, survey) => {
    const tokens = await personal(at, survey, audience);
    return async () => {
      const ticket = await new Device(at.world, tokens.pop() ?? '').fetchTicket();
      return { ticket, response: randomUUID() };
    };
  };

/** The link that a page of somebody's website is given when one of its moments comes. */
const byMoment: RespondentsWay['open'] = async (at, survey) => {
  const { world, company } = at;
  const site = await world.ask(company.people.owner, 'POST', `/api/v1/workspaces/${company.id}/sites`, {
    name: 'Shop',
  });
  const triggers: Moments['triggers'] = [{ kind: 'scroll', percent: 50, pages: [] }];
  const moments: Moments = { ...NO_MOMENTS, on: true, sites: [site.json.id], triggers };
  await inWorkspace(world.database.app.db, company.id, (tx) =>
    tx
      .insertInto('surveyMoments')
      .values({ workspaceId: company.id, surveyId: survey.surveyId, moments: JSON.stringify(moments) })
      .execute(),
  );
  return async () => {
    const visit = { visitor: randomUUID().slice(0, 22), survey: survey.surveyId, trigger: 0, device: 'desktop' };
    const asked = JSON.stringify({ ...visit, language: 'en' });
    const headers = { 'content-type': 'text/plain', origin: 'https://shop.example' };
    const granted = await world.ask(nobody, 'POST', `/api/v1/sites/${site.json.key}/ask`, asked, headers);
    return { link: String(granted.json.link).split('/s/')[1], response: randomUUID() };
  };
};

export const RESPONDENTS: Readonly<Record<string, RespondentsWay>> = {
  'an open link on a page': { by: 'link', audience: 'customer', open: byLink({ channel: 'link' }) },
  'a poster': { by: 'link', audience: 'customer', open: byLink({ channel: 'poster' }) },
  'a kiosk': { by: 'link', audience: 'customer', open: byLink({ channel: 'kiosk' }) },
  'a moment of a website': { by: 'link', audience: 'customer', open: byMoment },
  'an open link for staff': { by: 'link', audience: 'staff', open: byLink({ audience: 'staff' }) },
  'an open link for leaders': { by: 'link', audience: 'leadership', open: byLink({ audience: 'leadership' }) },
  'an open link for anonymous customers': {
    by: 'link',
    audience: 'customer',
    anonymousCustomers: true,
    open: byLink({}),
  },
  'a personal link of a mail': {
    by: 'token',
    audience: 'customer',
    async open(at, survey) {
      const tokens = await personal(at, survey, 'customer');
      return async () => ({ token: tokens.pop(), response: randomUUID() });
    },
  },
  'a ticket of staff': { by: 'ticket', audience: 'staff', open: byTicket('staff') },
  'a ticket of leaders': { by: 'ticket', audience: 'leadership', open: byTicket('leadership') },
  'a ticket of anonymous customers': {
    by: 'ticket',
    audience: 'customer',
    anonymousCustomers: true,
    open: byTicket('customer'),
  },
};

/** How many responses of a survey count or wait for their batch, and why the others are set apart. */
export async function storedOf(
  { world, company }: Pick<ImportWorld, 'world' | 'company'>,
  surveyId: string,
): Promise<{ counting: number; apart: string[] }> {
  return inWorkspace(world.database.app.db, company.id, async (tx) => {
    const { rows } = await sql<{
      n: number;
    }>`SELECT count(*) AS n FROM responses WHERE survey_id = ${surveyId}`.execute(tx);
    const apart = await sql<{ reason: string }>`
      SELECT reason FROM set_apart_responses WHERE survey_id = ${surveyId} ORDER BY reason`.execute(tx);
    return { counting: rows[0]?.n ?? -1, apart: apart.rows.map(({ reason }) => reason) };
  });
}

/** Sends a file; `length` is what the sender says of it. */
export async function uploadTo(
  world: World,
  who: Someone,
  path: string,
  content: string | Uint8Array,
  length?: number,
): Promise<{ status: number; json: ReturnType<typeof JSON.parse> }> {
  const response = await world.app.request(path, {
    method: 'POST',
    body: typeof content === 'string' ? content : new Uint8Array(content),
    headers: {
      ...(who.cookie ? { cookie: who.cookie, origin: world.services.config.publicUrl } : {}),
      ...(who.apiKey ? { authorization: `Bearer ${who.apiKey}` } : {}),
      'content-type': 'application/octet-stream',
      ...(length === undefined ? {} : { 'content-length': String(length) }),
    },
  });
  return { status: response.status, json: JSON.parse(await response.text()) };
}
