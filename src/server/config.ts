import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The folder with package.json, from the sources as from whatever they are built into. */
export const PROJECT_FOLDER = projectFolder(path.dirname(fileURLToPath(import.meta.url)));

function projectFolder(from: string): string {
  return existsSync(path.join(from, 'package.json')) ? from : projectFolder(path.dirname(from));
}

function wholeNumber(min: number, max: number) {
  const sentence = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, sentence)
    .transform(Number)
    .refine((value) => value >= min && value <= max, sentence);
}

const webAddress = z
  .string()
  .refine((text) => /^https?:$/.test(protocolOf(text)), {
    error: 'must be an address such as https://cx.example.org',
    abort: true,
  })
  .refine((text) => !/[?#]/.test(text), 'must not contain ? or #')
  .refine((text) => new URL(text).pathname === '/', 'must not have a path: Parallax serves the root of its address')
  .transform((text) => new URL(text).origin);

const databaseUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\/.*\/[^/?]+/.test(text),
    'must be an address such as postgres://user:password@host:5432/database',
  );

const PLACEHOLDERS =
  /change.?me|replace.?me|your.?secret|secret.?key|example|placeholder|password|default|insert.?here|todo|xxxx/i;
const secretKey = z
  .string()
  .refine(
    (text) => Buffer.byteLength(text) >= 32,
    'must have at least 32 bytes; make one with: openssl rand -base64 48',
  )
  .refine(
    (text) => !PLACEHOLDERS.test(text) && new Set(text).size >= 10,
    'looks like a placeholder; make one with: openssl rand -base64 48',
  );

const mailAddress = z
  .string()
  .regex(/^(?:[^<>@\r\n]*<)?[^<>@\s]+@[^<>@\s]+>?$/, 'must be an address such as Parallax <cx@example.org>');

/** Host names, addresses and CIDR ranges, separated by commas. */
const outboundAllow = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim().toLowerCase())
      .filter(Boolean),
  )
  .refine(
    (entries) => entries.every(isHostOrRange),
    'must be host names, addresses or ranges, separated by commas, such as hooks.example.org,10.1.0.0/16',
  );

/** Every setting, once: name, what it means, what holds without it, what is allowed. Docs and `parallax settings` print this. */
export const SETTINGS = {
  PORT: { schema: wholeNumber(1, 65535), without: '4300', meaning: 'Port of the dashboard and the API.' },
  HOST: {
    schema: z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'must be an address of this machine such as 127.0.0.1 or 0.0.0.0'),
    without: '127.0.0.1',
    meaning: 'Address to listen on; 0.0.0.0 to be reached from other machines.',
  },
  DATA_DIR: {
    schema: z.string(),
    without: './data',
    meaning: 'Folder for the embedded database, secrets and uploads. Back it up; one process at a time uses it.',
  },
  DATABASE_URL: {
    schema: databaseUrl,
    without: null,
    meaning:
      'A PostgreSQL (15 or newer) to use instead of the embedded one: postgres://user:password@host:5432/database.',
  },
  PUBLIC_URL: {
    schema: webAddress,
    without: null,
    meaning: 'Address that people use, for links in mails and surveys. Without it: http://localhost:PORT.',
  },
  SAMPLE: {
    schema: z.enum(['on', 'off'], { error: 'must be on or off' }),
    without: 'on',
    meaning: 'Whether an empty database gets the sample workspace.',
  },
  SMTP_URL: {
    schema: z
      .string()
      .refine(
        (text) => /^smtps?:$/.test(protocolOf(text)),
        'must be an address such as smtps://user:password@mail.example.org',
      ),
    without: null,
    meaning: 'Server for outgoing mail. Without it links are shown to copy.',
  },
  MAIL_FROM: {
    schema: mailAddress,
    without: null,
    meaning: 'Sender of mails, such as Parallax <cx@example.org>. Needed with SMTP_URL.',
  },
  OUTBOUND_ALLOW: {
    schema: outboundAllow,
    without: null,
    meaning:
      'Where webhooks may go besides public https addresses: host names, addresses and CIDR ranges, separated by commas.',
  },
  TRUSTED_PROXY_HOPS: {
    schema: wholeNumber(0, 10),
    without: '0',
    meaning: 'How many reverse proxies stand before Parallax; only their forwarding headers are believed.',
  },
  LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be debug, info, warn, error or silent',
    }),
    without: 'warn',
    meaning: 'How much is logged, one JSON line each; info adds a line per request.',
  },
  SECRET_KEY: {
    schema: secretKey,
    without: null,
    meaning:
      'Key that signs and seals, at least 32 bytes. Without it one is made on first start and kept in DATA_DIR/secrets.json.',
  },
} as const;

