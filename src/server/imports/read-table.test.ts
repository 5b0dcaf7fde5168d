import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ROWS, workbook } from '../../../test/workbook.ts';
import { openTable, type TableOptions, UnreadableFile } from './read-table.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'parallax-tables-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: string | Buffer): string {
  const name = path.join(folder, `file-${files++}`);
  writeFileSync(name, content);
  return name;
}

async function read(content: string | Buffer, options: TableOptions = {}) {
  const table = await openTable(file(content), options);
  const rows: { rowNumber: number; cells: string[] }[] = [];
  for await (const row of table.rows()) rows.push(row);
  return { table, rows };
}

/** The sentence with which a file is refused, at opening or while reading. */
async function refusal(content: string | Buffer, options: TableOptions = {}): Promise<string> {
  try {
    const table = await openTable(file(content), options);
    for await (const _ of table.rows());
  } catch (error) {
    if (error instanceof UnreadableFile) return error.message;
    throw error;
  }
  return 'accepted';
}

test('reads CSV, TSV, semicolons and gzip, counting rows as a person does', async () => {
  const { table, rows } = await read('\ufeffid,text\n1,"two\nlines"\n\n3,x\n');
  expect(table).toMatchObject({
    columns: ['id', 'text'],
    format: 'csv',
    delimiter: ',',
    encoding: 'utf-8',
    headerRows: 1,
    warnings: [],
  });
  expect(rows).toEqual([
    { rowNumber: 2, cells: ['1', 'two\nlines'] },
    { rowNumber: 4, cells: ['3', 'x'] },
  ]);
  expect((await read('a;b\n1,5;2\n')).table.delimiter).toBe(';');
  expect((await read('a\tb\n1\t2\n')).table).toMatchObject({ format: 'tsv', delimiter: '\t' });
  const zipped = await read(gzipSync('a,b\r\n1,2\r\n'));
  expect(zipped.table.gzip).toBe(true);
  expect(zipped.rows).toEqual([{ rowNumber: 2, cells: ['1', '2'] }]);
  expect((await read('a,b\r1,2\r3,4\r')).rows).toHaveLength(2);
});

test('reads UTF-16 with and without mark, and Windows-1252 with a warning', async () => {
  const text = 'Straße,Größe\nÄ,€\n';
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  expect((await read(utf16)).table).toMatchObject({ encoding: 'utf-16le', columns: ['Straße', 'Größe'] });
  expect((await read(Buffer.from('name,size\nAl,5\n', 'utf16le'))).table.encoding).toBe('utf-16le');
  const swapped = Buffer.from(utf16).swap16();
  expect((await read(swapped)).table).toMatchObject({ encoding: 'utf-16be', columns: ['Straße', 'Größe'] });
  const latin = Buffer.from([...Buffer.from('Stra\xdfe,Gr\xf6\xdfe\n', 'latin1'), 0x80, ...Buffer.from(',2\n')]);
  const { table, rows } = await read(latin);
  expect(table).toMatchObject({ encoding: 'windows-1252', columns: ['Straße', 'Größe'] });
  expect(table.warnings[0]).toMatch(/Windows-1252/);
  expect(rows[0]?.cells).toEqual(['€', '2']);
});

test('mixed encodings: nothing is lost, and the first row that is not UTF-8 is named', async () => {
  const mixed = Buffer.concat([
    Buffer.from('name,v\nZoë,1\n'),
    Buffer.from('Ren\xe9,2\n', 'latin1'),
    Buffer.from('Łukasz,3\n'),
  ]);
  const { table, rows } = await read(mixed);
  expect(rows.map((row) => row.cells[0])).toEqual(['Zoë', 'René', 'Łukasz']);
  expect(table.warnings).toEqual([
    'The file mixes encodings: row 3 is the first that is not UTF-8. Such rows are read as Windows-1252, the others as UTF-8.',
  ]);
});

