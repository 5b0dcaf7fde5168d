import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answers, SurveyDefinition } from '../../src/core/survey/definition.ts';
import { questionnaireFor } from '../../src/core/survey/questionnaire-for.ts';
import { firstQuestionOf } from '../../src/server/mailings/first-question.ts';
import { renderMail } from '../../src/server/mailings/render-mail.ts';
import {
  becomeOwner,
  browserWorld,
  expectAccessible,
  expectFits,
  shoot,
  type World,
  workspaceOf,
} from './browser-world.ts';
import { QUESTIONS, surveyOf } from './survey-questions.ts';

let world: World;
let owner: Page;
let workspace: string;

beforeAll(async () => {
  world = await browserWorld();
  owner = await world.newPage();
  await becomeOwner(owner, world);
  workspace = workspaceOf(owner);
});
afterAll(() => world?.close());

const api = <T>(method: string, path: string, data?: unknown) =>
  world.api<T>(owner, method, `/workspaces/${workspace}${path}`, data);

interface Link {
  readonly token: string;
  readonly address: string;
}

async function publish(
  definition: SurveyDefinition,
  audience: 'customer' | 'staff' = 'customer',
): Promise<Link & { readonly surveyId: string }> {
  const { id } = await api<{ id: string }>('POST', '/surveys', { name: `Survey ${Math.random()}` });
  const { revision } = await api<{ revision: number }>('GET', `/surveys/${id}/draft`);
  await api('PUT', `/surveys/${id}/draft`, { definition, revision });
  await api('POST', `/surveys/${id}/publish`, {});
  return { ...(await api<Link>('POST', `/surveys/${id}/links`, { audience })), surveyId: id };
}

/** Everything that the page sent and the server acknowledged, merged as the server does. */
function listen(page: Page): {
  readonly answers: Record<string, unknown>;
  readonly parts: string[];
  finished: boolean;
} {
  const heard = { answers: {} as Record<string, unknown>, parts: [] as string[], finished: false };
  page.on('response', (response) => {
    if (!response.url().endsWith('/api/v1/responses')) return;
    const part: { response: string; part: number; answers: Answers; finished: boolean } = response
      .request()
      .postDataJSON();
    if (response.status() !== 200) world.complaints.push(`A part was answered ${response.status()}`);
    heard.parts.push(`${part.response} ${part.part}`);
    heard.finished ||= part.finished;
    Object.assign(heard.answers, part.answers);
  });
  return heard;
}

async function open(
  link: Link,
  options: Parameters<World['browser']['newContext']>[0] = {},
): Promise<[Page, BrowserContext]> {
  const context = await world.browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'en-GB',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => world.complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|ERR_INTERNET/.test(message.text()))
      world.complaints.push(message.text());
  });
  await page.goto(link.address);
  await page.waitForSelector('h1');
  return [page, context];
}

const next = (page: Page) => page.getByRole('button', { name: /^(Next|Send)$/ });

/** What somebody who takes the fourth, second or largest thing everywhere has answered. */
const EXPECTED = {
  nps: 9,
  stars: 4,
  faces: 2,
  ces: 6,
  rating: 4,
  'matrix.c1': 2,
  'matrix.c2': null,
  'matrix.c3': 5,
  single: '_other',
  'single.other': 'A wedding',
  multiple: ['c1', 'c3'],
  ranking: ['c2', 'c1', 'c3', 'c4'],
  slider: 55,
  yesno: 0,
  short: 'Delta',
  long: 'More seats.',
  number: 2,
  date: '2026-05-01',
  email: 'kim@example.org',
  'contact.name': 'Kim',
  consent: true,
};

type Touch = (page: Page, selector: string) => Promise<void>;

/** The last one goes to the first place and down again to the end; then the second one up. */
async function dragUp(page: Page): Promise<void> {
  const middle = async (row: number) => {
    const box = (await page.locator('.ranking .grip').nth(row).boundingBox())!;
    return [box.x + box.width / 2, box.y + box.height / 2] as const;
  };
  const drag = async (from: number, ...over: number[]) => {
    await page.mouse.move(...(await middle(from)));
    await page.mouse.down();
    for (const row of over) await page.mouse.move(...(await middle(row)), { steps: 4 });
    await page.mouse.up();
  };
  await drag(3, 0, 3);
  await drag(1, 0);
  // Nothing follows the pointer any more.
  await page.mouse.move(...(await middle(2)));
}

