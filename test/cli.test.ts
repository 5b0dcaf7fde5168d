import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { main } from '../src/cli/main.ts';
import type { Gap, GapReport } from '../src/core/gap.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const NYC = path.join(ROOT, 'sample/nyc-school-survey-2011/schools_a.csv');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'parallax gaps '));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** Runs the real command line in this process and catches what it prints. */
async function gaps(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const caught = { out: '', err: '' };
  const into = (stream: 'out' | 'err') => (text: unknown) => {
    caught[stream] += text;
    return true;
  };
  const line = (stream: 'out' | 'err') => (text: unknown) => void into(stream)(`${text}\n`);
  vi.spyOn(console, 'log').mockImplementation(line('out'));
  vi.spyOn(console, 'error').mockImplementation(line('err'));
  vi.spyOn(process.stdout, 'write').mockImplementation(into('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(into('err'));
  process.exitCode = 0;
  await main(['node', 'parallax', 'gaps', ...args]);
  const code = Number(process.exitCode);
  process.exitCode = 0;
  vi.restoreAllMocks();
  return { code, ...caught };
}

async function json(...args: string[]) {
  const { code, out, err } = await gaps(...args, '--json');
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

function file(name: string, content: string | Buffer): string {
  const full = path.join(folder, name);
  writeFileSync(full, content);
  return full;
}

const HEADER = 'respondent,audience,item,value\n';
const rows = (audience: string, values: readonly number[], item = 'speed', prefix = audience) =>
  values.map((value, i) => `${prefix}${i},${audience},${item},${value}\n`).join('');
const LEADERS = [5, 4, 4, 5, 4, 5, 3, 4, 5, 4, 4, 5];
const CUSTOMERS = [3, 2, 4, 1, 3, 5, 2, 3, 3, 4, 2, 1, 3, 2, 4, 3, 5, 2, 3, 1, 2, 3, 4, 2, 3, 3, 2, 4, 1, 3];
const LONG = HEADER + rows('leadership', LEADERS) + rows('customer', CUSTOMERS);

describe('the NYC school survey: three audiences of the same schools', () => {
  const reference = JSON.parse(readFileSync(path.join(ROOT, 'test/reference/nyc_three_audience.json'), 'utf8'));
  const DOMAINS = ['saf', 'com', 'eng', 'aca'];
  const SIDES = { p: 'leadership', t: 'staff', s: 'customer' } as const;
  /** Our gap, the name in the reference, and whether the reference has the other sign. */
  const KINDS = [
    ['delivery', 'parents_minus_students', 1],
    ['front_line', 'teachers_minus_students', 1],
    ['alignment', 'teachers_minus_parents', -1],
  ] as const;

  const mapping = {
    layout: 'wide',
    audience: { constant: 'customer' },
    respondent: 'dbn',
    unit: 'dbn',
    items: DOMAINS.flatMap((domain) =>
      Object.entries(SIDES).map(([letter, audience]) => ({
        columns: [`${domain}_${letter}_11`],
        item: domain,
        audience,
        scale: '0-10',
      })),
    ),
  };

  function longFile(): string {
    const [header, ...lines] = readFileSync(NYC, 'utf8').trim().split('\n');
    const columns = (header as string).split(',');
    // Names of schools may hold commas; the ratings stand after them, counted from the right.
    const out = lines.flatMap((line) => {
      const cells = line.replace(/"[^"]*"/g, 'school').split(',');
      return DOMAINS.flatMap((domain) =>
        Object.entries(SIDES).map(([letter, audience]) => {
          const value = cells[columns.indexOf(`${domain}_${letter}_11`)]?.trim() ?? '';
          return `${audience} of ${cells[0]},${audience},${domain},${value},0-10,${cells[0]}\n`;
        }),
      );
    });
    return `respondent,audience,item,value,scale,school\n${out.join('')}`;
  }

  function check(report: Pick<GapReport, 'gaps'>) {
    expect(report.gaps).toHaveLength(12);
    for (const domain of DOMAINS) {
      for (const [kind, name, sign] of KINDS) {
        const gap = report.gaps.find((one) => one.item === domain && one.kind === kind) as Gap;
        const expected = reference.expected[domain][name];
        const ends = sign === 1 ? expected.ci95 : [-expected.ci95[1], -expected.ci95[0]];
        expect(gap.n).toEqual({ from: expected.n, to: expected.n });
        expect(Math.abs(gap.estimate - sign * expected.mean_diff)).toBeLessThan(1e-7);
        expect(Math.abs((gap.interval?.[0] ?? 0) - ends[0])).toBeLessThan(1e-7);
        expect(Math.abs((gap.interval?.[1] ?? 0) - ends[1])).toBeLessThan(1e-7);
        expect(Math.abs((gap.pValue ?? 0) / expected.p - 1)).toBeLessThan(1e-7);
        expect(Math.abs((gap.pAdjusted ?? 0) / reference.bh_all12[`${domain}.${name}`] - 1)).toBeLessThan(1e-7);
        const higher = sign === 1 ? expected.share_x_higher : expected.share_x_lower;
        const lower = sign === 1 ? expected.share_x_lower : expected.share_x_higher;
        expect(gap.effect?.estimate).toBeCloseTo(higher - lower, 9);
        expect(gap.method).toBe('paired t within unit');
      }
    }
  }

  test('as published, wide, through a mapping', async () => {
    check(await json(NYC, '--mapping', file('nyc.json', JSON.stringify(mapping)), '--pair', 'dbn'));
  });

  test('the same in the long layout, and gzipped', async () => {
    const long = longFile();
    check(await json(file('nyc long.csv', long), '--pair', 'school'));
    check(await json(file('nyc.csv.gz', gzipSync(long)), '--pair', 'school'));
  });
});

describe('JSON', () => {
  test('has the documented fields in their order, numbers unrounded', async () => {
    const report = await json(file('long.csv', LONG), '--headline', 'speed');
    expect(Object.keys(report).slice(0, 3)).toEqual(['headline', 'gaps', 'cannotSay']);
    expect(Object.keys(report.gaps[0]).slice(0, 17)).toEqual([
      'item',
      'from',
      'to',
      'estimate',
      'interval',
      'level',
      'n',
      'pValue',
      'pAdjusted',
      'intervalSimultaneous',
      'intervalSelected',
      'effect',
      'tolerance',
      'verdict',
      'pattern',
      'sentence',
      'method',
    ]);
    expect(report.gaps[0]).toMatchObject({
      item: 'speed',
      from: { audience: 'leadership', lens: 'belief' },
      to: { audience: 'customer', lens: 'experience' },
      level: 0.95,
      n: { from: 12, to: 30 },
      tolerance: 0.25,
      verdict: 'open',
      pattern: 'blind_spot',
    });
    expect(report.gaps[0].estimate).toBe(52 / 12 - 83 / 30);
    expect(report.headline).toMatchObject({ item: 'speed', topBox: 5 });
    expect(report.notes.join(' ')).toContain('The scale 1-5 was inferred');
  });

  test('one audience: every item in cannotSay, with both sides named', async () => {
    const report = await json(
      file('one audience.csv', HEADER + rows('customer', CUSTOMERS) + rows('customer', LEADERS, 'price')),
    );
    expect(report.gaps).toEqual([]);
    expect(report.headline).toMatchObject({ cannotSay: expect.stringMatching(/^because/) });
    expect(report.cannotSay).toHaveLength(2);
    expect(report.cannotSay[0]).toMatchObject({
      item: 'price',
      from: { audience: 'leadership', lens: 'belief' },
      to: { audience: 'customer', lens: 'experience' },
      because: expect.stringContaining('only customers answered it'),
    });
  });
});

describe('options', () => {
  const long = () => file('options.csv', LONG);

  test('--from and --to choose the pair and its sign', async () => {
    const [gap] = (await json(long(), '--from', 'customer:experience', '--to', 'leadership:belief')).gaps;
    expect(gap.estimate).toBeCloseTo(83 / 30 - 52 / 12, 12);
    const front = await json(long(), '--from', 'staff:belief');
    expect(front.gaps).toEqual([]);
  });

  test('--level, --tolerance, --min-n, --population', async () => {
    const [wide] = (await json(long(), '--level', '0.99', '--tolerance', '3')).gaps;
    expect(wide).toMatchObject({ level: 0.99, tolerance: 3, verdict: 'aligned_not_zero' });
    expect((await json(long(), '--min-n', '13')).cannotSay[0].because).toContain('fewer than 13 leaders');
    const [census] = (await json(long(), '--population', 'leadership=12')).gaps;
    expect(census.method).toContain('all 12 leaders answered');
    const [plain] = (await json(long())).gaps;
    expect(census.interval[0]).toBeGreaterThan(plain.interval[0]);
  });

  test('--where filters who carries the attribute and says who does not', async () => {
    const shops = CUSTOMERS.map((value, i) => `c${i},customer,speed,${value},${i % 2 ? 'web' : 'shop'}\n`).join('');
    const lead = LEADERS.map((value, i) => `l${i},leadership,speed,${value},\n`).join('');
    const report = await json(
      file('where.csv', `respondent,audience,item,value,channel\n${lead}${shops}`),
      '--where',
      'channel=web',
    );
    expect(report.gaps[0].n).toEqual({ from: 12, to: 15 });
    expect(report.notes).toContain('Leaders carry no channel and are taken whole.');
  });

  test.each([
    [['--min-n', '3'], /never lowered/],
    [['--min-n', 'many'], /--min-n many/],
    [['--level', '1'], /--level 1/],
    [['--tolerance', '-1'], /--tolerance -1/],
    [['--from', 'boss'], /--from boss/],
    [['--to', 'staff:expectation'], /give --from as well/],
    [['--from', 'staff', '--to', 'staff:belief'], /two different perspectives/],
    [['--where', 'colour=red'], /--where colour/],
    [['--where', 'colour'], /attribute=value/],
    [['--pair', 'branch'], /--pair branch/],
    [['--headline', 'taste'], /--headline taste.*speed/],
    [['--population', 'leadership=11'], /more leaders than that/],
    [['--population', 'nine'], /leadership=9/],
    [['--mapping', 'nowhere.json'], /nowhere\.json/],
    [['--nonsense'], /unknown option/],
  ] as const)('%j ends with 2, one sentence and nothing on stdout', async (args, says) => {
    const { code, out, err } = await gaps(long(), ...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(says);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('a mapping that names a column the file lacks, or a field nobody knows, is a bad argument', async () => {
    const wide = { layout: 'wide', audience: { constant: 'customer' }, items: [{ columns: ['taste'], item: 'taste' }] };
    const lacks = await gaps(long(), '--mapping', file('lacks.json', JSON.stringify(wide)));
    expect(lacks).toMatchObject({ code: 2, out: '', err: expect.stringContaining('no column "taste"') });
    const odd = await gaps(long(), '--mapping', file('odd.json', JSON.stringify({ ...wide, colour: 1 })));
    expect(odd).toMatchObject({ code: 2, out: '', err: expect.stringContaining('colour') });
  });
});

describe('files that are not as they should be', () => {
  test.each([
    ['empty', '', /empty/],
    ['only a header', HEADER, /no rows below/],
    ['binary', Buffer.from(Array.from({ length: 2_000 }, (_, i) => i % 256)), /binary/],
    ['wrong delimiter', LONG.replaceAll(',', '^'), /no column respondent.*separated/],
    ['a column twice', LONG.replaceAll('value', 'value,value').replaceAll(/(\d)\n/g, '$1,1\n'), /value more than once/],
    [
      '2,001 columns',
      `${Array.from({ length: 2_001 }, (_, i) => `c${i}`).join(',')}\n${'1,'.repeat(2_000)}1\n`,
      /2,001 columns/,
    ],
    ['unknown audiences only', LONG.replaceAll(/leadership|customer/g, 'boss'), /Row 2, column audience: "boss"/],
    ['no number', LONG.replaceAll(/,\d\n/g, ',fine\n'), /Row 2, column value: "fine"/],
    ['a missing column', LONG.replace('item', 'thing'), /no column item/],
  ])('%s: exit 3, one sentence, nothing on stdout', async (name, content, says) => {
    const { code, out, err } = await gaps(file(`${name}.csv`, content));
    expect(code, err).toBe(3);
    expect(out).toBe('');
    expect(err).toMatch(says);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('no such file, a folder, a cut-off gzip', async () => {
    const cut = gzipSync(
      HEADER +
        rows(
          'customer',
          Array.from({ length: 9_000 }, (_, i) => ((i * 7919) % 5) + 1),
        ),
    );
    for (const [name, says] of [
      [path.join(folder, 'nowhere.csv'), /no such file/],
      [folder, /folder/],
      [file('cut.csv.gz', cut.subarray(0, cut.length - 2_000)), /cut off/],
    ] as const) {
      const { code, out, err } = await gaps(name);
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toMatch(says);
    }
  });

  test('bad values among good ones: the report from the good ones, each bad one named', async () => {
    const bad =
      'x1,boss,speed,3\nx2,customer,speed,five\nx3,customer,speed,99\ncustomer0,customer,speed,3\nx4,customer,speed,=1+1\n';
    const { code, out, err } = await gaps(file('bad values.csv', LONG + bad), '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report.gaps[0].n).toEqual({ from: 12, to: 30 });
    expect(report.notUsed.map(({ row }: { row: number }) => row)).toEqual([44, 45, 46, 47, 48]);
    for (const says of ['5 rows', '"boss"', '"five"', 'off the scale 1-5', 'before, in row 14', '"=1+1"']) {
      expect(err).toContain(says);
      expect(report.notes.join(' ')).toContain(says);
    }
  });

  test('a row with more cells than the header is named, with one mark at its end', async () => {
    const { code, err } = await gaps(file('surplus.csv', `${LONG}x1,customer,speed,4,more\n`));
    expect(code).toBe(0);
    expect(err).toMatch(/Row 44: "more": the row has 5 cells, the header 4: a delimiter inside an unquoted text\?$/m);
  });

  test('one person in an audience, and a small audience of one mind: no gap, no number of theirs', async () => {
    const one = await json(file('one.csv', `${HEADER}l,leadership,speed,5\n${rows('customer', CUSTOMERS)}`));
    expect(one.gaps).toEqual([]);
    expect(one.cannotSay[0].because).toBe('because fewer than 5 leaders answered');
    expect(one.perspectives.map(({ audience }: { audience: string }) => audience)).toEqual(['customer']);
    const alike = await json(
      file('alike.csv', HEADER + rows('leadership', [5, 5, 5, 5, 5, 5, 5, 5]) + rows('customer', CUSTOMERS)),
    );
    expect(alike.gaps).toEqual([]);
    expect(alike.cannotSay[0].because).toContain('too alike to show');
  });

  test('all answers equal: no interval, no verdict, and no NaN', async () => {
    const four = Array.from({ length: 20 }, () => 4);
    const { out } = await gaps(file('equal.csv', HEADER + rows('leadership', four) + rows('customer', four)), '--json');
    expect(out).not.toMatch(/NaN|Infinity/);
    expect(JSON.parse(out).gaps[0]).toMatchObject({
      estimate: 0,
      interval: null,
      pValue: null,
      verdict: 'undetermined',
    });
  });

  test('mixed encodings, days in three forms, formulas: said, and nothing lost', async () => {
    const mixed = Buffer.concat([
      Buffer.from(LONG.replaceAll('speed', 'café')),
      Buffer.from('c90,customer,café,3\nc91,customer,café,4\n', 'latin1'),
    ]);
    const encodings = await gaps(file('mixed.csv', mixed), '--json');
    expect(encodings.err).toContain('mixes encodings');
    expect(JSON.parse(encodings.out).gaps[0]).toMatchObject({ item: 'café', n: { from: 12, to: 32 } });
    const days = ['2026-11-22', '22/11/2026', '22 Nov 2026'];
    const dated = LONG.trim()
      .split('\n')
      .map((line, i) => `${line},${i === 0 ? 'at' : days[i % 3]}\n`);
    const dates = await gaps(file('days.csv', dated.join('')), '--json');
    expect(dates.err).toContain('days in 3 ways');
    expect(JSON.parse(dates.out).gaps[0].n).toEqual({ from: 12, to: 30 });
    const formulas = await json(file('formulas.csv', LONG.replaceAll('speed', '"=cmd|\' /C calc\'!A0"')));
    expect(formulas.gaps[0].item).toBe("=cmd|' /C calc'!A0");
  });
});

describe('in the terminal', () => {
  test('80 columns, the numbers of the JSON, no control characters of the file', async () => {
    const { code, out } = await gaps(
      file('terminal.csv', LONG.replaceAll('speed', 'sp\u001b[31meed')),
      '--tolerance',
      '0.5',
    );
    expect(code).toBe(0);
    expect(out).toContain('+1.57 [');
    expect(out).toContain('open');
    expect(out).toContain('No headline, because no headline item has been chosen.');
    expect(out).not.toContain('\u001b');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
