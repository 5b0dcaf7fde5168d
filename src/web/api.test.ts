import { expect, test } from 'vitest';
import { apiPath, inWorkspace, readProblem } from './api.ts';

test('lists repeat their name, empty values are left out', () => {
  expect(apiPath('/x', { a: ['1', '2'], b: undefined, c: '', d: 0 })).toBe('/api/v1/x?a=1&a=2&d=0');
});

test('an id can’t reach another route', () => {
  expect(inWorkspace('w', 'items', '../../session')).toBe('/workspaces/w/items/..%2F..%2Fsession');
});

test('a refusal keeps the server’s sentence; anything else becomes one of ours', () => {
  const problem = readProblem(
    422,
    '{"status":422,"code":"unprocessable","detail":"No.","fields":[{"field":"a","message":"b"}]}',
  );
  expect([problem.message, problem.code, problem.fields]).toEqual([
    'No.',
    'unprocessable',
    [{ field: 'a', message: 'b' }],
  ]);
  expect(readProblem(502, '<html>Bad gateway</html>').message).not.toContain('<html>');
});