test('one to three header rows; repeated and missing names', async () => {
  const qualtrics =
    'ResponseId,Q1,Q2\nResponse ID,How was boarding?,How were the snacks?\n"{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\nR_1,5,4\nR_2,3,2\n';
  const { table, rows } = await read(qualtrics);
  expect(table).toMatchObject({
    headerRows: 3,
    columns: ['ResponseId', 'Q1', 'Q2'],
    questions: ['Response ID', 'How was boarding?', 'How were the snacks?'],
  });
  expect(rows[0]).toEqual({ rowNumber: 4, cells: ['R_1', '5', '4'] });
  const monkey = 'Respondent,Rate these,,\n,Boarding,Snacks,Crew\n1,5,4,3\n2,4,4,4\n3,1,2,3\n4,5,5,5\n';
  expect((await read(monkey)).table).toMatchObject({
    headerRows: 2,
    columns: ['Respondent', 'Rate these – Boarding', 'Rate these – Snacks', 'Rate these – Crew'],
  });
  const repeated = await read('a,a,,__proto__\n1,2,3,4\n');
  expect(repeated.table.columns).toEqual(['a', 'a (2)', 'column 3', '__proto__']);
  expect(repeated.table.warnings).toHaveLength(2);
  const bare = await read('1,2\n3,4\n5,6\n');
  expect(bare.table).toMatchObject({ headerRows: 0, columns: ['column 1', 'column 2'] });
  expect(bare.rows).toHaveLength(3);
});

