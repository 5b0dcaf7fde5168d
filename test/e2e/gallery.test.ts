import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Question, SurveyDefinition } from '../../src/core/survey/definition.ts';
import { type Easel, openBrowser, setUpEasel } from './easel.ts';
import { difference, Gallery } from './pictures.ts';
import { QUESTIONS, surveyOf } from './survey-questions.ts';

/**
 * What respondents see, picture by picture, as somebody found it right. `GALLERY=renew npx vitest run --project e2e
 * test/e2e/gallery.test.ts` takes those anew that look different: look at them before you commit them.
 */
const RENEW = process.env.GALLERY === 'renew';
const LARGEST = 500_000;

const gallery = new Gallery(RENEW);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

const point = (n: number) => (page: Page) => page.locator('.scale input').nth(n).click({ force: true });
const choose = (n: number) => (page: Page) => page.locator('.choices label').nth(n).click();
const write = (text: string) => (page: Page) => page.locator('.q :is(input, textarea)').first().fill(text);

/** An answer to each, so that what is chosen shows beside what is not. */
const GIVE: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  nps: point(9),
  stars: point(3),
  faces: point(1),
  ces: point(5),
  rating: point(3),
  matrix: async (page) => {
    await point(1)(page);
    await page.locator('.row').nth(1).locator('.na input').click();
  },
  single: choose(1),
  multiple: async (page) => {
    await choose(0)(page);
    await choose(3)(page);
  },
  ranking: (page) => page.locator('.ranking li').nth(1).getByRole('button').first().click(),
  slider: async (page) => {
    await page.focus('input[type=range]');
    await page.keyboard.press('ArrowRight');
  },
  yesno: point(0),
  short: write('Delta'),
  long: write('More seats.\nLess noise.'),
  number: write('2'),
  date: write('2026-05-01'),
  email: write('kim@example.org'),
  contact: write('Kim'),
  consent: (page) => page.locator('.na input').click(),
};

const LOOK = { accent: '#0072b2' };
const alone = (question: Question) => surveyOf([question], { appearance: LOOK });
const questionOf = (id: string) => QUESTIONS.find((question) => question.id === id)!;

async function ask(easel: Easel, definition: SurveyDefinition): Promise<void> {
  await easel.show(definition);
  for (const { id } of definition.pages[0]!.questions) await GIVE[id]?.(easel.page);
}

/** What differs from the gallery, and what is drawn with letters of this machine. */
async function look(easel: Easel, name: string, selector = '.q', focused = false): Promise<string[]> {
  const foreign = await easel.foreignFonts(selector);
  const wrong = gallery.compare(name, await easel.photograph(selector, focused));
  return [...foreign.map((font) => `${name}: drawn with ${font}`), ...(wrong ? [wrong] : [])];
}

async function withEasel<T>(options: BrowserContextOptions, work: (easel: Easel) => Promise<T>): Promise<T> {
  const easel = await setUpEasel(browser, options);
  try {
    return await work(easel);
  } finally {
    await easel.page.context().close();
  }
}

/** Looks at these questions, one after the other. */
const lookAtAll = (questions: readonly Question[], ending: string, options: BrowserContextOptions) =>
  withEasel(options, async (easel) => {
    const wrong: string[] = [];
    for (const question of questions) {
      await ask(easel, alone(question));
      wrong.push(...(await look(easel, `${question.id}-${ending}`)));
    }
    return wrong;
  });
const some = (...ids: string[]) => ids.map(questionOf);

const arabic = (ar: string) => ({ customer: { ar } });
const RIGHT_TO_LEFT: readonly Question[] = [
  {
    ...questionOf('rating'),
    text: arabic('ما مدى نظافة المرافق؟'),
    low: arabic('سيئ'),
    high: arabic('ممتاز'),
  } as Question,
  {
    ...questionOf('matrix'),
    text: arabic('كيف كانت …'),
    low: arabic('سيئ'),
    high: arabic('ممتاز'),
    rows: [
      { id: 'c1', text: arabic('اللافتات') },
      { id: 'c2', text: arabic('المتاجر') },
    ],
  } as Question,
  {
    ...questionOf('ranking'),
    text: arabic('ما الأهم بالنسبة لك؟'),
    choices: [
      { id: 'c1', text: arabic('طعام جيد') },
      { id: 'c2', text: arabic('أماكن هادئة') },
    ],
  } as Question,
];

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test('every type of question', async () => {
    expect(await lookAtAll(QUESTIONS, colorScheme, { colorScheme })).toEqual([]);
  });

  test('on the smallest screen', async () => {
    const viewport = { width: 320, height: 1000 };
    const questions = some('nps', 'matrix');
    expect(await lookAtAll(questions, `320-${colorScheme}`, { colorScheme, viewport })).toEqual([]);
  });

  test('from right to left', async () => {
    const wrong = await withEasel({ colorScheme }, async (easel) => {
      const found: string[] = [];
      for (const question of RIGHT_TO_LEFT) {
        await ask(easel, surveyOf([question], { appearance: LOOK, languages: ['ar'] }));
        found.push(...(await look(easel, `${question.id}-rtl-${colorScheme}`)));
      }
      return found;
    });
    expect(wrong).toEqual([]);
  });

  test('with more contrast, and in the colours that the person chose', async () => {
    const more = { colorScheme, contrast: 'more' } as const;
    expect(await lookAtAll(some('rating'), `contrast-${colorScheme}`, more)).toEqual([]);
    const forced = { colorScheme, forcedColors: 'active' } as const;
    expect(await lookAtAll(some('nps', 'stars', 'faces', 'single'), `forced-${colorScheme}`, forced)).toEqual([]);
  });

  test('a page of leaders and staff, with what is wrong, where the focus is, and the end', async () => {
    const wrong = await withEasel({ colorScheme }, async (easel) => {
      const { page } = easel;
      const rating = { ...questionOf('rating'), required: 'yes' } as const;
      await easel.show(
        surveyOf([], {
          appearance: LOOK,
          audiences: ['staff'],
          pages: [{ id: 'p', title: { customer: { en: 'At the airport' } }, questions: [rating] }],
        }),
      );
      await page.locator('nav .main').click();
      await page.waitForSelector('.error:not(:empty)');
      const found = await look(easel, `page-${colorScheme}`, '.column');
      await page.locator('[id="q-rating"]').focus();
      for (const key of ['Tab', 'ArrowRight']) await page.keyboard.press(key);
      found.push(...(await look(easel, `focus-${colorScheme}`, '.q', true)));
      await page.locator('nav .main').click();
      await page.waitForSelector('.text');
      return [...found, ...(await look(easel, `end-${colorScheme}`, '.column'))];
    });
    expect(wrong).toEqual([]);
  });
});

