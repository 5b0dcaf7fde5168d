import { z } from 'zod';
import type { Gap, GapReport, Headline, PerspectiveSummary } from '../../core/gap.ts';
import { AUDIENCES, LENSES, parsePerspective } from '../../core/perspective.ts';
import { daySchema } from '../db/day-schema.ts';

const idList = z.array(z.guid()).max(500).optional();
const perspectiveText = z
  .string()
  .refine((text) => parsePerspective(text) !== undefined, 'must be audience:lens, such as customer:experience')
  .optional();

export const gapQuerySchema = z.object({
  /** Only what is on these journeys, at these touchpoints, or these items; each may be repeated. */
  journey: idList,
  touchpoint: idList,
  item: idList,
  /** First and last day, YYYY-MM-DD. */
  since: daySchema.optional(),
  until: daySchema.optional(),
  /** May be repeated: any of them. */
  channel: z.array(z.string().max(500)).max(100).optional(),
  /** `name:value`; the same name again means either value, different names all have to hold. */
  attribute: z
    .array(
      z
        .string()
        .max(1000)
        .regex(/^[^:]+:/, 'must be written name:value'),
    )
    .max(100)
    .optional(),
  from: perspectiveText,
  to: perspectiveText,
  /** Points of the scale, for every item. */
  tolerance: z.coerce.number().positive().max(1_000_000).optional(),
  level: z.coerce.number().gt(0.5).lt(1).optional(),
});
export type GapQuery = z.infer<typeof gapQuerySchema>;

const audience = z.enum(AUDIENCES);
const perspective = z.object({ audience, lens: z.enum(LENSES) });
const interval = z.tuple([z.number(), z.number()]).readonly();
const maybe = z.number().nullable();
const scale = z.object({
  min: z.number(),
  max: z.number(),
  step: maybe,
  direction: z.enum(['up', 'down']),
  topBox: z.number(),
});
const cannotSay = z.object({ cannotSay: z.string(), code: z.string() });
const verdict = z.enum(['open', 'aligned', 'aligned_not_zero', 'undetermined']);
const kind = z.string().nullable();
const side = {
  ...perspective.shape,
  n: maybe,
  mean: z.number(),
  interval: interval.nullable(),
  population: z.number().exactOptional(),
  census: z.boolean().exactOptional(),
  scale: scale.exactOptional(),
};
const counts = z.array(z.object({ value: z.number(), n: z.number(), w: z.number(), ww: z.number() })).readonly();

const gap = z.object({
  item: z.string(),
  from: perspective,
  to: perspective,
  estimate: z.number(),
  interval: interval.nullable(),
  level: z.number(),
  n: z.object({ from: maybe, to: maybe }),
  pValue: maybe,
  pAdjusted: maybe,
  intervalSimultaneous: interval.nullable(),
  intervalSelected: interval.nullable(),
  effect: z.object({ name: z.string(), estimate: z.number(), interval: interval.nullable() }).nullable(),
  tolerance: z.number(),
  verdict,
  pattern: z.enum(['blind_spot', 'hidden_strength', 'shared_strength', 'shared_pain', 'unknown']).nullable(),
  sentence: z.string(),
  method: z.string(),
  kind,
  moreAnswers: z.union([cannotSay, z.object({ audience, n: z.number() })]).nullable(),
  converted: z.boolean(),
  sides: z.tuple([z.object(side), z.object(side)]).readonly(),
});

const share = z.object({ ...perspective.shape, share: z.number(), interval, n: z.number() });
const headline = z.object({
  item: z.string(),
  shares: z.tuple([share, share]).readonly(),
  estimate: z.number(),
  interval,
  level: z.number(),
  topBox: z.number(),
  verdict,
  tolerance: z.number(),
  sentence: z.string(),
  method: z.string(),
});

const summary = z.object({
  item: z.string(),
  ...side,
  counts,
  sd: maybe,
  topBoxShare: z.object({ estimate: z.number(), interval }).nullable(),
});

export const reportItemSchema = z.object({
  itemId: z.guid(),
  key: z.string(),
  name: z.string(),
  touchpointId: z.guid(),
  touchpointName: z.string(),
  stageName: z.string(),
  journeyId: z.guid(),
  ownerTeam: z.string().nullable(),
  /** The declared lead item of its touchpoint. */
  lead: z.boolean(),
  scale,
});

export const gapAnswerSchema = z.object({
  headline: z.union([cannotSay, headline]),
  gaps: z.array(gap).readonly(),
  cannotSay: z
    .array(z.object({ item: z.string(), from: perspective, to: perspective, because: z.string(), kind }))
    .readonly(),
  perspectives: z.array(summary).readonly(),
  notes: z.array(z.string()).readonly(),
  workspace: z.object({ id: z.guid(), name: z.string() }),
  items: z.array(reportItemSchema),
  /** Audiences whose answers are simulated, in part or all. */
  simulated: z.array(audience),
  /** First day of the first and last day of the last month with answers; null where no answer has a date. */
  answeredBetween: z.tuple([z.string(), z.string()]).nullable(),
  /** The same for the item of the headline alone. */
  headlineBetween: z.tuple([z.string(), z.string()]).nullable(),
  /** The filter as it was understood. */
  filters: z.object({
    journey: z.array(z.string()),
    touchpoint: z.array(z.string()),
    item: z.array(z.string()),
    since: z.string().nullable(),
    until: z.string().nullable(),
    channel: z.array(z.string()),
    attributes: z.record(z.string(), z.array(z.string())),
    from: z.string().nullable(),
    to: z.string().nullable(),
    tolerance: maybe,
    level: z.number(),
  }),
  targetPomp: z.number(),
  toleranceShare: z.number(),
  /** Answers that wait for their batch. */
  held: z.array(z.object({ audience, sentence: z.string() })),
});
export type GapAnswer = z.input<typeof gapAnswerSchema>;

/** Fails to compile where the wire lacks a field of core's report: what is computed is what is sent. */
type Sent<T, S> = Exclude<keyof T, keyof S> extends never ? true : Exclude<keyof T, keyof S>;
const complete: [
  Sent<GapReport, GapAnswer>,
  Sent<Gap, z.input<typeof gap>>,
  Sent<Headline, z.input<typeof headline>>,
  Sent<PerspectiveSummary, z.input<typeof summary>>,
] = [true, true, true, true];
void complete;

export const filterValuesSchema = z.object({
  channels: z.array(z.string()),
  /** YYYY-MM. */
  months: z.array(z.string()),
  attributes: z.array(
    z.object({
      name: z.string(),
      /** Audiences that carry it; the others are taken whole when it is filtered on. */
      audiences: z.array(audience),
      values: z.array(
        z.object({
          value: z.string(),
          /** Customers' responses; never said for leaders and staff. */
          n: z.number().optional(),
        }),
      ),
      /** True where only the most frequent values are listed. */
      truncated: z.boolean(),
    }),
  ),
});
export type FilterValues = z.infer<typeof filterValuesSchema>;
