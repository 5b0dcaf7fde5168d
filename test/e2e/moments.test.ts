import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  becomeOwner,
  browserWorld,
  expectAccessible,
  expectFits,
  PHONE,
  settled,
  shoot,
  WIDE,
  type World,
  workspaceOf,
} from './browser-world.ts';

let world: World;
let page: Page;
let workspace: string;
let surveyId: string;

const api = async (method: string, path: string, body?: unknown) => {
  const response = await page.request.fetch(`/api/v1/workspaces/${workspace}${path}`, {
    method,
    headers: { origin: world.origin },
    ...(body === undefined ? {} : { data: body }),
  });
  expect(response.ok(), `${method} ${path}: ${response.status()}`).toBe(true);
  return response.status() === 204 ? undefined : response.json();
};

beforeAll(async () => {
  world = await browserWorld();
  page = await world.newPage();
  await becomeOwner(page, world);
  workspace = workspaceOf(page);
  surveyId = (await api('GET', '/surveys')).surveys[0].id;
  await api('POST', '/contacts', { key: 'u-1', name: 'Ada Customer' });
});
afterAll(() => world?.close());

test('a site is added; its page is seen; a moment is set up by keyboard and mouse, undone, saved, and asks', async () => {
  await page.goto(`/w/${workspace}/asking`);
  await settled(page);
  await page.getByRole('button', { name: 'Add a site' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Web shop');
  await page.getByLabel(/Origins that may carry/).fill('https://shop.example');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Not seen yet').waitFor();
  const tag = await page.getByText('<script src=').textContent();
  const key = /data-site="([^"]+)"/.exec(tag ?? '')?.[1] ?? '';
  const offer = () => fetch(`${world.origin}/api/v1/sites/${key}`, { headers: { origin: 'https://shop.example' } });
  expect(await (await offer()).json()).toMatchObject({ surveys: [] });
  await fetch(`${world.origin}/api/v1/sites/${key}`, { headers: { origin: 'https://other.example' } });
  await page.reload();
  await page.getByText('last seen less than a minute ago on https://shop.example').waitFor();
  await page.getByText('https://other.example is not on the list').waitFor();

  await page.goto(`/w/${workspace}/surveys/${surveyId}/moments`);
  await settled(page);
  await page
    .getByText(/^Of 1 reachable person, 0 would be asked this week, because asking is switched off\./)
    .waitFor();
  await page.getByText('Ask at these moments').click();
  await page.getByText('Of 1 reachable person, 1 would be asked this week.').waitFor();
  await page.getByLabel('Add a trigger').selectOption('abandonment');
  await page.getByLabel('Add a trigger').selectOption('scroll');
  await page.getByLabel('Percent of the page').fill('75');
  // What does not fit is said, and not saved as what stood there before.
  await page.getByLabel('Share of persons, %').fill('250');
  await page.getByText('Give a number from 0.01 to 100.').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  expect(await page.evaluate('document.activeElement.value')).toBe('250');
  await page.getByText('Not saved yet').waitFor();
  await page.getByLabel('Share of persons, %').fill('100');
  await page.getByRole('button', { name: 'Only on some pages' }).last().click();
  await page.getByLabel('Page 1: address').fill('/shop');
  await page.getByRole('button', { name: 'Add a condition', exact: true }).click();
  await page.getByText(/1 does not meet the condition on attributes/).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Of 1 reachable person, 1 would be asked this week.').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  const { surveys } = (await (await offer()).json()) as { surveys: { survey: string; triggers: { kind: string }[] }[] };
  expect(surveys).toMatchObject([
    { survey: surveyId, triggers: [{ kind: 'abandonment' }, { kind: 'scroll', percent: 75 }] },
  ]);

  const body = { visitor: 'a-browser-that-visits', survey: surveyId, trigger: 1, device: 'desktop', language: 'en' };
  const ask = () =>
    fetch(`${world.origin}/api/v1/sites/${key}/ask`, { method: 'POST', body: JSON.stringify(body) }).then((reply) =>
      reply.json(),
    );
  expect([await ask(), await ask()]).toMatchObject([{ ask: true }, { ask: false }]);
  await page.goto(`/w/${workspace}/asking/log?surveyId=${surveyId}`);
  await page.getByText('– not asked').waitFor();
  await page.getByLabel('Asked').selectOption('true');
  await page.getByText('✓ asked').waitFor();
  expect(page.url()).toContain('asked=true');
  await page.getByText('Not asked before.').waitFor();
  await page.getByRole('button', { name: /^browser [0-9a-f]{8}$/ }).click();
  await page.waitForURL(/person=visitor/);

  await page.getByRole('button', { name: 'Everybody' }).click();
  await page.getByRole('textbox', { name: 'Person' }).fill('Ada');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Put in quarantine' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put in quarantine' }).click();
  await page.getByText('In quarantine for good.').waitFor();
  await page.getByRole('button', { name: 'End it' }).click();
  await page.getByRole('button', { name: 'Put in quarantine' }).waitFor();
});

