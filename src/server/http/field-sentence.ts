import type { z } from 'zod';

/**
 * What is wrong with a field, in words for a person who does not know our schemas. Where a schema brings its own
 * sentence, that one is used instead.
 */
export function fieldSentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required.' : `must be ${TYPES[issue.expected] ?? issue.expected}.`;
    case 'too_small':
      return `must ${bound(issue, 'least', issue.minimum)}.`;
    case 'too_big':
      return `must ${bound(issue, 'most', issue.maximum)}.`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}.`
        : `must be one of ${issue.values.map(String).join(', ')}.`;
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => `"${key.slice(0, 100)}"`).join(', ')} ${issue.keys.length === 1 ? 'is' : 'are'} not known here.`;
    case 'invalid_format':
      return FORMATS[issue.format];
    case 'invalid_union':
      return issue.input === undefined ? 'is required.' : 'has none of the forms that it may have.';
    default:
      return undefined;
  }
}

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const FORMATS: Record<string, string> = {
  guid: 'must be an id, such as 3f2b8c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f.',
  uuid: 'must be an id, such as 3f2b8c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f.',
  date: 'must be a day that exists, written YYYY-MM-DD.',
  datetime: 'must be a moment such as 2026-11-22T10:30:00Z.',
};

function bound(
  { origin, inclusive }: { origin: string; inclusive?: boolean | undefined },
  end: 'least' | 'most',
  limit: number | bigint,
): string {
  const size = limit.toLocaleString('en');
  if (origin === 'string') return `have at ${end} ${size} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array' || origin === 'set') return `have at ${end} ${size} ${limit === 1 ? 'entry' : 'entries'}`;
  if (inclusive) return `be at ${end} ${size}`;
  return `be ${end === 'least' ? 'above' : 'below'} ${size}`;
}
