import { expect, test } from 'vitest';
import { apiFilters, readGapSearch, splitAttribute } from './search.ts';

test('an address is read; what is not understood is dropped', () => {
  expect(
    readGapSearch({
      pair: 'service',
      sort: 'name',
      since: '2017-01-01',
      until: 'yesterday',
      attribute: 'gate:A',
      channel: 'app',
    }),
  ).toEqual({ pair: 'service', sort: 'name', since: '2017-01-01', attribute: ['gate:A'], channel: 'app' });
  expect(
    readGapSearch({ pair: 'constructor', sort: '__proto__', attribute: ['no colon', ':x', 3], journey: '' }),
  ).toEqual({});
});

test('pair and order never reach the API: every view is cut from the same report', () => {
  expect(apiFilters({ pair: 'service', sort: 'name', channel: 'app' })).toEqual({ channel: 'app' });
});

test('the value of an attribute may hold colons', () => {
  expect(splitAttribute('time:10:30')).toEqual({ name: 'time', value: '10:30' });
});