/** Answers the question on the page by clicks or taps; keys only where something is written. */
async function answer(page: Page, id: string, touch: Touch, drag: boolean): Promise<void> {
  const radio = (name: string, label: string | RegExp) =>
    touch(page, `input[name="${name}"]${typeof label === 'string' ? `[aria-label^="${label}"]` : ''}`);
  const choose = (text: string) => touch(page, `label:has-text("${text}")`);
  const write = (text: string, selector = 'input:not([name=website]), textarea') => page.fill(selector, text);
  const steps: Record<string, () => Promise<unknown>> = {
    nps: () => radio('nps', '9'),
    stars: () => radio('stars', '4 of 5'),
    faces: () => radio('faces', '2 of 5'),
    ces: () => radio('ces', '6'),
    rating: () => radio('rating', '4'),
    matrix: async () => {
      await radio('matrix.c1', '2');
      await touch(page, '.row:nth-of-type(3) .na input');
      await radio('matrix.c3', '5');
    },
    single: async () => {
      await choose('Other');
      await write('A wedding', 'input[type=text]:not([name=website])');
    },
    multiple: async () => {
      await choose('Lounge');
      await choose('Car park');
      await choose('Wireless network');
      await choose('Car park');
    },
    ranking: () => (drag ? dragUp(page) : touch(page, 'button[aria-label="Move up: Clean restrooms"]')),
    slider: async () => {
      await touch(page, 'input[type=range]');
      await page.waitForSelector('output:has-text("50")');
      await page.focus('input[type=range]');
      await page.keyboard.press('ArrowRight');
    },
    yesno: () => choose('No'),
    short: () => write('Delta'),
    long: () => write('More seats.'),
    number: () => write('2'),
    date: () => write('2026-05-01'),
    email: () => write('kim@example.org'),
    contact: () => write('Kim', 'input[autocomplete=name]'),
    consent: () => touch(page, 'input[type=checkbox]'),
    statement: async () => undefined,
  };
  await steps[id]?.();
}

async function fillIn(page: Page, touch: Touch, drag = false): Promise<void> {
  for (const { id } of QUESTIONS) {
    await page.waitForSelector(`[id="q-${id}"], .t-${id}`);
    await answer(page, id, touch, drag);
    // A click on a scale or choice goes on by itself; where it did, there is nothing to press.
    if (/^(nps|stars|faces|ces|rating|yesno)$/.test(id))
      await page.waitForSelector(`[id="q-${id}"]`, { state: 'detached' });
    else await next(page).click();
  }
  await page.waitForSelector('h1:has-text("Thank you")');
}

test('every type of question by mouse, and every answer arrives', async () => {
  const [page, context] = await open(await publish(surveyOf(QUESTIONS)));
  const heard = listen(page);
  await fillIn(page, (on, selector) => on.locator(selector).first().click({ force: true }), true);
  await expect.poll(() => heard.finished).toBe(true);
  expect(heard.answers).toEqual(EXPECTED);
  await context.close();
});

test('every type of question by touch', async () => {
  const [page, context] = await open(await publish(surveyOf(QUESTIONS)), { hasTouch: true, isMobile: true });
  const heard = listen(page);
  await fillIn(page, (on, selector) => on.locator(selector).first().tap({ force: true }));
  await expect.poll(() => heard.finished).toBe(true);
  expect(heard.answers).toEqual(EXPECTED);
  await context.close();
});

/** Goes on to the control that says this, as somebody without a mouse does. */
async function tabTo(page: Page, label: RegExp): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate<string>(
      `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()`,
    );
    if (label.test(name)) return;
  }
  throw new Error(`Nothing says ${label}`);
}

