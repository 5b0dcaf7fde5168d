import { z } from 'zod';
import { DEVICES } from '../../core/survey/moments.ts';
import { lookSchema, triggerSchema } from '../asks/schema.ts';
import { readJsonText } from '../http/json-text.ts';
import { nameSchema } from '../items/schema.ts';

// ── In the dashboard ──────────────────────────────────────────────────────────────────────────────────────────────
const originSchema = z
  .string()
  .max(200)
  .refine(isOrigin, 'must be the beginning of an address, such as https://shop.example')
  .transform((text) => new URL(text).origin);

function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^/?#@\s]+\/?$/i.test(text)) return false;
  return URL.canParse(text) && new URL(text).pathname === '/';
}

const fields = {
  name: nameSchema,
  /** Origins whose pages may carry the script tag; none: any. */
  origins: z.array(originSchema).max(50),
  /** Whether a page may name a person without a signature. */
  unsignedPersons: z.boolean(),
  /** Most asks a day; null: any number. */
  dailyCap: z.int().min(1).max(1_000_000).nullable(),
};
export const siteSchema = z.object({
  id: z.guid(),
  /** Public: stands in the script tag. */
  key: z.string(),
  name: z.string(),
  origins: z.array(z.string()),
  unsignedPersons: z.boolean(),
  dailyCap: z.int().nullable(),
  /** When a page with the tag last asked what to show, to within a minute. */
  lastSeenAt: z.iso.datetime().nullable(),
  lastSeenOrigin: z.string().nullable(),
  /** The last origin that is not on the list. */
  lastRefusedAt: z.iso.datetime().nullable(),
  lastRefusedOrigin: z.string().nullable(),
});
export type Site = z.infer<typeof siteSchema>;
export const siteListSchema = z.object({ sites: z.array(siteSchema) });
export const newSiteSchema = z.strictObject({
  name: fields.name,
  origins: fields.origins.default([]),
  unsignedPersons: fields.unsignedPersons.default(false),
  dailyCap: fields.dailyCap.default(null),
});
export type NewSite = z.infer<typeof newSiteSchema>;
export const siteChangeSchema = z.strictObject({
  name: fields.name.optional(),
  origins: fields.origins.optional(),
  unsignedPersons: fields.unsignedPersons.optional(),
  dailyCap: fields.dailyCap.optional(),
});
export type SiteChange = z.infer<typeof siteChangeSchema>;
export const sitePathSchema = z.object({ siteId: z.guid() });
export const siteSecretSchema = z.object({
  /** Signs the names of persons; belongs on your server and never in a page. */
  secret: z.string(),
});

// ── From the pages themselves ─────────────────────────────────────────────────────────────────────────────────────
export const siteKeyPathSchema = z.object({ siteKey: z.string().min(1).max(100) });
export const siteOfferSchema = z.object({
  surveys: z.array(
    z.object({
      survey: z.guid(),
      triggers: z.array(triggerSchema),
      look: lookSchema,
      languages: z.array(z.string()),
    }),
  ),
  /** Changes when anything in it does. */
  version: z.string(),
});

/** A random text that the browser keeps; short ones could be guessed. */
const visitorSchema = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, 'must be 16 to 64 letters, digits, - or _');
/** Names and values together: an unknown browser's are stored, and anybody can send some. */
const MOST_CHARACTERS = 4_000;
const pageAttributesSchema = z
  .record(nameSchema, z.union([nameSchema, z.number(), z.boolean()]))
  .refine((attributes) => Object.keys(attributes).length <= 50, 'at most 50 attributes')
  .transform((attributes) =>
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)])),
  )
  .refine(
    (attributes) => Object.entries(attributes).flat().join('').length <= MOST_CHARACTERS,
    'at most 4,000 characters of names and values',
  );
const attributesSchema = z.union([
  pageAttributesSchema.transform((values) => ({ values, text: null })),
  z
    .string()
    .max(MOST_CHARACTERS * 2)
    .transform((text, context) => {
      const parsed = readJsonText(text);
      const { data: values } = pageAttributesSchema.safeParse(parsed.value);
      if (values) return { values, text };
      const message = parsed.refused ?? 'must be the JSON text of an object of at most 50 attributes';
      // Goes on, so that this is what the caller is told, not that no form of the two fits.
      context.addIssue({ code: 'custom', message, continue: true });
      return z.NEVER;
    }),
]);
const who = {
  visitor: visitorSchema,
  /** The organisation's own id of the person. */
  person: nameSchema.optional(),
  /** HMAC-SHA256 under the site's secret, in hex: of `person`, or of `person`, a line break and the text in `attributes`. */
  signature: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be an HMAC-SHA256 in hex')
    .optional(),
  /** An object; or the JSON text of one, exactly as it was signed: only then do they reach the contact. */
  attributes: attributesSchema.default({ values: {}, text: null }),
};
export const askBody = z.strictObject({
  ...who,
  survey: z.guid(),
  /** Place of the trigger in the list that the site was told, from 0; left out where the page's own code asks. */
  trigger: z.int().min(0).max(100).optional(),
  device: z.enum(DEVICES),
  /** The browser's language. */
  language: z.string().max(35).default(''),
});
export const askAnswerSchema = z.union([
  z.object({
    ask: z.literal(true),
    /** The address to answer at. */
    link: z.string(),
    /** Name it to /answered. */
    id: z.guid(),
    look: lookSchema,
  }),
  z.object({ ask: z.literal(false) }),
]);
export const identifyBody = z.strictObject(who);
export const answeredBody = z.strictObject({ visitor: visitorSchema, id: z.guid() });
export const optOutBody = z.strictObject({ visitor: visitorSchema });
export const storedSchema = z.object({ stored: z.literal(true) });
