import { z } from 'zod';
import { AUDIENCES } from '../../core/perspective.ts';
import type { Condition } from '../../core/survey/definition.ts';
import { nameSchema } from '../items/schema.ts';

const MOST_PARTS = 50;
const MOST_DEPTH = 5;

const valueSchema = z.union([z.string().max(200), z.number(), z.boolean()]);
const testSchema = z
  .strictObject({
    of: z.literal('attribute'),
    /** Name of the attribute. */
    key: nameSchema,
    is: z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'has', 'answered', 'empty']),
    /** One value; several only for `in` and `has`; none for `answered` and `empty`. */
    value: z
      .union([
        valueSchema,
        z
          .array(z.union([z.string().max(200), z.number()]))
          .min(1)
          .max(200),
      ])
      .exactOptional(),
  })
  .superRefine(({ is, value }, context) => {
    const message = valueProblem(is, value);
    if (message) context.addIssue({ code: 'custom', path: ['value'], message });
  });

function valueProblem(is: string, value: unknown): string | undefined {
  if (is === 'answered' || is === 'empty') return value === undefined ? undefined : 'must be left out here';
  if (value === undefined) return 'is missing';
  return Array.isArray(value) && is !== 'in' && is !== 'has' ? 'must be one value here' : undefined;
}

type AttributeCondition =
  | { all: AttributeCondition[] }
  | { any: AttributeCondition[] }
  | { not: AttributeCondition }
  | z.infer<typeof testSchema>;
const anyCondition: z.ZodType<AttributeCondition, AttributeCondition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(anyCondition).max(MOST_PARTS) }),
    z.strictObject({ any: z.array(anyCondition).max(MOST_PARTS) }),
    z.strictObject({ not: anyCondition }),
    testSchema,
  ]),
);
/** A condition on attributes, as in surveys. */
const conditionSchema = anyCondition.superRefine((condition, context) => {
  const { depth, parts } = sizeOf(condition);
  if (depth > MOST_DEPTH) context.addIssue({ code: 'custom', message: `may be nested ${MOST_DEPTH} deep at most` });
  if (parts > MOST_PARTS) context.addIssue({ code: 'custom', message: `may have ${MOST_PARTS} parts at most` });
});

function sizeOf(condition: Condition): { depth: number; parts: number } {
  const inside =
    'all' in condition ? condition.all : 'any' in condition ? condition.any : 'not' in condition ? [condition.not] : [];
  const sizes = inside.map(sizeOf);
  return {
    depth: 1 + Math.max(0, ...sizes.map(({ depth }) => depth)),
    parts: 1 + sizes.reduce((sum, { parts }) => sum + parts, 0),
  };
}

const audience = z.enum(AUDIENCES).nullable();
export const newSegmentSchema = z.strictObject({
  name: nameSchema,
  /** Null: contacts of all audiences. */
  audience: audience.default(null),
  condition: conditionSchema,
});
export type NewSegment = z.infer<typeof newSegmentSchema>;
export const segmentChangeSchema = z.strictObject({
  name: nameSchema.optional(),
  audience: audience.optional(),
  condition: conditionSchema.optional(),
});
export type SegmentChange = z.infer<typeof segmentChangeSchema>;

export const segmentSchema = z.object({
  id: z.guid(),
  name: z.string(),
  audience,
  condition: anyCondition,
});
export type Segment = z.infer<typeof segmentSchema>;
export const segmentListSchema = z.object({ segments: z.array(segmentSchema) });
export const segmentPathSchema = z.object({ segmentId: z.guid() });
export const countSegmentSchema = z.strictObject({ audience: audience.default(null), condition: conditionSchema });
