import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { formatFile, formatTools } from '../../../test/format-files.ts';
import { definitionSchema } from '../../server/surveys/definition-schema.ts';
import { checkSurvey } from '../survey/check-survey.ts';
import { typeformForm } from './typeform.ts';
import { typeformAnswers } from './typeform-answers.ts';

const reference = (name: string): unknown =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../test/reference/formats', name), 'utf8'));
const form = reference('typeform-form.json');
const read = (json: unknown) => typeformForm.readSurvey!(formatFile({ json }), formatTools);
const whole = read(form);
const pages = whole.definition.pages;
const questions = new Map(pages.flatMap((page) => page.questions).map((one) => [one.id, one]));
const pageOf = (id: string) => pages.find((page) => page.questions.some((one) => one.id === id));

test('a form becomes a survey that can be saved and checked', () => {
  expect(typeformForm.detect(formatFile({ json: form }))).toBe(true);
  expect(definitionSchema.safeParse(whole.definition).error?.issues ?? []).toEqual([]);
  const findings = checkSurvey(whole.definition, { items: new Map(), redirectHosts: ['example.org'] });
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(whole.name).toBe('After your stay');
  expect(whole.definition.hidden).toEqual(['order']);
});

test('fields keep their scales, choices and limits', () => {
  expect(questions.get('recommend')).toMatchObject({
    type: 'nps',
    required: 'yes',
    low: { customer: { en: 'Not at all' } },
  });
  expect(questions.get('why')).toMatchObject({
    type: 'long',
    maxLength: 400,
    text: { customer: { en: 'You said {{answer:recommend|}}. Why? ' } },
  });
  expect(questions.get('clean')).toMatchObject({ type: 'csat', look: 'stars', points: 5 });
  expect(questions.get('quiet')).toMatchObject({ type: 'rating', min: 1, max: 7, high: { customer: { en: 'Quiet' } } });
  expect(questions.get('love')).toMatchObject({ type: 'csat', look: 'numbers', points: 10 });
  expect(questions.get('purpose')).toMatchObject({
    type: 'single',
    other: true,
    shuffle: true,
    choices: [{ id: 'work' }, { id: 'fun' }],
  });
  expect(questions.get('liked')).toMatchObject({ type: 'multiple', choices: [{ id: 'c3' }, { id: 'c4' }] });
  expect(questions.get('order_of')).toMatchObject({ type: 'ranking' });
  expect(questions.get('grid_staff')).toMatchObject({ type: 'rating', min: 1, max: 3 });
  expect(questions.get('grid_food')).toMatchObject({ type: 'single', text: { customer: { en: 'Rate: Food' } } });
  expect(questions.get('nights')).toMatchObject({ type: 'number', min: 1, max: 60 });
  expect(questions.has('file')).toBe(false);
  expect(pageOf('clean')).toBe(pageOf('love'));
});

test('jumps are kept where they go forward on a condition; scores, outcomes and jumps back are told', () => {
  expect(pageOf('recommend')?.jumps).toEqual([
    { if: { of: 'answer', key: 'recommend', is: 'ge', value: 9 }, to: pageOf('purpose')!.id },
  ]);
  expect(pageOf('purpose')?.jumps).toEqual([
    {
      if: {
        all: [
          { of: 'answer', key: 'purpose', is: 'eq', value: 'work' },
          { of: 'hidden', key: 'order', is: 'eq', value: '7' },
        ],
      },
      to: 'end_2',
    },
  ]);
  expect(pageOf('again')?.jumps).toEqual([{ if: { of: 'answer', key: 'again', is: 'eq', value: 0 }, to: 'end_1' }]);
  const told = whole.losses.map(({ question, message }) => `${question}: ${message}`).join('\n');
  expect(told).toMatch(/null: Scores/);
  expect(told).toMatch(/purpose: A jump from here led back/);
  expect(told).toMatch(/Come again\?: A jump of the form is no simple one/);
  expect(told).toMatch(/A photo\?: Fields of type “file_upload” cannot/);
  expect(told).toMatch(/\{\{var:score\}\}/);
  expect(told).toMatch(/null: Some hidden fields/);
});

test('endings keep their texts; addresses only when they are https', () => {
  expect(whole.definition.endings).toEqual([
    { id: 'end_1', title: { customer: { en: 'Glad to hear it' } }, redirect: 'https://example.org/thanks' },
    { id: 'end_2', title: { customer: { en: 'Thank you' } }, text: { customer: { en: 'We read this.' } } },
  ]);
});