test('every type of question by keys alone; arrows never go on by themselves', async () => {
  const [page, context] = await open(await publish(surveyOf(QUESTIONS)));
  const heard = listen(page);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const times = (key: string, n: number) => Array<string>(n).fill(key);
  const steps: Record<string, () => Promise<unknown>> = {
    nps: () => press('Tab', ...times('ArrowRight', 9), 'Enter'),
    stars: () => press('Tab', ...times('ArrowRight', 3), 'Enter'),
    faces: () => press('Tab', 'ArrowRight', 'Enter'),
    ces: () => press('Tab', ...times('ArrowRight', 5), 'Enter'),
    rating: () => press('Tab', ...times('ArrowRight', 3), 'Enter'),
    matrix: () => press('Tab', 'ArrowRight', 'Tab', 'ArrowLeft', 'Tab', ...times('ArrowRight', 4), 'Enter'),
    single: async () => {
      await press('Tab', 'ArrowDown', 'ArrowDown', 'Tab');
      await page.keyboard.type('A wedding');
      await press('Enter');
    },
    multiple: () => press('Tab', 'Space', 'Tab', 'Tab', 'Space', 'Enter'),
    ranking: async () => {
      await tabTo(page, /^Move up: Clean/);
      await press('Enter');
      expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Move up: Clean restrooms');
      await tabTo(page, /^Next/);
      await press('Enter');
    },
    slider: () => press('Tab', 'ArrowRight', 'Enter'),
    yesno: () => press('Tab', 'ArrowRight', 'Enter'),
    long: async () => {
      await press('Tab');
      await page.keyboard.type('More seats.');
      await tabTo(page, /^Next/);
      await press('Enter');
    },
    date: async () => {
      await press('Tab');
      await page.keyboard.type('05012026');
      await tabTo(page, /^Next/);
      await press('Enter');
    },
    consent: () => press('Tab', 'Space', 'Enter'),
    statement: async () => {
      await tabTo(page, /^Send/);
      await press('Enter');
    },
  };
  const written: Record<string, string> = { short: 'Delta', number: '2', email: 'kim@example.org', contact: 'Kim' };
  for (const { id } of QUESTIONS) {
    await page.waitForSelector(`[id="q-${id}"], .t-${id}`);
    const text = written[id];
    if (text === undefined) await steps[id]?.();
    else {
      await press('Tab');
      await page.keyboard.type(text);
      await press('Enter');
    }
  }
  await page.waitForSelector('h1:has-text("Thank you")');
  await expect.poll(() => heard.finished).toBe(true);
  expect(heard.answers).toEqual(EXPECTED);
  await context.close();
});

test('what cannot be sent is said to wait, outlives the page, and arrives once', async () => {
  const link = await publish(surveyOf(QUESTIONS.slice(0, 3)));
  const [page, context] = await open(link);
  await context.setOffline(true);
  await page.locator('input[aria-label^="9"]').click({ force: true });
  await page.waitForSelector('text=Answers not yet sent: 1.');
  await page.waitForSelector('[id="q-stars"]');
  await page.locator('input[aria-label^="4 of 5"]').click({ force: true });
  await page.waitForSelector('text=Answers not yet sent: 2.');
  await expectAccessible(page);
  await shoot(page, 'survey-not-yet-sent');

  // The network is back for the page itself; the server still takes nothing.
  await context.route('**/api/v1/responses', (route) =>
    route.fulfill({ status: 503, headers: { 'Retry-After': '1' } }),
  );
  await context.setOffline(false);
  await page.reload();
  await page.waitForSelector('text=Answers not yet sent: 2.');
  await page.getByRole('button', { name: 'Go on where you stopped' }).click();
  await page.waitForSelector('[id="q-faces"]');
  await context.unroute('**/api/v1/responses');

  // Two tabs at once: what an earlier visit left is sent by one of them.
  const other = await context.newPage();
  const heard = [listen(page), listen(other)];
  await Promise.all([page.reload(), other.goto(link.address)]);
  await Promise.all([page, other].map((each) => each.waitForSelector('text=You have begun')));
  await expect.poll(() => heard.flatMap(({ parts }) => parts).length).toBe(2);
  expect(Object.assign({}, ...heard.map(({ answers }) => answers))).toEqual({ nps: 9, stars: 4 });
  await page.getByRole('button', { name: 'Go on where you stopped' }).click();
  await page.locator('input[aria-label^="2 of 5"]').click({ force: true });
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForSelector('h1:has-text("Thank you")');
  await expect.poll(() => heard[0]?.finished).toBe(true);
  expect(heard.flatMap(({ parts }) => parts).length).toBe(new Set(heard.flatMap(({ parts }) => parts)).size);
  expect(await page.locator('text=not yet sent').count()).toBe(0);
  await context.close();
});

