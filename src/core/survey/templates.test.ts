import { describe, expect, test } from 'vitest';
import { checkSurvey } from './check-survey.ts';
import { bindItems } from './item-answers.ts';
import { mirrorSurvey } from './mirror.ts';
import { readingGrade } from './reading-grade.ts';
import { JUDGED_LANGUAGES } from './survey-language.ts';
import { surveyTexts, textFor } from './survey-texts.ts';
import { TEMPLATES } from './templates.ts';

const ids = TEMPLATES.map(({ id }) => id);

test('each template has an id of its own, and one key is one item everywhere', () => {
  expect(new Set(ids).size).toBe(ids.length);
  const byKey = new Map<string, unknown>();
  for (const item of TEMPLATES.flatMap(({ items }) => items)) {
    expect(byKey.get(item.key) ?? item).toEqual(item);
    byKey.set(item.key, item);
  }
});

describe.each(TEMPLATES.map((template) => [template.id, template] as const))('%s', (_, template) => {
  const { definition, items } = template;
  const known = new Map(
    items.map(({ key, scale, name }) => [key, { id: key, scale, name: Object.values(name).join(' ') }]),
  );
  const check = (survey = definition) => checkSurvey(survey, { items: known, redirectHosts: [] });

  test('is there in every language, word for word and for every audience', () => {
    const missing = surveyTexts(definition).flatMap(({ wording, readers, role, question, part }) =>
      readers.flatMap((audience) =>
        JUDGED_LANGUAGES.filter((language) => !textFor(wording, audience, language)?.trim()).map(
          (language) => `${question?.id ?? part} ${role} ${audience} ${language}`,
        ),
      ),
    );
    expect(missing).toEqual([]);
    expect(definition.languages).toEqual(JUDGED_LANGUAGES);
    for (const { name, touchpoint } of items) {
      for (const text of [name, touchpoint]) {
        expect(Object.keys(text)).toEqual([...JUDGED_LANGUAGES]);
        expect(Object.values(text).every((one) => one.trim().length > 1)).toBe(true);
      }
    }
  });

  test('was translated: no long text is the same in two languages', () => {
    const same = surveyTexts(definition).flatMap(({ wording }) =>
      Object.values(wording).flatMap((text) => {
        const long = Object.values(text).filter((one) => one.length > 25);
        return long.length === new Set(long).size ? [] : long;
      }),
    );
    expect(same).toEqual([]);
  });

  test('binds to its own items, each of which is asked', () => {
    const { bindings, problems } = bindItems(definition, known);
    expect(problems).toEqual([]);
    const bound = new Set(Object.values(bindings).map(({ itemId }) => itemId));
    expect([...bound].sort()).toEqual(items.map(({ key }) => key).sort());
  });

  test('has nothing to be warned of', () => {
    expect(check().map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  });

  test('can be mirrored with importance for all, and is still clean', () => {
    const names = new Map(items.map(({ key, name }) => [key, name.en ?? '']));
    const audiences = ['leadership', 'staff', 'customer'] as const;
    const whole = mirrorSurvey(definition, { audiences, importance: true, itemNames: names });
    const own = new Set(definition.audiences);
    const errors = check(whole).filter(({ level, audience }) => level === 'error' && (!audience || own.has(audience)));
    expect(errors).toEqual([]);
  });

  test('is easy to read', () => {
    for (const audience of definition.audiences) {
      for (const language of JUDGED_LANGUAGES) {
        const texts = surveyTexts(definition)
          .filter(({ readers, role }) => readers.includes(audience) && role !== 'choice' && role !== 'end')
          .flatMap(({ wording }) => textFor(wording, audience, language) ?? []);
        expect(readingGrade(texts, language)?.grade ?? 0, `${audience} ${language}`).toBeLessThanOrEqual(8.5);
      }
    }
  });
});
