import { expect, test } from 'vitest';
import { dayAfter, daysLaterAt, localTimeOf, momentOf, soonestAt, zoneOr } from './local-time.ts';

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

test('a later round waits for the time of day, unless it has passed that day by six hours at most', () => {
  const soonest = (from: string, zone = 'UTC', time = '09:00') => soonestAt(new Date(from), time, zone).toISOString();
  expect(soonest('2031-03-10T08:59:00Z')).toBe('2031-03-10T09:00:00.000Z');
  expect(soonest('2031-03-10T09:00:00Z')).toBe('2031-03-10T09:00:00.000Z');
  expect(soonest('2031-03-10T09:20:00Z')).toBe('2031-03-10T09:20:00.000Z');
  expect(soonest('2031-03-10T15:00:00Z')).toBe('2031-03-10T15:00:00.000Z');
  expect(soonest('2031-03-10T15:00:01Z')).toBe('2031-03-11T09:00:00.000Z');
  // Nothing is sent at night for having missed the evening before, nor from nine in the evening on.
  expect(soonest('2031-03-10T01:30:00Z', 'UTC', '20:00')).toBe('2031-03-10T20:00:00.000Z');
  expect(soonest('2031-03-10T00:10:00Z', 'UTC', '23:50')).toBe('2031-03-10T23:50:00.000Z');
  expect(soonest('2031-03-10T20:59:00Z', 'UTC', '16:00')).toBe('2031-03-10T20:59:00.000Z');
  expect(soonest('2031-03-10T21:00:00Z', 'UTC', '16:00')).toBe('2031-03-11T16:00:00.000Z');
  expect(soonest('2031-03-10T19:30:00Z', 'Europe/Berlin', '20:00')).toBe('2031-03-10T19:30:00.000Z');
  expect(soonest('2031-03-10T20:30:00Z', 'Europe/Berlin', '20:00')).toBe('2031-03-11T19:00:00.000Z');
  // Whoever chose 22:00 keeps the day of rounds that go out some minutes late.
  expect(soonest('2031-03-10T22:05:00Z', 'UTC', '22:00')).toBe('2031-03-10T22:05:00.000Z');
  expect(soonest('2031-03-10T23:30:00Z', 'UTC', '22:00')).toBe('2031-03-11T22:00:00.000Z');
  expect(soonest('2031-03-10T08:00:00Z', 'Pacific/Auckland')).toBe('2031-03-10T20:00:00.000Z');
  // Over a change of clocks: nine is nine.
  expect(soonest('2031-03-29T20:00:00Z', 'Europe/Berlin')).toBe('2031-03-30T07:00:00.000Z');
});

test('rounds of whole days keep their time of day for years, over changes of clocks, and never come too early', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata', 'UTC']) {
    for (const days of [1, 7, 30]) {
      let at = momentOf('2031-01-06T09:00', zone);
      for (let round = 0; round < 800 / days; round++) {
        // Sent up to five minutes late.
        const sent = at.getTime() + (round % 5) * 60_000;
        at = soonestAt(new Date(sent + days * 86_400_000), '09:00', zone);
        expect(at.getTime() - sent).toBeGreaterThanOrEqual(days * 86_400_000);
        const [, clock = ''] = localTimeOf(at, zone).split('T');
        expect(clock >= '09:00' && clock <= '15:00', `${zone} ${at.toISOString()}`).toBe(true);
      }
    }
  }
});

test('a reminder comes so many days later at the time of day, over changes of clocks and after a mail at any hour', () => {
  const later = (from: string, zone: string, days = 3, time = '09:00') =>
    localTimeOf(daysLaterAt(momentOf(from, zone), days, time, zone), zone);
  // Berlin: clocks go forward on 30 March 2031 and back on 26 October.
  expect(later('2031-03-28T09:00', 'Europe/Berlin')).toBe('2031-03-31T09:00');
  expect(later('2031-10-24T09:00', 'Europe/Berlin')).toBe('2031-10-27T09:00');
  expect(later('2031-03-08T09:00', 'America/New_York', 1)).toBe('2031-03-09T09:00');
  // Sent late, as after a pause: still in the morning, and never within half a day.
  expect(later('2031-06-02T20:59', 'UTC', 1)).toBe('2031-06-03T09:00');
  expect(later('2031-06-02T21:01', 'UTC', 1)).toBe('2031-06-04T09:00');
  // A wave that was sent at once at 16:00 came to Tokyo at 01:00.
  expect(later('2031-06-03T01:00', 'Asia/Tokyo', 3, '16:00')).toBe('2031-06-05T16:00');
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata']) {
    for (let hour = 0; hour < 365 * 24; hour += 29) {
      const from = new Date(momentOf('2031-01-01T00:30', zone).getTime() + hour * 3_600_000);
      const at = daysLaterAt(from, 2, '09:00', zone);
      expect(localTimeOf(at, zone).slice(11)).toBe('09:00');
      expect(at.getTime() - from.getTime()).toBeGreaterThanOrEqual(1.5 * 86_400_000);
      expect(at.getTime() - from.getTime()).toBeLessThanOrEqual(2.5 * 86_400_000 + 3_600_000);
    }
  }
});

test('days are counted over months, and an unknown zone gives way', () => {
  expect(dayAfter('2031-02-27', 3)).toBe('2031-03-02');
  expect(dayAfter('2031-03-01', -1)).toBe('2031-02-28');
  expect(localTimeOf(new Date('2031-03-10T20:00:30Z'), 'Pacific/Auckland')).toBe('2031-03-11T09:00');
  expect(zoneOr('Europe/Berlin', 'UTC')).toBe('Europe/Berlin');
  expect(zoneOr('Mars/Olympus', 'Asia/Kolkata')).toBe('Asia/Kolkata');
  expect(zoneOr(null, 'Asia/Kolkata')).toBe('Asia/Kolkata');
  expect(zoneOr(null, 'Mars/Olympus')).toBe('UTC');
});
