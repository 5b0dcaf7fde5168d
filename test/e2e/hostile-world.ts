import type { SurveyDefinition } from '../../src/core/survey/definition.ts';
import { lines, packed } from '../hostile-texts.ts';
import { type Api, few, hostileSurvey, IN_SURVEYS, NAMES, plantEach, RATED } from './hostile-plant.ts';

const SCALE = { min: 1, max: 5, topBox: 5 };
const IMG = '<img src=x onerror=__pwn=1>';

/** A workspace has no more; the others come in turns (`fillAnew` in the test). */
const MOST_WEBHOOKS = 20;

export interface Planted {
  readonly survey: string;
  readonly definition: SurveyDefinition;
  readonly link: { token: string; address: string };
  readonly wave: string;
  readonly touchpoint: string;
  /** An item at the touchpoint. */
  readonly item: string;
  readonly contact: string;
  readonly webhook: string;
  readonly site: { id: string; key: string };
  readonly import: string;
  readonly contactImport: string;
}

/** Puts hostile texts into every field of a workspace. `share` gives the texts of one list, `alone` so many of them alone. */
export async function plantAll(
  server: Api,
  turn: number,
  share: (most?: number, alone?: number) => string[],
): Promise<Planted> {
  const { api } = server;
  const names = lines(200);
  const name = (i: number) => names[(i + turn) % names.length] ?? '';
  // For fields of things that are fewer than the texts.
  const packs = packed(few(200), 200);
  const pack = (i: number) => packs[(i + turn) % packs.length] ?? '';
  const channels = packed(few(100), 100);
  await api('PATCH', '/api/v1/account', { name: `${IMG}"'Kim` });
  const survey = await plantSurvey(server, turn);
  const definition = hostileSurvey(turn);

  // ── The map ────────────────────────────────────────────────────────────────────────────────────────────────────
  const { journeys } = await api<{
    journeys: { stages: { touchpoints: { id: string; items: { id: string }[] }[] }[] }[];
  }>('GET', '/journeys');
  const touchpoints = journeys.flatMap(({ stages }) => stages.flatMap((stage) => stage.touchpoints));
  const teams = await plantEach(server, '/teams', share(), (text) => ({ name: text }));
  await Promise.all(
    touchpoints.slice(0, 20).map(({ id }, i) =>
      api('PATCH', `/touchpoints/${id}`, {
        description: `${name(i)}\n${name(i + 50)}`,
        // Every text is somewhere: a touchpoint has up to fifty channels.
        channels: [...new Set(names.slice(22 * i, 22 * i + 22).concat(name(i + 90)))],
        ownerTeamId: teams[i]?.id,
      }),
    ),
  );
  // Places without anything in them, so that every text names one; each has its place behind the one before.
  const [journey] = await plantEach(server, '/journeys', packs, (text) => ({ name: text }), 1);
  const [stage] = await plantEach(server, `/journeys/${journey?.id}/stages`, packs, (text) => ({ name: text }), 1);
  await plantEach(server, `/stages/${stage?.id}/touchpoints`, packs, (text) => ({ name: text }), 1);
  const item = touchpoints[0]?.items[0]?.id ?? '';
  for (const lens of ['standard', 'promise'])
    await api('PUT', `/items/${item}/commitments/${lens}`, { value: 4, statement: `${IMG}\n${name(7)}` });
  await plantEach(server, '/benchmarks', share(200, 60), (text, i) => ({
    ...{ statement: text, unitCounted: pack(i + 1), whoWasAsked: pack(i + 2), source: pack(i + 3), dated: pack(i + 4) },
    ...{ share: 0.5, n: 100 },
  }));

  // ── People ─────────────────────────────────────────────────────────────────────────────────────────────────────
  const contacts = names.map((text, i) => ({
    key: text,
    name: name(i + 13),
    email: `p${i}@tern.example`,
    attributes: { [NAMES[i % NAMES.length] ?? '']: text, tier: name(i + 5) },
    consent: { given: true, to: `${text}\n${IMG}`, source: name(i + 17) },
  }));
  await api('POST', '/contact-batches', { contacts });
  const consents = packed(few(200), 500);
  await api('POST', '/contacts', {
    ...{ key: 'many', name: 'Many attributes' },
    attributes: Object.fromEntries(packs.map((key, i) => [key, pack(i + 1)])),
    consent: { given: true, to: consents[0], source: consents[1] },
  });
  const { contacts: many } = await api<{ contacts: { id: string }[] }>('GET', '/contacts?search=Many%20attributes');
  const { contacts: listed } = await api<{ contacts: { id: string }[] }>('GET', '/contacts?limit=200');
  const contact = many[0]?.id ?? '';
  await plantEach(server, '/quarantine', packed(names, 200), (reason, i) => ({ contactId: listed[i]?.id, reason }));
  const values = packed(few(190), 190);
  await plantEach(server, '/segments', share(), (text, i) => ({
    name: text,
    condition: {
      all: [
        { of: 'attribute', key: pack(i), is: 'eq', value: `${values[i % values.length]} one` },
        { of: 'attribute', key: pack(i), is: 'in', value: [`${values[i % values.length]} many`] },
      ],
    },
  }));

  // ── Asking ─────────────────────────────────────────────────────────────────────────────────────────────────────
  await plantEach(server, `/surveys/${survey}/links`, share(200, 60), (text, i) => ({
    ...{ audience: 'customer', name: text, channel: channels[i % channels.length] },
  }));
  const link = await api<{ token: string; address: string }>('POST', `/surveys/${survey}/links`, {
    ...{ audience: 'customer', name: IMG, channel: IMG },
  });
  const waves = await plantEach(server, `/surveys/${survey}/waves`, share(), (text) => ({
    ...{ name: text, audience: 'customer' },
  }));
  const wave = waves[0]?.id ?? '';
  const inMails = IN_SURVEYS.filter((text) => !/(?![\n\r\t])\p{Cc}/u.test(text));
  await api('PUT', `/waves/${wave}/schedule`, {
    sample: { kind: 'quota', attribute: name(0), quotas: packs.map((value) => ({ value, n: 1 })) },
    texts: {
      invitation: { en: { subject: `${IMG} {{attribute:name|x}}`, body: inMails.slice(0, 220).join('\n\n') } },
      reminder: { en: { subject: `${IMG} {{attribute:name|x}}`, body: inMails.slice(220).join('\n\n') } },
    },
  });
  await plantEach(server, '/surveys', share(), (text) => ({ name: text }));
  const site = await api<{ id: string; key: string }>('POST', '/sites', { name: IMG, unsignedPersons: true });
  await plantEach(server, '/sites', share(200, 40), (text) => ({ name: text }));
  const webhooks = await plantEach(server, '/webhooks', share(80).slice(0, MOST_WEBHOOKS), (text) => ({
    ...{ type: 'webhook', name: text, url: 'http://127.0.0.1:9/x', events: ['response.finished'] },
  }));
  await plantEach(server, '/api-keys', share(80, 40), (text) => ({ name: text, scopes: ['read'] }));
  await plantMoments(server, survey, site.id, name);
  await plantAnswers(server, survey, names);

  // ── Files ──────────────────────────────────────────────────────────────────────────────────────────────────────
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const all = IN_SURVEYS;
  const headings = packed(few(200), 500);
  const rows = all.map((text, i) =>
    [`r${i}`, 'customer', text, i % 3 === 0 ? '4' : text, name(i), ...headings.map(() => '')].map(cell).join(','),
  );
  const header = ['respondent', 'audience', 'item', 'value', `${IMG} "x`, ...headings].map(cell).join(',');
  const upload = await server.upload(`/imports?fileName=${encodeURIComponent(`${IMG}.csv`)}`, [header, ...rows]);
  const people = all.map((text, i) => [name(i), `p${i}@x.example`, text, ...packs.map(() => '')].map(cell).join(','));
  const peopleHeader = ['name', 'email', `${IMG} "x`, ...packs].map(cell).join(',');
  const contactUpload = await server.upload(`/contact-imports?fileName=${encodeURIComponent(`${IMG}.csv`)}`, [
    peopleHeader,
    ...people,
  ]);
  return {
    ...{ survey, definition, link, wave, contact, site, item },
    touchpoint: touchpoints[0]?.id ?? '',
    webhook: webhooks[0]?.id ?? '',
    import: upload.id,
    contactImport: contactUpload.id,
  };
}