test('a form with more questions than pages puts neighbours together, and none is lost', () => {
  const fields = Array.from({ length: 150 }, (_, i) => ({ ref: `f${i}`, title: `Q${i}`, type: 'short_text' }));
  const to = {
    action: 'jump',
    details: { to: { type: 'field', value: 'f100' } },
    condition: { op: 'always', vars: [] },
  };
  const { definition } = read({ title: 'Long', settings: {}, fields, logic: [{ ref: 'f7', actions: [to] }] });
  expect(definition.pages.length).toBeLessThanOrEqual(60);
  expect(definition.pages.flatMap((page) => page.questions.map(({ id }) => id))).toEqual(fields.map(({ ref }) => ref));
  const from = definition.pages.find((page) => page.questions.at(-1)?.id === 'f7');
  expect(from?.jumps?.[0]?.to).toBe(definition.pages.find((page) => page.questions[0]?.id === 'f100')?.id);
  expect(definitionSchema.safeParse(definition).success).toBe(true);
});

test('responses come with their token, day, hidden fields and the names of choices', () => {
  const file = formatFile({ json: reference('typeform-responses.json') });
  expect(typeformAnswers.detect(file)).toBe(true);
  const { fields, responses, losses } = typeformAnswers.readAnswers!(file, formatTools);
  expect(responses[0]).toMatchObject({ id: 'tok1', day: '2026-03-01', finished: true });
  expect([...responses[0]!.attributes]).toContainEqual(['order', '7']);
  expect(Object.fromEntries(responses[0]!.cells)).toEqual({
    recommend: 9,
    clean: 4,
    purpose: 'work',
    liked: ['c3', 'c4', '_other'],
    'liked other': 'Bar',
    order_of: ['place', 'price'],
    grid_food: 'good',
    again: false,
    day: '2026-02-27',
    mail: 'ann@example.org',
    why: '=HYPERLINK("x") quiet',
  });
  expect(Object.fromEntries(responses[1]!.cells)).toEqual({ purpose: '_other', 'purpose other': 'A wedding' });
  expect(fields.find(({ id }) => id === 'purpose')?.labels).toEqual(new Map([['work', 'Work']]));
  expect(fields.map(({ question }) => question).filter((name) => !questions.has(name))).toEqual([]);
  expect(losses.map(({ question }) => question)).toContain('file');
});

test('webhooks, one per line, are the same responses', () => {
  const [item] = (reference('typeform-responses.json') as { items: object[] }).items;
  const definition = { fields: [{ ref: 'why', title: 'Why?' }] };
  const json = [{ event_type: 'form_response', form_response: { ...item, definition } }];
  const { fields, responses } = typeformAnswers.readAnswers!(formatFile({ json }), formatTools);
  expect(responses[0]?.id).toBe('tok1');
  expect(fields.find(({ id }) => id === 'why')?.text).toBe('Why?');
});

test.each([null, [], {}, { items: [] }, { items: [{}] }, { fields: [] }, 'x', { title: 1, fields: [{ type: 'x' }] }])(
  'something else is not taken for a form or responses: %j',
  (json) => {
    const file = formatFile({ json });
    expect(typeformForm.detect(file) || typeformAnswers.detect(file)).toBe(false);
  },
);

test('what belongs to no field is told; a plain form loses nothing and leads where it led', () => {
  const plain = (settings: object, more: object = {}) => ({
    title: 'Stay',
    settings: { language: 'en', ...settings },
    fields: [{ id: 'a', ref: 'a', type: 'short_text', title: 'What?' }],
    ...more,
  });
  const told = (json: object) => read(json).losses.map(({ message }) => message);
  const kept = read(plain({ redirect_after_submit_url: 'https://stay.example/thanks', show_progress_bar: false }));
  expect(kept.losses).toEqual([]);
  expect(kept.definition.endings[0]).toMatchObject({ redirect: 'https://stay.example/thanks' });
  expect(kept.definition.settings.progress).toBe(false);
  const found = told(
    plain(
      {
        redirect_after_submit_url: 'http://stay.example',
        is_public: false,
        notifications: { respondent: { enabled: true } },
      },
      {
        hidden: Array.from({ length: 51 }, (_, i) => `h${i}`),
        welcome_screens: Array.from({ length: 4 }, (_, i) => ({ title: `W${i}`, attachment: { type: 'image' } })),
      },
    ),
  );
  for (const message of [/no https/, /closed/, /mail to/, /51 hidden/, /4 welcome/, /Pictures/]) {
    expect(found).toContainEqual(expect.stringMatching(message));
  }
  expect(found).toHaveLength(6);
});
