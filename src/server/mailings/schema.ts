import { z } from 'zod';
import { emailSchema, languageSchema, reachCountSchema, timeZoneSchema } from '../contacts/schema.ts';
import { nameSchema } from '../items/schema.ts';

const PRINTABLE = /^(?:[\n\r\t]|\P{Cc})*$/u;
const textSchema = z.strictObject({
  /** One line; placeholders such as `{{attribute:name|there}}`. */
  subject: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line'),
  body: z.string().trim().min(1).max(10_000).regex(PRINTABLE, 'must not hold control characters'),
});
/** By language. A language that is not named has the product's own words where it has them, otherwise the first of these. */
const textsSchema = z
  .record(languageSchema, textSchema)
  .refine((texts) => Object.keys(texts).length <= 40, 'at most 40 languages');
const mailTextsSchema = z.strictObject({ invitation: textsSchema.default({}), reminder: textsSchema.default({}) });
export type MailTexts = z.infer<typeof mailTextsSchema>;

const sampleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('random'), n: z.int().min(1).max(10_000_000) }),
  z.strictObject({
    kind: z.literal('quota'),
    attribute: nameSchema,
    quotas: z
      .array(z.strictObject({ value: nameSchema, n: z.int().min(1).max(10_000_000) }))
      .min(1)
      .max(200)
      .refine((quotas) => new Set(quotas.map(({ value }) => value)).size === quotas.length, 'names a value twice'),
  }),
]);

const scheduleFields = {
  /** Null: everybody of the wave's audience. */
  segmentId: z.guid().nullable().default(null),
  sample: sampleSchema.default({ kind: 'all' }),
  /** Only people whose consent is recorded. */
  needsConsent: z.boolean().default(false),
  /** On each recipient's own clock, such as 2026-11-23T09:00; null: at once. */
  sendAt: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'must be a day and time such as 2026-11-23T09:00')
    .refine((text) => !Number.isNaN(Date.parse(`${text}:00Z`)), 'is no day and time')
    .nullable()
    .default(null),
  reminders: z.int().min(0).max(3).default(1),
  /** Days from one mail to the next. */
  reminderDays: z.int().min(1).max(60).default(3),
  /** Stop asking once so many have answered. */
  enough: z.int().min(1).max(2_000_000_000).nullable().default(null),
  /** Days from a person's last ask for the survey, on any channel, to the next; null: everybody is asked once. */
  repeatDays: z.int().min(1).max(1000).nullable().default(null),
  /** Ask at most so many times; null: until the last day of the wave. */
  repeatMost: z.int().min(2).max(1000).nullable().default(null),
  texts: mailTextsSchema.default({ invitation: {}, reminder: {} }),
};
export const scheduleChangeSchema = z
  .strictObject(scheduleFields)
  .refine(({ repeatDays, repeatMost }) => repeatMost === null || repeatDays !== null, {
    path: ['repeatMost'],
    message: 'says how often to repeat: give repeatDays, too',
  })
  .refine(({ repeatDays, reminders, reminderDays }) => repeatDays === null || reminders * reminderDays < repeatDays, {
    path: ['repeatDays'],
    message: 'must be more days than all reminders take: the next round begins after the last of them',
  });
export type ScheduleChange = z.infer<typeof scheduleChangeSchema>;

