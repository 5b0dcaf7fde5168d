import { z } from 'zod';

export const auditQuery = z.object({
  /** The id of the last entry already seen. */
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const auditPage = z.object({
  entries: z.array(
    z.object({
      id: z.number(),
      at: z.string(),
      actor: z.object({ kind: z.enum(['user', 'api_key', 'system']), id: z.string().nullable(), name: z.string() }),
      /** What was done, such as `member.change`. */
      action: z.string(),
      subject: z.object({ kind: z.string(), id: z.string().nullable() }),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  /** Give it as `before` for the next page; null on the last one. */
  next: z.number().nullable(),
});
export type AuditPage = z.infer<typeof auditPage>;
