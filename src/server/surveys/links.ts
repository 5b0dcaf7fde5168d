import type { Audience } from '../../core/perspective.ts';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Link, LinkChange, NewLink } from './link-schema.ts';
import { findLink, insertLink, type LinkRow, linksOf, updateLink } from './link-store.ts';
import { newLinkToken } from './link-token.ts';
import type { Wave } from './schema.ts';
import { requireSurvey, requireWave } from './store.ts';

const MAX_LINKS = 1000;

/** Where everybody who has the link answers. */
export function linkAddress(config: Pick<Config, 'publicUrl'>, token: string): string {
  return `${config.publicUrl}/s/${token}`;
}

export function toLink(config: Pick<Config, 'publicUrl'>, { closedAt, createdAt, surveyId: _, ...row }: LinkRow): Link {
  const address = linkAddress(config, row.token);
  return { ...row, address, closed: closedAt !== null, createdAt: createdAt.toISOString() };
}

/** Makes an open link. Its wave, if any, has to be one of the survey and the audience, and one of real people. */
export async function addLink(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  link: Omit<NewLink, 'work'> & Partial<Pick<NewLink, 'work'>>,
): Promise<LinkRow> {
  await requireSurvey(workspaceId, tx, surveyId);
  if ((await linksOf(workspaceId, tx, surveyId)).length >= MAX_LINKS) {
    throw new Problem(
      'conflict',
      `This survey has ${MAX_LINKS} links. Use one of them, or tell channels apart by fewer.`,
    );
  }
  await requireFittingWave(workspaceId, tx, surveyId, link.audience, link.waveId);
  return insertLink(workspaceId, tx, { work: 0, ...link, surveyId, token: newLinkToken(workspaceId) });
}

/** Throws not_found unless the link is one of this survey. */
export async function requireLink(workspaceId: string, tx: Tx, surveyId: string, token: string): Promise<LinkRow> {
  const link = await findLink(workspaceId, tx, token);
  if (link?.surveyId !== surveyId) throw notFound('This link');
  return link;
}

export async function changeLink(
  workspaceId: string,
  tx: Tx,
  where: { surveyId: string; token: string },
  { closed, ...change }: LinkChange,
  now: Date,
): Promise<LinkRow> {
  const { surveyId, token } = where;
  const before = await requireLink(workspaceId, tx, surveyId, token);
  await requireFittingWave(workspaceId, tx, surveyId, before.audience, change.waveId ?? null);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const closedAt = closed ? (before.closedAt ?? now) : null;
  const values = { ...given, ...(closed === undefined ? {} : { closedAt }) };
  if (Object.keys(values).length > 0) await updateLink(workspaceId, tx, token, values);
  return requireLink(workspaceId, tx, surveyId, token);
}

/** One link for each audience by which the survey can be tried out. */
export async function ensureTestLinks(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  audiences: readonly Audience[],
): Promise<void> {
  const there = (await linksOf(workspaceId, tx, surveyId)).filter((link) => link.test);
  for (const audience of audiences) {
    if (there.some((link) => link.audience === audience)) continue;
    const link = { name: 'Try it out', channel: 'test', audience, waveId: null, test: true, work: 0 };
    await insertLink(workspaceId, tx, { ...link, surveyId, token: newLinkToken(workspaceId) });
  }
}

async function requireFittingWave(
  workspaceId: string,
  tx: Tx,
  surveyId: string,
  audience: Audience,
  waveId: string | null,
): Promise<void> {
  if (waveId === null) return;
  const wave = await requireWave(workspaceId, tx, waveId);
  const message =
    wave.surveyId !== surveyId
      ? 'This wave is one of another survey.'
      : wave.audience !== audience
        ? `This wave is one of another audience (${wave.audience}).`
        : wave.simulated
          ? 'The answers of this wave are simulated. Make a wave of its own for real people.'
          : undefined;
  if (message) throw new Problem('unprocessable', message, { fields: [{ field: 'body.waveId', message }] });
}

/**
 * Throws gone before the first and after the last day of a wave. A day begins where it begins first on Earth, 14 hours
 * before UTC, and lasts until it is over everywhere, 12 hours after.
 */
export function refuseOutsideWave(wave: Pick<Wave, 'startsOn' | 'endsOn'>, now: Date): void {
  const dayIn = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString().slice(0, 10);
  if (wave.startsOn && wave.startsOn > dayIn(14)) {
    throw new Problem('gone', `This survey begins on ${wave.startsOn}. Answers are not taken yet.`);
  }
  if (wave.endsOn && wave.endsOn < dayIn(-12)) {
    throw new Problem('gone', `This survey ended on ${wave.endsOn}. Answers are no longer taken.`);
  }
}

/** The same for a link that never was, one of another workspace and one cut short in a mail. */
export function unknownLink(): Problem {
  return new Problem('not_found', 'This link is not known. Copy the whole link, or ask whoever sent it for a new one.');
}
