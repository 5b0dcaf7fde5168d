import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';

export const EXPORT_FORMATS = ['csv', 'xlsx', 'sav', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const exportQuerySchema = z.object({
  format: z.enum(EXPORT_FORMATS).default('csv'),
  /** `true`: questions and choices as they were worded; otherwise their ids. JSON and .sav always hold both. */
  labels: z.enum(['true', 'false']).default('false'),
  /** Of leaders, staff and anonymous customers there are counts, never single responses. */
  audience: z.enum(AUDIENCES).default('customer'),
});
export type ExportQuery = z.infer<typeof exportQuerySchema>;
