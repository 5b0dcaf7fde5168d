import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings, PROJECT_FOLDER, SETTINGS, SettingsError, settingsTable } from './config.ts';

const GOOD_KEY = 'q8Zr1vX0nT5sLw7kYb3JmE9uHc2PdA6fGiRo4NxSaVt';

test('nothing set: the documented defaults', () => {
  const settings = loadSettings({});
  expect(settings).toMatchObject({
    port: 4300,
    host: '127.0.0.1',
    databaseUrl: null,
    publicUrl: 'http://localhost:4300',
    sample: true,
    smtpUrl: null,
    outboundAllow: [],
    trustedProxyHops: 0,
    logLevel: 'warn',
    secretKey: null,
  });
  expect(settings.dataDir).toMatch(/^\/.*\/data$/);
});

test('good values are read; the public address loses its slash, and an empty value counts as absent', () => {
  expect(
    loadSettings({
      PORT: '80',
      HOST: '::1',
      DATA_DIR: '/srv/cx data',
      DATABASE_URL: 'postgres:///parallax?host=/var/run/postgresql',
      PUBLIC_URL: 'https://cx.example.org/',
      SAMPLE: 'off',
      SMTP_URL: 'smtps://user:pa%40ss@mail.example.org:465',
      MAIL_FROM: 'Customer experience <cx@example.org>',
      OUTBOUND_ALLOW: 'Hooks.internal, 10.1.0.0/16,::1 ,',
      TRUSTED_PROXY_HOPS: '2',
      LOG_LEVEL: '',
      SECRET_KEY: GOOD_KEY,
    }),
  ).toEqual({
    port: 80,
    host: '::1',
    dataDir: '/srv/cx data',
    databaseUrl: 'postgres:///parallax?host=/var/run/postgresql',
    publicUrl: 'https://cx.example.org',
    sample: false,
    smtpUrl: 'smtps://user:pa%40ss@mail.example.org:465',
    mailFrom: 'Customer experience <cx@example.org>',
    outboundAllow: ['hooks.internal', '10.1.0.0/16', '::1'],
    trustedProxyHops: 2,
    logLevel: 'warn',
    secretKey: GOOD_KEY,
  });
});

test.each([
  ['PORT', '0'],
  ['PORT', '65536'],
  ['PORT', '43.5'],
  ['PORT', '4300; rm'],
  ['OUTBOUND_ALLOW', 'https://hooks.example.org'],
  ['OUTBOUND_ALLOW', '10.0.0.0/33'],
  ['OUTBOUND_ALLOW', '10.0.0'],
  ['HOST', 'http://localhost'],
  ['DATABASE_URL', 'mysql://root@localhost/x'],
  ['DATABASE_URL', 'postgres://localhost'],
  ['PUBLIC_URL', 'cx.example.org'],
  ['PUBLIC_URL', 'javascript:alert(1)'],
  ['PUBLIC_URL', 'https://example.org/cx'],
  ['PUBLIC_URL', 'https://example.org/?a=b'],
  ['SAMPLE', 'yes'],
  ['SMTP_URL', 'https://mail.example.org'],
  ['MAIL_FROM', 'not an address'],
  ['MAIL_FROM', 'cx@example.org\r\nBcc: everyone@example.org'],
  ['TRUSTED_PROXY_HOPS', '-1'],
  ['TRUSTED_PROXY_HOPS', 'true'],
  ['LOG_LEVEL', 'verbose'],
  ['SECRET_KEY', 'changeme'],
  ['SECRET_KEY', 'short-but-random-Zq81'],
  ['SECRET_KEY', 'please-changeme-please-changeme-please'],
  ['SECRET_KEY', 'your-secret-key-goes-here-0123456789'],
  ['SECRET_KEY', 'a'.repeat(64)],
])('%s=%j is refused by name, without repeating the value', (name, value) => {
  const mailFrom = name === 'SMTP_URL' ? { MAIL_FROM: 'cx@example.org' } : {};
  let message = '';
  try {
    loadSettings({ ...mailFrom, [name]: value });
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    message = error instanceof Error ? error.message : '';
  }
  expect(message).toMatch(new RegExp(`^${name} .*\\.$`));
  expect(message.split('\n')).toHaveLength(1);
  if (name === 'SECRET_KEY' || name === 'DATABASE_URL') expect(message).not.toContain(value);
});

test('mail needs a sender', () => {
  expect(() => loadSettings({ SMTP_URL: 'smtp://localhost:25' })).toThrow(/^MAIL_FROM must be set/);
});

test('every wrong setting is named at once', () => {
  expect(() => loadSettings({ PORT: 'x', SAMPLE: 'x' })).toThrow(/PORT .*\nSAMPLE /);
});

test('the table lists every setting', () => {
  for (const name of Object.keys(SETTINGS)) expect(settingsTable()).toContain(`| ${name} |`);
});

test('docs/operate/settings.md has the same table', () => {
  expect(readFileSync(path.join(PROJECT_FOLDER, 'docs/operate/settings.md'), 'utf8')).toContain(settingsTable());
});
