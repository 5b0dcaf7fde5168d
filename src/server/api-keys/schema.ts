import { z } from 'zod';
import { lineOfText } from '../accounts/schema.ts';
import { API_SCOPES } from '../http/policy.ts';

const scope = z.enum(API_SCOPES);

export const apiKeyAnswer = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  /** The day only; null when never used. */
  lastUsedOn: z.string().nullable(),
});
export type ApiKeyAnswer = z.infer<typeof apiKeyAnswer>;
export const apiKeyList = z.object({ apiKeys: z.array(apiKeyAnswer) });
export const apiKeyParams = z.object({ keyId: z.guid() });
export const apiKeyBody = z.strictObject({
  name: lineOfText(80),
  scopes: z
    .array(scope)
    .min(1, 'Choose at least one scope.')
    .max(API_SCOPES.length)
    .transform((scopes) => [...new Set(scopes)]),
  /** When the key stops working; never, when left out. */
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export const newApiKey = z.object({
  id: z.string(),
  /** Shown this once; only its hash is kept. */
  key: z.string(),
});
export type NewApiKey = z.infer<typeof newApiKey>;
