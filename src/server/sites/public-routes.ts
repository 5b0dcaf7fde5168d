import { createHash } from 'node:crypto';
import type { z } from 'zod';
import {
  askVisit,
  identifyVisitor,
  lockSite,
  noteVisitAnswered,
  offeredSurveys,
  optOutVisitor,
} from '../asks/visits.ts';
import type { Connection, Tx } from '../db/connect.ts';
import { inWorkspace } from '../db/transaction.ts';
import { anyone } from '../http/policy.ts';
import { notFound, Problem } from '../http/problem.ts';
import { RateLimiter } from '../http/rate-limit.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { addLink } from '../surveys/links.ts';
import { findLink, linkAddress } from '../surveys/verbs.ts';
import {
  answeredBody,
  askAnswerSchema,
  askBody,
  identifyBody,
  optOutBody,
  siteKeyPathSchema,
  siteOfferSchema,
  storedSchema,
} from './schema.ts';
import { isSigned, readSiteKey, siteSecret } from './site-key.ts';
import { noteSeen, type SiteRow, saveSiteLink, siteByKey, siteLink } from './store.ts';

const tag = 'Answering';
const SITE = '/api/v1/sites/{siteKey}';

/**
 * What pages call. They learn when to try (triggers) and how a survey looks, and of a try only yes or no: the reply is
 * the same for somebody we know and somebody we don't, and never says by which rule. The list of origins keeps an
 * organisation's tag off pages by mistake; whoever writes a program can send any Origin, so it protects nothing else.
 */
