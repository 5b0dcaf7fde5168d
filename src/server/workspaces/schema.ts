import { z } from 'zod';
import { lineOfText } from '../accounts/schema.ts';
import { ROLES } from '../http/policy.ts';

export const workspaceName = lineOfText(120);

export const workspaceSummary = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  sample: z.boolean(),
});
export const workspaceList = z.object({ workspaces: z.array(workspaceSummary) });

const threshold = z.int().min(5, 'Never below 5.').max(1000);

export const workspaceSettingsAnswer = z.object({
  id: z.string(),
  name: z.string(),
  sample: z.boolean(),
  /** Fewest people whose answers may show together. */
  anonymityThreshold: z.number(),
  commentThreshold: z.number(),
  /** Percent of the maximum possible at which customers' mean counts as a strength. */
  targetPomp: z.number(),
  /** Confidence level of intervals. */
  level: z.number(),
  headlineItemId: z.string().nullable(),
  /** Tolerance of items without one of their own, as a share of the scale's range. */
  toleranceShare: z.number(),
});
export type WorkspaceSettings = z.infer<typeof workspaceSettingsAnswer>;

export const newWorkspaceBody = z.strictObject({ name: workspaceName });
export const settingsBody = z.strictObject({
  name: workspaceName.optional(),
  anonymityThreshold: threshold.optional(),
  commentThreshold: threshold.optional(),
  targetPomp: z.number().min(0).max(100).optional(),
  level: z.number().min(0.5).max(0.999).optional(),
  headlineItemId: z.guid().nullable().optional(),
});
export const toleranceBody = z.strictObject({
  share: z.number().gt(0, 'Above 0.').max(1, 'At most 1, the whole range of the scale.'),
});
