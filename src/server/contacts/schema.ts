import { z } from 'zod';
import { AUDIENCES, LENSES } from '../../core/perspective.ts';
import { nameSchema } from '../items/schema.ts';

const attributesSchema = z
  .record(nameSchema, nameSchema)
  .refine((attributes) => Object.keys(attributes).length <= 100, 'at most 100 attributes');
const emailSchema = z.email('must be an e-mail address').max(254).toLowerCase();

export const contactSchema = z.object({
  id: z.guid(),
  audience: z.enum(AUDIENCES),
  /** The organisation's own id of the person. */
  key: z.string().nullable(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  attributes: z.record(z.string(), z.string()),
  createdAt: z.iso.datetime(),
});
export type Contact = z.infer<typeof contactSchema>;

export const contactListSchema = z.object({
  contacts: z.array(contactSchema),
  /** Give it as `after` to read on; null at the end. */
  next: z.guid().nullable(),
});
export const contactListQuerySchema = z.object({
  /** Part of a name, an e-mail address or a key. */
  search: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.guid().optional(),
});

export const newContactSchema = z
  .strictObject({
    audience: z.enum(AUDIENCES).default('customer'),
    key: nameSchema.nullable().default(null),
    email: emailSchema.nullable().default(null),
    name: nameSchema.nullable().default(null),
    attributes: attributesSchema.default({}),
  })
  .refine(
    (contact) => contact.key ?? contact.email ?? contact.name,
    'give at least a key, an e-mail address or a name',
  );
export type NewContact = z.infer<typeof newContactSchema>;
/** Only the id: what is kept for repeated requests must hold nothing about the person. */
export const contactMadeSchema = z.object({ id: z.guid() });

/** Everything that is stored about one person. */
export const personExportSchema = z.object({
  contact: contactSchema,
  responses: z.array(
    z.object({
      survey: z.string(),
      key: z.string(),
      answeredOn: z.string().nullable(),
      channel: z.string(),
      weight: z.number(),
      attributes: z.record(z.string(), z.string()),
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