/** One file brings the survey, a map of hostile names and an item for each text. */
async function plantSurvey({ api }: Api, turn: number): Promise<string> {
  const names = lines(200);
  const items = names.map((name, i) => ({
    ...{ key: `item-${i}`, name, scale: SCALE },
    wording: { customer: name, staff: names[(i + 7) % names.length], leadership: names[(i + 9) % names.length] },
    journey: names[(turn + Math.floor(i / 140)) % names.length] ?? '',
    stage: names[(turn + Math.floor(i / 14)) % names.length] ?? '',
    touchpoint: names[(turn + Math.floor(i / 2) * 2) % names.length] ?? '',
  }));
  const { id } = await api('POST', '/surveys/from-file', {
    ...{ format: 'parallax-survey-file/1', name: `${IMG} survey`, items, definition: hostileSurvey(turn) },
  });
  await api('POST', `/surveys/${id}/publish`, {});
  return id;
}

async function plantMoments({ api }: Api, survey: string, site: string, name: (i: number) => string): Promise<void> {
  const test = (i: number) => ({ of: 'attribute', key: name(i), is: 'eq', value: name(i + 1) });
  const pages = [0, 1, 2].map((i) => ({ is: 'contains', value: name(i + 60) }));
  const { moments, revision } = await api<{ moments: Record<string, unknown>; revision: number }>(
    'GET',
    `/surveys/${survey}/asking`,
  );
  await api('PUT', `/surveys/${survey}/asking`, {
    revision,
    moments: {
      ...moments,
      on: true,
      triggers: [
        { kind: 'page', pages: [] },
        { kind: 'click', pages, selector: name(1) },
        { kind: 'event', pages, name: name(2), where: [{ property: name(3), is: 'eq', value: name(4) }] },
        { kind: 'abandonment', pages, began: { event: name(5) }, finished: { page: { is: 'equals', value: name(6) } } },
      ],
      sites: [site],
      target: { if: { not: { all: [test(0), test(1), test(2)] } }, segments: [], devices: [], languages: [] },
      repeat: { kind: 'always' },
    },
  });
}

/** A whole response for each text: in the open answer, beside "other", in the contact's fields, as channel. */
async function plantAnswers({ api }: Api, survey: string, names: readonly string[]): Promise<void> {
  await api('POST', `/surveys/${survey}/responses`, {
    audience: 'customer',
    responses: IN_SURVEYS.map((text, i) => ({
      key: `${i} ${names[i % names.length]}`.slice(0, 200),
      contactKey: names[i] ?? 'nobody',
      answers: {
        ...{ said: text, q5: text.slice(0, 200), q8: text, q2: '_other', 'q2.other': text, q6: ['_other'] },
        ...{ 'q6.other': text, 'q17.name': names[i % names.length] ?? '', [`q${RATED}`]: 1 + (i % 5) },
        'q17.company': names[(i + 7) % names.length] ?? '',
      },
      attributes: { [NAMES[i % NAMES.length] ?? '']: names[i % names.length] ?? '' },
      channel: NAMES[(i + 3) % NAMES.length] ?? '',
    })),
  });
}