test('the gallery has no other pictures, and is small', () => {
  const { names, bytes } = gallery.leftOver();
  expect(names).toEqual([]);
  expect(bytes).toBeLessThan(LARGEST);
});

test('pictures that another way of drawing makes look the same', async () => {
  const other = await openBrowser(
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--enable-gpu-rasterization',
    '--ignore-gpu-blocklist',
  );
  try {
    const easels = await Promise.all([browser, browser, other].map((each) => setUpEasel(each, {})));
    const wrong: string[] = [];
    for (const id of ['stars', 'faces', 'matrix', 'single', 'slider']) {
      const pictures: Buffer[] = [];
      for (const easel of easels) {
        await ask(easel, alone(questionOf(id)));
        pictures.push(await easel.photograph('.q'));
      }
      const [first, ...others] = pictures;
      for (const one of others)
        wrong.push(...(difference(one, first!) ? [`${id}: ${difference(one, first!)!.because}`] : []));
    }
    expect(wrong).toEqual([]);
  } finally {
    await other.close();
  }
});

const fewer = { ...questionOf('single'), choices: [{ id: 'c1', text: { customer: { en: 'Work' } } }] } as Question;
const reworded = { ...questionOf('stars'), text: { customer: { en: 'How satisfied are you with the seat?' } } };

/** What the picture of a question must not survive. */
const FAULTS: Readonly<Record<string, readonly [id: string, fault: string | Question]>> = {
  'a choice is missing': ['single', fewer],
  'a letter is missing': ['stars', reworded],
  'a choice is not drawn': ['single', '.choices label:nth-child(1) { visibility: hidden; }'],
  'a star is not drawn': ['stars', '.stars label:last-child { visibility: hidden; }'],
  'the accent is a little bluer': ['rating', '.px.px { --accent: #0072c8; }'],
  'fields have a fainter border': ['short', '.px.px { --field: #8a8c8e; }'],
  'explanations are a little fainter': ['rating', '.px.px { --muted: #6e7173; }'],
  'lines are a little darker': ['matrix', '.px.px { --line: #d0d0d0; }'],
  'choices stand 6 px further apart': ['multiple', '.choices.choices { gap: 12px; }'],
  'one choice is 6 px lower': ['single', '.choices label:last-of-type { position: relative; top: 6px; }'],
  'one star is 6 px to the right': ['stars', '.stars label:nth-child(2) { left: 6px; }'],
  'the ends of the scale are 6 px to the right': ['slider', '.ends { position: relative; left: 6px; }'],
  'corners are not round': ['single', '.px.px { --radius: 0px; }'],
};

test('pictures in which something is missing, moved or of another colour do not', async () => {
  const missed = await withEasel({}, async (easel) => {
    const photograph = async (question: Question, style = ' ') => {
      await ask(easel, alone(question));
      await easel.page.addStyleTag({ content: style });
      const picture = await easel.photograph('.q');
      await easel.page.evaluate('document.head.lastElementChild.remove()');
      return picture;
    };
    const found: string[] = [];
    for (const [what, [id, fault]] of Object.entries(FAULTS)) {
      const right = await photograph(questionOf(id));
      const wrong = await (typeof fault === 'string' ? photograph(questionOf(id), fault) : photograph(fault));
      if (!difference(wrong, right)) found.push(what);
    }
    return found;
  });
  expect(missed).toEqual([]);
});

test('letters that did not come with the picture are told of', async () => {
  const foreign = await withEasel({}, async (easel) => {
    await ask(easel, alone(questionOf('ranking')));
    expect(await easel.foreignFonts('.q')).toEqual([]);
    await easel.page.addStyleTag({ content: '.grip { font-family: sans-serif; }' });
    return easel.foreignFonts('.q');
  });
  expect(foreign).toHaveLength(1);
});
