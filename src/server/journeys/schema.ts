import { z } from 'zod';
import { itemSchema, nameSchema, positionSchema, textSchema } from '../items/schema.ts';

export const touchpointSchema = z.object({
  id: z.guid(),
  name: z.string(),
  description: z.string(),
  channels: z.array(z.string()),
  ownerTeamId: z.guid().nullable(),
  /** The item that stands for the touchpoint on the first screen. */
  leadItemId: z.guid().nullable(),
  items: z.array(itemSchema),
});
export const stageSchema = z.object({ id: z.guid(), name: z.string(), touchpoints: z.array(touchpointSchema) });
export const journeySchema = z.object({ id: z.guid(), name: z.string(), stages: z.array(stageSchema) });
export const journeyListSchema = z.object({ journeys: z.array(journeySchema) });
export type Journey = z.infer<typeof journeySchema>;
export type Stage = z.infer<typeof stageSchema>;
export type Touchpoint = z.infer<typeof touchpointSchema>;
export type JourneyList = z.infer<typeof journeyListSchema>;

export const listQuerySchema = z.object({
  /** `true` shows archived items too. */
  archived: z.enum(['true', 'false']).optional(),
});
export const madeSchema = z.object({ id: z.guid() });

export const newNamedSchema = z.strictObject({ name: nameSchema });
export const namedChangeSchema = z.strictObject({ name: nameSchema.optional(), position: positionSchema.optional() });
export type NamedChange = z.infer<typeof namedChangeSchema>;

const channelsSchema = z
  .array(nameSchema)
  .max(50, 'at most 50 channels')
  .refine((list) => new Set(list).size === list.length, 'each channel once');
export const newTouchpointSchema = z.strictObject({
  name: nameSchema,
  description: textSchema.default(''),
  channels: channelsSchema.default([]),
  ownerTeamId: z.guid().nullable().default(null),
});
export type NewTouchpoint = z.infer<typeof newTouchpointSchema>;
export const touchpointChangeSchema = z.strictObject({
  name: nameSchema.optional(),
  description: textSchema.optional(),
  channels: channelsSchema.optional(),
  ownerTeamId: z.guid().nullable().optional(),
  leadItemId: z.guid().nullable().optional(),
  /** Moves the touchpoint to another stage. */
  stageId: z.guid().optional(),
  position: positionSchema.optional(),
});
export type TouchpointChange = z.infer<typeof touchpointChangeSchema>;

export const journeyPathSchema = z.object({ journeyId: z.guid() });
export const stagePathSchema = z.object({ stageId: z.guid() });
export const touchpointPathSchema = z.object({ touchpointId: z.guid() });
