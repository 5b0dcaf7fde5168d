import { expect, test } from 'vitest';
import { isOwnComputer } from './local-address.ts';

test.each([
  ['http://localhost:3000/s/abc', true],
  ['http://LOCALHOST/s/abc', true],
  ['http://127.0.0.1:3000/s/abc', true],
  ['http://[::1]:3000/s/abc', true],
  ['http://cx.localhost/s/abc', true],
  ['https://localhost.example.org/s/abc', false],
  ['http://192.168.1.5:3000/s/abc', false],
  ['https://cx.example.org/s/abc', false],
  ['no address', false],
])('%s means the own computer: %s', (address, expected) => {
  expect(isOwnComputer(address)).toBe(expected);
});