test('what is no table is refused with a sentence', async () => {
  expect(await refusal('')).toBe('The file is empty.');
  expect(await refusal(' \n\n ')).toBe('The file is empty: it holds only blanks.');
  expect(await refusal('a,b,c\n')).toBe('The file holds a header (3 columns) and no rows below it.');
  expect(await refusal(Buffer.from([1, 2, 3, 0, 0, 7, 200, 10]))).toMatch(/binary file/);
  expect(await refusal('%PDF-1.7 …')).toMatch(/PDF/);
  expect(await refusal(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toMatch(/password/);
  expect(await refusal('a;b\n1;2\n', { delimiter: ',' })).toBe(
    'With the delimiter comma the file has only one column; it looks separated by semicolon.',
  );
  expect((await read('only\n1\n')).table.warnings[0]).toMatch(/Only one column/);
  expect(await refusal('a,b\n1,"2\n')).toMatch(/^Row 2 never ends/);
});

test('limits are named: 2,001 columns, files over 2 GB, gzip that declares or hides more', async () => {
  const wide = (n: number) => `${Array.from({ length: n }, (_, i) => `c${i}`).join(',')}\n${'1,'.repeat(n - 1)}1\n`;
  expect(await refusal(wide(2001))).toBe(
    'The file has 2,001 columns; the limit is 2,000. Leave out columns that are not needed.',
  );
  expect((await read(wide(2000))).table.columns).toHaveLength(2000);
  const large = file('a,b\n1,2\n');
  truncateSync(large, 2 * 1024 ** 3 + 1);
  await expect(openTable(large)).rejects.toThrow('the limit is 2 GB');
  const declared = Buffer.concat([gzipSync('a,b\n1,2\n'), Buffer.alloc(20_000_000)]);
  declared.writeUInt32LE(3_000_000_000, declared.length - 4);
  expect(await refusal(declared)).toMatch(/declares 2\.8 GB unpacked; the limit is 2 GB/);
  const bomb = gzipSync(Buffer.alloc(40_000_000, `${'1,'.repeat(100)}2\n`));
  bomb.writeUInt32LE(10, bomb.length - 4);
  expect(await refusal(bomb)).toMatch(/expands more than 200-fold/);
});

test('a cut-off or damaged gzip is refused, after the rows before it were given', async () => {
  const whole = gzipSync(Array.from({ length: 200_000 }, (_, i) => `${i},${(i * 7919) % 1000003}`).join('\n'), {
    level: 1,
  });
  expect(await refusal(whole.subarray(0, whole.length - 5000))).toMatch(
    /^The gzip file is cut off: it breaks off after [\d,]+ unpacked bytes/,
  );
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, whole.length - 3000, whole.length - 2000);
  expect(await refusal(damaged)).toMatch(/^The gzip file is (damaged|cut off)/);
});

test('XLSX: shared and inline texts, dates, left-out cells, row numbers of the sheet', async () => {
  const { table, rows } = await read(workbook(ROWS));
  expect(table).toMatchObject({
    format: 'xlsx',
    delimiter: null,
    sheet: 'Answers',
    columns: ['respondent', 'value', 'date'],
  });
  expect(rows).toEqual([
    { rowNumber: 2, cells: ['r & 1', '4', '2026-11-22'] },
    { rowNumber: 4, cells: ['r2', '', '2026-11-22T12:00:00'] },
  ]);
  expect(await refusal(workbook(ROWS), { sheet: 'Other' })).toBe(
    'The workbook has no sheet "Other". It has: "Answers".',
  );
});

test('XLSX: a number format is looked at as far as spreadsheet programs keep it', { timeout: 60_000 }, async () => {
  const shown = async (format: string) => {
    const numFmts = `<numFmts><numFmt numFmtId="200" formatCode="${format}"/></numFmts>`;
    const styles = `<styleSheet>${numFmts}<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>`;
    const rows = '<row><c t="inlineStr"><is><t>when</t></is></c></row><row><c s="0"><v>46348</v></c></row>';
    return (await read(workbook(rows, { 'xl/styles.xml': styles }))).rows.at(-1)?.cells[0];
  };
  const day = '2026-11-22';
  expect(await shown('[$-409]d/m/yyyy')).toBe(day);
  expect(await shown('0 &quot;days&quot; [h] \\d')).toBe('46348');
  expect(await shown(`${'['.repeat(200)}d`)).toBe(day);
  expect(await shown(`${' '.repeat(254)}d`)).toBe(day);
  expect(await shown(`${' '.repeat(255)}d`)).toBe('46348');
  // With all of them looked at, from every bracket to the end, this would take hours.
  expect(await shown('['.repeat(7_900_000))).toBe('46348');
});

test('XLSX: cells far to the right stand in their columns, row after row', { timeout: 60_000 }, async () => {
  const cell = (reference: string, text: string) => `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const names = `<row>${cell('A1', 'id')}${cell('C1', 'c')}${cell('EZ1', 'ez')}${cell('BXW1', 'last')}</row>`;
  const row = `<row>${cell('A2', '1')}${cell('EZ2', '2')}${cell('FA2', '3')}${cell('BXX2', '4')}</row>`;
  const far = `<row>${cell('BXX3', '5')}</row>`.repeat(2_000);
  const { rows } = await read(workbook(`${names}${row}${far}`));
  const filled = (cells: readonly string[]) => cells.flatMap((one, i) => (one === '' ? [] : [`${i} ${one}`]));
  expect(filled(rows[0]?.cells ?? [])).toEqual(['0 1', '155 2', '156 3', '1999 4']);
  expect(rows).toHaveLength(2_001);
  expect(rows.slice(1).every(({ cells }) => cells.length === 2_000 && cells[1999] === '5')).toBe(true);
  expect(filled(rows.at(-1)?.cells ?? [])).toEqual(['1999 5']);
});

test('XLSX: a cell of very many runs is read once, not once for each run', { timeout: 60_000 }, async () => {
  const header = '<row><c t="inlineStr"><is><t>text</t></is></c></row>';
  const runs = '<r><t>a_x0042_</t></r><rPh sb="0" eb="1"><t>c</t></rPh>'.repeat(300_000);
  const { rows } = await read(workbook(`${header}<row><c t="inlineStr"><is>${runs}</is></c></row>`));
  expect(rows.at(0)?.cells[0]).toBe('aB'.repeat(300_000));
});

test('XLSX: characters that XML cannot hold are read, and texts that look like their escape stay', async () => {
  const shared =
    '<sst><si><t>a_x000D_\nb</t></si><si><r><t>x_x0</t></r><r><t>041_</t></r><rPh sb="0" eb="1"><t>_x0042_</t></rPh></si></sst>';
  const cells = ['<c t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>', '<c t="str"><v>_x005F_x000D_ _x005f_</v></c>'];
  const inline = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const header = ['one', 'two', 'three', 'four', 'five'].map(inline).join('');
  const row = [...cells, inline('_xD83D__xDE00_ _x00e9_'), inline('5_x0000_ _x12_ _xZZZZ_ __x0041__')].join('');
  const { rows } = await read(workbook(`<row>${header}</row><row>${row}</row>`, { 'xl/sharedStrings.xml': shared }));
  expect(rows.at(0)?.cells).toEqual(['a\r\nb', 'x_x0041_', '_x000D_ _', '😀 é', '5 _x12_ _xZZZZ_ _A_']);
});

test('XLSX that is hostile or broken is refused', async () => {
  expect(await refusal(workbook(ROWS, { 'xl/vbaProject.bin': 'x' }))).toMatch(/macros/);
  const dtd =
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>';
  expect(await refusal(workbook(ROWS, { 'xl/sharedStrings.xml': dtd }))).toMatch(/entities/);
  expect(await refusal(workbook(ROWS, { 'xl/sharedStrings.xml': '<sst><si><t>&xxe;</t></si></sst>' }))).toMatch(
    /damaged/,
  );
  const whole = workbook(ROWS);
  expect(await refusal(whole.subarray(0, whole.length - 30))).toMatch(/cut off/);
  expect(await refusal(workbook('<row r="2000000"><c r="A2000000"><v>1</v></c></row>'))).toMatch(/1,048,576 rows/);
  expect(await refusal(workbook('<row r="1"><c r="BXY1"><v>1</v></c></row>'))).toMatch(/limit is 2,000 columns/);
  const bomb = workbook(`<row r="1"><c r="A1" t="inlineStr"><is><t>${' '.repeat(40_000_000)}</t></is></c></row>`);
  expect(await refusal(bomb)).toMatch(/expands more than 200-fold|text/);
  expect(await refusal(Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(100)]))).toMatch(/cut off/);
});

test('`__proto__` in a header reaches no prototype', async () => {
  await read('__proto__,constructor\npolluted,1\n');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('mutated files are read or refused with a sentence, never anything else', { timeout: 60_000 }, async () => {
  const originals = [
    workbook(ROWS),
    gzipSync('id,text,value\n1,"two\nlines",5\n2,x,4\n'),
    Buffer.from('id;text\n1;"a ""b"""\n2;\xe9\n', 'latin1'),
    Buffer.from('\ufeffid\ttext\n1\tx\n', 'utf16le'),
  ];
  const mutation = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat({ max: 255 }),
    fc.constantFrom('set', 'cut', 'insert'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: originals.length - 1 }),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      async (which, mutations) => {
        let bytes = Buffer.from(originals[which] as Buffer);
        for (const [place, byte, kind] of mutations) {
          const at = Math.floor(place * (bytes.length - 1));
          if (kind === 'set' && bytes.length > 0) bytes[at] = byte;
          else if (kind === 'cut') bytes = bytes.subarray(0, at);
          else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(byte % 7, byte), bytes.subarray(at)]);
        }
        expect(typeof (await refusal(bytes))).toBe('string');
      },
    ),
    { numRuns: 600, seed: 46 },
  );
});

test('a stored tag that never ends is refused before it fills the memory', { timeout: 60_000 }, async () => {
  const rows = `<row r="1"><c r="A1" x="${Array.from({ length: 2_000_000 }, (_, i) => (i * 2654435761) >>> 0).join('')}`;
  expect(await refusal(workbook(rows))).toMatch(/8 million characters/);
});
