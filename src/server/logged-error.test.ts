import { pino } from 'pino';
import { expect, test } from 'vitest';
import { loggedError } from './logged-error.ts';

test('the log says what failed, and nothing of the row that failed', () => {
  const lines: string[] = [];
  const log = pino({ serializers: { err: loggedError } }, { write: (line: string) => lines.push(line) });
  const error = Object.assign(new Error('null value in column "key" violates not-null constraint'), {
    code: '23502',
    detail: 'Failing row contains (Ada, ada@example.org, my boss is unfair).',
    where: 'JSON data, line 1: {"q1":"my boss is unfair"',
  });
  log.error({ err: error }, 'request failed');
  expect(lines.join('')).toContain('23502');
  expect(lines.join('')).toContain('violates not-null');
  expect(lines.join('')).not.toMatch(/unfair|ada@/);
});
