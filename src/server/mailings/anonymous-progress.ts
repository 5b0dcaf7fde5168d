import { decidedBy } from '../../core/decided-by-label.ts';
import type { Audience } from '../../core/perspective.ts';
import type { Label } from '../../core/ticket-groups.ts';
import { hashToken } from '../accounts/tokens.ts';
import type { Config } from '../config.ts';
import type { Tx } from '../db/connect.ts';
import { countGroups } from '../invitations/ticketed.ts';
import { listSegments } from '../segments/verbs.ts';
import { latestVersion } from '../surveys/verbs.ts';
import { findGroups } from '../tickets/groups.ts';
import { personalToken } from './personal-tokens.ts';
import { unreachedAsks } from './queue-store.ts';
import type { WaveProgress } from './schema.ts';

/**
 * How many anonymous people have answered is told of the groups of a wave alone (ticket-groups.ts), which stand before the
 * first of them can answer, and of sums of such groups. Counted by what people are now, or by whom mails reach, two sets that
 * differ by one person would say whether that person has answered.
 */

type Rate = WaveProgress['response'];
type RateOf = (invited: number, answered: number) => Rate;
const MOST_VALUES = 30;

interface GroupCount {
  readonly label: Label;
  readonly invited: number;
  /** Of whom it is told, at least the threshold at once. */
  readonly answered: number;
}

/** The groups of a wave; all people in one without a label where its answers keep nothing. */
export async function countGroupsOfWave(
  workspaceId: string,
  tx: Tx,
  { secretKey }: Pick<Config, 'secretKey'>,
  waveId: string,
): Promise<GroupCount[]> {
  // Their invitations are there and have not reached them. Whose is whose stands nowhere: the links are made anew.
  const unreached = (await unreachedAsks(workspaceId, tx, waveId)).map(({ contactId, round }) =>
    hashToken(personalToken(secretKey, workspaceId, waveId, contactId, round)),
  );
  const labels = new Map((await findGroups(workspaceId, tx, waveId)).map(({ number, label }) => [number, label]));
  const counts = await countGroups(workspaceId, tx, waveId, unreached);
  return counts.map(({ group, reached, used }) => ({
    label: labels.get(group) ?? {},
    // Some of them may have their link from a file.
    invited: Math.max(reached, used),
    answered: used,
  }));
}

export function sumOf(groups: readonly GroupCount[]): { invited: number; answered: number } {
  return {
    invited: groups.reduce((sum, { invited }) => sum + invited, 0),
    answered: groups.reduce((sum, { answered }) => sum + answered, 0),
  };
}

/** The attributes by which a wave's rates are told. */
export async function keptOfWave(
  workspaceId: string,
  tx: Tx,
  { id, surveyId }: { readonly id: string; readonly surveyId: string },
  groups: readonly GroupCount[],
): Promise<string[]> {
  const published = await latestVersion(workspaceId, tx, surveyId);
  const names = published?.definition.settings.keptAttributes ?? [];
  // Links were made before the survey said that its answers keep something.
  const isInGroups = groups.length === 0 || (await findGroups(workspaceId, tx, id)).length > 0;
  const inLabels = groups.flatMap(({ label }) => Object.keys(label));
  return [...new Set([...(isInGroups ? names : []), ...inLabels])];
}

export function byKept(
  groups: readonly GroupCount[],
  attribute: string,
  kept: readonly string[],
  rate: RateOf,
): NonNullable<WaveProgress['by']> {
  if (!kept.includes(attribute)) return { attribute, values: [], hidden: 0, because: whyNotTold(kept) };
  const values = new Map<string, GroupCount[]>();
  for (const group of groups) {
    const value = Object.hasOwn(group.label, attribute) ? (group.label[attribute] ?? '') : '';
    values.set(value, [...(values.get(value) ?? []), group]);
  }
  const rows = [...values].map(([value, those]) => ({ value, ...sumOf(those) }));
  rows.sort((a, b) => b.invited - a.invited || (a.value < b.value ? -1 : 1));
  const shown = rows.slice(0, MOST_VALUES);
  return {
    attribute,
    values: shown.map(({ value, invited, answered }) => ({ value, ...rate(invited, answered) })),
    hidden: rows.length - shown.length,
    because: null,
  };
}

/** Only segments of which it is decided for each group whether all or none of it are in them. */
export async function byDecided(
  workspaceId: string,
  tx: Tx,
  groups: readonly GroupCount[],
  { audience, kept, rate }: { readonly audience: Audience; readonly kept: readonly string[]; readonly rate: RateOf },
): Promise<NonNullable<WaveProgress['bySegment']>> {
  const segments = (await listSegments(workspaceId, tx)).filter(
    (segment) => segment.audience === null || segment.audience === audience,
  );
  const decided = segments.map(({ id, name, condition }) => {
    const holding = groups.map(({ label }) => decidedBy(condition, label));
    const those = groups.filter((_, i) => holding[i]);
    return { segmentId: id, name, isTold: !holding.includes(undefined), ...sumOf(those) };
  });
  const told = decided.filter(({ isTold, invited }) => isTold && invited > 0);
  told.sort((a, b) => b.invited - a.invited || (a.segmentId < b.segmentId ? -1 : 1));
  const hidden = decided.filter(({ isTold }) => !isTold).length;
  return {
    segments: told.map(({ segmentId, name, invited, answered }) => ({ segmentId, name, ...rate(invited, answered) })),
    hidden,
    because: hidden > 0 ? whyNotTold(kept) : null,
  };
}

const names = new Intl.ListFormat('en', { type: 'conjunction' });

export function whyNotTold(kept: readonly string[]): string {
  const next =
    'To see them by another attribute, choose it in the survey’s settings under what anonymous answers keep, publish, and make another wave.';
  return kept.length === 0
    ? `These people are anonymous and their answers keep nothing about them, so response rates are told of all together: anything else could show who has answered. ${next.replace('another attribute', 'an attribute')}`
    : `These people are anonymous, so response rates are told only by what their answers keep: ${names.format(kept)}, and segments that this alone decides. Anything else could show who has answered. ${next}`;
}
