import { expect, test } from 'vitest';
import { appearanceStyle } from './appearance.ts';

test('text on the accent is the one of black and white that is read better', () => {
  expect(appearanceStyle({ accent: '#ffcc00' })).toEqual({ '--t-accent': '#ffcc00', '--t-on': '#14181b' });
  expect(appearanceStyle({ accent: '#0072b2' })['--t-on']).toBe('#fff');
});

test('a ground of its own brings readable text and scroll bars along', () => {
  expect(appearanceStyle({ background: '#102030' })).toEqual({
    '--bg': '#102030',
    '--ink': '#fff',
    'color-scheme': 'dark',
  });
});

test('what is no colour is left out', () => {
  expect(appearanceStyle({ accent: 'red;background:url(//x)', radius: 4 })).toEqual({ '--radius': '4px' });
});