export const SCHEDULE_STATUSES = ['draft', 'running', 'paused', 'ended', 'cancelled'] as const;
export const scheduleSchema = z.object({
  waveId: z.guid(),
  status: z.enum(SCHEDULE_STATUSES),
  segmentId: z.guid().nullable(),
  sample: sampleSchema,
  /** With it the same contacts give the same sample again. */
  seed: z.int(),
  needsConsent: z.boolean(),
  sendAt: z.string().nullable(),
  reminders: z.int(),
  reminderDays: z.int(),
  enough: z.int().nullable(),
  repeatDays: z.int().nullable(),
  repeatMost: z.int().nullable(),
  /** Of people whose answers are anonymous each further round is a wave of its own: the first wave of them. */
  series: z.guid().nullable(),
  /** The place of this wave in its series; 1 where it has none. */
  round: z.int(),
  texts: mailTextsSchema,
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  endedBecause: z.string().nullable(),
  /** Whether the server has a mail server to send by. */
  mailReady: z.boolean(),
  /** Nobody may know who answered: people are asked again together, not each in a rhythm of their own. */
  anonymous: z.boolean(),
  /** Personal links given as files: how many people have one, and when the last file was made. They count as asked. */
  handedOut: z.object({ people: z.int(), at: z.iso.datetime() }).nullable(),
  /** The least days that workspace and survey leave between two asks of one person; rounds are never closer. */
  restDays: z.int(),
});
export type Schedule = z.infer<typeof scheduleSchema>;

export const estimateQuerySchema = z.object({
  /** `link`: what a file of personal links would hold, people without an address included. */
  by: z.enum(['mail', 'link']).default('mail'),
});
/** What starting the wave now would do. */
export const estimateSchema = z.object({
  /** Of the segment, or the audience. */
  reach: reachCountSchema,
  /** Whom the sample takes. */
  drawn: z.int(),
  wouldAsk: z.int(),
  /** Who would be left out, by the rule that says so. */
  skipped: z.array(z.object({ rule: z.string(), because: z.string(), people: z.int() })),
  /** The first so many of those drawn were looked at. */
  lookedAt: z.int(),
  /** What keeps it from starting, one sentence each. */
  problems: z.array(z.string()),
});
export type Estimate = z.infer<typeof estimateSchema>;

const rateSchema = z.object({
  invited: z.int(),
  answered: z.int(),
  /** Null: nobody was invited, or too few to say. */
  rate: z.number().nullable(),
  /** Wilson, at the workspace's level. Null as well where `answered` is a lower bound only (`inStepsOf`). */
  interval: z.tuple([z.number(), z.number()]).nullable(),
});
export const progressSchema = z.object({
  status: z.enum(SCHEDULE_STATUSES),
  endedBecause: z.string().nullable(),
  /** Invitations by what became of them. */
  invitations: z.object({
    waiting: z.int(),
    sent: z.int(),
    skipped: z.int(),
    bounced: z.int(),
    failed: z.int(),
    unclear: z.int(),
    cancelled: z.int(),
  }),
  remindersSent: z.int().nullable(),
  /** When the next mail goes out; null also where the wave's last day comes first. */
  nextAt: z.iso.datetime().nullable(),
  /**
   * When reminders go out next, and to how many at most: who has answered by then gets none. Of anonymous people the
   * number is null. Null where none waits.
   */
  nextReminder: z.object({ at: z.iso.datetime(), people: z.int().nullable() }).nullable(),
  /** How many of those who got its mails have unsubscribed since it was started. */
  unsubscribed: z.int(),
  /** What the mail server last said when it could not be used; null when it could. */
  mailServer: z.string().nullable(),
  skipped: z.array(z.object({ rule: z.string(), because: z.string(), people: z.int() })),
  /** Of a wave that repeats, people: asked at least once, and answered at least once. */
  response: rateSchema,
  /** Answers are counted in steps of it, so that nobody stands out; null for customers. */
  inStepsOf: z.int().nullable(),
  /** Of anonymous people the attributes by which rates are told, why not by others, and what to do; null of customers who are named. */
  toldBy: z.object({ attributes: z.array(z.string()), because: z.string() }).nullable(),
  /** Of a wave that repeats, the last 50 rounds, the newest first; null where everybody is asked once. */
  rounds: z
    .array(
      rateSchema.extend({
        round: z.int(),
        /** The wave that the round is: this one, or of anonymous people one of its series. */
        waveId: z.guid(),
        waiting: z.int(),
        nextAt: z.iso.datetime().nullable(),
      }),
    )
    .nullable(),
  /** The asks of all rounds together. Without an interval: the same people are in several of them. */
  allRounds: rateSchema.omit({ interval: true }).nullable(),
  by: z
    .object({
      attribute: z.string(),
      /** '': those who have no value, or of anonymous people those whose answers do not keep it. */
      values: z.array(rateSchema.extend({ value: z.string() })),
      /** How many further values there are. */
      hidden: z.int(),
      /** Why it is not told by this attribute, and what to do; null where it is. */
      because: z.string().nullable(),
    })
    .nullable(),
  /** One person may be in several segments. Of anonymous people only segments are told that what their answers keep decides. */
  bySegment: z
    .object({
      segments: z.array(rateSchema.extend({ segmentId: z.guid(), name: z.string() })),
      hidden: z.int(),
      /** Why some are not told, and what to do. */
      because: z.string().nullable(),
    })
    .nullable(),
});
export type WaveProgress = z.infer<typeof progressSchema>;
export const progressQuerySchema = z.object({
  /** Response rate by the values of this attribute; of anonymous people only one that their answers keep. */
  by: z.string().min(1).max(200).optional(),
  /** Response rate by segment, of customers as they are in them just now. */
  segments: z.literal('true').optional(),
});

