import { z } from 'zod';
import { AUDIENCES, LENSES } from '../../core/perspective.ts';
import { personAskingSchema } from '../asks/person-schema.ts';
import { givenSchema } from '../intake/schema.ts';
import { nameSchema } from '../items/schema.ts';

const attributesSchema = z
  .record(nameSchema, nameSchema)
  .refine((attributes) => Object.keys(attributes).length <= 100, 'at most 100 attributes');
/** Lower case, and nothing in it that could end a mail header. */
export const emailSchema = z.email('must be an e-mail address').max(254).toLowerCase();
export const languageSchema = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language such as en, de or pt-BR');
export const timeZoneSchema = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be a time zone such as Europe/Berlin or America/New_York');

/** Whether this is the name of a time zone that the program knows. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Whether the person agreed to be asked; the newest thing recorded holds. */
const consentSchema = z.strictObject({
  given: z.boolean(),
  /** To what, in the words that the person saw. */
  to: z.string().trim().max(500).default(''),
  /** When; now, where nothing is said. */
  at: z.iso.datetime({ offset: true }).optional(),
  /** How we know: a form, a contract, a call. */
  source: z.string().trim().max(500).default(''),
});

export const contactSchema = z.object({
  id: z.guid(),
  audience: z.enum(AUDIENCES),
  /** The organisation's own id of the person. */
  key: z.string().nullable(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  attributes: z.record(z.string(), z.string()),
  /** Null: the workspace's. */
  language: z.string().nullable(),
  timeZone: z.string().nullable(),
  consent: z
    .object({ given: z.boolean(), to: z.string(), at: z.iso.datetime().nullable(), source: z.string() })
    .nullable(),
  /** Asked not to be asked again. */
  unsubscribedAt: z.iso.datetime().nullable(),
  /** How we know, as a sentence, where the person did not say so themselves. */
  unsubscribedBecause: z.string().nullable(),
  /** Since when mail to the address does not arrive. */
  bouncedAt: z.iso.datetime().nullable(),
  /** How we know, as a sentence. */
  bouncedBecause: z.string().nullable(),
  /** Days on which mails in a row came back for a reason that may pass; the third one within 30 days sets `bouncedAt`. */
  softBounces: z.array(z.string()),
  /** When somebody last said that the address works; reports from before count for nothing. */
  addressWorksSince: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type Contact = z.infer<typeof contactSchema>;

export const contactListSchema = z.object({
  contacts: z.array(contactSchema),
  /** Give it as `after` to read on; null at the end. */
  next: z.guid().nullable(),
});

export const REACH = ['reachable', 'no_address', 'unsubscribed', 'bounced', 'refused'] as const;
/** `refused`: a consent that was not given, or was taken back. */
export type Reach = (typeof REACH)[number];
export const contactListQuerySchema = z.object({
  /** Part of a name, an e-mail address or a key. */
  search: z.string().max(200).optional(),
  audience: z.enum(AUDIENCES).optional(),
  /** Whether the person can be asked by mail, or why not. */
  reach: z.enum(REACH).optional(),
  segmentId: z.guid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.guid().optional(),
});

const personFields = {
  key: nameSchema.nullable(),
  email: emailSchema.nullable(),
  name: nameSchema.nullable(),
  attributes: attributesSchema,
  language: languageSchema.nullable(),
  timeZone: timeZoneSchema.nullable(),
  consent: consentSchema.nullable(),
};
const named = (contact: { key?: string | null; email?: string | null; name?: string | null }) =>
  Boolean(contact.key ?? contact.email ?? contact.name);
const NAMED = 'give at least a key, an e-mail address or a name';

export const newContactSchema = z
  .strictObject({
    audience: z.enum(AUDIENCES).default('customer'),
    key: personFields.key.default(null),
    email: personFields.email.default(null),
    name: personFields.name.default(null),
    attributes: personFields.attributes.default({}),
    language: personFields.language.default(null),
    timeZone: personFields.timeZone.default(null),
    consent: personFields.consent.default(null),
  })
  .refine(named, NAMED);
export type NewContact = z.infer<typeof newContactSchema>;
/** Only the id: what is kept for repeated requests must hold nothing about the person. */
export const contactMadeSchema = z.object({ id: z.guid() });

export const contactChangeSchema = z
  .strictObject({
    key: personFields.key.optional(),
    email: personFields.email.optional(),
    name: personFields.name.optional(),
    attributes: personFields.attributes.optional(),
    language: personFields.language.optional(),
    timeZone: personFields.timeZone.optional(),
    consent: personFields.consent.optional(),
    /** True: asked never again. False needs a consent in the same request. */
    unsubscribed: z.boolean().optional(),
    /** True: mail to the address does not arrive, so none is sent. False: the address works again. */
    bounced: z.boolean().optional(),
  })
  .refine((change) => change.unsubscribed !== false || change.consent?.given === true, {
    path: ['unsubscribed'],
    message: 'can only be taken back together with a new consent: say to what, when and how we know',
  })
  .refine((change) => !(change.bounced && change.email !== undefined), {
    path: ['bounced'],
    message: 'can’t be true for an address that comes in the same request',
  });
export type ContactChange = z.infer<typeof contactChangeSchema>;

/** At most 1,000 at once. People are found by key, then by e-mail address; what is left out stays as it is. */
export const upsertSchema = z.strictObject({ contacts: z.array(newContactSchema).min(1).max(1000) });
export const upsertedSchema = z.object({
  made: z.int(),
  changed: z.int(),
  /** Who asked to be erased is not stored again. */
  leftOut: z.int(),
});
export type Upserted = z.infer<typeof upsertedSchema>;

export const attributeQuerySchema = z.object({ audience: z.enum(AUDIENCES).optional() });
export const attributeListSchema = z.object({
  attributes: z.array(
    z.object({
      key: z.string(),
      /** How many of the contacts looked at have it. */
      contacts: z.int(),
      /** The most frequent values. */
      values: z.array(z.object({ value: z.string(), contacts: z.int() })),
    }),
  ),
  lookedAt: z.int(),
});
export type AttributeList = z.infer<typeof attributeListSchema>;

/** How many can be asked by mail, and why the others can't. */
export const reachCountSchema = z.object({
  all: z.int(),
  reachable: z.int(),
  noAddress: z.int(),
  unsubscribed: z.int(),
  bounced: z.int(),
  refused: z.int(),
});
export type ReachCount = z.infer<typeof reachCountSchema>;

/** Everything that is stored about one person. */
export const personExportSchema = z.object({
  contact: contactSchema,
  segments: z.array(z.string()),
  /** Mails that were sent or tried, by wave; of leaders and staff only invitations, never whether they answered. */
  mails: z.array(
    z.object({
      waveId: z.guid(),
      round: z.int(),
      number: z.int(),
      state: z.string(),
      at: z.iso.datetime().nullable(),
      because: z.string().nullable(),
    }),
  ),
  /** How often they were asked for what, why (of the last 90 days), and whether nobody asks them. */
  asking: personAskingSchema,
  responses: z.array(
    z.object({
      survey: z.string(),
      key: z.string(),
      answeredOn: z.string().nullable(),
      channel: z.string(),
      weight: z.number(),
      language: z.string().nullable(),
      finished: z.boolean(),
      attributes: z.record(z.string(), z.string()),
      /** Every answer by its key, texts and choices too; null where only values of items were imported. */
      given: z.record(z.string(), givenSchema).nullable(),
      answers: z.array(
        z.object({
          item: z.string(),
          name: z.string(),
          lens: z.enum(LENSES),
          /** Null means "not applicable". */
          value: z.number().nullable(),
        }),
      ),
    }),
  ),
  /** Responses that are kept without being counted, and why. */
  setApart: z.array(
    z.object({
      survey: z.string(),
      key: z.string(),
      reason: z.string(),
      answeredOn: z.string(),
      channel: z.string(),
      language: z.string().nullable(),
      finished: z.boolean(),
      attributes: z.record(z.string(), z.string()),
      given: z.record(z.string(), givenSchema),
    }),
  ),
});
export type PersonExport = z.infer<typeof personExportSchema>;

export const contactPathSchema = z.object({ contactId: z.guid() });
export const respondentQuerySchema = z.object({
  /** The original id of the respondent. */
  key: z.string().min(1).max(500),
  /** Only in this survey. */
  surveyId: z.guid().optional(),
  audience: z.enum(AUDIENCES).optional(),
});
export const erasedSchema = z.object({ responses: z.int() });
