import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { rounds } from '../../../test/deep.ts';
import { type AnswerProblem, answerProblem, isDate, isEmail, onStep } from './answer-problem.ts';
import type { Answers } from './definition.ts';
import type { AskedQuestion } from './questionnaire.ts';

vi.setConfig({ testTimeout: rounds(30_000, 600_000) });

const ask = (question: Omit<AskedQuestion, 'id' | 'text'>, answers: Answers) =>
  answerProblem({ id: 'q', text: '', ...question }, { answers, hidden: { q: 'x' }, attributes: { q: 'x' } });

describe('answerProblem', () => {
  test.each<[Omit<AskedQuestion, 'id' | 'text'>, Answers, AnswerProblem | undefined]>([
    [{ type: 'nps', min: 0, max: 10, step: 1 }, {}, undefined],
    [{ type: 'nps', required: 'no' }, {}, undefined],
    [{ type: 'nps', required: 'yes' }, {}, 'required'],
    [{ type: 'nps', required: 'soft' }, {}, 'soft'],
    [{ type: 'nps', required: 'yes' }, { q: 0 }, undefined],
    [{ type: 'nps', required: 'yes', notApplicable: true }, { q: null }, undefined],
    [{ type: 'statement', required: 'yes' }, {}, undefined],
    [{ type: 'short', required: 'yes' }, { q: '  ' }, 'required'],
    [{ type: 'multiple', required: 'yes' }, { q: [] }, 'required'],
    [{ type: 'multiple', required: 'yes' }, { q: ['a'] }, undefined],
    [{ type: 'consent', required: 'yes' }, { q: false }, 'required'],
    [{ type: 'consent', required: 'soft' }, { q: false }, 'soft'],
    [{ type: 'consent', required: 'yes' }, { q: true }, undefined],
    [{ type: 'consent' }, { q: false }, undefined],
    [{ type: 'yesno', required: 'yes', min: 0, max: 1 }, { q: 0 }, undefined],
    [{ type: 'number', min: 2, max: 5 }, { q: 1 }, 'min'],
    [{ type: 'number', min: 2, max: 5 }, { q: 6 }, 'max'],
    [{ type: 'number', min: 2, max: 5 }, { q: 2 }, undefined],
    [{ type: 'number' }, { q: NaN }, 'format'],
    [{ type: 'number' }, { q: 'four' }, 'format'],
    [{ type: 'number', step: 1 }, { q: 1.5 }, 'format'],
    [{ type: 'number', min: 0.5, step: 1 }, { q: 1.5 }, undefined],
    [{ type: 'number', required: 'yes' }, { q: '' }, 'required'],
    [{ type: 'date' }, { q: '2026-02-30' }, 'format'],
    [{ type: 'date', min: '2026-01-01' }, { q: '2025-12-31' }, 'min'],
    [{ type: 'date', max: '2026-01-01' }, { q: '2026-01-02' }, 'max'],
    [{ type: 'date', min: '2026-01-01', max: '2026-01-01' }, { q: '2026-01-01' }, undefined],
    [{ type: 'short', maxLength: 3 }, { q: 'abcd' }, 'max'],
    [{ type: 'short', maxLength: 3 }, { q: 'abc' }, undefined],
    [{ type: 'long' }, { q: 'a'.repeat(10_001) }, 'max'],
    [{ type: 'email' }, { q: 'nobody' }, 'format'],
    [{ type: 'email' }, { q: '' }, undefined],
    [{ type: 'contact', fields: ['name', 'email'] }, { 'q.name': 'nobody', 'q.email': 'nobody' }, 'format'],
    [{ type: 'contact', fields: ['name', 'email'], required: 'yes' }, { 'q.name': 'Ann' }, 'required'],
    [{ type: 'contact', fields: ['name'], required: 'yes' }, { 'q.name': 'Ann' }, undefined],
    [{ type: 'contact', fields: ['name'], required: 'yes' }, { q: 'Ann' }, 'required'],
  ])('%j with %j: %s', (question, answers, expected) => {
    expect(ask(question, answers)).toBe(expected);
  });

  test('every row of a matrix is asked', () => {
    const rows = ['a', 'b'].map((id) => ({ id, text: '' }));
    const matrix = { type: 'matrix', min: 1, max: 5, step: 1, rows, required: 'yes' } as const;
    expect(ask(matrix, { 'q.a': 3 })).toBe('required');
    expect(ask(matrix, { 'q.a': 3, 'q.b': null })).toBe(undefined);
    expect(ask(matrix, { 'q.a': 3, 'q.b': 6 })).toBe('max');
  });
});

describe('isDate', () => {
  test('every day from 1890 to 2110 is one, and nothing else that looks like it', () => {
    let days = 0;
    for (let year = 1890; year <= 2110; year++) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const text = [year, month, day].map((part) => String(part).padStart(2, '0')).join('-');
          if (isDate(text)) days++;
        }
      }
    }
    // 221 years, 53 of which have a 29 February (1900 and 2100 have none).
    expect(days).toBe(221 * 365 + 53);
  });

  test.each([
    '2026-1-1',
    '2026-01-01T00:00',
    ' 2026-01-01',
    '2026-01-01\n',
    '+002026-01-01',
    'today',
    '',
    '０２２６-01-01',
    '2026/01/01',
  ])('%j is none', (text) => {
    expect(isDate(text)).toBe(false);
  });
});

describe('isEmail', () => {
  test.each([
    'a@b.example',
    'first.last+tag@sub.example.org',
    "o'brien@firma.ie",
    'ü@münchen.example',
    'a@b-c.example',
    'x@例え.テスト',
  ])('%s', (text) => {
    expect(isEmail(text)).toBe(true);
  });

  test.each([
    '',
    'a',
    'a@',
    '@b.example',
    'a@b',
    'a@b.',
    'a@.example',
    'a@b..example',
    'a b@c.example',
    'a@b.example ',
    'a@b.example\nBcc: x@y.example',
    'a@b@c.example',
    '<a@b.example>',
    'a@b.example,c@d.example',
    'a@b.e',
    'a@[127.0.0.1]',
    `${'a'.repeat(250)}@b.example`,
  ])('%j is none', (text) => {
    expect(isEmail(text)).toBe(false);
  });

  test('hostile addresses of a million characters are read at once', () => {
    for (const text of ['a', 'a@', '@', 'a.', 'a@b.', 'a@b-']) {
      for (const start of ['', 'a@']) expect(isEmail(start + text.repeat(1_000_000 / text.length))).toBe(false);
    }
  });

  test('what passes fits into one header line and has one @', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.string({ unit: 'binary' }),
          fc.array(fc.constantFrom('a', '@', '.', ' ', '\r\n', '<', '-', ',', '"')).map((all) => all.join('')),
        ),
        (text) => {
          if (isEmail(text)) expect(text).toMatch(/^[^\s@<>,"]+@[^\s@<>,"]+\.[^\s@<>,"]+$/);
        },
      ),
      { numRuns: rounds(2000, 100_000) },
    );
  });
});

describe('onStep', () => {
  test('decimals that binary numbers cannot hold are steps, too', () => {
    for (let i = 0; i <= 1000; i++) {
      expect(onStep(i * 0.1, 0, 0.1)).toBe(true);
      expect(onStep(i / 10 + 0.05, 0, 0.1)).toBe(false);
    }
    expect(onStep(1_000_000.3, 0, 0.1)).toBe(true);
    expect(onStep(7, 0, 5)).toBe(false);
    expect(onStep(1 / 3, 0, undefined)).toBe(true);
    expect(onStep(2, 2, undefined)).toBe(true);
  });
});