export const mailListQuerySchema = z.object({
  state: z.enum(['skipped', 'bounced', 'failed', 'unclear']),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.guid().optional(),
});
export const mailListSchema = z.object({
  mails: z.array(
    z.object({
      id: z.guid(),
      contactId: z.guid(),
      contact: z.string(),
      round: z.int(),
      number: z.int(),
      rule: z.string().nullable(),
      because: z.string().nullable(),
    }),
  ),
  next: z.guid().nullable(),
});
export type MailList = z.infer<typeof mailListSchema>;

export const previewQuerySchema = z.strictObject({
  kind: z.enum(['invitation', 'reminder']).default('invitation'),
  language: languageSchema.default('en'),
  /** Unsaved texts to look at; those of the schedule where nothing is said. */
  text: textSchema.optional(),
});
export const renderedSchema = z.object({
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  /** What it is written from, with its placeholders. */
  words: z.object({ subject: z.string(), body: z.string() }),
});
export type Rendered = z.infer<typeof renderedSchema>;

export const mailSettingsSchema = z.object({
  /** Mails handed to the mail server in one minute, at most. */
  perMinute: z.int(),
  /** The workspace's, for contacts without one of their own; the same that days of surveys are counted in. */
  timeZone: z.string(),
  language: z.string(),
  /** Shown beside the server's address; null: the name that the server's operator has set. */
  senderName: z.string().nullable(),
  replyTo: z.string().nullable(),
  /** Below every mail, such as the organisation's postal address. */
  footer: z.string().nullable(),
  /** The server's own sender (MAIL_FROM); null where none is set. */
  from: z.string().nullable(),
  mailReady: z.boolean(),
});
export type MailSettings = z.infer<typeof mailSettingsSchema>;
export const mailSettingsChangeSchema = z.strictObject({
  perMinute: z.int().min(1).max(100_000).optional(),
  timeZone: timeZoneSchema.optional(),
  language: languageSchema.optional(),
  senderName: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line')
    .nullable()
    .optional(),
  replyTo: emailSchema.nullable().optional(),
  footer: z.string().trim().min(1).max(500).regex(PRINTABLE, 'must not hold control characters').nullable().optional(),
});
export type MailSettingsChange = z.infer<typeof mailSettingsChangeSchema>;

export const mailPathSchema = z.object({ waveId: z.guid(), mailId: z.guid() });
export const unsubscribeSchema = z.strictObject({ token: z.string().min(1).max(200) });
export const unsubscribedSchema = z.object({ unsubscribed: z.literal(true) });
export const startedSchema = z.object({ drawn: z.int() });
export const steerSchema = z.strictObject({ what: z.enum(['pause', 'resume', 'cancel']) });
export const testSentSchema = z.object({ to: z.string() });
