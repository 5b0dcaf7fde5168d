import { expect, test } from 'vitest';
import { safeReturn } from './safe-return.ts';

test('after signing in only a path of our own is opened', () => {
  expect(safeReturn('/w/1?pair=service')).toBe('/w/1?pair=service');
  for (const path of [
    undefined,
    '',
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    'javascript:alert(1)',
  ])
    expect(safeReturn(path)).toBe('/');
});