test('a visit that goes on after a reload says all the time that it took, and counts', async () => {
  const link = await publish(surveyOf(QUESTIONS.slice(0, 3)));
  const [page, context] = await open(link);
  await page.clock.install();
  await page.reload();
  await page.waitForSelector('[id="q-nps"]');
  await page.clock.fastForward(60_000);
  const took: number[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/v1/responses')) took.push(request.postDataJSON().took);
  });
  await page.locator('input[aria-label^="9"]').click({ force: true });
  await page.waitForSelector('[id="q-stars"]');
  await page.locator('input[aria-label^="4 of 5"]').click({ force: true });
  await page.waitForSelector('[id="q-faces"]');
  await expect.poll(() => took.length).toBe(2);
  await page.reload();
  const heard = listen(page);
  await page.getByRole('button', { name: 'Go on where you stopped' }).click();
  await page.locator('input[aria-label^="2 of 5"]').click({ force: true });
  await page.getByRole('button', { name: 'Send' }).click();
  await expect.poll(() => heard.finished).toBe(true);
  // The clock begins anew with the page; what went by before is added to it.
  expect(took.every((milliseconds) => milliseconds >= 60_000)).toBe(true);
  const stored = await api<{ responses: { finished: boolean }[] }>('GET', `/surveys/${link.surveyId}/responses`);
  expect(stored.responses).toMatchObject([{ finished: true }]);
  await context.close();
});

