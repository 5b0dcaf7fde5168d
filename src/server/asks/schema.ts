import { z } from 'zod';
import { RULES } from '../../core/survey/ask-rules.ts';
import type { Condition } from '../../core/survey/definition.ts';
import { DEVICES, type Moments } from '../../core/survey/moments.ts';
import { daySchema } from '../db/day-schema.ts';
import { lineSchema, nameSchema } from '../items/schema.ts';

// ── The moments of a survey ───────────────────────────────────────────────────────────────────────────────────────
const value = z.string().max(500);
const testSchema = z.strictObject({
  of: z.literal('attribute'),
  key: z.string().min(1).max(200),
  is: z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'has', 'answered', 'empty']),
  value: z.union([value, z.number(), z.boolean(), z.array(z.union([value, z.number()])).max(100)]).exactOptional(),
});
const groupsOf = <T extends z.ZodType>(part: T) =>
  [
    z.strictObject({ all: z.array(part).max(20) }),
    z.strictObject({ any: z.array(part).max(20) }),
    z.strictObject({ not: part }),
  ] as const;
/** On attributes alone, in groups of groups. */
const conditionSchema = z.union([testSchema, ...groupsOf(z.union([testSchema, ...groupsOf(testSchema)]))]);

const seconds = z.number().min(0).max(3600);
const selectorSchema = nameSchema;
const addressRuleSchema = z.strictObject({
  is: z.enum(['contains', 'equals', 'starts', 'glob']),
  value: lineSchema(500),
});
const pages = z.array(addressRuleSchema).max(20).default([]);
const milestoneSchema = z.union([z.strictObject({ event: nameSchema }), z.strictObject({ page: addressRuleSchema })]);
const propertyTestSchema = z.strictObject({
  property: nameSchema,
  is: z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'has']),
  value: z.union([value, z.number(), z.boolean()]),
});
export const triggerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['page', 'exit']), pages }),
  z.strictObject({ kind: z.enum(['time', 'inactivity']), pages, seconds }),
  z.strictObject({ kind: z.literal('scroll'), pages, percent: z.number().min(1).max(100) }),
  z.strictObject({ kind: z.literal('click'), pages, selector: selectorSchema }),
  z.strictObject({
    kind: z.literal('event'),
    pages,
    name: nameSchema,
    where: z.array(propertyTestSchema).max(10).default([]),
  }),
  z.strictObject({
    kind: z.literal('abandonment'),
    pages,
    began: milestoneSchema,
    finished: milestoneSchema,
    seconds: seconds.nullable().default(null),
    leaving: z.boolean().default(true),
  }),
]);

export const lookSchema = z.strictObject({
  style: z.enum(['popup', 'slide', 'embed']),
  position: z.enum(['center', 'bottom-right', 'bottom-left', 'top-right', 'top-left']).default('bottom-right'),
  into: selectorSchema.nullable().default(null),
  delay: z.number().min(0).max(600).default(0),
});
const languageSchema = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language such as en, de or pt-BR');
const spanSchema = z.int().min(1).max(3650);
const repeatSchema = z.union([
  z.strictObject({ kind: z.enum(['once', 'always']) }),
  z.strictObject({ kind: z.enum(['every', 'until_answered']), days: spanSchema }),
]);

export const momentsSchema = z
  .strictObject({
    on: z.boolean(),
    triggers: z.array(triggerSchema).max(20),
    look: lookSchema,
    sites: z.array(z.guid()).max(100).nullable(),
    target: z.strictObject({
      if: conditionSchema.nullable(),
      segments: z.array(z.guid()).max(20),
      devices: z.array(z.enum(DEVICES)).max(3),
      languages: z.array(languageSchema).max(50),
    }),
    share: z.number().min(0.01, 'must be at least 0.01 %').max(100, 'must be at most 100 %'),
    from: daySchema.nullable(),
    until: daySchema.nullable(),
    cap: z.int().min(1).max(1_000_000_000).nullable(),
    repeat: repeatSchema.nullable(),
    priority: z.int().min(-100).max(100),
  })
  .refine(({ from, until }) => !from || !until || from <= until, {
    path: ['until'],
    message: 'must not be before the first day',
  })
  .refine(({ look }) => look.style !== 'embed' || look.into !== null, {
    path: ['look', 'into'],
    message: 'must name the element that the survey stands in',
  });
type Fits<A extends B, B> = A;
/** Does not compile once the schema and the types of core drift apart. */
export type NoDrift = [
  Fits<z.output<typeof momentsSchema>, Moments>,
  Fits<Moments['triggers'][number]['kind'], z.output<typeof triggerSchema>['kind']>,
  Fits<z.output<typeof conditionSchema>, Condition>,
];