export const publicSiteRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: SITE,
      summary: 'What may be asked on a website, and at which moments',
      tag,
      policy: anyone,
      public: true,
      params: siteKeyPathSchema,
      answer: siteOfferSchema,
    },
    (context, { params }) =>
      onSite(context, params.siteKey, async (workspaceId, tx, site) => {
        const surveys = await offeredSurveys(workspaceId, tx, site.id, context.now());
        const offer = siteOfferSchema.omit({ version: true }).parse({ surveys });
        const version = createHash('sha256').update(JSON.stringify(offer)).digest('hex').slice(0, 12);
        context.headers.set('Cache-Control', 'public, max-age=60');
        context.headers.append('Vary', 'Origin');
        return { ...offer, version };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${SITE}/ask`,
      summary: 'Whether somebody is asked now, and where to answer',
      tag,
      policy: anyone,
      public: true,
      params: siteKeyPathSchema,
      body: askBody,
      answer: askAnswerSchema,
      maxBody: 32 * 1024,
    },
    (context, { params, body }) =>
      onSite(context, params.siteKey, async (workspaceId, tx, site) => {
        const { survey: surveyId, visitor, trigger, device, language } = body;
        const { person, attributes } = vouchedFor(context, site, body);
        const granted = await askVisit(workspaceId, tx, {
          visitor,
          device,
          language,
          attributes,
          surveyId: surveyId.toLowerCase(),
          ...(person !== undefined && { person }),
          ...(trigger !== undefined && { trigger }),
          site,
          now: context.now(),
        });
        if (!granted) return { ask: false as const };
        const link = await linkOf(context, workspaceId, tx, site, surveyId);
        return { ask: true as const, link, ...granted };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${SITE}/identify`,
      summary: 'Who is visiting, and what is known of them; both reach a contact with a signature only',
      tag,
      policy: anyone,
      public: true,
      params: siteKeyPathSchema,
      body: identifyBody,
      answer: storedSchema,
      maxBody: 32 * 1024,
    },
    (context, { params, body }) =>
      onSite(context, params.siteKey, async (workspaceId, tx, site) => {
        const who = vouchedFor(context, site, body);
        await identifyVisitor(workspaceId, tx, { visitor: body.visitor, ...who, now: context.now() });
        return { stored: true as const };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${SITE}/answered`,
      summary: 'What was asked has been answered; nothing is noted where answers are anonymous',
      tag,
      policy: anyone,
      public: true,
      params: siteKeyPathSchema,
      body: answeredBody,
      answer: storedSchema,
      maxBody: 4 * 1024,
    },
    (context, { params, body }) =>
      onSite(context, params.siteKey, async (workspaceId, tx) => {
        await noteVisitAnswered(workspaceId, tx, { visitor: body.visitor, askId: body.id });
        return { stored: true as const };
      }),
  ),
  route(
    {
      method: 'post',
      path: `${SITE}/opt-out`,
      summary: 'The visitor wants to be asked no more',
      tag,
      policy: anyone,
      public: true,
      params: siteKeyPathSchema,
      body: optOutBody,
      answer: storedSchema,
      maxBody: 4 * 1024,
    },
    (context, { params, body }) =>
      onSite(context, params.siteKey, async (workspaceId, tx) => {
        await optOutVisitor(workspaceId, tx, body.visitor, context.now());
        return { stored: true as const };
      }),
  ),
];

/**
 * Runs `work` inside the site's workspace. Throws not_found for unknown keys, forbidden for an origin off the list, and
 * too_many_requests where one network posts far more than its people do.
 */
async function onSite<T>(
  context: RequestContext,
  key: string,
  work: (workspaceId: string, tx: Tx, site: SiteRow) => Promise<T>,
): Promise<T> {
  const read = readSiteKey(key);
  if (!read) throw notFound('This site');
  // Whatever is posted here is written down, of whoever says to be a visitor.
  if (context.request.method === 'POST') limiterOf(context).take(context.address, context.limits.visits);
  const { workspaceId, keyEnd } = read;
  const origin = originOf(context.request);
  const answer = await inWorkspace(context.connection.db, workspaceId, async (tx) => {
    const site = await siteByKey(workspaceId, tx, keyEnd);
    if (!site) throw notFound('This site');
    const refused = origin !== null && site.origins.length > 0 && !site.origins.includes(origin);
    // Not while a person is held: the pages of a busy site would wait for each other's people.
    if (refused || context.request.method === 'GET') {
      await noteSeen(workspaceId, tx, site.id, { at: context.now(), origin, refused });
    }
    // Returned, not thrown: the dashboard shows which origin was refused.
    return refused ? undefined : { value: await work(workspaceId, tx, site) };
  });
  if (!answer) {
    throw new Problem('forbidden', 'This origin is not on the list of the site. Add it in the settings of the site.');
  }
  return answer.value;
}

const limiters = new WeakMap<Connection, RateLimiter>();
function limiterOf({ connection, now }: RequestContext): RateLimiter {
  const limiter = limiters.get(connection) ?? new RateLimiter(() => now().getTime());
  limiters.set(connection, limiter);
  return limiter;
}

/** As browsers send it: `null` and whatever is no origin count as one that is on no list. */
function originOf(request: Request): string | null {
  const origin = request.headers.get('origin');
  if (origin === null) return null;
  return URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol)
    ? new URL(origin).origin.slice(0, 200)
    : 'null';
}

interface Vouched {
  /** Left out where nobody vouches for the name. */
  readonly person?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether the site's own server vouches for the attributes, too. */
  readonly signed: boolean;
}

/**
 * The name of a person, where the site's own server vouches for it or the site does not ask for that; and whether it
 * vouches for the attributes, which no site does without.
 */
function vouchedFor(
  { config }: RequestContext,
  site: SiteRow,
  { person, signature, attributes: { values: attributes, text } }: z.output<typeof identifyBody>,
): Vouched {
  if (person === undefined) return { attributes, signed: false };
  const secret = siteSecret(config, site.id, site.secretVersion);
  // Always both, so that the time says nothing.
  const named = isSigned(secret, { person, text: null }, signature);
  const signed = isSigned(secret, { person, text: text ?? '' }, signature) && text !== null;
  return { ...((named || signed || site.unsignedPersons) && { person }), attributes, signed };
}

/** The open link that this site gives out for the survey; a closed one is replaced. */
async function linkOf(
  { config }: RequestContext,
  workspaceId: string,
  tx: Tx,
  site: SiteRow,
  surveyId: string,
): Promise<string> {
  const there = await openLink(workspaceId, tx, site.id, surveyId);
  if (there) return linkAddress(config, there);
  // Of several first visitors at once, one makes the link.
  await lockSite(workspaceId, tx, site.id);
  const meanwhile = await openLink(workspaceId, tx, site.id, surveyId);
  if (meanwhile) return linkAddress(config, meanwhile);
  const made = await addLink(workspaceId, tx, surveyId, {
    name: site.name,
    channel: 'web',
    audience: 'customer',
    waveId: null,
    test: false,
  });
  await saveSiteLink(workspaceId, tx, site.id, surveyId, made.token);
  return linkAddress(config, made.token);
}

async function openLink(workspaceId: string, tx: Tx, siteId: string, surveyId: string): Promise<string | undefined> {
  const token = await siteLink(workspaceId, tx, siteId, surveyId);
  const link = token === undefined ? undefined : await findLink(workspaceId, tx, token);
  return link?.closedAt === null ? link.token : undefined;
}
