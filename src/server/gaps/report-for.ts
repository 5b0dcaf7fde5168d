import { cannotSay } from '../../core/cannot-say.ts';
import { size as answersIn } from '../../core/distribution.ts';
import type { Cell } from '../../core/gap.ts';
import { gapReport } from '../../core/gap-report.ts';
import { PEOPLE } from '../../core/gap-words.ts';
import type { Audience } from '../../core/perspective.ts';
import { AUDIENCES } from '../../core/perspective.ts';
import { batchSentence } from '../../core/small-groups.ts';
import type { Tx } from '../db/connect.ts';
import type { Item } from '../items/schema.ts';
import { listItems, type StoredItem } from '../items/verbs.ts';
import type { Journey } from '../journeys/schema.ts';
import { journeyTree } from '../journeys/verbs.ts';
import type { AnswerCounts, CountCell } from '../responses/answer-counts.ts';
import { lastOfMonth } from '../responses/months.ts';
import { postgresAnswerCounts } from '../responses/postgres-answer-counts.ts';
import { waitingResponses } from '../responses/verbs.ts';
import type { Wave } from '../surveys/schema.ts';
import { listWaves } from '../surveys/verbs.ts';
import { listTeams } from '../teams/verbs.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { type Carried, type Condition, conditionsFor, conditionsOf, type GapFilters } from './gap-filters.ts';
import { earlierNotes, filterNotes, onlyOf, pairedCells, reportItem, sayWithheld } from './report-parts.ts';
import type { GapAnswer } from './schema.ts';
import { cellsOf } from './shown-cells.ts';

/**
 * The gap report of a workspace: everything comes from counts of answers (`counts`), and the numbers are core's. The
 * same for every role, since whoever may read may see what may be published at all.
 */
export async function reportFor(
  workspaceId: string,
  tx: Tx,
  filters: GapFilters,
  counts: AnswerCounts = postgresAnswerCounts(tx),
): Promise<GapAnswer> {
  const settings = await workspaceSettings(workspaceId, tx);
  const map = await itemsOnTheMap(workspaceId, tx, filters);
  const items = map.map(({ stored }) => stored);
  const conditions = conditionsOf(filters);
  const spread = await counts.counts(workspaceId, { groupBy: ['channel', 'month'] });
  const carried = await whatIsCarried(workspaceId, counts, spread, conditions);
  const cells = await cellsOf(workspaceId, counts, items, conditions, carried, settings.anonymityThreshold);
  const waves = await listWaves(workspaceId, tx);
  const { sizes, outgrown } = populations(waves, filters, conditions, carried, cells.cells);
  const headline = items.find((item) => item.id === settings.headlineItemId)?.key;
  const level = filters.level ?? settings.level;
  const only = onlyOf(filters);
  const report = gapReport({
    items: items.map((item) => reportItem(item, filters.tolerance)),
    cells: cells.cells,
    paired: await pairedCells(workspaceId, counts, items, cells, filters, conditions, carried),
    options: {
      level,
      toleranceShare: settings.toleranceShare,
      minN: settings.anonymityThreshold,
      targetPomp: settings.targetPomp,
      population: sizes,
      ...(headline === undefined ? {} : { headline }),
      ...(only ? { only } : {}),
    },
  });
  const said = sayWithheld(report, cells.withheld, headline);
  // Chosen, but the filter leaves it out: not the same as not chosen.
  const leftOut = headline === undefined && settings.headlineItemId !== null;
  return {
    ...said,
    ...(leftOut ? { headline: cannotSay('no_answers', 'because the headline item is not among what is shown') } : {}),
    notes: [...said.notes, ...filterNotes(conditions, carried), ...earlierNotes(cells), ...outgrown],
    workspace: { id: settings.id, name: settings.name },
    items: map.map(({ shown }) => shown),
    simulated: AUDIENCES.filter((audience) => waves.some((wave) => wave.simulated && wave.audience === audience)),
    answeredBetween: answeredBetween(spread, items, filters),
    headlineBetween: answeredBetween(
      spread,
      items.filter(({ key }) => key === headline),
      filters,
    ),
    filters: {
      journey: [...filters.journeys],
      touchpoint: [...filters.touchpoints],
      item: [...filters.items],
      since: filters.since ?? null,
      until: filters.until ?? null,
      channel: [...filters.channels],
      attributes: Object.fromEntries(Object.entries(filters.attributes).map(([name, values]) => [name, [...values]])),
      from: filters.from ? `${filters.from.audience}:${filters.from.lens}` : null,
      to: filters.to ? `${filters.to.audience}:${filters.to.lens}` : null,
      tolerance: filters.tolerance ?? null,
      level,
    },
    targetPomp: settings.targetPomp,
    toleranceShare: settings.toleranceShare,
    held: await held(workspaceId, tx, settings.anonymityThreshold),
  };
}

interface OnTheMap {
  readonly stored: StoredItem;
  readonly shown: GapAnswer['items'][number];
}