test('behind a proxy that says "back soon" with any status nothing is lost, neither the survey nor answers', async () => {
  const [page, context] = await open(await publish(surveyOf(QUESTIONS.slice(0, 3))));
  let status = 200;
  await context.route(/\/(api\/v1|w\/lang)\//, (route) =>
    route.fulfill({ status, contentType: 'text/html', body: '<h1>Back soon</h1>' }),
  );
  await page.locator('input[aria-label^="9"]').click({ force: true });
  await page.waitForSelector('text=Answers not yet sent: 1.');
  status = 404;
  await page.locator('input[aria-label^="4 of 5"]').click({ force: true });
  await page.waitForSelector('text=Answers not yet sent: 2.');
  expect(await page.locator('.error:visible').count()).toBe(0);
  for (status of [200, 404]) {
    await page.reload();
    await page.getByRole('button', { name: '↻' }).waitFor();
  }
  await context.unroute(/\/(api\/v1|w\/lang)\//);
  const heard = listen(page);
  await page.getByRole('button', { name: '↻' }).click();
  await page.getByRole('button', { name: 'Go on where you stopped' }).click();
  await page.locator('input[aria-label^="2 of 5"]').click({ force: true });
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForSelector('h1:has-text("Thank you")');
  await expect.poll(() => heard.answers, { timeout: 20_000 }).toEqual({ nps: 9, stars: 4, faces: 2 });
  await context.close();
});

test('required is asked for in words, soft once; the focus goes to what is wrong', async () => {
  const say = (en: string) => ({ customer: { en } });
  const [page, context] = await open(
    await publish(
      surveyOf([], {
        pages: [
          {
            id: 'p1',
            title: say('About you'),
            questions: [
              { id: 'soft', type: 'short', text: say('Your seat?'), required: 'soft' },
              { id: 'mail', type: 'email', text: say('Your address?'), required: 'yes' },
            ],
          },
          {
            id: 'p2',
            questions: [{ id: 'last', type: 'yesno', text: say('So, {{answer:soft|nobody}} of {{hidden:order}}?') }],
          },
        ],
        hidden: ['order'],
      }),
    ),
  );
  await page.goto(`${page.url()}?order=A-17&spy=me`);
  await next(page).click();
  expect(await page.locator('.error:visible').allTextContents()).toEqual([
    'You left this out. Answer it, or go on again.',
    'Please answer this.',
  ]);
  expect(await page.evaluate('document.activeElement.id')).toBe('i-soft');
  await expectAccessible(page);
  await page.fill('input[type=email]', 'kim@');
  await next(page).click();
  expect(await page.locator('.error:visible').allTextContents()).toEqual([
    'Please write a whole address, such as name@example.org.',
  ]);
  await page.fill('input[type=email]', 'kim@example.org');
  const sent = page.waitForRequest('**/api/v1/responses');
  await page.keyboard.press('Enter');
  expect((await sent).postDataJSON()).toMatchObject({
    hidden: { order: 'A-17' },
    answers: { mail: 'kim@example.org' },
  });
  await page.waitForSelector('text=So, nobody of A-17?');
  expect(await page.evaluate('document.activeElement.id')).toBe('q-last');
  await context.close();
});

test('every type looks right: light and dark, wide and 320 px, with nothing that axe finds', async () => {
  const link = await publish(surveyOf(QUESTIONS, { appearance: { accent: '#0072b2' } }));
  const looks = [
    { name: 'light', options: { viewport: { width: 1280, height: 800 } } },
    { name: 'dark', options: { colorScheme: 'dark' as const } },
  ];
  for (const { name, options } of looks) {
    const [page, context] = await open(link, options);
    const size = page.viewportSize()!;
    for (const { id } of QUESTIONS) {
      const question = page.locator(`.q:has([id="q-${id}"]), .t-${id}`).first();
      await question.waitFor();
      if (id === 'nps' || id === 'rating') await page.locator('.scale input').nth(3).focus();
      if (id === 'rating') await page.keyboard.press('Space');
      expect((await question.boundingBox())?.height, id).toBeGreaterThan(40);
      await expectAccessible(page);
      await shoot(page, `survey-${id}-${name}`);
      await page.setViewportSize({ width: 320, height: 640 });
      await expectFits(page);
      await page.setViewportSize(size);
      await next(page).click();
    }
    await page.waitForSelector('h1:has-text("Thank you")');
    await expectAccessible(page);
    await shoot(page, `survey-thanks-${name}`);
    await context.close();
  }
});

test('right to left, protected, in the language of the browser, and in another one when asked', async () => {
  const both = (en: string, ar: string) => ({ customer: { en, ar } });
  const link = await publish(
    surveyOf([], {
      title: both('How do we work?', 'كيف نعمل؟'),
      languages: ['en', 'ar'],
      audiences: ['customer', 'staff'],
      pages: [
        {
          id: 'p1',
          questions: [
            { id: 'nps', type: 'nps', text: both('Would you work here again?', 'هل ستعمل هنا مرة أخرى؟') },
            { id: 'why', type: 'long', text: both('Why?', 'لماذا؟') },
          ],
        },
      ],
      endings: [{ id: 'end', title: both('Thank you', 'شكرًا') }],
    }),
    'staff',
  );
  const [page, context] = await open(link, { locale: 'ar-EG', viewport: { width: 320, height: 700 } });
  expect(await page.evaluate('[document.title, document.documentElement.dir, document.documentElement.lang]')).toEqual([
    'كيف نعمل؟',
    'rtl',
    'ar',
  ]);
  await page.waitForSelector('.notice');
  await expectAccessible(page);
  await expectFits(page);
  await shoot(page, 'survey-right-to-left');
  await page.fill('textarea', 'لأن');
  await page.selectOption('select', 'en');
  await page.waitForSelector('text=shown only together with those of at least 5 people');
  await page.waitForSelector('text=Please write nothing that tells who you');
  expect(await page.inputValue('textarea')).toBe('لأن');
  await context.close();
});

test('a personal token leaves the address at once; wrong and closed links say so', async () => {
  const [page, context] = await open({ token: '', address: `${world.origin}/s#token=ans_${'x'.repeat(40)}` });
  expect(await page.textContent('h1')).toBe('This link is not valid. Copy the whole link, or ask whoever sent it.');
  expect(page.url()).toBe(`${world.origin}/s`);
  await expectAccessible(page);
  await context.close();
  const link = await publish(surveyOf(QUESTIONS.slice(10, 11)));
  await api('PATCH', `/surveys/${link.surveyId}/links/${link.token}`, { closed: true });
  const [closed, its] = await open(link);
  expect(await closed.textContent('h1')).toBe(
    'This link takes no answers: it was used already, or the survey is not open.',
  );
  await its.close();
});

test('points of a question inside a mail stand in the places that they have on the page', async () => {
  const scales = ['yesno', 'nps', 'stars', 'faces', 'ces', 'rating'].map((id) => QUESTIONS.find((q) => q.id === id)!);
  const context = await world.browser.newContext({ viewport: { width: 900, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  // Which words or number each point has, from left to right.
  const inOrder = (selector: string) =>
    page.evaluate<string[]>(`[...document.querySelectorAll('${selector}')].map((each) =>
      [each.getBoundingClientRect().left, each.getAttribute('aria-label') ?? each.parentElement.textContent])
      .sort(([a], [b]) => a - b).map(([, text]) => /^(\\d+|Yes|No)/.exec(text)?.[0])`);
  // The words of the page in English, so that both can be compared by them.
  await page.route('**/w/lang/*.json', async (route) => {
    const english = await page.request.get(`${world.origin}/w/lang/en.json`);
    await route.fulfill({ response: english });
  });
  for (const question of scales)
    for (const language of ['en', 'ar']) {
      const text = { customer: { [language]: 'Well?' } };
      const definition = surveyOf([{ ...question, text } as typeof question], { languages: [language] });
      const asked = firstQuestionOf(definition, 'customer', language);
      expect(asked, question.id).toBeDefined();
      await page.goto('about:blank');
      await page.setContent(
        renderMail({
          language: 'en',
          subject: 'A question',
          body: 'Hello',
          attributes: {},
          link: 'https://tern.example/s#token=1',
          unsubscribeLink: 'https://tern.example/u',
          question: asked,
          threshold: null,
          isReminder: false,
          footer: null,
        }).html,
      );
      const inMail = await inOrder('.key a');
      expect(inMail.length, question.id).toBe(asked?.values.length);
      await page.goto(`${world.origin}/s/preview`);
      const questionnaire = questionnaireFor({
        surveyId: '1',
        version: 1,
        definition,
        audience: 'customer',
        language,
        threshold: null,
        test: false,
        attributes: {},
        fullQuotas: [],
        work: 0,
      });
      await page.evaluate(
        `window.parent.postMessage({ type: 'preview', questionnaire: ${JSON.stringify(questionnaire)} }, origin)`,
      );
      await page.locator('.scale input').first().waitFor({ state: 'attached' });
      expect(await page.locator('main').getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr');
      expect(await inOrder('.scale input'), `${question.id} ${language}`).toEqual(inMail);
    }
  await context.close();
});

test('the way on after the end is the one of the survey, says its host, and takes nothing of the address', async () => {
  await api('PUT', '/redirect-hosts', { hosts: ['shop.example.org'] });
  const say = (en: string) => ({ customer: { en } });
  const link = await publish(
    surveyOf(QUESTIONS.slice(10, 11), {
      endings: [{ id: 'e', title: say('Thank you'), redirect: 'https://shop.example.org/thanks' }],
      hidden: ['redirect'],
    }),
  );
  const [page, context] = await open(link, { forcedColors: 'active', reducedMotion: 'reduce' });
  await context.route(/^https:/, (route) => route.fulfill({ contentType: 'text/html', body: '<h1>Shop</h1>' }));
  await page.goto(`${link.address}?redirect=https://evil.example&next=//evil.example`);
  await page.locator('label:has-text("Yes")').click();
  await shoot(page, 'survey-forced-colours');
  await page.getByRole('button', { name: 'Send' }).click();
  const way = page.getByRole('link', { name: 'Go on to shop.example.org' });
  expect(await way.getAttribute('href')).toBe('https://shop.example.org/thanks');
  expect(await way.getAttribute('target')).toBe('_top');
  await page.waitForURL('https://shop.example.org/thanks');
  await context.close();
});

test('the preview shows what the editor holds, to the editor only, and stores nothing', async () => {
  const [page, context] = await open({ token: '', address: world.origin });
  const heard = listen(page);
  const questionnaire = {
    survey: 's',
    version: 1,
    audience: 'customer',
    language: 'en',
    languages: ['en'],
    direction: 'ltr',
    title: 'Draft',
    threshold: null,
    test: false,
    // Not a text, as a broken client could hold it.
    pages: [
      { id: 'p', questions: [{ id: 'q', type: 'yesno', min: 0, max: 1, text: { type: 'img', props: { src: 'x' } } }] },
    ],
    endings: [{ id: 'e', title: 'Done' }],
    hidden: [],
    attributes: {},
    full: [],
    appearance: { background: '#102030', accent: '#ffcc00' },
    progress: true,
    back: true,
    work: 0,
  };
  await page.evaluate(`new Promise((ready) => {
    addEventListener('message', (event) => {
      if (event.data.type !== 'preview-ready') return;
      event.source.postMessage({ type: 'preview', questionnaire: ${JSON.stringify(questionnaire)} }, origin);
      ready();
    });
    const frame = document.createElement('iframe');
    frame.src = '/s/preview';
    document.body.append(frame);
  })`);
  const frame = page.frameLocator('iframe');
  await frame.locator('legend:has-text("[object Object]")').waitFor();
  expect(await frame.locator('img').count()).toBe(0);
  await frame.locator('label:has-text("Yes")').click();
  await frame.getByRole('button', { name: 'Send' }).click();
  await frame.locator('h1:has-text("Done")').waitFor();
  expect(heard.parts).toEqual([]);
  await context.close();
});

test('nothing on any of these pages broke a rule of its own', () => {
  expect(world.complaints).toEqual([]);
});