export const surveyAskingSchema = z.object({
  moments: momentsSchema,
  /** Name it when saving; somebody else's change in between is then never lost. */
  revision: z.int(),
  /** How often the survey asks one person where `moments.repeat` is null. */
  repeatOfSurvey: repeatSchema,
});
export type SurveyAsking = z.infer<typeof surveyAskingSchema>;
export const surveyAskingBody = z.strictObject({ moments: momentsSchema, revision: z.int().min(0) });

// ── Preview ───────────────────────────────────────────────────────────────────────────────────────────────────────
export const previewBody = z.strictObject({
  /** As they are in the editor; left out: as they are stored. */
  moments: momentsSchema.optional(),
});
const ruleCountSchema = z.object({ rule: z.enum(RULES), n: z.int(), because: z.string() });
export const previewSchema = z.object({
  /** Of customers in the contact list. */
  contacts: z.object({
    all: z.int(),
    /** Without those who do not want to be asked any more. */
    reachable: z.int(),
    /** Who would be asked if they met the moment at some time in the next seven days. */
    asked: z.int(),
    /** Everybody stands in one line: by the rule that decides. */
    rules: z.array(ruleCountSchema),
    /** How many were looked at, where that is a random part of all; the other numbers are scaled up. */
    lookedAt: z.int().nullable(),
  }),
  /** Of browsers that tried in the last seven days, from the log. */
  visitors: z.object({ seen: z.int(), asked: z.int(), rules: z.array(ruleCountSchema) }),
  sentence: z.string(),
});
export type Preview = z.infer<typeof previewSchema>;

// ── The why-log ───────────────────────────────────────────────────────────────────────────────────────────────────
const personSchema = z
  .string()
  .regex(
    /^(contact:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|visitor:[0-9a-f]{64})$/,
    'must be contact: and an id, or visitor: and a hash, as the log shows them',
  );
export const decisionQuerySchema = z.object({
  person: personSchema.optional(),
  surveyId: z.guid().optional(),
  asked: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  rule: z.enum(RULES).optional(),
  /** The first day, in the workspace's time zone. */
  from: daySchema.optional(),
  /** The last day, included. */
  until: daySchema.optional(),
  /** Number of the last entry read; the next ones are older. */
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type DecisionQuery = z.infer<typeof decisionQuerySchema>;
const decisionSchema = z.object({
  id: z.int(),
  /** `contact:` and its id, or `visitor:` and the hash of a browser. */
  person: z.string(),
  surveyId: z.guid(),
  channel: z.string(),
  trigger: z.string().nullable(),
  siteId: z.guid().nullable(),
  at: z.iso.datetime(),
  asked: z.boolean(),
  rule: z.string(),
  because: z.string(),
});
export type Decision = z.infer<typeof decisionSchema>;
export const decisionPageSchema = z.object({
  decisions: z.array(decisionSchema),
  /** Give it as `after` to read on; null at the end. */
  next: z.int().nullable(),
});
export type DecisionPage = z.infer<typeof decisionPageSchema>;

// ── Settings and quarantine ───────────────────────────────────────────────────────────────────────────────────────
const timeZoneSchema = z.string().max(64).refine(isTimeZone, 'must be a time zone such as Europe/Berlin');
export const askingSettingsSchema = z.strictObject({
  /** Least days between two asks of one person for any survey, over all channels; 0: no such rule. */
  anySurveyDays: z.int().min(0).max(3650),
  timeZone: timeZoneSchema,
});
export type AskingSettings = z.infer<typeof askingSettingsSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const newQuarantineBody = z.strictObject({
  contactId: z.guid(),
  /** The last day; null: for good. */
  until: daySchema.nullable().default(null),
  reason: z.string().trim().max(200).default(''),
});
export type NewQuarantine = z.infer<typeof newQuarantineBody>;
const quarantinedSchema = z.object({
  contactId: z.guid(),
  until: z.string().nullable(),
  reason: z.string(),
  addedAt: z.iso.datetime(),
});
export type Quarantined = z.infer<typeof quarantinedSchema>;
export const quarantineListSchema = z.object({
  quarantined: z.array(
    quarantinedSchema.extend({
      /** Name, address or key of the contact. */
      contact: z.string(),
      /** Its last day is past: it keeps nobody from asking any more. */
      over: z.boolean(),
    }),
  ),
});
export type QuarantineList = z.infer<typeof quarantineListSchema>;
export const surveyPathSchema = z.object({ surveyId: z.guid() });
export const contactPathSchema = z.object({ contactId: z.guid() });