/** The items that are asked about, in the order of the map. */
async function itemsOnTheMap(workspaceId: string, tx: Tx, filters: GapFilters): Promise<OnTheMap[]> {
  const teams = new Map((await listTeams(workspaceId, tx)).map((team) => [team.id, team.name]));
  const stored = new Map((await listItems(workspaceId, tx)).map((item) => [item.id, item]));
  const asked = (list: readonly string[], id: string) => list.length === 0 || list.includes(id);
  const places = (journey: Journey) =>
    journey.stages.flatMap((stage) =>
      stage.touchpoints.flatMap((touchpoint) => touchpoint.items.map((item) => ({ journey, stage, touchpoint, item }))),
    );
  return (await journeyTree(workspaceId, tx)).flatMap(places).flatMap(({ journey, stage, touchpoint, item }) => {
    const own = stored.get(item.id);
    if (!own || !asked(filters.journeys, journey.id)) return [];
    if (!asked(filters.touchpoints, touchpoint.id) || !asked(filters.items, item.id)) return [];
    const shown = {
      itemId: item.id,
      key: item.key,
      name: item.name,
      touchpointId: touchpoint.id,
      touchpointName: touchpoint.name,
      stageName: stage.name,
      journeyId: journey.id,
      ownerTeam: touchpoint.ownerTeamId === null ? null : (teams.get(touchpoint.ownerTeamId) ?? null),
      lead: touchpoint.leadItemId === item.id,
      scale: scaleOf(item),
    };
    return [{ stored: own, shown }];
  });
}

const scaleOf = ({ scale }: Item) => ({ ...scale });

async function whatIsCarried(
  workspaceId: string,
  counts: AnswerCounts,
  spread: readonly CountCell[],
  conditions: readonly Condition[],
): Promise<Carried> {
  const audiences = (cells: readonly CountCell[]) => new Set(cells.map((cell) => cell.audience));
  const attributes = new Map<string, Set<Audience>>();
  for (const condition of conditions) {
    if (condition.by !== 'attribute') continue;
    attributes.set(condition.name, new Set(await counts.carriers(workspaceId, condition.name)));
  }
  return {
    there: audiences(spread),
    channel: audiences(spread.filter(({ groups }) => groups[0] !== '')),
    period: audiences(spread.filter(({ groups }) => groups[1] !== null)),
    attributes,
  };
}

/**
 * The size of an audience holds for a report when exactly one wave of it falls in the period and all of it is meant. It
 * holds no longer once more people have answered: by another survey, by a link beside the wave, or because it is wrong.
 */
function populations(
  waves: readonly Wave[],
  filters: GapFilters,
  conditions: readonly Condition[],
  carried: Carried,
  cells: readonly Cell[],
): { sizes: Partial<Record<Audience, number>>; outgrown: string[] } {
  const sizes: Partial<Record<Audience, number>> = {};
  const outgrown: string[] = [];
  for (const audience of AUDIENCES) {
    const partial = conditionsFor(audience, conditions, carried).some((condition) => condition.by !== 'period');
    const inPeriod = waves.filter(
      (wave) =>
        wave.audience === audience &&
        (!filters.until || !wave.startsOn || wave.startsOn <= filters.until) &&
        (!filters.since || !wave.endsOn || wave.endsOn >= filters.since),
    );
    const size = inPeriod.length === 1 ? inPeriod[0]?.audienceSize : null;
    if (!size || partial) continue;
    const answered = Math.max(
      0,
      ...cells.filter((cell) => cell.audience === audience).map(({ counts }) => answersIn(counts)),
    );
    if (answered <= size) sizes[audience] = size;
    else outgrown.push(tooMany(audience, answered, inPeriod[0]?.name ?? '', size));
  }
  return { sizes, outgrown };
}

const tooMany = (audience: Audience, answered: number, wave: string, size: number) =>
  `${answered} ${PEOPLE[audience]} have answered, and the wave “${wave}” says that there are ${size}: so that size is not used, and the intervals are those of a sample.`;

/** In whole months: the day of a leader's or staff member's answer is nobody's business. */
function answeredBetween(
  spread: readonly CountCell[],
  items: readonly StoredItem[],
  { since, until }: GapFilters,
): [string, string] | null {
  const ids = new Set(items.map((item) => item.id));
  const months = spread
    .filter((cell) => ids.has(cell.itemId))
    .map((cell) => cell.groups[1])
    .filter((month) => typeof month === 'string')
    .filter((month) => (!since || lastOfMonth(month) >= since) && (!until || `${month}-01` <= until))
    .sort();
  const [first, last] = [months[0], months.at(-1)];
  if (!first || !last) return null;
  const [from, to] = [`${first}-01`, lastOfMonth(last)];
  return [since && since > from ? since : from, until && until < to ? until : to];
}

async function held(workspaceId: string, tx: Tx, threshold: number): Promise<GapAnswer['held']> {
  const sentences = new Map<string, GapAnswer['held'][number]>();
  for (const { audience, n, forAlike } of await waitingResponses(workspaceId, tx)) {
    const sentence = batchSentence(audience, n, threshold, forAlike);
    // Once, however many surveys and kinds of answers wait.
    if (sentence) sentences.set(sentence, { audience, sentence });
  }
  return [...sentences.values()];
}
