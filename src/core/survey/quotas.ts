import type { Audience } from '../perspective.ts';
import { type Condition, isAnonymous, type Quota, type SurveyDefinition, type Test } from './definition.ts';

/** Every test in a condition. */
export function testsIn(condition: Condition | undefined): Test[] {
  if (!condition) return [];
  if ('all' in condition) return condition.all.flatMap(testsIn);
  if ('any' in condition) return condition.any.flatMap(testsIn);
  if ('not' in condition) return testsIn(condition.not);
  return [condition];
}

/**
 * Whether a quota would look at what people of this audience answered although they are anonymous: leaders, staff, and
 * customers of an anonymous survey. Everybody can see when a quota is full, so with a limit of one it would tell what a
 * single person said, before any batch. Such a quota never fills.
 */
export function isQuotaOnAnonymousAnswers(
  definition: Pick<SurveyDefinition, 'settings'>,
  quota: Quota,
  audience: Audience,
): boolean {
  return isAnonymous(definition, audience) && testsIn(quota.if).some((test) => test.of === 'answer');
}