export type SettingName = keyof typeof SETTINGS;

/** What the environment said, checked. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  /** An origin, without a slash at the end. */
  readonly publicUrl: string;
  readonly sample: boolean;
  readonly smtpUrl: string | null;
  readonly mailFrom: string | null;
  /** Besides public https addresses: host names, addresses and CIDR ranges. */
  readonly outboundAllow: readonly string[];
  readonly trustedProxyHops: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly secretKey: string | null;
}

/** The settings of a running server: the secret key is there, from the environment or from the secrets file. */
export interface Config extends Settings {
  readonly secretKey: string;
}

/** Settings that can't be used; `message` is one sentence per setting, each beginning with its name. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/**
 * Reads the settings from the environment; an empty value counts as absent.
 * Throws SettingsError with a sentence for every setting that is wrong, never with the value of a secret.
 */
export function loadSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const problems: string[] = [];
  function read<Name extends SettingName>(name: Name): z.output<(typeof SETTINGS)[Name]['schema']> | null {
    const text = environment[name]?.trim() || SETTINGS[name].without;
    if (text === null) return null;
    const result = SETTINGS[name].schema.safeParse(text);
    if (result.success) return result.data as z.output<(typeof SETTINGS)[Name]['schema']>;
    problems.push(`${name} ${result.error.issues[0]?.message}.`);
    return null;
  }
  const port = read('PORT');
  const host = read('HOST');
  const dataDir = read('DATA_DIR');
  const databaseUrlGiven = read('DATABASE_URL');
  const publicUrl = read('PUBLIC_URL');
  const sample = read('SAMPLE');
  const smtpUrl = read('SMTP_URL');
  const mailFrom = read('MAIL_FROM');
  const outboundAllow = read('OUTBOUND_ALLOW');
  const trustedProxyHops = read('TRUSTED_PROXY_HOPS');
  const logLevel = read('LOG_LEVEL');
  const secretKeyGiven = read('SECRET_KEY');
  if (smtpUrl && !mailFrom && !environment.MAIL_FROM?.trim())
    problems.push('MAIL_FROM must be set when SMTP_URL is set.');
  if (
    problems.length > 0 ||
    port === null ||
    host === null ||
    dataDir === null ||
    trustedProxyHops === null ||
    logLevel === null
  ) {
    throw new SettingsError(problems.join('\n'));
  }
  // Given by hand: relative to where the person stands. Not given: always beside the program, from any subfolder.
  const given = Boolean(environment.DATA_DIR?.trim());
  return {
    port,
    host,
    dataDir: path.resolve(given ? process.cwd() : PROJECT_FOLDER, dataDir),
    databaseUrl: databaseUrlGiven,
    publicUrl: publicUrl ?? `http://localhost:${port}`,
    sample: sample === 'on',
    smtpUrl,
    mailFrom,
    outboundAllow: outboundAllow ?? [],
    trustedProxyHops,
    logLevel,
    secretKey: secretKeyGiven,
  };
}

/** The table of docs/operate/settings.md and of `parallax settings`. */
export function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, { without, meaning }]) => `| ${name} | ${without ?? '–'} | ${meaning} |`,
  );
  return ['| setting | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}

function isHostOrRange(entry: string): boolean {
  const [address = '', bits, ...more] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return /^(?!-)[a-z0-9.-]+$/.test(entry) && /[a-z]/.test(entry);
  return (
    more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
  );
}
