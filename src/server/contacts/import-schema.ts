import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';
import { nameSchema } from '../items/schema.ts';
import { newContactSchema } from './schema.ts';

export const CONTACT_ROLES = [
  'key',
  'email',
  'name',
  'language',
  'timeZone',
  'audience',
  'consent',
  'attribute',
  'none',
] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

export const contactMappingSchema = z.strictObject({
  /** Where no column says it. */
  audience: z.enum(AUDIENCES).default('customer'),
  /** What each column of the file is, in their order; several columns of the name are joined. */
  columns: z
    .array(
      z.strictObject({
        role: z.enum(CONTACT_ROLES),
        /** Name of the attribute; the column's own where nothing is said. */
        attribute: nameSchema.optional(),
      }),
    )
    .max(2000)
    .refine(
      (columns) =>
        (['key', 'email', 'language', 'timeZone', 'audience', 'consent'] as const).every(
          (role) => columns.filter((column) => column.role === role).length <= 1,
        ),
      'each of key, e-mail, language, time zone, audience and consent is one column at most',
    )
    .refine(
      (columns) => columns.some(({ role }) => role === 'key' || role === 'email' || role === 'name'),
      'one column has to be the key, the e-mail address or the name',
    ),
  /** Said of everybody in the file whose consent column (if any) does not say otherwise. */
  consent: newContactSchema.shape.consent,
  /**
   * What becomes of rows with neither a key nor an e-mail address: such people can't be known again, so that each import of
   * them adds them anew.
   */
  withoutId: z.enum(['reject', 'add']).default('reject'),
});
export type ContactMapping = z.output<typeof contactMappingSchema>;

const remarkSchema = z.object({ row: z.int(), column: z.string(), reason: z.string() });
/** With what stands in the cell: shown while the file is there, never stored. */
const shownRemarkSchema = remarkSchema.extend({ value: z.string() });
export type ContactRemark = z.infer<typeof remarkSchema>;
export type ShownRemark = z.infer<typeof shownRemarkSchema>;

export const contactPreviewSchema = z.object({
  rowsLookedAt: z.int(),
  rowsRejected: z.int(),
  /** Rows with neither a key nor an e-mail address, rejected or not. */
  rowsWithoutId: z.int(),
  /** Rows of people who stand in the list before: each is stored once, and what stands in the later row holds. */
  rowsRepeated: z.int(),
  rejections: z.array(shownRemarkSchema),
  /** What of rows that are stored is left out or merged. */
  notes: z.array(shownRemarkSchema),
  /** The first people as they would be stored. */
  people: z.array(
    z.object({
      row: z.int(),
      key: z.string().nullable(),
      email: z.string().nullable(),
      name: z.string().nullable(),
      audience: z.enum(AUDIENCES),
      language: z.string().nullable(),
      timeZone: z.string().nullable(),
      /** Whether the person agreed to be asked; null where the list doesn't say. */
      consent: z.boolean().nullable(),
      attributes: z.record(z.string(), z.string()),
    }),
  ),
});
export type ContactPreview = z.infer<typeof contactPreviewSchema>;

export const CONTACT_IMPORT_STATUSES = ['uploaded', 'running', 'done', 'failed', 'cancelled'] as const;
export const contactImportSchema = z.object({
  id: z.guid(),
  fileName: z.string(),
  fileBytes: z.int(),
  status: z.enum(CONTACT_IMPORT_STATUSES),
  columns: z.array(z.string()),
  mapping: z.object({
    audience: z.enum(AUDIENCES),
    columns: z.array(z.object({ role: z.enum(CONTACT_ROLES), attribute: z.string().optional() })),
  }),
  rowsRead: z.int(),
  made: z.int(),
  changed: z.int(),
  /** Who asked to be erased is not stored again. */
  leftOut: z.int(),
  rejected: z.int(),
  /** The first 1,000; where, never what. */
  rejections: z.array(remarkSchema),
  /** What was left out of rows that are stored, such as a language that is none; the first 1,000. */
  notes: z.array(remarkSchema),
  error: z.string().nullable(),
});
export type ContactImport = z.infer<typeof contactImportSchema>;

export const contactUploadQuerySchema = z.object({ fileName: z.string().min(1).max(255) });
export const contactImportPathSchema = z.object({ importId: z.guid() });