test('quarantine stands on the contact and on a page of its own, with its end and its reason', async () => {
  await page.goto(`/w/${workspace}/contacts/quarantine`);
  await page.getByText('Nobody is in quarantine').waitFor();
  const { contacts } = await api('GET', '/contacts?search=Ada');
  await page.goto(`/w/${workspace}/contacts/${contacts[0].id}`);
  await page.getByRole('button', { name: 'Put in quarantine' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Last day/).fill('2199-12-31');
  await dialog.getByLabel(/^Reason/).fill('Complaint');
  await dialog.getByRole('button', { name: 'Put in quarantine' }).click();
  await page.getByText('In quarantine until Dec 31, 2199 (Complaint).').waitFor();
  await settled(page);
  await shoot(page, 'contact-quarantine-wide');
  await page.getByRole('link', { name: 'Contacts' }).last().click();
  await page.getByRole('link', { name: 'Quarantine' }).click();
  await page.getByRole('cell', { name: 'Complaint' }).waitFor();
  await page.getByRole('cell', { name: /^Dec 31, 2199/ }).waitFor();
  for (const [size, viewport, scheme] of [
    ['wide', WIDE, 'light'],
    ['phone', PHONE, 'dark'],
  ] as const) {
    const view = await world.newPage({ scheme, viewport, like: page.context() });
    await view.goto(page.url());
    await settled(view);
    await expectAccessible(view);
    await expectFits(view);
    await shoot(view, `quarantine-${size}-${scheme}`);
    await view.context().close();
  }
  await page.getByRole('button', { name: 'End it: Ada Customer' }).click();
  await page.getByText('Nobody is in quarantine').waitFor();
});

test('sites, rules and the why-log have their place beside the surveys', async () => {
  const tab = page.getByRole('navigation', { name: 'Workspace' }).locator('[aria-current=page]');
  const views = page.getByRole('navigation', { name: 'Surveys' });
  await page.goto(`/w/${workspace}/surveys`);
  for (const [view, heading] of [
    ['Sites and rules', 'Asking on websites'],
    ['Why-log', 'Why people were asked or not'],
    ['All surveys', 'Surveys'],
  ] as const) {
    await views.getByRole('link', { name: view }).click();
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    expect(await tab.allInnerTexts()).toEqual(['Surveys']);
    expect(await views.locator('[aria-current=page]').allInnerTexts()).toEqual([view]);
  }
});

test('moments that are not saved are not left without a question', async () => {
  await page.goto(`/w/${workspace}/surveys/${surveyId}/moments`);
  await settled(page);
  await page.getByLabel('Add a trigger').selectOption('exit');
  await page.getByText('Not saved yet').waitFor();
  await page.getByRole('link', { name: 'Sites and rules for all surveys' }).click();
  const question = page.getByRole('alertdialog', { name: 'Leave without saving?' });
  await question.getByText('Your changes to the moments are not saved yet.').waitFor();
  await question.getByRole('button', { name: 'Stay here' }).click();
  await page.getByText('Not saved yet').waitFor();
  await page.getByRole('link', { name: 'Sites and rules for all surveys' }).click();
  await question.getByRole('button', { name: 'Leave and lose the changes' }).click();
  await page.getByRole('heading', { name: 'Asking on websites' }).waitFor();
  // Saved work is left without any.
  await page.goBack();
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Sites and rules for all surveys' }).click();
  await page.getByRole('heading', { name: 'Asking on websites' }).waitFor();
});

test('what two people change at once stays; what both changed, one of them decides', async () => {
  const address = `/w/${workspace}/surveys/${surveyId}/moments`;
  const asking = `/surveys/${surveyId}/asking`;
  const storedNow = async () => (await api('GET', asking)).moments;
  const other = await world.newPage({ like: page.context() });
  // What the first one saves meanwhile reaches the other one only with an own try to save.
  let seen: unknown;
  await other.route('**/asking', async (route) => {
    const isRead = route.request().method() === 'GET';
    if (!isRead) seen = undefined;
    await (isRead && seen ? route.fulfill({ json: seen }) : route.continue());
  });
  const bothOpen = async () => {
    for (const view of [page, other]) {
      await view.goto(address);
      await settled(view);
    }
    seen = await api('GET', asking);
  };
  const save = async (view: Page) => {
    await view.getByRole('button', { name: 'Save', exact: true }).click();
    await view.getByText('Saved', { exact: true }).waitFor();
  };

  await bothOpen();
  await page.getByLabel('Add a trigger').selectOption('inactivity');
  await page.getByLabel('Share of persons, %').fill('40');
  await other.getByLabel('Add a trigger').selectOption('click');
  await other.getByLabel('CSS selector of the element').fill('#chat');
  await other.getByLabel(/^Browsers in these languages/).fill('de, ');
  await other.getByLabel('Priority').fill('7');
  await save(page);
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  await other
    .getByText(
      'Somebody else, or you in another window, changed the triggers and the share of persons in the meantime. It is in here now, together with your changes: look, then save.',
    )
    .waitFor();
  await other.getByText('Not saved yet').waitFor();
  expect(await other.getByLabel('Share of persons, %').inputValue()).toBe('40');
  expect(await other.getByLabel('CSS selector of the element').inputValue()).toBe('#chat');
  expect(await other.getByLabel(/^Browsers in these languages/).inputValue()).toBe('de, ');
  await shoot(other, 'moments-merged-wide');
  await save(other);
  expect(await storedNow()).toMatchObject({ share: 40, priority: 7, target: { languages: ['de'] } });
  const kinds = (await storedNow()).triggers.map(({ kind }: { kind: string }) => kind);
  expect(kinds).toEqual(['abandonment', 'scroll', 'click', 'inactivity']);
  // Who changes nothing just now is told, and sees it.
  await page
    .getByText(
      'Somebody else, or you in another window, changed the triggers, the languages and the priority in the meantime; you see it now.',
    )
    .waitFor({ timeout: 60_000 });
  expect(await page.getByLabel('CSS selector of the element').inputValue()).toBe('#chat');

  for (const [choice, share, viewport] of [
    ['Take theirs', 30, WIDE],
    ['Keep mine', 60, PHONE],
  ] as const) {
    await other.setViewportSize(viewport);
    await bothOpen();
    await page.getByLabel('Share of persons, %').fill('30');
    await other.getByLabel('Share of persons, %').fill('60');
    await other.getByLabel('Priority').fill(`${share}`);
    await save(page);
    await other.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = other.getByRole('dialog', { name: 'Both of you changed the same' });
    await dialog.getByRole('region', { name: 'the share of persons' }).getByText('60 %').waitFor();
    expect(await dialog.locator('dd').allInnerTexts()).toEqual(['40 %', '60 %', '30 %']);
    await settled(other);
    await expectAccessible(other);
    await expectFits(other);
    await shoot(other, `moments-clash-${choice === 'Keep mine' ? 'phone' : 'wide'}`);
    await dialog.getByRole('button', { name: 'Later' }).click();
    // Nothing is saved before somebody has chosen, and nothing typed is gone.
    await other
      .getByText('Somebody else, or you in another window, also changed the share of persons, and saved.')
      .waitFor();
    expect(await other.getByLabel('Share of persons, %').inputValue()).toBe('60');
    await other.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByRole('button', { name: choice }).click();
    expect(await other.getByLabel('Share of persons, %').inputValue()).toBe(`${share}`);
    await save(other);
    expect(await storedNow()).toMatchObject({ share, priority: share });
    await api('PUT', asking, {
      moments: { ...(await storedNow()), share: 40 },
      revision: (await api('GET', asking)).revision,
    });
  }
  await other.context().close();
});

test('two people who edit a site or the rules at once keep what each of them changed', async () => {
  const other = await world.newPage({ like: page.context() });
  const edit = async (view: Page) => {
    await view.goto(`/w/${workspace}/asking`);
    await settled(view);
    await view.getByRole('button', { name: 'Change Web shop' }).click();
    await view.getByRole('menuitem', { name: 'Edit' }).click();
    return view.getByRole('dialog');
  };
  const [first, second] = [await edit(page), await edit(other)];
  await first.getByLabel(/^Origins that may carry/).fill('https://shop.example https://www.shop.example');
  await first.getByRole('button', { name: 'Save' }).click();
  await page.getByText('https://shop.example, https://www.shop.example').waitFor();
  await second.getByLabel(/^Most asks a day/).fill('500');
  await second.getByRole('button', { name: 'Save' }).click();
  await other.getByText('https://shop.example, https://www.shop.example · at most 500 asks a day').waitFor();

  // Of the rules for all surveys, too.
  const said = (view: Page) => view.getByText('Saved. It holds from the next attempt on.').waitFor();
  await other.getByLabel('Least days between two asks').fill('45');
  // The way there, and the way back.
  await page.getByRole('link', { name: 'Change the time zone' }).click();
  await page.getByLabel('Time zone').fill('Europe/Oslo');
  await page.getByLabel('Time zone').press('Enter');
  await page.getByText('Saved. It holds from the next mail on.').waitFor();
  await other.getByLabel('Least days between two asks').press('Enter');
  await said(other);
  await other.getByText('First and last days begin and end in Europe/Oslo.').waitFor();
  // What does not fit is not saved as what stood there before.
  await other.getByLabel('Least days between two asks').fill('9999');
  await other.getByRole('button', { name: 'Save' }).click();
  await other.getByText('Give a whole number from 0 to 3650.').waitFor();
  expect(await other.evaluate('document.activeElement.value')).toBe('9999');
  await other.getByText('Saved. It holds').waitFor({ state: 'detached' });
  expect(await api('GET', '/asking-settings')).toEqual({ anySurveyDays: 45, timeZone: 'Europe/Oslo' });
  await api('PUT', '/asking-settings', { anySurveyDays: 30, timeZone: 'UTC' });
  await other.context().close();
});

test('the secret of a site is replaced after a question only', async () => {
  await page.goto(`/w/${workspace}/asking`);
  await settled(page);
  await page.getByRole('button', { name: 'Change Web shop' }).click();
  await page.getByRole('menuitem', { name: 'Secret for signatures' }).click();
  const secret = page.getByRole('dialog').locator('code').nth(1);
  await secret.waitFor();
  const before = await secret.innerText();
  await page.getByRole('button', { name: 'Make another one' }).click();
  const question = page.getByRole('alertdialog', { name: 'Replace the secret?' });
  await question.getByText('no signature under the present secret holds').waitFor();
  await settled(page);
  await expectAccessible(page);
  await shoot(page, 'moments-secret-question');
  await question.getByRole('button', { name: 'Not now' }).click();
  expect(await secret.innerText()).toBe(before);
  await page.getByRole('button', { name: 'Make another one' }).click();
  await question.getByRole('button', { name: 'Replace it' }).click();
  await question.waitFor({ state: 'detached' });
  await expect.poll(() => secret.innerText()).not.toBe(before);
});

test('of several people of one name one is chosen; the log is narrowed to days', async () => {
  await api('POST', '/contacts', { key: 'ines-1', name: 'Ines Berg', email: 'ines.berg@tern.example' });
  await api('POST', '/contacts', { key: 'ines-2', name: 'Ines Berg' });
  for (const [size, viewport, scheme] of [
    ['wide', WIDE, 'light'],
    ['wide', WIDE, 'dark'],
    ['phone', PHONE, 'light'],
    ['phone', PHONE, 'dark'],
  ] as const) {
    const view = await world.newPage({ scheme, viewport, like: page.context() });
    await view.goto(`/w/${workspace}/asking/log`);
    await settled(view);
    await view.getByRole('textbox', { name: 'Person' }).fill('Ines');
    await view.keyboard.press('Enter');
    await view.getByText('2 contacts fit. Choose one.').waitFor();
    expect(await view.getByRole('button', { name: 'Ines Berg' }).count()).toBe(2);
    await view.getByText('ines.berg@tern.example · ines-1 · customers').waitFor();
    await expectAccessible(view);
    await expectFits(view);
    await shoot(view, `why-log-choice-${size}-${scheme}`);
    await view.getByRole('listitem').filter({ hasText: 'ines-2' }).getByRole('button').click();
    await view.waitForURL(/person=contact/);
    await view.getByText('No such attempt').waitFor();
    await view.getByRole('button', { name: 'Everybody' }).click();
    await view.getByText('– not asked').first().waitFor();
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await view.getByLabel('First day').fill(day(2));
    await view.getByText('No such attempt').waitFor();
    await view.getByLabel('First day').fill(day(-2));
    await view.getByText('– not asked').first().waitFor();
    expect(view.url()).toContain(`from=${day(-2)}`);
    await shoot(view, `why-log-days-${size}-${scheme}`);
    await view.context().close();
  }
});

test.each(['light', 'dark'] as const)('the screens are accessible and fit: %s', async (scheme) => {
  for (const [size, viewport] of [
    ['wide', WIDE],
    ['phone', PHONE],
  ] as const) {
    const view = await world.newPage({ scheme, viewport, like: page.context() });
    for (const [name, path] of [
      ['sites', 'asking'],
      ['why-log', 'asking/log'],
      ['moments', `surveys/${surveyId}/moments`],
    ] as const) {
      await view.goto(`/w/${workspace}/${path}`);
      await settled(view);
      await expectAccessible(view);
      await expectFits(view);
      await shoot(view, `moments-${name}-${size}-${scheme}`);
    }
    await view.goto(`/w/${workspace}/asking`);
    await settled(view);
    await view.getByRole('button', { name: 'Change Web shop' }).click();
    await view.getByRole('menuitem', { name: 'Secret for signatures' }).click();
    await view.getByText("update(personId + '\\n' + attributes)").waitFor();
    await expectAccessible(view);
    await expectFits(view);
    await shoot(view, `moments-secret-${size}-${scheme}`);
    await view.context().close();
  }
  expect(world.complaints).toEqual([]);
});
