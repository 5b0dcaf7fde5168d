import { expect, test } from 'vitest';
import { momentOf } from './local-time.ts';

const at = (local: string, zone: string) => momentOf(local, zone).toISOString();

test('nine in the morning is nine on every clock, before and after clocks change', () => {
  expect(at('2031-03-10T09:00', 'Pacific/Auckland')).toBe('2031-03-09T20:00:00.000Z');
  expect(at('2031-03-10T09:00', 'Europe/Berlin')).toBe('2031-03-10T08:00:00.000Z');
  // Clocks in Los Angeles went forward the day before.
  expect(at('2031-03-10T09:00', 'America/Los_Angeles')).toBe('2031-03-10T16:00:00.000Z');
  expect(at('2031-03-08T09:00', 'America/Los_Angeles')).toBe('2031-03-08T17:00:00.000Z');
  expect(at('2031-03-10T09:00', 'Asia/Kolkata')).toBe('2031-03-10T03:30:00.000Z');
  expect(at('2031-03-10T00:00', 'UTC')).toBe('2031-03-10T00:00:00.000Z');
});

test('a time that clocks skip is an hour later, of one shown twice the first counts', () => {
  // Berlin, 30 March 2031: 02:00 becomes 03:00.
  expect(at('2031-03-30T02:30', 'Europe/Berlin')).toBe('2031-03-30T01:30:00.000Z');
  // Berlin, 26 October 2031: 03:00 becomes 02:00.
  expect(at('2031-10-26T02:30', 'Europe/Berlin')).toBe('2031-10-26T00:30:00.000Z');
});

test('an unknown zone or no time at all is refused', () => {
  expect(() => momentOf('2031-03-10T09:00', 'Mars/Olympus')).toThrow(RangeError);
  expect(() => momentOf('soon', 'UTC')).toThrow(RangeError);
});
