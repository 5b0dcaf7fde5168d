import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { COMPLAINTS } from '../complaint-mails.ts';
import {
  becomeOwner,
  browserWorld,
  expectAccessible,
  expectFits,
  PHONE,
  settled,
  shoot,
  type World,
  workspaceOf,
} from './browser-world.ts';

let world: World;
let page: Page;
let workspaceId: string;
let surveyId: string;
const received: string[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, _, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      received.push(Buffer.concat(chunks).toString());
      done();
    });
  },
});

const DEFINITION: SurveyDefinition = {
  format: 'parallax-survey/1',
  title: { customer: { en: 'Your flight' } },
  languages: ['en', 'de', 'pl'],
  audiences: ['customer'],
  pages: [
    {
      id: 'p1',
      questions: [
        {
          id: 'q1',
          type: 'nps',
          text: {
            customer: {
              en: 'How likely are you to recommend this airport?',
              de: 'Wie wahrscheinlich empfehlen Sie uns?',
              pl: 'Czy poleci nas Pani lub Pan innym?',
            },
          },
          low: { customer: { en: 'not at all likely' } },
          high: { customer: { en: 'extremely likely' } },
        },
      ],
    },
  ],
  endings: [{ id: 'e1', title: { customer: { en: 'Thank you' } } }],
  hidden: [],
  quotas: [],
  appearance: {},
  settings: { progress: true, back: true, anonymousCustomers: false, askAgainAfterDays: null },
};

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const address = smtp.server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  world = await browserWorld({
    SMTP_URL: `smtp://127.0.0.1:${address.port}`,
    MAIL_FROM: 'San Francisco Airport <cx@airport.example>',
  });
  page = await world.newPage();
  await becomeOwner(page, world);
  workspaceId = workspaceOf(page);
  surveyId = (await api('POST', '/surveys', { name: 'After the flight' })).id;
  const { revision } = await api('GET', `/surveys/${surveyId}/draft`);
  await api('PUT', `/surveys/${surveyId}/draft`, { definition: DEFINITION, revision });
  await api('POST', `/surveys/${surveyId}/publish`, {});
});
afterAll(async () => {
  await world.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

type Json = ReturnType<typeof JSON.parse>;
const api = (method: string, at: string, body?: unknown): Promise<Json> =>
  page.evaluate(
    `fetch(${JSON.stringify(`/api/v1/workspaces/${workspaceId}${at}`)}, { method: ${JSON.stringify(method)},
      headers: { 'content-type': 'application/json' }, ${body === undefined ? '' : `body: ${JSON.stringify(JSON.stringify(body))}`} })
      .then(async (reply) => { if (!reply.ok) throw new Error(await reply.text()); return reply.status === 204 ? null : reply.json(); })`,
  );
async function look(name: string) {
  await settled(page);
  await expectFits(page);
  await expectAccessible(page);
  await shoot(page, name);
}
async function everywhere(name: string) {
  await look(`${name}-wide`);
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await look(`${name}-phone-dark`);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

test('from an empty list to a wave that is out: import, segment, schedule, mail, start, unsubscribe', async () => {
  await page.goto(`/w/${workspaceId}/contacts`);
  await everywhere('contacts-empty');
  const csv = ['Customer ID,E-mail,Name,City,Flights,Language'];
  for (let i = 0; i < 40; i++)
    csv.push(`c${i},p${i}@guests.example,Guest ${i},${i % 3 ? 'Oakland' : 'San José'},${i},${i === 39 ? 'de' : ''}`);
  csv.push('c99,not an address,Broken,Oakland,1,');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import a list' }).click();
  await (await chooser).setFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.join('\n')) });
  await page.getByText('1 would be rejected').waitFor();
  await everywhere('contacts-import');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('40 people added').waitFor();
  await page.getByRole('link', { name: 'See the contacts' }).click();
  await page.getByText('40 of 40 can be asked by mail').waitFor();
  await everywhere('contacts');
  await page.getByRole('link', { name: 'Guest 7', exact: true }).click();
  await everywhere('contact');

  await page.goto(`/w/${workspaceId}/contacts/segments`);
  await page.getByRole('button', { name: 'Add a segment' }).click();
  await page.getByLabel('Name').fill('Frequent');
  await page.getByRole('button', { name: 'Add a condition' }).click();
  await page.getByLabel('Attribute').fill('Flights');
  await page.getByLabel('How it is compared').selectOption('ge');
  await page.getByLabel('Value').fill('20');
  await page.getByText('20 people just now').waitFor();
  await look('segment-dialog');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Flights is at least 20').waitFor();
  await everywhere('segments');

  await page.goto(`/w/${workspaceId}/settings/mail`);
  await page.getByLabel('Sender’s name').fill('San Francisco Airport, guests');
  await page.getByLabel('Below every mail').fill('Terminal 2\nSan Francisco');
  await page.getByRole('link', { name: 'Contacts', exact: true }).click();
  await page.getByText('Your changes to the mail settings are not saved yet.').waitFor();
  await page.getByRole('button', { name: 'Stay here' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. It holds from the next mail on.').waitFor();
  await everywhere('mail-settings');

  await page.goto(`/w/${workspaceId}/surveys/${surveyId}/waves`);
  await page.getByText('No wave yet').waitFor();
  await page.getByRole('button', { name: 'Add a wave' }).click();
  await page.getByLabel('Name').fill('Guests, autumn');
  await page.getByRole('button', { name: 'Add the wave' }).click();
  await page.getByRole('link', { name: 'Guests, autumn' }).click();
  await page.getByLabel('Segment').selectOption({ label: 'Frequent' });
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await page.getByText('20 are drawn. 20 would be asked now.').waitFor();
  await page.getByRole('button', { name: 'How many should be asked?' }).click();
  await page.getByText('± 5 points are out of reach: 20 answers would be needed. All 20 together give').waitFor();
  await page.getByLabel('Who will answer, in %').fill('100');
  await page.getByText('Ask 20 of the 20 people').waitFor();
  await page.getByRole('button', { name: 'Write your own' }).click();
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toContain('{{attribute:name|there}}');
  await page.getByLabel('Colours of the mail program').selectOption('dark');
  await everywhere('wave-schedule');
  const start = page.getByRole('button', { name: 'Start the wave' });
  const when = page.getByLabel('When (blank: at once)');
  await when.fill('2020-01-01T09:00');
  await page.getByText('This time has passed').waitFor();
  await page.getByText('Save the schedule first').waitFor();
  expect(await start.isDisabled()).toBe(true);
  // A file of links would hold the people of what was saved, and can't be taken back.
  expect(await page.getByRole('button', { name: 'Download personal links' }).isDisabled()).toBe(true);
  await when.fill('');
  await page.getByText('Save the schedule first').waitFor({ state: 'detached' });
  await page.getByLabel('Text', { exact: true }).fill('Hello {{attribute:name|there}}');
  await page.getByText('Save the words of the mail first').waitFor();
  // Words that are being written stay while others are looked at, in every language of the survey.
  const language = page.getByLabel('Language', { exact: true });
  await language.selectOption({ label: 'Polish' });
  await page.getByText('The product has no words in Polish').waitFor();
  await page.getByText('Czy poleci nas Pani lub Pan innym?').waitFor();
  await language.selectOption({ label: 'English (not saved)' });
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Hello {{attribute:name|there}}');
  await page.getByRole('link', { name: 'Waves by mail' }).last().click();
  const question = page.getByRole('alertdialog', { name: 'Leave without saving?' });
  await question.getByText('Your changes to the words of the mail are not saved yet.').waitFor();
  await question.getByRole('button', { name: 'Stay here' }).click();
  await page.getByRole('button', { name: 'Use the product’s words' }).click();
  await page.getByText('Save the words of the mail first').waitFor({ state: 'detached' });
  await start.click();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('0 of 20 have answered').waitFor({ timeout: 30_000 });
  await expect.poll(() => received.length, { timeout: 30_000 }).toBe(20);
  await page.getByText('20 sent').waitFor();
  await page.getByText(/^Reminder to at most 20 people who have not answered by then: /).waitFor();
  // What is being changed outlasts a pause.
  const enough = page.getByLabel(/^Stop after so many answers/);
  await enough.fill('50');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  expect(await enough.inputValue()).toBe('50');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await enough.fill('');
  await page.getByLabel('Response rate by').selectOption('City');
  await page.getByRole('cell', { name: 'Oakland' }).waitFor();
  await page.getByLabel('Response rate by', { exact: true }).selectOption('segment');
  await page.getByRole('cell', { name: 'Frequent' }).waitFor();
  // What is looked at has an address.
  await page.reload();
  await page.getByRole('cell', { name: 'Frequent' }).waitFor();
  await everywhere('wave-running');
  await page.goto(`/w/${workspaceId}/surveys/${surveyId}/waves`);
  await page.getByRole('row', { name: /Guests, autumn.* running 20 0\u00a0?\s?%/ }).waitFor();
  await everywhere('waves');

  const mail = (received[0] ?? '').replaceAll('=\r\n', '').replaceAll('\r\n ', '');
  const token = /\/api\/v1\/unsubscribe\/([\w-]{64})/.exec(mail)?.[1];
  const other = await world.newPage({ viewport: PHONE });
  const { name } = await api('GET', '');
  // In the language of the mail, whatever the browser's; from the header of a mail, which says none, in the contact's.
  await other.goto(`/unsubscribe?lang=fr#token=${token}`);
  await other.getByText(`${name} n’enverra plus aucune enquête à votre adresse`).waitFor();
  expect(await other.locator('html').getAttribute('lang')).toBe('fr');
  await other.goto('about:blank');
  await other.goto(`/unsubscribe#token=${token}`);
  await other.getByRole('button', { name: 'Don’t ask me again' }).waitFor();
  // The sender's page, not the product's.
  expect(await other.locator('main').textContent()).not.toContain('Parallax');
  expect(await other.title()).toBe(`Don’t ask me again? · ${name}`);
  await expectAccessible(other);
  await shoot(other, 'unsubscribe');
  await other.getByRole('button', { name: 'Don’t ask me again' }).click();
  await other.getByText(`${name} does not ask you again.`).waitFor();
  await page.goto(`/w/${workspaceId}/contacts?reach=unsubscribed`);
  await expect.poll(() => page.getByRole('link', { name: /^Guest/ }).count()).toBe(1);

  // Only a new consent brings the person back; a button that was wrong once still takes the first press.
  await page.getByRole('link', { name: /^Guest/ }).click();
  await page.getByText(/^Unsubscribed since .* not asked again, on any channel\./).waitFor();
  await page.getByRole('button', { name: 'Record consent' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Please fill out this field.').first().waitFor();
  await page.getByLabel('To what').fill('surveys about flights');
  await page.getByLabel('How you know').fill('a call');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/given, to surveys about flights/).waitFor();
  await page.getByText(/^Unsubscribed since/).waitFor({ state: 'detached' });
  const mark = page.getByRole('button', { name: 'Mail does not arrive' });
  await mark.focus();
  await page.keyboard.press('Enter');
  await page.getByText(/^Address does not work since .* Somebody marked it so\.$/).waitFor();
  await everywhere('contact-bounced');
  // The same button takes it back, and has kept the focus.
  await page.keyboard.press('Enter');
  await mark.waitFor();
  await page.getByRole('button', { name: 'Don’t ask this person again' }).click();
  await page.getByRole('button', { name: 'Don’t ask again' }).click();
  await page.getByText(/^Unsubscribed since/).waitFor();

  // Somebody else reports the mail as spam, and their provider says so.
  const { messageId = '', to = [] } = await PostalMime.parse(received[1] ?? '');
  const email = to[0]?.address ?? '';
  const complaint = COMPLAINTS.Yahoo({ messageId: messageId.slice(1, -1), to: email, unsubscribe: '' });
  const taken = await page.request.post(`/api/v1/workspaces/${workspaceId}/bounce-mails`, {
    headers: { 'content-type': 'message/rfc822', origin: world.origin },
    data: complaint,
  });
  expect(await taken.json()).toMatchObject({ complained: 1 });
  await page.goto(`/w/${workspaceId}/contacts?search=${encodeURIComponent(email)}`);
  await page.getByRole('link', { name: /^Guest/ }).click();
  await page.getByText(/^Unsubscribed since .* The person reported a mail as spam\.$/).waitFor();
  const consent = { given: true, to: 'surveys', source: 'a call' };
  const back = await page.request.patch(`/api/v1${new URL(page.url()).pathname.replace('/w/', '/workspaces/')}`, {
    headers: { origin: world.origin },
    data: { unsubscribed: false, consent },
  });
  expect(back.status()).toBe(200);
  expect(world.complaints).toEqual([]);
});

/** The address behind the key of this value in the mail to a guest. */
async function keyOf(guest: number, value: number): Promise<string> {
  for (const raw of received) {
    const { to, html = '' } = await PostalMime.parse(raw);
    if (to?.[0]?.address !== `p${guest}@guests.example`) continue;
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map((match) => (match[1] ?? '').replaceAll('&#38;', '&'));
    return hrefs.find((href) => href.endsWith(`&a=q1:${value}`)) ?? '';
  }
  return '';
}

test('an answer inside the mail is shown as chosen, and stored once the person confirms it', async () => {
  const waveId = (await api('GET', `/surveys/${surveyId}/waves`)).waves[0].id;
  const answered = async () => (await api('GET', `/waves/${waveId}/progress`)).response.answered;
  const open = async (address: string) => {
    const other = await world.newPage({ viewport: PHONE });
    const posted: string[] = [];
    other.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/responses')) posted.push(request.postData() ?? '');
    });
    await other.goto(address);
    await other.getByRole('radio', { name: /^9/ }).waitFor();
    await settled(other);
    return { other, posted };
  };
  // A scanner opens every link, with a browser, and goes away.
  const scanned = await open(await keyOf(30, 9));
  expect(await scanned.other.getByRole('radio', { name: /^9/ }).isChecked()).toBe(true);
  expect(scanned.other.url()).not.toContain('token');
  await expectAccessible(scanned.other);
  await shoot(scanned.other, 'mail-landing');
  await scanned.other.goto('about:blank');
  await scanned.other.context().close();
  expect(scanned.posted).toEqual([]);
  expect(await answered()).toBe(0);

  const { other, posted } = await open(await keyOf(39, 9));
  await other
    .getByRole('heading', { name: 'Wie wahrscheinlich empfehlen Sie uns?' })
    .or(other.getByText('Wie wahrscheinlich empfehlen Sie uns?'))
    .first()
    .waitFor();
  expect(await other.evaluate('document.documentElement.lang')).toBe('de');
  await other.waitForTimeout(500);
  await other.getByRole('button', { name: 'Senden' }).click();
  await other.getByText('Thank you').waitFor();
  expect(posted).toHaveLength(1);
  // The page thanks while the answer is still under way.
  await expect.poll(answered, { timeout: 15_000 }).toBe(1);
  const list = await api('GET', `/surveys/${surveyId}/responses`);
  expect(list.responses).toHaveLength(1);
  expect(list.responses[0]).toMatchObject({ finished: true, channel: 'mail', waveId });
  expect(world.complaints).toEqual([]);
});

test('the links of a test mail open the try-out, with the answer shown, and stop nothing', async () => {
  const { id: waveId } = await api('POST', `/surveys/${surveyId}/waves`, { name: 'Tried', audience: 'customer' });
  const { to } = await api('POST', `/waves/${waveId}/test-mail`, { kind: 'invitation', language: 'de' });
  const raw = received.find((mail) => mail.includes(`To: ${to}`)) ?? '';
  const { html = '' } = await PostalMime.parse(raw);
  const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map((match) => (match[1] ?? '').replaceAll('&#38;', '&'));
  const other = await world.newPage({ viewport: PHONE });
  await other.goto(hrefs.find((href) => href.endsWith('&a=q1:9')) ?? 'about:blank');
  await other.getByRole('radio', { name: /^9/ }).waitFor();
  expect(await other.getByRole('radio', { name: /^9/ }).isChecked()).toBe(true);
  expect(await other.evaluate('document.documentElement.lang')).toBe('de');
  await other.waitForTimeout(500);
  await other.getByRole('button', { name: 'Senden' }).click();
  await other.getByText('Thank you').waitFor();
  const tried = async () =>
    (await api('GET', `/surveys/${surveyId}/set-apart`)).counts.map((one: { reason: string }) => one.reason);
  await expect.poll(tried, { timeout: 15_000 }).toContain('test');
  expect((await api('GET', `/waves/${waveId}/progress`)).response.answered).toBe(0);
  await other.goto(hrefs.find((href) => href.includes('/unsubscribe')) ?? 'about:blank');
  await other
    .getByText('Diese Mail war ein Muster: Es ändert sich nichts.')
    .or(other.getByText('This mail was a sample'))
    .waitFor();
  expect(await other.getByRole('button').count()).toBe(0);
  await expectAccessible(other);
  await shoot(other, 'unsubscribe-sample');
  await other.context().close();
  expect(world.complaints).toEqual([]);
});

test('a wave that repeats: chosen in plain words, the days are shown, and each round stands for itself', async () => {
  const { id } = await api('POST', `/surveys/${surveyId}/waves`, { name: 'All year', audience: 'customer' });
  await page.goto(`/w/${workspaceId}/surveys/${surveyId}/waves/${id}`);
  await page.getByLabel('Each person is asked').selectOption('again and again');
  await page.getByLabel('Days until the same person is asked again').fill('91');
  await page.getByLabel('At most so many times').fill('3');
  await page.getByLabel('When (blank: at once)').fill('2031-03-10T09:00');
  await page.getByText(/first mails: Mar 10, 2031; Jun 9, 2031; Sep 8, 2031\.$/).waitFor();
  await page.getByLabel('When (blank: at once)').fill('');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  // Those whom the first wave asked are asked when their time has come.
  await page.getByText(/19 later: Asked less than a day ago/).waitFor();
  await everywhere('wave-repeats-schedule');
  await page.getByRole('button', { name: 'Start the wave' }).click();
  await page.getByText('Then each person again every 91 days.').waitFor();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const round = page.getByRole('table').filter({ hasText: 'Round' }).getByRole('row');
  await round.filter({ hasText: /^2.*20 from/ }).waitFor({ timeout: 30_000 });
  await page.getByText(/running, every 91 days/).waitFor();
  await everywhere('wave-repeats-running');
  expect(world.complaints).toEqual([]);
});

test('mistakes in the words of a mail are told at the field, and what can be put in is listed', async () => {
  await api('POST', '/contact-batches', { contacts: [{ key: 'words-1', attributes: { Firstname: 'Ada' } }] });
  const { id } = await api('POST', `/surveys/${surveyId}/waves`, { name: 'Words', audience: 'customer' });
  await page.goto(`/w/${workspaceId}/surveys/${surveyId}/waves/${id}`);
  await page.getByRole('button', { name: 'Write your own' }).click();
  const text = page.getByLabel('Text', { exact: true });
  await page.getByLabel('Subject').fill('Hi {{attribute:nme}} {{name}}');
  await page.getByText('No contact has the attribute “nme”.').waitFor();
  await page.getByText('{{name}} is no placeholder and stands in the mail as it is.').waitFor();
  await text.fill('Dear {{attribute:firstname}}, {{broken');
  await page.getByText('No contact has the attribute “firstname”. There is “Firstname”.').waitFor();
  await page.getByText('Braces are left open').waitFor();
  await everywhere('wave-words-faults');
  await page.getByLabel('Subject').fill('Hi {{attribute:name}}');
  await text.fill('Dear ');
  await page.getByLabel('Put into the text').selectOption('Firstname');
  expect(await text.inputValue()).toBe('Dear {{attribute:Firstname}}');
  expect(await page.getByText(/No contact has|no placeholder|left open/).count()).toBe(0);
  expect(world.complaints).toEqual([]);
});

test('a time after the last day is refused at its field', async () => {
  const { id } = await api('POST', `/surveys/${surveyId}/waves`, {
    name: 'Too late',
    audience: 'customer',
    endsOn: '2031-12-10',
  });
  await page.goto(`/w/${workspaceId}/surveys/${surveyId}/waves/${id}`);
  const when = page.getByLabel('When (blank: at once)');
  await when.fill('2032-01-01T09:00');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await page.getByText('The wave’s last day is Dec 10, 2031: none of its mails would go out.').waitFor();
  expect((await api('GET', `/waves/${id}/schedule`)).sendAt).toBeNull();
  await look('wave-too-late');
  await when.fill('2031-12-10T09:00');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await page.getByText('Saved.').waitFor();
  expect(world.complaints).toEqual([]);
});

test('a file of links says who is not in it, and the list of those who were not asked is read to its end', async () => {
  const contacts = Array.from({ length: 60 }, (_, i) => ({
    key: `late-${i}`,
    name: `Late ${i}`,
    email: `late${i}@guests.example`,
    attributes: { Late: 'yes' },
  }));
  await api('POST', '/contact-batches', { contacts });
  const condition = { of: 'attribute', key: 'Late', is: 'eq', value: 'yes' };
  const { id: segmentId } = await api('POST', '/segments', { name: 'Late', condition });
  const wave = async (name: string) => {
    const { id } = await api('POST', `/surveys/${surveyId}/waves`, { name, audience: 'customer' });
    await api('PUT', `/waves/${id}/schedule`, { segmentId, reminders: 0 });
    return id;
  };
  const download = async (id: string) => {
    await page.goto(`/w/${workspaceId}/surveys/${surveyId}/waves/${id}`);
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download personal links' }).click();
    await page.getByRole('button', { name: 'Download the file' }).click();
    return (await readFile(await (await coming).path(), 'utf8')).trim().split('\r\n').length - 1;
  };
  expect(await download(await wave('By hand'))).toBe(60);
  expect(await page.getByText('Not in the file').count()).toBe(0);
  await page.getByText('Links handed out to 60 people').waitFor();
  // Nobody counts as asked before the number has been read.
  const second = await wave('By mail');
  await page.goto(`/w/${workspaceId}/surveys/${surveyId}/waves/${second}`);
  await page.getByRole('button', { name: 'Download personal links' }).click();
  await page.getByRole('alertdialog', { name: 'Hand out the links of 0 people?' }).waitFor();
  await look('wave-links-confirm');
  await page.getByRole('button', { name: 'Not now' }).click();
  expect((await api('GET', `/waves/${second}/schedule`)).handedOut).toBeNull();
  expect(await download(second)).toBe(0);
  await page.getByText('60 asked for this survey before, too short a time ago to ask again').waitFor();
  await everywhere('wave-links-left-out');

  await api('POST', `/waves/${second}/start`);
  await page.reload();
  await page.getByRole('button', { name: 'People who were not asked (60)' }).click({ timeout: 30_000 });
  const listed = page.getByRole('link', { name: /^Late \d/ });
  await expect.poll(() => listed.count()).toBe(50);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect.poll(() => listed.count()).toBe(60);
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  expect(world.complaints).toEqual([]);
});
